#pragma once

#include <daicho/base/result.hpp>
#include <daicho/openssl/handle.hpp>
#include <daicho/signature/rsa.hpp>

#include <openssl/core_names.h>
#include <openssl/objects.h>
#include <openssl/params.h>

#include <array>
#include <bit>
#include <string_view>

/// Public keys between OpenSSL and the bytes that daicho signs, stores and compares.
namespace daicho::openssl {

using key_bytes = inline_bytes<384>;

/// Raw 32 bytes for Ed25519; x || y for P-256; the modulus for RSA with exponent 65537 and 2048 to 3072 bits. Every other key is
/// refused: bad_key.
inline result<key_bytes> public_key_of(EVP_PKEY const* key) {
    quiet_errors const quiet;
    constexpr fault refused{errc::bad_key, "public key"};
    if (key == nullptr) return refused;
    key_bytes out;
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) {
        std::size_t n = 32;
        out.resize(n);
        if (EVP_PKEY_get_raw_public_key(key, out.data(), &n) != 1 || n != 32) return refused;
        return out;
    }
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
        std::array<char, 32> group{};
        std::array<byte, 65> point;  // 0x04 || x || y
        std::size_t n = 0;
        if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(), &n) != 1 ||
            std::string_view(group.data(), n) != SN_X9_62_prime256v1 ||
            EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, point.data(), point.size(), &n) != 1 || n != point.size() || point[0] != 4)
            return refused;
        (void)out.assign(byte_view(point).subspan(1));
        return out;
    }
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return refused;
    BIGNUM *n = nullptr, *e = nullptr;
    bool const read =
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1;
    handle<BIGNUM> const modulus(n), exponent(e);
    if (!read || BN_is_word(e, rsa_exponent) != 1 || !out.resize(std::size_t(BN_num_bytes(n)))) return refused;
    BN_bn2bin(n, out.data());
    if (!rsa_well_formed(out)) return refused;
    return out;
}

/// Empty when OpenSSL refuses it.
inline key_handle ed25519_key(std::array<byte, 32> const& raw) noexcept {
    return key_handle(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size()));
}

/// Empty when OpenSSL refuses it, as it does a point that is not on the curve.
inline key_handle p256_key(std::array<byte, 64> const& key) noexcept {
    std::array<byte, 65> point;  // 0x04 || x || y
    point[0] = 4;
    std::copy(key.begin(), key.end(), point.begin() + 1);
    char group[] = SN_X9_62_prime256v1;
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                               OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()), OSSL_PARAM_construct_end()};
    handle<EVP_PKEY_CTX> const context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* made = nullptr;
    if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        return {};
    return key_handle(made);
}

/// Empty when the modulus is malformed or OpenSSL refuses it.
inline key_handle rsa_key(rsa_modulus const& modulus) noexcept {
    if (!rsa_well_formed(modulus)) return {};
    std::array<byte, 384> n;  // OSSL_PARAM takes integers in the machine's own order
    if constexpr (std::endian::native == std::endian::little)
        std::reverse_copy(modulus.begin(), modulus.end(), n.begin());
    else
        std::copy(modulus.begin(), modulus.end(), n.begin());
    unsigned e = rsa_exponent;
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n.data(), modulus.size()),
                               OSSL_PARAM_construct_uint(OSSL_PKEY_PARAM_RSA_E, &e), OSSL_PARAM_construct_end()};
    handle<EVP_PKEY_CTX> const context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* key = nullptr;
    if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        return {};
    return key_handle(key);
}

} // namespace daicho::openssl
