#include <daicho/schema/plain_field.hpp>

#include "reading.hpp"
#include "sample.hpp"

#include <boost/test/unit_test.hpp>

using namespace daicho;
using reading::reads;
using reading::refusal_of;

static_assert(!schema::encodable<int> && !schema::encodable<double> && !schema::encodable<char> && !schema::encodable<std::string>);

BOOST_AUTO_TEST_SUITE(plain_field)

BOOST_AUTO_TEST_CASE(numbers_keep_to_their_width) {
    reads<std::uint8_t>("18ff", 255);
    BOOST_TEST((refusal_of<std::uint8_t>("190100") == errc::out_of_range));
    reads<std::uint16_t>("19ffff", 65535);
    BOOST_TEST((refusal_of<std::uint16_t>("1a00010000") == errc::out_of_range));
    reads<std::uint32_t>("1affffffff", 0xffffffff);
    BOOST_TEST((refusal_of<std::uint32_t>("1b0000000100000000") == errc::out_of_range));
    reads<std::uint64_t>("1bffffffffffffffff", ~std::uint64_t(0));
    BOOST_TEST((refusal_of<std::uint64_t>("20") == errc::wrong_type));   // -1
    BOOST_TEST((refusal_of<std::uint64_t>("c249010000000000000000") == errc::wrong_type));  // a big number
    BOOST_TEST((refusal_of<std::uint64_t>("f93c00") == errc::wrong_type));  // 1.0
}

BOOST_AUTO_TEST_CASE(truth_has_two_bytes) {
    reads<bool>("f4", false);
    reads<bool>("f5", true);
    for (char const* hex : {"f6", "f7", "00", "01", "f814", "f815"}) BOOST_TEST((refusal_of<bool>(hex) == errc::wrong_type), hex);
    BOOST_TEST((refusal_of<bool>("") == errc::truncated));
}

BOOST_AUTO_TEST_CASE(an_enum_knows_its_last_name) {
    reads<sample::colour>("02", sample::colour::blue);
    BOOST_TEST((refusal_of<sample::colour>("03") == errc::out_of_range));
    BOOST_TEST((refusal_of<sample::colour>("1b0000000100000000") == errc::out_of_range));
    BOOST_TEST((refusal_of<sample::colour>("1802") == errc::non_canonical));
}

BOOST_AUTO_TEST_CASE(fixed_bytes_have_exactly_their_size) {
    using four = std::array<byte, 4>;
    reads<four>("4401020304", four{1, 2, 3, 4});
    BOOST_TEST((refusal_of<four>("43010203") == errc::wrong_size));
    BOOST_TEST((refusal_of<four>("450102030405") == errc::oversized));
    BOOST_TEST((refusal_of<four>("6401020304") == errc::wrong_type));
    BOOST_TEST((refusal_of<four>("440102") == errc::truncated));
    BOOST_TEST((refusal_of<four>("580401020304") == errc::non_canonical));
    BOOST_TEST((refusal_of<four>("5f4401020304ff") == errc::non_canonical));
}

template <class T>
void bytes_keep_to_their_bound() {
    auto const two = *bytes_from_hex("420102");
    auto const v = decode<T>(two);
    BOOST_TEST_REQUIRE(v.has_value());
    BOOST_TEST((encode(*v) == two));
    BOOST_TEST(decode<T>(*bytes_from_hex("40")).has_value());
    BOOST_TEST((refusal_of<T>("43010203") == errc::oversized));
    BOOST_TEST((refusal_of<T>("5bffffffffffffffff") == errc::oversized));
    BOOST_TEST((refusal_of<T>("4201") == errc::truncated));
    BOOST_TEST((refusal_of<T>("820102") == errc::wrong_type));
}

BOOST_AUTO_TEST_CASE(bytes_in_place_on_the_heap_and_borrowed_keep_to_their_bound) {
    bytes_keep_to_their_bound<inline_bytes<2>>();
    bytes_keep_to_their_bound<bounded_bytes<2>>();
    bytes_keep_to_their_bound<borrowed_bytes<2>>();
}

BOOST_AUTO_TEST_CASE(borrowed_bytes_stay_in_the_input) {
    auto const b = *bytes_from_hex("420102");
    auto const v = decode<borrowed_bytes<2>>(b);
    BOOST_TEST((v->bytes.data() == b.data() + 1));
}

BOOST_AUTO_TEST_CASE(text_is_printable_and_bounded) {
    using text = inline_string<4>;
    reads<text>("6461626364", text("abcd"));
    reads<text>("60", text(""));
    reads<text>("62c3a9", text("\xc3\xa9"));
    BOOST_TEST((refusal_of<text>("656162636465") == errc::oversized));
    BOOST_TEST((refusal_of<text>("61ff") == errc::invalid_text));
    BOOST_TEST((refusal_of<text>("610a") == errc::invalid_text));
    BOOST_TEST((refusal_of<text>("6100") == errc::invalid_text));
    BOOST_TEST((refusal_of<text>("4161") == errc::wrong_type));
}

BOOST_AUTO_TEST_SUITE_END()
