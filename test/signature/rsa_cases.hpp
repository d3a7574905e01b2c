#pragma once

#include <boost/test/unit_test.hpp>

#include <daicho/base/bytes.hpp>

#include <algorithm>
#include <openssl/err.h>
#include <random>

/// What every RSA scheme promises whichever library computes it.
namespace rsa_cases {

using namespace daicho;

/// Keys of each length that is allowed; what one library signs the other verifies.
template <class Signer, class Crypto, class Openssl>
void what_is_signed_verifies_by_either_library() {
    for (unsigned bits : {2048u, 2056u, 3072u}) {
        auto const signer = Signer::generate(bits);
        BOOST_REQUIRE(signer);
        BOOST_TEST(signer->public_key().size() == bits / 8);
        for (std::size_t n : {0u, 100u}) {
            bytes const message(n, byte(n));
            auto const signature = signer->sign(message);
            BOOST_REQUIRE(signature);
            BOOST_TEST(Crypto::verify(signer->public_key(), message, *signature));
            BOOST_TEST(Openssl::verify(signer->public_key(), message, *signature));
        }
    }
    for (unsigned bits : {1024u, 2047u, 2049u, 4096u}) BOOST_TEST((Signer::generate(bits).error() == errc::bad_key));
}

template <class Signer, class Crypto, class Openssl>
void on_thousands_of_altered_inputs_both_libraries_say_the_same() {
    std::mt19937_64 random(1);
    auto const signer = *Signer::generate();
    auto const message = as_bytes("daicho");
    auto const good = *signer.sign(message);
    unsigned accepted = 0, refused = 0;
    for (unsigned i = 0; i != 2000; ++i) {
        auto key = signer.public_key();
        auto signature = good;
        switch (random() % 6) {
        case 0: break;
        case 1: key[random() % key.size()] ^= byte(1u << random() % 8); break;
        case 2: signature[random() % signature.size()] ^= byte(1u << random() % 8); break;
        case 3: signature.resize(random() % 385); break;
        case 4: std::generate(key.begin(), key.end(), [&] { return byte(random()); }); break;
        case 5: key.resize(random() % 385); break;
        }
        bool const one = Crypto::verify(key, message, signature);
        BOOST_REQUIRE(one == Openssl::verify(key, message, signature));
        ++(one ? accepted : refused);
    }
    BOOST_TEST(accepted > 200u);
    BOOST_TEST(refused > 1000u);
    BOOST_TEST(ERR_peek_error() == 0u);
}

} // namespace rsa_cases
