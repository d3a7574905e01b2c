#pragma once

#include <daicho/cryptopp/entropy.hpp>
#include <daicho/file/key_file.hpp>
#include <daicho/signature/ecdsa_p256.hpp>
#include <daicho/signature/ecdsa_p256_pkcs8.hpp>

#include <cryptopp/eccrypto.h>
#include <cryptopp/oids.h>
#include <cryptopp/osrng.h>
#include <cryptopp/secblock.h>
#include <cryptopp/sha.h>

/// ECDSA over P-256 by Crypto++. Its verification is many times slower than OpenSSL's (docs/performance.md): where a machine verifies
/// more than now and then, take openssl::ecdsa_p256.
namespace daicho::cryptopp {

namespace detail {

using p256 = ::CryptoPP::ECDSA<::CryptoPP::ECP, ::CryptoPP::SHA256>;

inline ::CryptoPP::DL_GroupParameters_EC<::CryptoPP::ECP> const& p256_group() {
    static ::CryptoPP::DL_GroupParameters_EC<::CryptoPP::ECP> const group(::CryptoPP::ASN1::secp256r1());
    return group;
}

struct ecdsa_p256_arithmetic {
    static bool equation_holds(ecdsa_p256_types::public_key_type const& key, byte_view message,
                               ecdsa_p256_types::signature_type const& signature) noexcept try {
        ::CryptoPP::ECPPoint const point(::CryptoPP::Integer(key.data(), 32), ::CryptoPP::Integer(key.data() + 32, 32));
        p256::PublicKey opened;
        opened.Initialize(p256_group(), point);
        if (!opened.GetGroupParameters().GetCurve().VerifyPoint(point)) return false;
        p256::Verifier const verifier(opened);
        return verifier.VerifyMessage(message.data(), message.size(), signature.data(), signature.size());
    } catch (...) {
        return false;
    }
};

} // namespace detail

struct ecdsa_p256 : strict_ecdsa_p256<detail::ecdsa_p256_arithmetic> {};

/// Holds the secret in memory that is wiped on release.
class ecdsa_p256_signer {
public:
    using scheme = ecdsa_p256;

    static result<ecdsa_p256_signer> generate() try {
        ::CryptoPP::AutoSeededRandomPool random;
        detail::p256::PrivateKey key;
        key.Initialize(random, detail::p256_group());
        return adopt(key.GetPrivateExponent());
    } catch (...) {
        return fault{errc::no_entropy, "key"};
    }

    /// Reads a PKCS#8 PEM file, whichever backend or tool wrote it. Errors: not_found, bad_key, not_permitted, io_failed.
    static result<ecdsa_p256_signer> load(std::filesystem::path const& path) try {
        auto const der = file::read_private_key(path);
        if (!der) return der.error();
        auto const secret = ecdsa_p256_from_pkcs8(*der);
        if (!secret) return secret.error();
        auto loaded = adopt(::CryptoPP::Integer(secret->scalar.data(), secret->scalar.size()));
        if (secret->claimed && *secret->claimed != loaded.public_) return fault{errc::bad_key, "key file"};
        return loaded;
    } catch (...) {
        return fault{errc::bad_key, "key file"};
    }

    /// Writes a new PKCS#8 PEM file, mode 0600. Errors: duplicate when there is one, not_found, not_permitted, io_failed.
    fault save(std::filesystem::path const& path) const try {
        std::array<byte, 32> scalar;
        key_.GetPrivateExponent().Encode(scalar.data(), scalar.size());
        return file::write_private_key(path, ecdsa_p256_to_pkcs8(scalar, public_));
    } catch (...) {
        return {errc::bad_key, "key file"};
    }

    ecdsa_p256::public_key_type const& public_key() const noexcept { return public_; }

    result<ecdsa_p256::signature_type> sign(byte_view message) const try {
        ::CryptoPP::AutoSeededRandomPool random;
        detail::p256::Signer const signer(key_);
        ecdsa_p256::signature_type out;
        if (signer.SignMessage(random, message.data(), message.size(), out.data()) != out.size()) return fault{errc::bad_key, "sign"};
        return ecdsa_p256_lowered(out);
    } catch (...) {
        return fault{errc::bad_key, "sign"};
    }

private:
    static ecdsa_p256_signer adopt(::CryptoPP::Integer const& scalar) {
        ecdsa_p256_signer made;
        made.key_.Initialize(detail::p256_group(), scalar);
        detail::p256::PublicKey open;
        made.key_.MakePublicKey(open);
        open.GetPublicElement().x.Encode(made.public_.data(), 32);
        open.GetPublicElement().y.Encode(made.public_.data() + 32, 32);
        return made;
    }
    ecdsa_p256_signer() = default;

    detail::p256::PrivateKey key_;
    ecdsa_p256::public_key_type public_{};
};

} // namespace daicho::cryptopp
