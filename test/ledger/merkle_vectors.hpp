#pragma once

#include "../wycheproof.hpp"

#include <boost/test/unit_test.hpp>

#include <daicho/base/bytes.hpp>

#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

/// Published proofs about trees of certificate transparency, good ones and bad ones.
namespace merkle_vectors {

using namespace daicho;
using paths = std::vector<digest>;

inline bytes from_base64(std::string const& text) {
    std::string const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes out;
    unsigned held = 0, bits = 0;
    for (char c : text) {
        if (c == '=') break;
        held = held << 6 | unsigned(alphabet.find(c));
        if ((bits += 6) >= 8) out.push_back(byte(held >> (bits -= 8)));
    }
    return out;
}

/// Nothing when the field is not a digest: such a proof cannot even be written down here.
inline std::optional<digest> as_digest(boost::json::value const& v) {
    auto const b = from_base64(std::string(v.as_string()));
    digest d{};
    if (b.size() > d.size() || b.empty()) return std::nullopt;
    std::copy(b.begin(), b.end(), d.begin());  // the vectors' "don't care" is shorter
    return d;
}
inline std::optional<paths> as_path(boost::json::value const& v) {
    paths p;
    if (v.is_null()) return p;
    for (auto& one : v.as_array()) {
        auto const d = as_digest(one);
        if (!d || from_base64(std::string(one.as_string())).size() != d->size()) return std::nullopt;
        p.push_back(*d);
    }
    return p;
}

template <class F>
std::size_t for_each_vector(std::string const& kind, F&& f) {
    std::filesystem::path const folder = wycheproof::folder() + "/merkle/" + kind;
    if (!exists(folder)) {
        BOOST_TEST_MESSAGE("SKIPPED: " << folder << " is not at hand (set DAICHO_VECTORS)");
        return 0;
    }
    std::size_t n = 0;
    for (auto& e : std::filesystem::recursive_directory_iterator(folder)) {
        if (e.path().extension() != ".json") continue;
        std::ifstream in(e.path());
        auto const parsed = boost::json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
        BOOST_TEST_CONTEXT(e.path()) { f(parsed.as_object(), parsed.at("wantErr").as_bool()); }
        ++n;
    }
    return n;
}

} // namespace merkle_vectors
