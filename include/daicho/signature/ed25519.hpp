#pragma once

#include <daicho/base/bytes.hpp>

#include <array>
#include <cstdint>
#include <string_view>

/// Ed25519 (RFC 8032) with one verdict, whichever library does the arithmetic.
namespace daicho {

struct ed25519_types {
    using public_key_type = std::array<byte, 32>;
    using signature_type = std::array<byte, 64>;
    static constexpr std::string_view name = "ed25519";
    static constexpr std::uint16_t algorithm = 1;
};

namespace detail {

using little_endian_256 = std::array<byte, 32>;

constexpr bool less(little_endian_256 const& a, little_endian_256 const& b) noexcept {
    for (std::size_t i = 32; i-- != 0;)
        if (a[i] != b[i]) return a[i] < b[i];
    return false;
}

/// p = 2^255 - 19, and L, the order of the base point (RFC 8032, 5.1).
inline constexpr little_endian_256 ed25519_p = {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
inline constexpr little_endian_256 ed25519_order = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                                    0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                                    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

/// The y of the eight points whose order divides 8: 1 (order 1), -1 (2), 0 (4), and two of order 8. The sign of x does not matter.
inline constexpr std::array<little_endian_256, 5> ed25519_small_y = {{
    {1},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
     0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
     0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
}};

/// Whether 32 bytes can be a point at all: y below p, and not one of the eight points of small order. The only points with x = 0
/// are among those, so "minus zero" is refused here too. Whether y is on the curve is left to the arithmetic.
constexpr bool ed25519_point(byte const* encoded) noexcept {
    little_endian_256 y{};
    for (std::size_t i = 0; i != 32; ++i) y[i] = encoded[i];
    y[31] &= 0x7f;
    if (!less(y, ed25519_p)) return false;
    for (auto const& small : ed25519_small_y)
        if (y == small) return false;
    return true;
}

} // namespace detail

/// What every model refuses before any arithmetic, because libraries differ on it: S >= L, and A or R that is not canonical or has
/// a small order.
constexpr bool ed25519_well_formed(ed25519_types::public_key_type const& key, ed25519_types::signature_type const& signature) noexcept {
    detail::little_endian_256 s{};
    for (std::size_t i = 0; i != 32; ++i) s[i] = signature[32 + i];
    return detail::less(s, detail::ed25519_order) && detail::ed25519_point(key.data()) && detail::ed25519_point(signature.data());
}

/// The scheme made of a library's arithmetic: `Library::equation_holds(key, message, signature)` says whether R = S B - h A, without
/// the cofactor, comparing R as bytes. It must not throw.
template <class Library>
struct strict_ed25519 : ed25519_types {
    static bool verify(public_key_type const& key, byte_view message, signature_type const& signature) noexcept {
        return ed25519_well_formed(key, signature) && Library::equation_holds(key, message, signature);
    }
};

} // namespace daicho
