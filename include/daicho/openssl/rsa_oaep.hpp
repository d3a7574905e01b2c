#pragma once

#include <daicho/openssl/private_key.hpp>

#include <openssl/rsa.h>

/// RSAES-OAEP (RFC 8017, 7.1) with SHA-256, MGF1 with SHA-256 and an empty label, by OpenSSL.
namespace daicho::openssl {

namespace detail {
inline bool choose_oaep(EVP_PKEY_CTX* context) noexcept {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
}
} // namespace detail

struct rsa_oaep {
    using public_key_type = rsa_modulus;

    /// Errors: bad_key; oversized when `plain` is longer than the modulus less 66 bytes.
    static result<bytes> encrypt(public_key_type const& key, byte_view plain) {
        quiet_errors const quiet;
        auto const opened = rsa_key(key);
        if (opened == nullptr) return fault{errc::bad_key, "public key"};
        if (plain.size() > key.size() - 66) return fault{errc::oversized, "plaintext", plain.size()};
        handle<EVP_PKEY_CTX> const context(EVP_PKEY_CTX_new(opened.get(), nullptr));
        bytes out(key.size());
        std::size_t n = out.size();
        if (context == nullptr || EVP_PKEY_encrypt_init(context.get()) != 1 || !detail::choose_oaep(context.get()) ||
            EVP_PKEY_encrypt(context.get(), out.data(), &n, plain.data(), plain.size()) != 1 || n != out.size())
            return fault{errc::bad_key, "public key"};
        return out;
    }
};

class rsa_oaep_key {
public:
    using scheme = rsa_oaep;

    static result<rsa_oaep_key> generate(unsigned bits = rsa_least_bits) { return adopt(private_key::generate_rsa(bits)); }

    /// Reads a PKCS#8 PEM file, whichever backend or tool wrote it. Errors: not_found, bad_key, not_permitted, io_failed.
    static result<rsa_oaep_key> load(std::filesystem::path const& path) { return adopt(private_key::load(path)); }

    /// Writes a new PKCS#8 PEM file, mode 0600. Errors: duplicate when there is one, not_found, not_permitted, io_failed.
    fault save(std::filesystem::path const& path) const { return key_.save(path); }

    rsa_modulus const& public_key() const noexcept { return public_; }

    /// One fault for whatever is wrong with the ciphertext, so that it tells an attacker nothing: bad_signature.
    result<secret_bytes> decrypt(byte_view sealed) const {
        quiet_errors const quiet;
        if (!rsa_reduced(sealed, public_)) return refused;
        handle<EVP_PKEY_CTX> const context(EVP_PKEY_CTX_new(key_.get(), nullptr));
        secret_bytes out(public_.size());
        std::size_t n = out.size();
        if (context == nullptr || EVP_PKEY_decrypt_init(context.get()) != 1 || !detail::choose_oaep(context.get()) ||
            EVP_PKEY_decrypt(context.get(), out.data(), &n, sealed.data(), sealed.size()) != 1)
            return refused;
        out.resize(n);
        return out;
    }

private:
    static constexpr fault refused{errc::bad_signature, "ciphertext"};

    static result<rsa_oaep_key> adopt(result<private_key> key) {
        if (!key) return key.error();
        auto const known = key->public_key();
        if (!known || !rsa_well_formed(*known)) return fault{errc::bad_key, "key file"};
        return rsa_oaep_key(std::move(*key), *known);
    }
    rsa_oaep_key(private_key key, rsa_modulus const& known) : key_(std::move(key)), public_(known) {}

    private_key key_;
    rsa_modulus public_;
};

} // namespace daicho::openssl
