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

constexpr void store_be32(byte* to, std::uint32_t v) noexcept {
    for (int i = 0; i != 4; ++i) to[i] = byte(v >> (24 - 8 * i));
}
constexpr void store_be64(byte* to, std::uint64_t v) noexcept {
    for (int i = 0; i != 8; ++i) to[i] = byte(v >> (56 - 8 * i));
}
constexpr std::uint32_t load_be32(byte const* from) noexcept {
    std::uint32_t v = 0;
    for (int i = 0; i != 4; ++i) v = v << 8 | from[i];
    return v;
}
constexpr std::uint64_t load_be64(byte const* from) noexcept {
    std::uint64_t v = 0;
    for (int i = 0; i != 8; ++i) v = v << 8 | from[i];
    return v;
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
