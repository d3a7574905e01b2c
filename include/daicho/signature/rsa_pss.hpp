#pragma once

#include <daicho/signature/rsa.hpp>

#include <cstdint>
#include <string_view>

/// RSASSA-PSS (RFC 8017, 8.1) with SHA-256, MGF1 with SHA-256 and a salt of exactly 32 bytes; one verdict, whichever library does
/// the arithmetic.
namespace daicho {

struct rsa_pss_sha256_types {
    using public_key_type = rsa_modulus;
    using signature_type = inline_bytes<384>;
    static constexpr std::string_view name = "rsa_pss_sha256";
    static constexpr std::uint16_t algorithm = 2;
    static constexpr std::size_t salt = 32;
};

/// What every model refuses before any arithmetic: a malformed modulus, and a signature that is not exactly as long as the modulus or
/// not below it (RFC 8017, 8.1.2, steps 1 and 2b).
constexpr bool rsa_pss_well_formed(rsa_modulus const& key, rsa_pss_sha256_types::signature_type const& signature) noexcept {
    return rsa_well_formed(key) && rsa_reduced(signature, key);
}

/// The scheme made of a library's arithmetic: `Library::signature_opens(key, message, signature)`, which must not throw.
template <class Library>
struct strict_rsa_pss : rsa_pss_sha256_types {
    static bool verify(public_key_type const& key, byte_view message, signature_type const& signature) noexcept {
        return rsa_pss_well_formed(key, signature) && Library::signature_opens(key, message, signature);
    }
};

} // namespace daicho
