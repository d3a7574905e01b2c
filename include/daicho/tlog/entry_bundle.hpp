#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

namespace daicho::tlog {

inline constexpr std::size_t entry_bound = 65535;  ///< bytes of one entry: its length is written in two

/// Appends an entry after its length (C2SP tlog-tiles, "Log entries"). Errors: oversized; the bundle is then as it was.
inline fault append_entry(bytes& bundle, byte_view entry) {
    if (entry.size() > entry_bound) return {errc::oversized, "entry", entry.size()};
    bundle.push_back(byte(entry.size() >> 8));
    bundle.push_back(byte(entry.size()));
    bundle.insert(bundle.end(), entry.begin(), entry.end());
    return {};
}

/// Calls f(index, entry) -> fault for each entry of a bundle, until one is returned. Never allocates. Errors: truncated,
/// wrong_size (other than `count` entries), and f's.
template <class F>
fault for_each_entry(byte_view bundle, std::uint64_t count, F&& f) {
    std::uint64_t n = 0;
    for (std::size_t at = 0; at != bundle.size(); ++n) {
        if (bundle.size() - at < 2) return {errc::truncated, "entry bundle", at};
        std::size_t const size = std::size_t(bundle[at] << 8 | bundle[at + 1]);
        if (bundle.size() - at - 2 < size) return {errc::truncated, "entry bundle", at};
        if (n == count) return {errc::wrong_size, "entry bundle", n + 1};
        if (fault refused = f(n, bundle.subspan(at + 2, size))) return refused;
        at += 2 + size;
    }
    return n == count ? fault{} : fault{errc::wrong_size, "entry bundle", n};
}

} // namespace daicho::tlog
