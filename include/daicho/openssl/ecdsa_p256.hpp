#pragma once

#include <daicho/openssl/private_key.hpp>
#include <daicho/signature/ecdsa_p256.hpp>

#include <openssl/ecdsa.h>

/// ECDSA over P-256 by OpenSSL.
namespace daicho::openssl {

namespace detail {

struct ecdsa_signature_deleter {
    void operator()(ECDSA_SIG* s) const noexcept { ECDSA_SIG_free(s); }
};
using ecdsa_signature_handle = std::unique_ptr<ECDSA_SIG, ecdsa_signature_deleter>;

/// OpenSSL takes r and s in DER: 72 bytes at most.
inline inline_bytes<72> p1363_to_der(ecdsa_p256_types::signature_type const& signature) noexcept {
    inline_bytes<72> out;
    ecdsa_signature_handle const pair(ECDSA_SIG_new());
    handle<BIGNUM> r(BN_bin2bn(signature.data(), 32, nullptr)), s(BN_bin2bn(signature.data() + 32, 32, nullptr));
    if (pair == nullptr || r == nullptr || s == nullptr || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return out;
    (void)r.release();
    (void)s.release();
    int const n = i2d_ECDSA_SIG(pair.get(), nullptr);
    if (n <= 0 || !out.resize(std::size_t(n))) return {};
    byte* at = out.data();
    (void)i2d_ECDSA_SIG(pair.get(), &at);
    return out;
}

struct ecdsa_p256_arithmetic {
    static bool equation_holds(ecdsa_p256_types::public_key_type const& key, byte_view message,
                               ecdsa_p256_types::signature_type const& signature) noexcept {
        quiet_errors const quiet;
        auto const opened = p256_key(key);
        auto const der = p1363_to_der(signature);
        handle<EVP_MD_CTX> const context(EVP_MD_CTX_new());
        return opened != nullptr && !der.empty() && context != nullptr &&
               EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, opened.get()) == 1 &&
               EVP_DigestVerify(context.get(), der.data(), der.size(), message.data(), message.size()) == 1;
    }
};

} // namespace detail

struct ecdsa_p256 : strict_ecdsa_p256<detail::ecdsa_p256_arithmetic> {};

class ecdsa_p256_signer {
public:
    using scheme = ecdsa_p256;

    static result<ecdsa_p256_signer> generate() { return adopt(private_key::generate_p256()); }

    /// Reads a PKCS#8 PEM file, whichever backend or tool wrote it. Errors: not_found, bad_key, not_permitted, io_failed.
    static result<ecdsa_p256_signer> load(std::filesystem::path const& path) { return adopt(private_key::load(path)); }

    /// Writes a new PKCS#8 PEM file, mode 0600. Errors: duplicate when there is one, not_found, not_permitted, io_failed.
    fault save(std::filesystem::path const& path) const { return key_.save(path); }

    /// The key for TLS and certificates.
    private_key const& key() const noexcept { return key_; }
    ecdsa_p256::public_key_type const& public_key() const noexcept { return public_; }

    result<ecdsa_p256::signature_type> sign(byte_view message) const {
        quiet_errors const quiet;
        constexpr fault refused{errc::bad_key, "sign"};
        std::array<byte, 72> der;
        std::size_t n = der.size();
        handle<EVP_MD_CTX> const context(EVP_MD_CTX_new());
        if (context == nullptr || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
            EVP_DigestSign(context.get(), der.data(), &n, message.data(), message.size()) != 1)
            return refused;
        byte const* at = der.data();
        detail::ecdsa_signature_handle const pair(d2i_ECDSA_SIG(nullptr, &at, long(n)));
        ecdsa_p256::signature_type out;
        if (pair == nullptr || BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out.data(), 32) != 32 ||
            BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out.data() + 32, 32) != 32)
            return refused;
        return ecdsa_p256_lowered(out);
    }

private:
    static result<ecdsa_p256_signer> adopt(result<private_key> key) {
        if (!key) return key.error();
        auto const known = key->public_key();
        if (!known || known->size() != 64) return fault{errc::bad_key, "key file"};
        return ecdsa_p256_signer(std::move(*key), *known);
    }
    ecdsa_p256_signer(private_key key, key_bytes const& known) : key_(std::move(key)) {
        std::copy_n(known.begin(), public_.size(), public_.begin());
    }

    private_key key_;
    ecdsa_p256::public_key_type public_;
};

} // namespace daicho::openssl
