#pragma once

#include <daicho/base/result.hpp>
#include <daicho/signature/ecdsa_p256.hpp>

#include <optional>

/// A P-256 private key in PKCS#8 (RFC 5208 around RFC 5915), as `openssl genpkey -algorithm EC` writes it.
namespace daicho {

struct ecdsa_p256_secret {
    std::array<byte, 32> scalar{};
    std::optional<ecdsa_p256_types::public_key_type> claimed;  ///< the public part, when the file has one: it must be the scalar's
};

namespace detail {
// SEQUENCE { 0, { ecPublicKey, prime256v1 }, OCTET STRING { SEQUENCE { 1, OCTET STRING scalar
inline constexpr std::array<byte, 36> pkcs8_p256 = {0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                                    0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x6d, 0x30, 0x6b, 0x02, 0x01, 0x01, 0x04, 0x20};
// , [1] { BIT STRING, uncompressed
inline constexpr std::array<byte, 6> pkcs8_p256_public = {0xa1, 0x44, 0x03, 0x42, 0x00, 0x04};
// The same without a public part.
inline constexpr std::array<byte, 35> pkcs8_p256_bare = {0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                                         0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20};
} // namespace detail

/// The form with the public part: every library reads it.
inline bytes ecdsa_p256_to_pkcs8(std::array<byte, 32> const& scalar, ecdsa_p256_types::public_key_type const& key) {
    bytes der(detail::pkcs8_p256.begin(), detail::pkcs8_p256.end());
    der.insert(der.end(), scalar.begin(), scalar.end());
    der.insert(der.end(), detail::pkcs8_p256_public.begin(), detail::pkcs8_p256_public.end());
    der.insert(der.end(), key.begin(), key.end());
    return der;
}

/// Accepts exactly the form with the public part and the one without. Errors: bad_key, also for a scalar of 0 or not below n.
inline result<ecdsa_p256_secret> ecdsa_p256_from_pkcs8(byte_view der) {
    ecdsa_p256_secret out;
    bool const whole = der.size() == 138 && equal(der.first(36), detail::pkcs8_p256) && equal(der.subspan(68, 6), detail::pkcs8_p256_public);
    bool const bare = der.size() == 67 && equal(der.first(35), detail::pkcs8_p256_bare);
    if (!whole && !bare) return fault{errc::bad_key, "key file"};
    std::copy_n(der.begin() + (whole ? 36 : 35), 32, out.scalar.begin());
    if (whole) std::copy_n(der.begin() + 74, 64, out.claimed.emplace().begin());
    if (detail::is_zero(out.scalar) || !detail::below(out.scalar, detail::p256_order)) return fault{errc::bad_key, "key file"};
    return out;
}

} // namespace daicho
