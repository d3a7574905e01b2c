#pragma once

#include <daicho/cryptopp/rsa.hpp>

#include <cryptopp/oaep.h>
#include <cryptopp/sha.h>

/// RSAES-OAEP (RFC 8017, 7.1) with SHA-256, MGF1 with SHA-256 and an empty label, by Crypto++.
namespace daicho::cryptopp {

namespace detail {
using oaep = ::CryptoPP::RSAES<::CryptoPP::OAEP<::CryptoPP::SHA256>>;
}

struct rsa_oaep {
    using public_key_type = rsa_modulus;

    /// Errors: bad_key; oversized when `plain` is longer than the modulus less 66 bytes.
    static result<bytes> encrypt(public_key_type const& key, byte_view plain) try {
        if (!rsa_well_formed(key)) return fault{errc::bad_key, "public key"};
        detail::oaep::Encryptor const encryptor(rsa_key(key));
        if (plain.size() > encryptor.FixedMaxPlaintextLength()) return fault{errc::oversized, "plaintext", plain.size()};
        ::CryptoPP::AutoSeededRandomPool random;
        bytes out(key.size());
        encryptor.Encrypt(random, plain.data(), plain.size(), out.data());
        return out;
    } catch (...) {
        return fault{errc::bad_key, "public key"};
    }
};

class rsa_oaep_key {
public:
    using scheme = rsa_oaep;

    static result<rsa_oaep_key> generate(unsigned bits = rsa_least_bits) { return adopt(rsa_private_key::generate(bits)); }

    /// Reads a PKCS#8 PEM file, whichever backend or tool wrote it. Errors: not_found, bad_key, not_permitted, io_failed.
    static result<rsa_oaep_key> load(std::filesystem::path const& path) { return adopt(rsa_private_key::load(path)); }

    /// Writes a new PKCS#8 PEM file, mode 0600. Errors: duplicate when there is one, not_found, not_permitted, io_failed.
    fault save(std::filesystem::path const& path) const { return key_.save(path); }

    rsa_modulus const& public_key() const noexcept { return key_.public_key(); }

    /// One fault for whatever is wrong with the ciphertext, so that it tells an attacker nothing: bad_signature.
    result<secret_bytes> decrypt(byte_view sealed) const try {
        if (!rsa_reduced(sealed, key_.public_key())) return refused;
        ::CryptoPP::AutoSeededRandomPool random;
        secret_bytes out(decryptor_.FixedMaxPlaintextLength());
        auto const done = decryptor_.Decrypt(random, sealed.data(), sealed.size(), out.data());
        if (!done.isValidCoding) return refused;
        out.resize(done.messageLength);
        return out;
    } catch (...) {
        return refused;
    }

private:
    static constexpr fault refused{errc::bad_signature, "ciphertext"};

    static result<rsa_oaep_key> adopt(result<rsa_private_key> key) {
        if (!key) return key.error();
        return rsa_oaep_key(std::move(*key));
    }
    explicit rsa_oaep_key(rsa_private_key key) : key_(std::move(key)), decryptor_(key_.get()) {}

    rsa_private_key key_;
    detail::oaep::Decryptor decryptor_;
};

} // namespace daicho::cryptopp
