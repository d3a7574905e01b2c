#pragma once

#include <daicho/cryptopp/rsa.hpp>
#include <daicho/signature/rsa_pss.hpp>

#include <cryptopp/pssr.h>

/// RSA-PSS by Crypto++.
namespace daicho::cryptopp {

namespace detail {

/// SHA-256 with a salt as long as its digest: exactly the 32 bytes that daicho fixes.
using pss = ::CryptoPP::RSASS<::CryptoPP::PSS, ::CryptoPP::SHA256>;

struct rsa_pss_arithmetic {
    static bool signature_opens(rsa_modulus const& key, byte_view message, byte_view signature) noexcept try {
        pss::Verifier const verifier(rsa_key(key));
        return verifier.VerifyMessage(message.data(), message.size(), signature.data(), signature.size());
    } catch (...) {
        return false;
    }
};

} // namespace detail

struct rsa_pss : strict_rsa_pss<detail::rsa_pss_arithmetic> {};

class rsa_pss_signer {
public:
    using scheme = rsa_pss;

    static result<rsa_pss_signer> generate(unsigned bits = rsa_least_bits) { return adopt(rsa_private_key::generate(bits)); }

    /// Reads a PKCS#8 PEM file, whichever backend or tool wrote it. Errors: not_found, bad_key, not_permitted, io_failed.
    static result<rsa_pss_signer> load(std::filesystem::path const& path) { return adopt(rsa_private_key::load(path)); }

    /// Writes a new PKCS#8 PEM file, mode 0600. Errors: duplicate when there is one, not_found, not_permitted, io_failed.
    fault save(std::filesystem::path const& path) const { return key_.save(path); }

    rsa_pss::public_key_type const& public_key() const noexcept { return key_.public_key(); }

    result<rsa_pss::signature_type> sign(byte_view message) const try {
        ::CryptoPP::AutoSeededRandomPool random;
        rsa_pss::signature_type out;
        out.resize(key_.public_key().size());
        std::size_t const n = signer_.SignMessage(random, message.data(), message.size(), out.data());
        if (n != out.size()) return fault{errc::bad_key, "sign"};
        return out;
    } catch (...) {
        return fault{errc::bad_key, "sign"};
    }

private:
    static result<rsa_pss_signer> adopt(result<rsa_private_key> key) {
        if (!key) return key.error();
        return rsa_pss_signer(std::move(*key));
    }
    explicit rsa_pss_signer(rsa_private_key key) : key_(std::move(key)), signer_(key_.get()) {}

    rsa_private_key key_;
    detail::pss::Signer signer_;
};

} // namespace daicho::cryptopp
