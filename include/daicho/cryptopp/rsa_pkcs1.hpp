#pragma once

#include <daicho/cryptopp/hash.hpp>
#include <daicho/cryptopp/rsa.hpp>
#include <daicho/signature/rsa_pkcs1.hpp>

#include <cryptopp/osrng.h>
#include <cryptopp/pkcspad.h>

/// RSA PKCS#1 v1.5 by Crypto++.
namespace daicho::cryptopp {

namespace detail {

struct rsa_pkcs1_arithmetic {
    using hash = cryptopp::sha256;
    static bool open(rsa_modulus const& key, byte_view signature, byte_span out) noexcept try {
        rsa_key(key).ApplyFunction(::CryptoPP::Integer(signature.data(), signature.size())).Encode(out.data(), out.size());
        return true;
    } catch (...) {
        return false;
    }
};

} // namespace detail

struct rsa_pkcs1 : strict_rsa_pkcs1<detail::rsa_pkcs1_arithmetic> {};

class rsa_pkcs1_signer {
public:
    using scheme = rsa_pkcs1;

    static result<rsa_pkcs1_signer> generate(unsigned bits = rsa_least_bits) { return adopt(rsa_private_key::generate(bits)); }

    /// Reads a PKCS#8 PEM file, whichever backend or tool wrote it. Errors: not_found, bad_key, not_permitted, io_failed.
    static result<rsa_pkcs1_signer> load(std::filesystem::path const& path) { return adopt(rsa_private_key::load(path)); }

    /// Writes a new PKCS#8 PEM file, mode 0600. Errors: duplicate when there is one, not_found, not_permitted, io_failed.
    fault save(std::filesystem::path const& path) const { return key_.save(path); }

    rsa_pkcs1::public_key_type const& public_key() const noexcept { return key_.public_key(); }

    result<rsa_pkcs1::signature_type> sign(byte_view message) const try {
        ::CryptoPP::AutoSeededRandomPool random;  // blinds the private operation; the signature does not depend on it
        rsa_pkcs1::signature_type out;
        (void)out.resize(key_.public_key().size());
        if (signer_.SignMessage(random, message.data(), message.size(), out.data()) != out.size()) return fault{errc::bad_key, "sign"};
        return out;
    } catch (...) {
        return fault{errc::bad_key, "sign"};
    }

private:
    static result<rsa_pkcs1_signer> adopt(result<rsa_private_key> key) {
        if (!key) return key.error();
        return rsa_pkcs1_signer(std::move(*key));
    }
    explicit rsa_pkcs1_signer(rsa_private_key key) : key_(std::move(key)), signer_(key_.get()) {}

    rsa_private_key key_;
    ::CryptoPP::RSASS<::CryptoPP::PKCS1v15, ::CryptoPP::SHA256>::Signer signer_;
};

} // namespace daicho::cryptopp
