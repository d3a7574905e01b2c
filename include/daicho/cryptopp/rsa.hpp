#pragma once

#include <daicho/cryptopp/entropy.hpp>
#include <daicho/file/key_file.hpp>
#include <daicho/signature/rsa.hpp>

#include <cryptopp/queue.h>
#include <cryptopp/rsa.h>

/// RSA keys between Crypto++ and the forms that daicho writes.
namespace daicho::cryptopp {

inline ::CryptoPP::RSA::PublicKey rsa_key(rsa_modulus const& n) {
    ::CryptoPP::RSA::PublicKey key;
    key.Initialize(::CryptoPP::Integer(n.data(), n.size()), ::CryptoPP::Integer(long(rsa_exponent)));
    return key;
}

inline rsa_modulus modulus_of(::CryptoPP::Integer const& n) {
    rsa_modulus out;
    if (out.resize(n.MinEncodedSize())) n.Encode(out.data(), out.size());
    return out;
}

/// A private key that Crypto++ holds. Copying it copies the secret; its memory is wiped on release.
class rsa_private_key {
public:
    static result<rsa_private_key> generate(unsigned bits = rsa_least_bits) try {
        if (bits < rsa_least_bits || bits > rsa_most_bits || bits % 8 != 0) return fault{errc::bad_key, "bits", bits};
        rsa_private_key made;
        ::CryptoPP::AutoSeededRandomPool random;
        made.key_.Initialize(random, bits, ::CryptoPP::Integer(long(rsa_exponent)));
        made.public_ = modulus_of(made.key_.GetModulus());
        if (!rsa_well_formed(made.public_)) return fault{errc::bad_key, "key"};
        return made;
    } catch (...) {
        return fault{errc::no_entropy, "key"};
    }

    /// Reads a PKCS#8 PEM file, whichever backend or tool wrote it. Errors: not_found, bad_key, not_permitted, io_failed.
    static result<rsa_private_key> load(std::filesystem::path const& path) {
        auto const der = file::read_private_key(path);
        if (!der) return der.error();
        return from_pkcs8(*der);
    }
    static result<rsa_private_key> from_pkcs8(byte_view der) try {
        rsa_private_key loaded;
        ::CryptoPP::ByteQueue queue;
        queue.Put(der.data(), der.size());
        loaded.key_.BERDecode(queue);
        loaded.public_ = modulus_of(loaded.key_.GetModulus());
        ::CryptoPP::AutoSeededRandomPool random;
        bool const right = queue.IsEmpty() && rsa_well_formed(loaded.public_) &&
                           loaded.key_.GetPublicExponent() == ::CryptoPP::Integer(long(rsa_exponent)) && loaded.key_.Validate(random, 2);
        if (!right) return fault{errc::bad_key, "key file"};
        return loaded;
    } catch (...) {
        return fault{errc::bad_key, "key file"};
    }

    /// Writes a new PKCS#8 PEM file, mode 0600. Errors: duplicate when there is one, not_found, not_permitted, io_failed.
    fault save(std::filesystem::path const& path) const try {
        ::CryptoPP::ByteQueue queue;
        key_.DEREncode(queue);
        ::CryptoPP::SecByteBlock der(std::size_t(queue.CurrentSize()));
        queue.Get(der.begin(), der.size());
        return file::write_private_key(path, {der.begin(), der.size()});
    } catch (...) {
        return {errc::bad_key, "key file"};
    }

    rsa_modulus const& public_key() const noexcept { return public_; }
    ::CryptoPP::RSA::PrivateKey const& get() const noexcept { return key_; }

private:
    rsa_private_key() = default;
    ::CryptoPP::RSA::PrivateKey key_;
    rsa_modulus public_;
};

} // namespace daicho::cryptopp
