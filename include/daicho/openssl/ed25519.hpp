#pragma once

#include <daicho/openssl/private_key.hpp>
#include <daicho/signature/ed25519.hpp>

/// Ed25519 by OpenSSL.
namespace daicho::openssl {

namespace detail {
struct ed25519_arithmetic {
    static bool equation_holds(std::array<byte, 32> const& key, byte_view message, std::array<byte, 64> const& signature) noexcept {
        quiet_errors const quiet;
        auto const opened = ed25519_key(key);
        handle<EVP_MD_CTX> const context(EVP_MD_CTX_new());
        return opened != nullptr && context != nullptr &&
               EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, opened.get()) == 1 &&
               EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
    }
};
} // namespace detail

struct ed25519 : strict_ed25519<detail::ed25519_arithmetic> {};

class ed25519_signer {
public:
    using scheme = ed25519;

    static result<ed25519_signer> generate() { return adopt(private_key::generate_ed25519()); }

    /// Reads a PKCS#8 PEM file, whichever backend or tool wrote it. Errors: not_found, bad_key, not_permitted, io_failed.
    static result<ed25519_signer> load(std::filesystem::path const& path) { return adopt(private_key::load(path)); }

    /// Writes a new PKCS#8 PEM file, mode 0600. Errors: duplicate when there is one, not_found, not_permitted, io_failed.
    fault save(std::filesystem::path const& path) const { return key_.save(path); }

    /// The key for TLS and certificates.
    private_key const& key() const noexcept { return key_; }
    ed25519::public_key_type const& public_key() const noexcept { return public_; }

    result<ed25519::signature_type> sign(byte_view message) const {
        quiet_errors const quiet;
        ed25519::signature_type out;
        std::size_t n = out.size();
        handle<EVP_MD_CTX> const context(EVP_MD_CTX_new());
        if (context == nullptr || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
            EVP_DigestSign(context.get(), out.data(), &n, message.data(), message.size()) != 1 || n != out.size())
            return fault{errc::bad_key, "sign"};
        return out;
    }

private:
    static result<ed25519_signer> adopt(result<private_key> key) {
        if (!key) return key.error();
        auto const known = key->public_key();
        if (!known || known->size() != 32) return fault{errc::bad_key, "key file"};
        return ed25519_signer(std::move(*key), *known);
    }
    ed25519_signer(private_key key, key_bytes const& known) : key_(std::move(key)) {
        std::copy_n(known.begin(), public_.size(), public_.begin());
    }

    private_key key_;
    ed25519::public_key_type public_;
};

} // namespace daicho::openssl
