#include <daicho/cryptopp/ecdsa_p256.hpp>
#include <daicho/openssl/ecdsa_p256.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/concept/signature_scheme.hpp>

#include "../wycheproof.hpp"

#include <random>
#include <tuple>

using namespace daicho;

using models = std::tuple<daicho::cryptopp::ecdsa_p256, daicho::openssl::ecdsa_p256>;
using signers = std::tuple<daicho::cryptopp::ecdsa_p256_signer, daicho::openssl::ecdsa_p256_signer>;
using key_type = ecdsa_p256_types::public_key_type;
using signature_type = ecdsa_p256_types::signature_type;

namespace {
/// The other form of a signature: (r, n - s).
signature_type risen(signature_type s) {
    unsigned borrow = 0;
    for (std::size_t i = 32; i-- != 0;) {
        unsigned const taken = s[32 + i] + borrow;
        borrow = daicho::detail::p256_order[i] < taken ? 1 : 0;
        s[32 + i] = byte(daicho::detail::p256_order[i] + 256u * borrow - taken);
    }
    return s;
}
} // namespace

BOOST_AUTO_TEST_SUITE(ecdsa_p256_models)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_wycheproof_case_agrees_once_its_s_is_low, scheme, models) {
    static_assert(signature_scheme<scheme>);
    std::size_t high = 0;
    auto const cases = wycheproof::for_each_case("ecdsa_secp256r1_sha256_p1363_test.json", [&](auto& group, auto& one) {
        auto const point = wycheproof::hex(group.at("publicKey").as_object(), "uncompressed");
        auto const raw = wycheproof::hex(one, "sig");
        BOOST_REQUIRE(point.size() == 65u);
        if (raw.size() != 64) {
            BOOST_TEST(!wycheproof::is_valid(one));
            return;
        }
        key_type key;
        signature_type signature;
        std::copy(point.begin() + 1, point.end(), key.begin());
        std::copy(raw.begin(), raw.end(), signature.begin());
        auto const message = wycheproof::hex(one, "msg");
        if (!ecdsa_p256_low(signature)) {
            ++high;
            BOOST_TEST(!scheme::verify(key, message, signature));
            signature = ecdsa_p256_lowered(signature);
        }
        BOOST_TEST(scheme::verify(key, message, signature) == wycheproof::is_valid(one));
    });
    BOOST_TEST((cases == 0 || high > 10u));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_signed_verifies_by_either_library, signer_type, signers) {
    for (unsigned i = 0; i != 20; ++i) {
        auto const signer = *signer_type::generate();
        bytes const message(i * 10, byte(i));
        auto const signature = *signer.sign(message);
        BOOST_TEST(daicho::cryptopp::ecdsa_p256::verify(signer.public_key(), message, signature));
        BOOST_TEST(daicho::openssl::ecdsa_p256::verify(signer.public_key(), message, signature));
    }
}

// Whoever sees (r, s) knows (r, n - s): taken too, it would be the same transaction under another digest.
BOOST_AUTO_TEST_CASE_TEMPLATE(the_second_form_of_a_signature_is_refused, scheme, models) {
    auto const signer = *daicho::openssl::ecdsa_p256_signer::generate();
    auto const message = as_bytes("daicho");
    auto const signature = *signer.sign(message);
    BOOST_TEST(scheme::verify(signer.public_key(), message, signature));
    BOOST_TEST(!scheme::verify(signer.public_key(), message, risen(signature)));
    BOOST_TEST((ecdsa_p256_lowered(risen(signature)) == signature));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_key_that_is_not_on_the_curve_is_refused, scheme, models) {
    auto const signer = *daicho::openssl::ecdsa_p256_signer::generate();
    auto const message = as_bytes("daicho");
    auto const signature = *signer.sign(message);
    BOOST_TEST(scheme::verify(signer.public_key(), message, signature));
    for (std::size_t i : {0u, 31u, 32u, 63u}) {
        auto key = signer.public_key();
        key[i] ^= 1;
        BOOST_TEST(!scheme::verify(key, message, signature));
    }
    BOOST_TEST(!scheme::verify({}, message, signature));
}

BOOST_AUTO_TEST_CASE(on_many_altered_inputs_both_libraries_say_the_same) {
    std::mt19937_64 random(1);
    auto const signer = *daicho::cryptopp::ecdsa_p256_signer::generate();
    auto const message = as_bytes("daicho");
    auto const good = *signer.sign(message);
    unsigned accepted = 0, refused = 0;
    for (unsigned i = 0; i != 400; ++i) {
        auto key = signer.public_key();
        auto signature = good;
        switch (random() % 5) {
        case 0: break;
        case 1: key[random() % 64] ^= byte(1u << random() % 8); break;
        case 2: signature[random() % 64] ^= byte(1u << random() % 8); break;
        case 3: std::generate(key.begin(), key.end(), [&] { return byte(random()); }); break;
        case 4: signature = risen(signature); break;
        }
        bool const one = daicho::cryptopp::ecdsa_p256::verify(key, message, signature);
        BOOST_REQUIRE(one == daicho::openssl::ecdsa_p256::verify(key, message, signature));
        ++(one ? accepted : refused);
    }
    BOOST_TEST(accepted > 40u);
    BOOST_TEST(refused > 200u);
    BOOST_TEST(ERR_peek_error() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
