#include <daicho/channel/hkdf.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/hash/sha256.hpp>

#include "../wycheproof.hpp"

using namespace daicho;

BOOST_AUTO_TEST_SUITE(channel_hkdf)

// RFC 5869, A.1.
BOOST_AUTO_TEST_CASE(the_published_example_agrees) {
    channel::hkdf<sha256> const keys(*bytes_from_hex("000102030405060708090a0b0c"), bytes(22, 0x0b));
    bytes out(42);
    keys.expand(*bytes_from_hex("f0f1f2f3f4f5f6f7f8f9"), out);
    BOOST_TEST(to_hex(out) == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

BOOST_AUTO_TEST_CASE(every_wycheproof_case_agrees) {
    wycheproof::for_each_case("hkdf_sha256_test.json", [](auto&, auto& one) {
        if (!wycheproof::is_valid(one)) return;  // the others ask for more than 255 digests, which no caller here can
        channel::hkdf<sha256> const keys(wycheproof::hex(one, "salt"), wycheproof::hex(one, "ikm"));
        bytes const expected = wycheproof::hex(one, "okm");
        bytes out(expected.size());
        keys.expand(wycheproof::hex(one, "info"), out);
        BOOST_TEST((out == expected));
    });
}

BOOST_AUTO_TEST_SUITE_END()
