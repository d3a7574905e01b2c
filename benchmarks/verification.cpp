/// Signatures by every shipped model, and how long a block of 100 transactions and a chain of 10,000 blocks take to check;
/// beside the library's own public classes, used as their manuals show.
#include "suite/chain.hpp"
#include "suite/run.hpp"
#include "suite/signature.hpp"

#include <daicho/defaults/hardened.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/defaults/paper.hpp>
#include <daicho/cryptopp/ecdsa_p256.hpp>
#include <daicho/cryptopp/rsa_pkcs1.hpp>
#include <daicho/openssl/ecdsa_p256.hpp>
#include <daicho/openssl/ed25519.hpp>
#include <daicho/openssl/rsa_pkcs1.hpp>
#include <daicho/openssl/rsa_pss.hpp>

#include <cryptopp/xed25519.h>
#if DAICHO_HAS_SODIUM
#include <sodium.h>
#endif
#if DAICHO_HAS_SECP256K1
#include <secp256k1.h>
#endif

namespace {

using namespace daicho;
using namespace daicho::benchmarks;

struct hardened : defaults::hardened {};
struct paper : defaults::paper {};

/// What the Crypto++ manual shows: a verifier object for the key, then VerifyMessage.
struct manual_ed25519 : cryptopp::ed25519 {
    static constexpr std::string_view name = "ed25519 by the manual";
    static bool verify(public_key_type const& key, byte_view message, signature_type const& signature) noexcept {
        ::CryptoPP::ed25519::Verifier const verifier(key.data());
        return verifier.VerifyMessage(message.data(), message.size(), signature.data(), signature.size());
    }
};
struct manual_ed25519_signer {
    ::CryptoPP::AutoSeededRandomPool random;
    ::CryptoPP::ed25519::Signer key{random};
    manual_ed25519::public_key_type public_key() const {
        manual_ed25519::public_key_type out;
        ::CryptoPP::ed25519::Verifier const verifier(key);
        auto const& known = dynamic_cast<::CryptoPP::ed25519PublicKey const&>(verifier.GetMaterial());
        std::copy_n(known.GetPublicKeyBytePtr(), out.size(), out.begin());
        return out;
    }
    result<manual_ed25519::signature_type> sign(byte_view message) {
        manual_ed25519::signature_type out;
        key.SignMessage(random, message.data(), message.size(), out.data());
        return out;
    }
};
struct manual_ed25519_factory {
    struct made {
        std::shared_ptr<manual_ed25519_signer> key = std::make_shared<manual_ed25519_signer>();
        manual_ed25519::public_key_type public_key() const { return key->public_key(); }
        result<manual_ed25519::signature_type> sign(byte_view message) { return key->sign(message); }
    };
    result<made> operator()() const { return made{}; }
};

#if DAICHO_HAS_SODIUM
struct sodium_ed25519 : cryptopp::ed25519 {
    static constexpr std::string_view name = "ed25519 by libsodium";
    static bool verify(public_key_type const& key, byte_view message, signature_type const& signature) noexcept {
        return ::crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
    }
};
struct sodium_signer {
    sodium_ed25519::public_key_type known{};
    std::array<byte, 64> secret{};
    static result<sodium_signer> generate() {
        sodium_signer s;
        if (::sodium_init() < 0 || ::crypto_sign_keypair(s.known.data(), s.secret.data()) != 0) return errc::no_entropy;
        return s;
    }
    sodium_ed25519::public_key_type public_key() const { return known; }
    result<sodium_ed25519::signature_type> sign(byte_view message) const {
        sodium_ed25519::signature_type out;
        ::crypto_sign_detached(out.data(), nullptr, message.data(), message.size(), secret.data());
        return out;
    }
};
#endif

#if DAICHO_HAS_SECP256K1
/// ECDSA on secp256k1, what most blockchains sign with: another curve, so no choice for a daicho network; for the rate.
struct koblitz {
    using public_key_type = std::array<byte, 33>;
    using signature_type = std::array<byte, 64>;
    static constexpr std::string_view name = "ecdsa_secp256k1";
    static constexpr std::uint16_t algorithm = 400;
    static ::secp256k1_context const* context() {
        static ::secp256k1_context* const c = ::secp256k1_context_create(SECP256K1_CONTEXT_VERIFY | SECP256K1_CONTEXT_SIGN);
        return c;
    }
    static bool verify(public_key_type const& key, byte_view message, signature_type const& signature) noexcept {
        ::secp256k1_pubkey k;
        ::secp256k1_ecdsa_signature s;
        auto const hashed = hash_bytes<defaults::hardened::hash>(message);
        return ::secp256k1_ec_pubkey_parse(context(), &k, key.data(), key.size()) == 1 &&
               ::secp256k1_ecdsa_signature_parse_compact(context(), &s, signature.data()) == 1 &&
               ::secp256k1_ecdsa_verify(context(), &s, hashed.data(), &k) == 1;
    }
};
struct koblitz_signer {
    digest secret{};
    static result<koblitz_signer> generate() {
        koblitz_signer s;
        if (auto f = cryptopp::entropy{}.fill(s.secret)) return f;
        return s;  // out of range once in 2^128
    }
    koblitz::public_key_type public_key() const {
        koblitz::public_key_type out{};
        std::size_t n = out.size();
        ::secp256k1_pubkey k;
        if (::secp256k1_ec_pubkey_create(koblitz::context(), &k, secret.data()) != 1) return out;
        (void)::secp256k1_ec_pubkey_serialize(koblitz::context(), out.data(), &n, &k, SECP256K1_EC_COMPRESSED);
        return out;
    }
    result<koblitz::signature_type> sign(byte_view message) const {
        koblitz::signature_type out{};
        ::secp256k1_ecdsa_signature s;
        auto const hashed = hash_bytes<defaults::hardened::hash>(message);
        if (::secp256k1_ecdsa_sign(koblitz::context(), &s, hashed.data(), secret.data(), nullptr, nullptr) != 1) return errc::no_entropy;
        (void)::secp256k1_ecdsa_signature_serialize_compact(koblitz::context(), out.data(), &s);
        return out;
    }
};
#endif

/// Checks nothing but signatures, each with the manual's verifier: what a ledger without rules would have to do at least.
void signatures_alone(std::size_t count, std::string group, std::string item) {
    using scheme = manual_ed25519;
    std::string policy = "Crypto++ verifier, as many Ed25519 signatures alone";
    add({.group = std::move(group), .policy = std::move(policy), .body = [count](benchmark::State& state) {
             manual_ed25519_signer signer;
             auto const key = signer.public_key();
             auto const message = sample_message();
             auto const signature = *signer.sign(message);
             for (auto _ : state)
                 for (std::size_t i = 0; i != count; ++i) benchmark::DoNotOptimize(scheme::verify(key, message, signature));
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .item = std::move(item)});
}

} // namespace

int main(int argc, char** argv) {
    std::string const ed25519 = "an Ed25519 signature", rsa_pss = "an RSA-PSS signature (2048)";
    signature<manual_ed25519, manual_ed25519_factory::made>("Crypto++ by its manual", manual_ed25519_factory{}, ed25519);
    signature<cryptopp::ed25519, cryptopp::ed25519_signer>("cryptopp::ed25519", cryptopp::ed25519_signer::generate, ed25519);
    signature<openssl::ed25519, openssl::ed25519_signer>("openssl::ed25519", openssl::ed25519_signer::generate, ed25519);
#if DAICHO_HAS_SODIUM
    signature<sodium_ed25519, sodium_signer>("libsodium", sodium_signer::generate, ed25519);
#endif

    auto const rsa = [](auto generate) { return [generate] { return generate(rsa_least_bits); }; };
    signature<cryptopp::rsa_pss, cryptopp::rsa_pss_signer>("cryptopp::rsa_pss", rsa(cryptopp::rsa_pss_signer::generate), rsa_pss);
    signature<openssl::rsa_pss, openssl::rsa_pss_signer>("openssl::rsa_pss", rsa(openssl::rsa_pss_signer::generate), rsa_pss);

    std::string const p256 = "an ECDSA P-256 signature", pkcs1 = "an RSA PKCS#1 v1.5 signature (2048)";
    signature<cryptopp::ecdsa_p256, cryptopp::ecdsa_p256_signer>("cryptopp::ecdsa_p256", cryptopp::ecdsa_p256_signer::generate, p256);
    signature<openssl::ecdsa_p256, openssl::ecdsa_p256_signer>("openssl::ecdsa_p256", openssl::ecdsa_p256_signer::generate, p256);
#if DAICHO_HAS_SECP256K1
    signature<koblitz, koblitz_signer>("libsecp256k1, on its own curve", koblitz_signer::generate, p256);
#endif
    signature<cryptopp::rsa_pkcs1, cryptopp::rsa_pkcs1_signer>("cryptopp::rsa_pkcs1", rsa(cryptopp::rsa_pkcs1_signer::generate), pkcs1);
    signature<openssl::rsa_pkcs1, openssl::rsa_pkcs1_signer>("openssl::rsa_pkcs1", rsa(openssl::rsa_pkcs1_signer::generate), pkcs1);

    // 100 transactions and a seal; 9,999 transactions, 4 enrolments and 10,000 seals.
    signatures_alone(101, "check a block of 100 transactions", "block");
    signatures_alone(20'003, "check a chain of 10000 blocks", "chain");
    using modern = defaults::host<hardened>;
    using old = defaults::host<paper>;
    chain<hardened, modern::signer>("defaults::hardened", modern::signer::generate, modern::sealer::make);
    chain<paper, old::signer>("defaults::paper", rsa(old::signer::generate), old::sealer::make);
    return run(argc, argv);
}
