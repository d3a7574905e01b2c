#pragma once

#include <daicho/base/bytes.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

/// ECDSA over P-256 with SHA-256 (FIPS 186-5, 6.4) with one verdict, whichever library does the arithmetic.
namespace daicho {

/// A key is x || y, a signature r || s (IEEE P1363), each number in 32 bytes, big-endian: no DER, no compressed second form.
struct ecdsa_p256_types {
    using public_key_type = std::array<byte, 64>;
    using signature_type = std::array<byte, 64>;
    static constexpr std::string_view name = "ecdsa_p256_sha256";
    static constexpr std::uint16_t algorithm = 3;
};

namespace detail {

using big_endian_256 = std::array<byte, 32>;

/// p, the order n of the base point, and n / 2 rounded down (SP 800-186, 3.2.1.3).
inline constexpr big_endian_256 p256_p = {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
                                          0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
inline constexpr big_endian_256 p256_order = {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                              0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
inline constexpr big_endian_256 p256_half_order = {0x7f, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                   0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8};

constexpr bool is_zero(byte_view n) noexcept {
    return std::all_of(n.begin(), n.end(), [](byte b) { return b == 0; });
}
constexpr bool below(byte_view a, big_endian_256 const& b) noexcept {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

} // namespace detail

/// Whether the s of a signature is the lower of its two forms: (r, n - s) verifies whenever (r, s) does.
constexpr bool ecdsa_p256_low(ecdsa_p256_types::signature_type const& signature) noexcept {
    auto const s = byte_view(signature).last(32);
    return !std::lexicographical_compare(detail::p256_half_order.begin(), detail::p256_half_order.end(), s.begin(), s.end());
}

/// What every model refuses before any arithmetic: coordinates not below p, r of 0 or not below n, and an s of 0 or above n / 2. Whether
/// the key is on the curve is left to the arithmetic, which must refuse one that is not; the curve has no points of small order.
constexpr bool ecdsa_p256_well_formed(ecdsa_p256_types::public_key_type const& key, ecdsa_p256_types::signature_type const& signature) noexcept {
    auto const k = byte_view(key), sig = byte_view(signature);
    return detail::below(k.first(32), detail::p256_p) && detail::below(k.last(32), detail::p256_p) && !detail::is_zero(sig.first(32)) &&
           detail::below(sig.first(32), detail::p256_order) && !detail::is_zero(sig.last(32)) && ecdsa_p256_low(signature);
}

/// The form that verifies: what a signer passes its library's signature, or its chip's, through.
constexpr ecdsa_p256_types::signature_type ecdsa_p256_lowered(ecdsa_p256_types::signature_type signature) noexcept {
    if (ecdsa_p256_low(signature)) return signature;
    unsigned borrow = 0;
    for (std::size_t i = 32; i-- != 0;) {
        unsigned const taken = signature[32 + i] + borrow;
        borrow = detail::p256_order[i] < taken ? 1 : 0;
        signature[32 + i] = byte(detail::p256_order[i] + 256u * borrow - taken);
    }
    return signature;
}

/// The scheme made of a library's arithmetic: `Library::equation_holds(key, message, signature)` says whether the key is on the curve
/// and the signature its own. It must not throw.
template <class Library>
struct strict_ecdsa_p256 : ecdsa_p256_types {
    static bool verify(public_key_type const& key, byte_view message, signature_type const& signature) noexcept {
        return ecdsa_p256_well_formed(key, signature) && Library::equation_holds(key, message, signature);
    }
};

} // namespace daicho
