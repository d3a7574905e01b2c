#pragma once

#include <daicho/hash/digest_of.hpp>
#include <daicho/signature/rsa.hpp>

#include <array>
#include <cstdint>
#include <string_view>

/// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2) with SHA-256, for hardware that knows no PSS; one verdict, whichever library does the arithmetic.
namespace daicho {

struct rsa_pkcs1_sha256_types {
    using public_key_type = rsa_modulus;
    using signature_type = inline_bytes<384>;
    static constexpr std::string_view name = "rsa_pkcs1_sha256";
    static constexpr std::uint16_t algorithm = 4;
};

namespace detail {
/// DigestInfo { { sha256, NULL }, OCTET STRING of 32 bytes }, before the digest (RFC 8017, 9.2, note 1).
inline constexpr std::array<byte, 19> pkcs1_sha256_info = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                                           0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
} // namespace detail

/// RFC 8017, 9.2: the one encoding of a digest for a modulus of `size` bytes. Whatever a signature opens to is compared with it, never
/// parsed, so that no second padding and no second DigestInfo is taken.
inline inline_bytes<384> pkcs1_encoding_of(digest const& d, std::size_t size) noexcept {
    inline_bytes<384> out;
    if (size < detail::pkcs1_sha256_info.size() + d.size() + 11 || !out.resize(size)) return out;
    std::size_t const padding = size - detail::pkcs1_sha256_info.size() - d.size() - 3;
    auto at = out.begin();
    *at++ = 0x00;
    *at++ = 0x01;
    at = std::fill_n(at, padding, byte(0xff));
    *at++ = 0x00;
    at = std::copy(detail::pkcs1_sha256_info.begin(), detail::pkcs1_sha256_info.end(), at);
    std::copy(d.begin(), d.end(), at);
    return out;
}

/// The scheme made of a library's arithmetic, which must not throw:
///   Library::hash                       its SHA-256
///   Library::open(key, signature, out)  out = signature^65537 mod key, as long as the key; false when it cannot
template <class Library>
struct strict_rsa_pkcs1 : rsa_pkcs1_sha256_types {
    static bool verify(public_key_type const& key, byte_view message, signature_type const& signature) noexcept {
        if (!rsa_well_formed(key) || !rsa_reduced(signature, key)) return false;  // RFC 8017, 8.2.2, steps 1 and 2b
        inline_bytes<384> opened;
        (void)opened.resize(key.size());
        return Library::open(key, signature, byte_span(opened)) && opened == pkcs1_encoding_of(hash_bytes<typename Library::hash>(message), key.size());
    }
};

} // namespace daicho
