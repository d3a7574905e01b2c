#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daicho {

using byte = std::uint8_t;
using byte_view = std::span<byte const>;
using byte_span = std::span<byte>;
using bytes = std::vector<byte>;

/// Every digest in daicho is 32 bytes, whichever hash_function made it (docs/adr/0002-a-digest-is-32-bytes.md).
using digest = std::array<byte, 32>;

/// A member is named by the digest of its public key.
using node_id = digest;

/// Never used twice; 128 random bits.
using nonce128 = std::array<byte, 16>;

inline byte_view as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<byte const*>(text.data()), text.size()};
}
inline std::string_view as_text(byte_view b) noexcept {
    return {reinterpret_cast<char const*>(b.data()), b.size()};
}

constexpr bool equal(byte_view a, byte_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i != a.size(); ++i)
        if (a[i] != b[i]) return false;
    return true;
}

/// Compares secrets: takes the same time wherever the difference lies.
inline bool equal_in_constant_time(byte_view a, byte_view b) noexcept {
    if (a.size() != b.size()) return false;
    byte volatile difference = 0;
    for (std::size_t i = 0; i != a.size(); ++i) difference = byte(difference | (a[i] ^ b[i]));
    return difference == 0;
}

// Written out, not as loops: compilers make one instruction of each.
constexpr void store_be16(byte* to, std::uint16_t v) noexcept {
    to[0] = byte(v >> 8), to[1] = byte(v);
}
constexpr void store_be32(byte* to, std::uint32_t v) noexcept {
    to[0] = byte(v >> 24), to[1] = byte(v >> 16), to[2] = byte(v >> 8), to[3] = byte(v);
}
constexpr void store_be64(byte* to, std::uint64_t v) noexcept {
    to[0] = byte(v >> 56), to[1] = byte(v >> 48), to[2] = byte(v >> 40), to[3] = byte(v >> 32);
    to[4] = byte(v >> 24), to[5] = byte(v >> 16), to[6] = byte(v >> 8), to[7] = byte(v);
}
constexpr std::uint16_t load_be16(byte const* p) noexcept { return std::uint16_t(p[0] << 8 | p[1]); }
constexpr std::uint32_t load_be32(byte const* p) noexcept {
    return std::uint32_t(p[0]) << 24 | std::uint32_t(p[1]) << 16 | std::uint32_t(p[2]) << 8 | std::uint32_t(p[3]);
}
constexpr std::uint64_t load_be64(byte const* p) noexcept {
    return std::uint64_t(p[0]) << 56 | std::uint64_t(p[1]) << 48 | std::uint64_t(p[2]) << 40 | std::uint64_t(p[3]) << 32 |
           std::uint64_t(p[4]) << 24 | std::uint64_t(p[5]) << 16 | std::uint64_t(p[6]) << 8 | std::uint64_t(p[7]);
}

/// Hashes a digest for unordered containers. Digests are already uniform, so any eight bytes serve.
struct digest_hash {
    std::size_t operator()(digest const& d) const noexcept {
        std::size_t v;
        std::memcpy(&v, d.data(), sizeof v);
        return v;
    }
};

} // namespace daicho
