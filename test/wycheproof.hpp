#pragma once

#include <daicho/base/hex.hpp>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

/// Reads files of Project Wycheproof where the vectors are at hand (environment variable DAICHO_VECTORS); they are never copied here.
namespace wycheproof {

inline std::string folder() {
    if (char const* place = std::getenv("DAICHO_VECTORS")) return place;
#ifdef DAICHO_VECTORS_DIR
    return DAICHO_VECTORS_DIR;
#else
    return "../shared/vectors";
#endif
}

/// Calls f(group, case) for every case of the file and returns how many there were. Where the file is missing it says so and returns 0.
template <class F>
std::size_t for_each_case(std::string const& file, F&& f) {
    std::ifstream in(folder() + "/wycheproof/" + file, std::ios::binary);
    if (!in) {
        std::printf("SKIPPED: %s is not at hand (set DAICHO_VECTORS)\n", file.c_str());
        BOOST_TEST_MESSAGE("SKIPPED: " << file);
        return 0;
    }
    auto const parsed = boost::json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
    std::size_t n = 0;
    for (auto& group : parsed.at("testGroups").as_array())
        for (auto& one : group.at("tests").as_array()) {
            BOOST_TEST_CONTEXT(file << " case " << one.at("tcId").as_int64()) { f(group.as_object(), one.as_object()); }
            ++n;
        }
    return n;
}

inline std::string text(boost::json::object const& o, char const* key) { return std::string(o.at(key).as_string()); }

inline daicho::bytes hex(boost::json::object const& o, char const* key) {
    auto const b = daicho::bytes_from_hex(text(o, key));
    BOOST_REQUIRE(b);
    return *b;
}

/// "acceptable" leaves the answer to the implementation.
inline bool is_valid(boost::json::object const& one) { return text(one, "result") == "valid"; }
inline bool is_invalid(boost::json::object const& one) { return text(one, "result") == "invalid"; }

} // namespace wycheproof
