#include <daicho/base/hex.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(hex)

BOOST_AUTO_TEST_CASE(every_byte_survives_the_way_to_text_and_back) {
    bytes all(256);
    for (std::size_t i = 0; i != 256; ++i) all[i] = byte(i);
    auto const text = to_hex(all);
    BOOST_TEST(text.substr(0, 8) == "00010203");
    BOOST_TEST(text.substr(504) == "fcfdfeff");
    BOOST_TEST((*bytes_from_hex(text) == all));
    BOOST_TEST(to_hex({}).empty());
    BOOST_TEST(bytes_from_hex("")->empty());
}

BOOST_AUTO_TEST_CASE(capitals_are_read_and_never_written) {
    BOOST_TEST((*bytes_from_hex("aBcD") == bytes{0xab, 0xcd}));
    BOOST_TEST(to_hex(bytes{0xab, 0xcd}) == "abcd");
}

BOOST_AUTO_TEST_CASE(an_odd_or_wrong_length_is_refused) {
    BOOST_TEST((bytes_from_hex("abc").error() == errc::wrong_size));
    std::string const right(64, '7');
    BOOST_TEST((*digest_from_hex(right))[31] == 0x77);
    BOOST_TEST((digest_from_hex(right + "77").error() == errc::wrong_size));
    BOOST_TEST((digest_from_hex(right.substr(2)).error() == errc::wrong_size));
}

BOOST_AUTO_TEST_CASE(what_is_no_hex_digit_is_refused_where_it_stands) {
    for (char const* text : {"0g00", "000g", "00 0", "0x00", "00\xc3\xa9"}) {
        auto const r = bytes_from_hex(text);
        BOOST_TEST((r.error() == errc::invalid_text), text);
    }
    BOOST_TEST(bytes_from_hex("00zz").error().at == 2u);
}

BOOST_AUTO_TEST_CASE(a_short_name_is_at_most_four_bytes) {
    BOOST_TEST(short_hex(bytes{1, 2, 3, 4, 5}) == "01020304");
    BOOST_TEST(short_hex(bytes{1}) == "01");
    BOOST_TEST(short_hex({}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
