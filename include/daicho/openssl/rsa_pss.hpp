#pragma once

#include <daicho/openssl/private_key.hpp>
#include <daicho/signature/rsa_pss.hpp>

#include <openssl/rsa.h>

/// RSA-PSS by OpenSSL.
namespace daicho::openssl {

namespace detail {

/// RFC 8017, 8.1, with the parameters that daicho fixes.
inline bool choose_pss(EVP_PKEY_CTX* parameters) noexcept {
    return EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, int(rsa_pss_sha256_types::salt)) == 1;
}

struct rsa_pss_arithmetic {
    static bool signature_opens(rsa_modulus const& key, byte_view message, byte_view signature) noexcept {
        quiet_errors const quiet;
        auto const opened = rsa_key(key);
        handle<EVP_MD_CTX> const context(EVP_MD_CTX_new());
        EVP_PKEY_CTX* parameters = nullptr;  // belongs to context
        return opened != nullptr && context != nullptr &&
               EVP_DigestVerifyInit(context.get(), &parameters, EVP_sha256(), nullptr, opened.get()) == 1 && choose_pss(parameters) &&
               EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
    }
};

} // namespace detail

struct rsa_pss : strict_rsa_pss<detail::rsa_pss_arithmetic> {};

class rsa_pss_signer {
public:
    using scheme = rsa_pss;

    static result<rsa_pss_signer> generate(unsigned bits = rsa_least_bits) { return adopt(private_key::generate_rsa(bits)); }

    /// Reads a PKCS#8 PEM file, whichever backend or tool wrote it. Errors: not_found, bad_key, not_permitted, io_failed.
    static result<rsa_pss_signer> load(std::filesystem::path const& path) { return adopt(private_key::load(path)); }

    /// Writes a new PKCS#8 PEM file, mode 0600. Errors: duplicate when there is one, not_found, not_permitted, io_failed.
    fault save(std::filesystem::path const& path) const { return key_.save(path); }

    /// The key for TLS and certificates.
    private_key const& key() const noexcept { return key_; }
    rsa_pss::public_key_type const& public_key() const noexcept { return public_; }

    result<rsa_pss::signature_type> sign(byte_view message) const {
        quiet_errors const quiet;
        rsa_pss::signature_type out;
        out.resize(public_.size());
        std::size_t n = out.size();
        handle<EVP_MD_CTX> const context(EVP_MD_CTX_new());
        EVP_PKEY_CTX* parameters = nullptr;  // belongs to context
        if (context == nullptr || EVP_DigestSignInit(context.get(), &parameters, EVP_sha256(), nullptr, key_.get()) != 1 ||
            !detail::choose_pss(parameters) || EVP_DigestSign(context.get(), out.data(), &n, message.data(), message.size()) != 1 ||
            n != out.size())
            return fault{errc::bad_key, "sign"};
        return out;
    }

private:
    static result<rsa_pss_signer> adopt(result<private_key> key) {
        if (!key) return key.error();
        auto const known = key->public_key();
        if (!known || !rsa_well_formed(*known)) return fault{errc::bad_key, "key file"};
        return rsa_pss_signer(std::move(*key), *known);
    }
    rsa_pss_signer(private_key key, rsa_modulus const& known) : key_(std::move(key)), public_(known) {}

    private_key key_;
    rsa_modulus public_;
};

} // namespace daicho::openssl
