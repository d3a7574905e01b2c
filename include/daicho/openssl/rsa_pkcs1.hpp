#pragma once

#include <daicho/openssl/hash.hpp>
#include <daicho/openssl/private_key.hpp>
#include <daicho/signature/rsa_pkcs1.hpp>

#include <openssl/rsa.h>

/// RSA PKCS#1 v1.5 by OpenSSL.
namespace daicho::openssl {

namespace detail {

struct rsa_pkcs1_arithmetic {
    using hash = openssl::sha256;
    static bool open(rsa_modulus const& key, byte_view signature, byte_span out) noexcept {
        quiet_errors const quiet;
        auto const opened = rsa_key(key);
        if (opened == nullptr) return false;
        handle<EVP_PKEY_CTX> const context(EVP_PKEY_CTX_new(opened.get(), nullptr));
        std::size_t n = out.size();
        // The public operation alone: what it yields is compared, not parsed.
        return context != nullptr && EVP_PKEY_encrypt_init(context.get()) == 1 &&
               EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) == 1 &&
               EVP_PKEY_encrypt(context.get(), out.data(), &n, signature.data(), signature.size()) == 1 && n == out.size();
    }
};

} // namespace detail

struct rsa_pkcs1 : strict_rsa_pkcs1<detail::rsa_pkcs1_arithmetic> {};

class rsa_pkcs1_signer {
public:
    using scheme = rsa_pkcs1;

    static result<rsa_pkcs1_signer> generate(unsigned bits = rsa_least_bits) { return adopt(private_key::generate_rsa(bits)); }

    /// Reads a PKCS#8 PEM file, whichever backend or tool wrote it. Errors: not_found, bad_key, not_permitted, io_failed.
    static result<rsa_pkcs1_signer> load(std::filesystem::path const& path) { return adopt(private_key::load(path)); }

    /// Writes a new PKCS#8 PEM file, mode 0600. Errors: duplicate when there is one, not_found, not_permitted, io_failed.
    fault save(std::filesystem::path const& path) const { return key_.save(path); }

    /// The key for TLS and certificates.
    private_key const& key() const noexcept { return key_; }
    rsa_pkcs1::public_key_type const& public_key() const noexcept { return public_; }

    result<rsa_pkcs1::signature_type> sign(byte_view message) const {
        quiet_errors const quiet;
        rsa_pkcs1::signature_type out;
        (void)out.resize(public_.size());
        std::size_t n = out.size();
        handle<EVP_MD_CTX> const context(EVP_MD_CTX_new());
        EVP_PKEY_CTX* parameters = nullptr;  // belongs to context
        if (context == nullptr || EVP_DigestSignInit(context.get(), &parameters, EVP_sha256(), nullptr, key_.get()) != 1 ||
            EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PADDING) != 1 ||
            EVP_DigestSign(context.get(), out.data(), &n, message.data(), message.size()) != 1 || n != out.size())
            return fault{errc::bad_key, "sign"};
        return out;
    }

private:
    static result<rsa_pkcs1_signer> adopt(result<private_key> key) {
        if (!key) return key.error();
        auto const known = key->public_key();
        if (!known || !rsa_well_formed(*known)) return fault{errc::bad_key, "key file"};
        return rsa_pkcs1_signer(std::move(*key), *known);
    }
    rsa_pkcs1_signer(private_key key, rsa_modulus const& known) : key_(std::move(key)), public_(known) {}

    private_key key_;
    rsa_modulus public_;
};

} // namespace daicho::openssl
