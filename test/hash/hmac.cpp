#include <daicho/hash/hmac.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/hash/sha256.hpp>

#include "../wycheproof.hpp"

using namespace daicho;

BOOST_AUTO_TEST_SUITE(hmac_)

// RFC 4231, test cases 1 and 6 (a key longer than a block).
BOOST_AUTO_TEST_CASE(the_published_examples_agree) {
    BOOST_TEST(to_hex(hmac<sha256>::tag(bytes(20, 0x0b), as_bytes("Hi There"))) ==
               "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    BOOST_TEST(to_hex(hmac<sha256>::tag(bytes(131, 0xaa), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))) ==
               "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

BOOST_AUTO_TEST_CASE(every_wycheproof_case_agrees) {
    wycheproof::for_each_case("hmac_sha256_test.json", [](auto& group, auto& one) {
        if (group.at("tagSize").as_int64() != 256) return;
        BOOST_TEST(hmac<sha256>::verify(wycheproof::hex(one, "key"), wycheproof::hex(one, "msg"), wycheproof::hex(one, "tag")) ==
                   wycheproof::is_valid(one));
    });
}

BOOST_AUTO_TEST_CASE(a_shortened_or_altered_tag_is_refused) {
    bytes const key(32, 1), message(5, 2);
    digest tag = hmac<sha256>::tag(key, message);
    BOOST_TEST(hmac<sha256>::verify(key, message, tag));
    BOOST_TEST(!hmac<sha256>::verify(key, message, byte_view(tag).first(31)));
    tag[31] ^= 1;
    BOOST_TEST(!hmac<sha256>::verify(key, message, tag));
}

BOOST_AUTO_TEST_SUITE_END()
