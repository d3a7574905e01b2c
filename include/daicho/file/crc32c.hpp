#pragma once

#include <daicho/base/bytes.hpp>

#include <type_traits>

namespace daicho::file {

namespace detail {
inline constexpr auto crc32c_tables = [] {
    std::array<std::array<std::uint32_t, 256>, 8> t{};
    for (std::uint32_t i = 0; i != 256; ++i) {
        auto c = i;
        for (int k = 0; k != 8; ++k) c = c >> 1 ^ ((c & 1) ? 0x82f63b78u : 0u);
        t[0][i] = c;
    }
    for (std::size_t k = 1; k != 8; ++k)
        for (std::size_t i = 0; i != 256; ++i) t[k][i] = t[k - 1][i] >> 8 ^ t[0][t[k - 1][i] & 255];
    return t;
}();

#if defined(__x86_64__) && defined(__GNUC__)
/// What `crc32c_lane` zero bytes make of a checksum, as four tables of its bytes. It is linear, so 32 bits tell it; each squaring doubles it.
inline constexpr std::size_t crc32c_lane = 1024;
inline constexpr auto crc32c_skips = [] {
    std::array<std::uint32_t, 32> m{};
    auto const times = [&m](std::uint32_t c) {
        std::uint32_t r = 0;
        for (std::size_t i = 0; c != 0; c >>= 1, ++i) r ^= (c & 1) ? m[i] : 0;
        return r;
    };
    for (std::size_t i = 0; i != 32; ++i) m[i] = i < 8 ? crc32c_tables[0][std::size_t(1) << i] : std::uint32_t(1) << (i - 8);
    for (auto n = crc32c_lane; n != 1; n /= 2) {
        auto twice = m;
        for (auto& x : twice) x = times(x);
        m = twice;
    }
    std::array<std::array<std::uint32_t, 256>, 4> t{};
    for (std::size_t k = 0; k != 4; ++k)
        for (std::uint32_t i = 0; i != 256; ++i) t[k][i] = times(i << (8 * k));
    return t;
}();
inline std::uint32_t crc32c_skip_lane(std::uint32_t c) noexcept {
    auto const& t = crc32c_skips;
    return t[0][c & 255] ^ t[1][c >> 8 & 255] ^ t[2][c >> 16 & 255] ^ t[3][c >> 24];
}

inline std::uint64_t crc32c_eight(byte const* at) noexcept {
    std::uint64_t eight;
    std::memcpy(&eight, at, 8);
    return eight;
}

/// The processor's own instruction. It takes three cycles and one can begin in each: so three lanes at once where there is enough.
[[gnu::target("sse4.2")]] inline std::uint32_t crc32c_sse42(byte_view b, std::uint32_t seed) noexcept {
    std::uint64_t c = std::uint32_t(~seed);
    for (; b.size() >= 3 * crc32c_lane; b = b.subspan(3 * crc32c_lane)) {
        std::uint64_t second = 0, third = 0;
        for (auto at = b.data(), end = at + crc32c_lane; at != end; at += 8) {
            c = __builtin_ia32_crc32di(c, crc32c_eight(at));
            second = __builtin_ia32_crc32di(second, crc32c_eight(at + crc32c_lane));
            third = __builtin_ia32_crc32di(third, crc32c_eight(at + 2 * crc32c_lane));
        }
        c = crc32c_skip_lane(crc32c_skip_lane(std::uint32_t(c)) ^ std::uint32_t(second)) ^ std::uint32_t(third);
    }
    for (; b.size() >= 8; b = b.subspan(8)) c = __builtin_ia32_crc32di(c, crc32c_eight(b.data()));
    auto last = std::uint32_t(c);
    for (auto x : b) last = __builtin_ia32_crc32qi(last, x);
    return ~last;
}
#endif
} // namespace detail

/// CRC-32C (Castagnoli; RFC 3720 B.4), eight bytes a step. It finds what a disk does to bytes, not what an attacker does:
/// those are hashed and signed above. Pass the last result to continue.
constexpr std::uint32_t crc32c(byte_view b, std::uint32_t seed = 0) noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
    if (!std::is_constant_evaluated() && __builtin_cpu_supports("sse4.2")) return detail::crc32c_sse42(b, seed);
#endif
    auto const& t = detail::crc32c_tables;
    auto c = ~seed;
    for (; b.size() >= 8; b = b.subspan(8)) {
        c ^= std::uint32_t(b[0]) | std::uint32_t(b[1]) << 8 | std::uint32_t(b[2]) << 16 | std::uint32_t(b[3]) << 24;
        c = t[7][c & 255] ^ t[6][c >> 8 & 255] ^ t[5][c >> 16 & 255] ^ t[4][c >> 24] ^ t[3][b[4]] ^ t[2][b[5]] ^ t[1][b[6]] ^
            t[0][b[7]];
    }
    for (auto x : b) c = c >> 8 ^ t[0][(c ^ x) & 255];
    return ~c;
}

} // namespace daicho::file
