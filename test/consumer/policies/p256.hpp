#pragma once

#include <daicho/concept/signature_scheme.hpp>

#include <cryptopp/eccrypto.h>
#include <cryptopp/oids.h>
#include <cryptopp/osrng.h>

#include <memory>

/// An outsider's signature scheme: ECDSA on P-256 with SHA-256, as secure elements have it. Two types and a verify(); a second
/// form of the same signature (s and order - s both verify) is refused, as daicho's laws demand.
namespace outsider {

namespace ecdsa {

using curve = CryptoPP::ECDSA<CryptoPP::ECP, CryptoPP::SHA256>;
using group_type = CryptoPP::DL_GroupParameters_EC<CryptoPP::ECP>;
inline group_type group() { return group_type(CryptoPP::ASN1::secp256r1()); }
inline CryptoPP::Integer number(daicho::byte const* b) { return {b, 32}; }

} // namespace ecdsa

struct p256 {
    using public_key_type = std::array<daicho::byte, 33>;  ///< compressed point
    using signature_type = std::array<daicho::byte, 64>;   ///< r and s, s in the lower half
    static constexpr std::string_view name = "ecdsa_p256_sha256";
    static constexpr std::uint16_t algorithm = 40'001;

    static bool verify(public_key_type const& key, daicho::byte_view message, signature_type const& signature) noexcept try {
        auto group = ecdsa::group();
        auto const n = group.GetSubgroupOrder(), r = ecdsa::number(signature.data()), s = ecdsa::number(signature.data() + 32);
        if (r < 1 || r >= n || s < 1 || s > n / 2) return false;
        if (key[0] != 2 && key[0] != 3) return false;
        CryptoPP::ECP::Point point;
        if (!group.GetCurve().DecodePoint(point, key.data(), key.size())) return false;
        if (point.identity || !group.GetCurve().VerifyPoint(point)) return false;
        ecdsa::curve::PublicKey known;
        known.Initialize(group, point);
        return ecdsa::curve::Verifier(known).VerifyMessage(message.data(), message.size(), signature.data(), signature.size());
    } catch (...) {
        return false;
    }
};

class p256_signer {
public:
    static daicho::result<p256_signer> generate() {
        auto made = std::make_shared<held>();
        made->key.Initialize(made->random, ecdsa::group());
        ecdsa::curve::PublicKey known;
        made->key.MakePublicKey(known);
        ecdsa::group().GetCurve().EncodePoint(made->known.data(), known.GetPublicElement(), true);
        return p256_signer(std::move(made));
    }
    p256::public_key_type public_key() const { return held_->known; }
    daicho::result<p256::signature_type> sign(daicho::byte_view message) const try {
        p256::signature_type out;
        ecdsa::curve::Signer(held_->key).SignMessage(held_->random, message.data(), message.size(), out.data());
        auto const n = ecdsa::group().GetSubgroupOrder(), s = ecdsa::number(out.data() + 32);
        if (s > n / 2) (n - s).Encode(out.data() + 32, 32);
        return out;
    } catch (...) {
        return daicho::fault{daicho::errc::bad_key, "sign"};
    }

private:
    struct held {
        CryptoPP::AutoSeededRandomPool random;
        ecdsa::curve::PrivateKey key;
        p256::public_key_type known{};
    };
    explicit p256_signer(std::shared_ptr<held> h) : held_(std::move(h)) {}
    std::shared_ptr<held> held_;
};

} // namespace outsider
