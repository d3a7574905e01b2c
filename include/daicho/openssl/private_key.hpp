#pragma once

#include <daicho/file/key_file.hpp>
#include <daicho/openssl/public_key.hpp>
#include <daicho/signature/ecdsa_p256_pkcs8.hpp>
#include <daicho/signature/ed25519_pkcs8.hpp>

#include <openssl/x509.h>

namespace daicho::openssl {

/// A private key that OpenSSL holds: Ed25519, P-256, or RSA of 2048 to 3072 bits. What TLS, certificates and this wing's signers are given.
class private_key {
public:
    static result<private_key> generate_ed25519() { return made(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }
    static result<private_key> generate_p256() { return made(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", SN_X9_62_prime256v1)); }
    static result<private_key> generate_rsa(unsigned bits = rsa_least_bits) {
        if (bits < rsa_least_bits || bits > rsa_most_bits || bits % 8 != 0) return fault{errc::bad_key, "bits", bits};
        return made(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t(bits)));
    }

    /// Reads a PKCS#8 PEM file, whichever backend or tool wrote it. Errors: not_found, io_failed, bad_key.
    static result<private_key> load(std::filesystem::path const& path) {
        auto const der = file::read_private_key(path);
        if (!der) return der.error();
        return from_pkcs8(*der);
    }
    static result<private_key> from_pkcs8(byte_view der) {
        quiet_errors const quiet;
        if (auto const secret = ed25519_from_pkcs8(der)) {
            private_key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret->seed.data(), secret->seed.size()));
            auto const own = key.public_key();
            if (!own || (secret->claimed && !equal(*own, *secret->claimed))) return fault{errc::bad_key, "key file"};
            return key;
        }
        auto const p256 = ecdsa_p256_from_pkcs8(der);
        byte const* at = der.data();
        PKCS8_PRIV_KEY_INFO* const info = d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, long(der.size()));
        if (info == nullptr) return fault{errc::bad_key, "key file"};
        private_key key(EVP_PKCS82PKEY(info));
        PKCS8_PRIV_KEY_INFO_free(info);
        bool const whole = at == der.data() + der.size();
        bool const fitting = key.get() != nullptr && EVP_PKEY_get_base_id(key.get()) == (p256 ? EVP_PKEY_EC : EVP_PKEY_RSA);  // of P-256, the two forms that all backends read
        if (!whole || !fitting || !key.public_key() || !key.consistent()) return fault{errc::bad_key, "key file"};
        return key;
    }

    /// Writes a new PKCS#8 PEM file, mode 0600. Errors: duplicate, not_found, io_failed.
    fault save(std::filesystem::path const& path) const {
        quiet_errors const quiet;
        PKCS8_PRIV_KEY_INFO* const info = EVP_PKEY2PKCS8(key_.get());
        byte* der = nullptr;
        int const n = info == nullptr ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, &der);
        PKCS8_PRIV_KEY_INFO_free(info);
        if (n <= 0) return {errc::bad_key, "key file"};
        fault const f = file::write_private_key(path, {der, std::size_t(n)});
        OPENSSL_clear_free(der, std::size_t(n));
        return f;
    }

    EVP_PKEY* get() const noexcept { return key_.get(); }

    /// Raw 32 bytes for Ed25519, x || y for P-256, the modulus for RSA. Errors: bad_key.
    result<key_bytes> public_key() const { return public_key_of(key_.get()); }

private:
    explicit private_key(EVP_PKEY* key) noexcept : key_(key) {}
    static result<private_key> made(EVP_PKEY* key) {
        if (key == nullptr) return fault{errc::no_entropy, "key"};
        return private_key(key);
    }
    bool consistent() const noexcept {
        std::unique_ptr<EVP_PKEY_CTX, deleter> const context(EVP_PKEY_CTX_new(key_.get(), nullptr));
        return context != nullptr && EVP_PKEY_check(context.get()) == 1;
    }
    key_handle key_;
};

} // namespace daicho::openssl
