#pragma once

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

/// A folder of the published test vectors, or nothing, said visibly.
inline std::optional<std::filesystem::path> published(char const* name) {
    char const* const told = std::getenv("DAICHO_VECTORS");
    std::filesystem::path const folder = std::filesystem::path(told ? told : DAICHO_VECTORS_DIR) / name;
    if (std::filesystem::exists(folder)) return folder;
    BOOST_TEST_MESSAGE("SKIPPED: no " << folder.string());
    return std::nullopt;
}

inline std::string content(std::filesystem::path const& file) {
    std::ifstream in(file, std::ios::binary);
    BOOST_REQUIRE_MESSAGE(in, file.string() + " cannot be read");
    return {std::istreambuf_iterator<char>(in), {}};
}
