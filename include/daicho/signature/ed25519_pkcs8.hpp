#pragma once

#include <daicho/base/result.hpp>
#include <daicho/base/secret.hpp>
#include <daicho/signature/ed25519.hpp>

#include <algorithm>
#include <optional>

/// An Ed25519 private key in PKCS#8 (RFC 8410, section 7), as `openssl genpkey -algorithm ed25519` writes it.
namespace daicho {

struct ed25519_secret {
    secret<32> seed;
    std::optional<ed25519_types::public_key_type> claimed;  ///< the public part, when the file has one: it must be the seed's
};

namespace detail {
// SEQUENCE { version 0, { 1.3.101.112 }, OCTET STRING { OCTET STRING seed } }
inline constexpr std::array<byte, 16> pkcs8_ed25519 = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                                       0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
// The same with version 1, followed by [1] BIT STRING public key.
inline constexpr std::array<byte, 16> pkcs8_ed25519_v2 = {0x30, 0x51, 0x02, 0x01, 0x01, 0x30, 0x05, 0x06,
                                                          0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
inline constexpr std::array<byte, 3> pkcs8_public_part = {0x81, 0x21, 0x00};
} // namespace detail

/// The form without the public part: every library reads it.
inline secret_bytes ed25519_to_pkcs8(secret<32> const& seed) {
    secret_bytes der(detail::pkcs8_ed25519.begin(), detail::pkcs8_ed25519.end());
    der.insert(der.end(), seed.begin(), seed.end());
    return der;
}

/// Accepts exactly the two forms of RFC 8410 without attributes. Errors: bad_key.
inline result<ed25519_secret> ed25519_from_pkcs8(byte_view der) {
    ed25519_secret out;
    bool const plain = der.size() == 48 && equal(der.first(16), detail::pkcs8_ed25519);
    bool const with_public =
        der.size() == 83 && equal(der.first(16), detail::pkcs8_ed25519_v2) && equal(der.subspan(48, 3), detail::pkcs8_public_part);
    if (!plain && !with_public) return fault{errc::bad_key, "key file"};
    std::copy_n(der.begin() + 16, 32, out.seed.begin());
    if (with_public) std::copy_n(der.begin() + 51, 32, out.claimed.emplace().begin());
    return out;
}

} // namespace daicho
