#include <daicho/openssl/hash.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/hash/digest_of.hpp>
#include <daicho/hash/hmac.hpp>
#include <daicho/hash/sha256.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(openssl_hash)

BOOST_AUTO_TEST_CASE(equals_the_portable_form_on_every_length_around_a_block) {
    for (std::size_t n = 0; n != 520; ++n) {
        bytes const m(n, byte(n * 37));
        BOOST_REQUIRE((hash_bytes<daicho::openssl::sha256>(m) == hash_bytes<sha256>(m)));
        BOOST_REQUIRE((hash_bytes<daicho::openssl::sha512_256>(m) == hash_bytes<sha512_256>(m)));
    }
}

BOOST_AUTO_TEST_CASE(an_hmac_can_be_made_of_it) {
    bytes const key(32, 1), message(500, 2);
    BOOST_TEST((hmac<daicho::openssl::sha256>::tag(key, message) == hmac<sha256>::tag(key, message)));
    BOOST_TEST((hmac<daicho::openssl::sha512_256>::tag(key, message) == hmac<sha512_256>::tag(key, message)));
}

BOOST_AUTO_TEST_SUITE_END()
