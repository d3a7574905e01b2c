#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/openssl/ed25519.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/concept/signature_scheme.hpp>

#include "../wycheproof.hpp"
#include "disputed.hpp"

#include <random>
#include <tuple>

using namespace daicho;

using models = std::tuple<daicho::cryptopp::ed25519, daicho::openssl::ed25519>;
using signers = std::tuple<daicho::cryptopp::ed25519_signer, daicho::openssl::ed25519_signer>;

BOOST_AUTO_TEST_SUITE(ed25519_models)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_wycheproof_case_agrees, scheme, models) {
    static_assert(signature_scheme<scheme>);
    wycheproof::for_each_case("ed25519_test.json", [](auto& group, auto& one) {
        auto const key = wycheproof::hex(group.at("publicKey").as_object(), "pk");
        auto const signature = wycheproof::hex(one, "sig");
        BOOST_REQUIRE(key.size() == 32u);
        if (signature.size() != 64) {  // cannot even be said in our type
            BOOST_TEST(!wycheproof::is_valid(one));
            return;
        }
        typename scheme::public_key_type k;
        typename scheme::signature_type s;
        std::copy(key.begin(), key.end(), k.begin());
        std::copy(signature.begin(), signature.end(), s.begin());
        BOOST_TEST(scheme::verify(k, wycheproof::hex(one, "msg"), s) == wycheproof::is_valid(one));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_disputed_ones_get_one_verdict, scheme, models) {
    for (auto const& one : disputed::ed25519) {
        auto const [key, signature] = disputed::parse(one);
        BOOST_TEST_CONTEXT(one.what) BOOST_TEST(scheme::verify(key, as_bytes("daicho"), signature) == one.valid);
    }
}

BOOST_AUTO_TEST_CASE(the_arithmetic_of_both_libraries_alone_would_have_accepted_some_of_them) {
    auto const [key, signature] = disputed::parse(disputed::ed25519[2]);
    BOOST_TEST(daicho::cryptopp::detail::ed25519_arithmetic::equation_holds(key, as_bytes("daicho"), signature));
    BOOST_TEST(daicho::openssl::detail::ed25519_arithmetic::equation_holds(key, as_bytes("daicho"), signature));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_signed_verifies_by_either_library, signer_type, signers) {
    auto const signer = signer_type::generate();
    BOOST_REQUIRE(signer);
    for (std::size_t n : {0u, 1u, 63u, 64u, 1000u}) {
        bytes const message(n, byte(n));
        auto const signature = signer->sign(message);
        BOOST_REQUIRE(signature);
        BOOST_TEST(daicho::cryptopp::ed25519::verify(signer->public_key(), message, *signature));
        BOOST_TEST(daicho::openssl::ed25519::verify(signer->public_key(), message, *signature));
    }
}

BOOST_AUTO_TEST_CASE(on_thousands_of_altered_inputs_both_libraries_say_the_same) {
    std::mt19937_64 random(1);
    auto const signer = *daicho::cryptopp::ed25519_signer::generate();
    unsigned accepted = 0, refused = 0;
    for (unsigned i = 0; i != 3000; ++i) {
        bytes message(random() % 40, byte(i));
        auto key = signer.public_key();
        auto signature = *signer.sign(message);
        switch (random() % 6) {
        case 0: break;
        case 1: key[random() % 32] ^= byte(1u << random() % 8); break;
        case 2: signature[random() % 32] ^= byte(1u << random() % 8); break;
        case 3: signature[32 + random() % 32] ^= byte(1u << random() % 8); break;
        case 4: std::generate(key.begin(), key.end(), [&] { return byte(random()); }); break;
        case 5: {
            auto const d = disputed::parse(disputed::ed25519[random() % std::size(disputed::ed25519)]);
            if (random() % 2) key = d.first;
            if (random() % 2) std::copy_n(d.second.begin(), 32, signature.begin());
            if (random() % 2) std::copy_n(d.second.begin() + 32, 32, signature.begin() + 32);
        }
        }
        bool const one = daicho::cryptopp::ed25519::verify(key, message, signature);
        BOOST_REQUIRE(one == daicho::openssl::ed25519::verify(key, message, signature));
        ++(one ? accepted : refused);
    }
    BOOST_TEST(accepted > 300u);
    BOOST_TEST(refused > 1500u);
    BOOST_TEST(ERR_peek_error() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
