#include <daicho/base/bytes.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(bytes_)

BOOST_AUTO_TEST_CASE(what_is_stored_big_endian_loads_again) {
    byte b[8];
    store_be64(b, 0x0123456789abcdefu);
    BOOST_TEST(b[0] == 0x01);
    BOOST_TEST(b[7] == 0xef);
    BOOST_TEST(load_be64(b) == 0x0123456789abcdefu);
    store_be32(b, 0xfedcba98u);
    BOOST_TEST(b[0] == 0xfe);
    BOOST_TEST(load_be32(b) == 0xfedcba98u);
}

BOOST_AUTO_TEST_CASE(both_comparisons_agree_and_notice_every_bit) {
    bytes const a = {1, 2, 3};
    BOOST_TEST(equal(a, a));
    BOOST_TEST(equal_in_constant_time(a, a));
    for (std::size_t i = 0; i != 24; ++i) {
        bytes b = a;
        b[i / 8] = byte(b[i / 8] ^ (1u << i % 8));
        BOOST_TEST(!equal(a, b));
        BOOST_TEST(!equal_in_constant_time(a, b));
    }
    BOOST_TEST(!equal(a, byte_view(a).first(2)));
    BOOST_TEST(!equal_in_constant_time(a, byte_view(a).first(2)));
    BOOST_TEST(equal_in_constant_time({}, {}));
}

BOOST_AUTO_TEST_CASE(text_and_bytes_are_views_of_each_other) {
    BOOST_TEST(as_text(as_bytes("abc")) == "abc");
    BOOST_TEST(as_bytes("").empty());
}

BOOST_AUTO_TEST_SUITE_END()
