#include <daicho/base/base64.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(base64)

BOOST_AUTO_TEST_CASE(the_examples_of_rfc_4648_section_10) {
    std::pair<char const*, char const*> const examples[] = {{"", ""},         {"f", "Zg=="},         {"fo", "Zm8="},        {"foo", "Zm9v"},
                                                            {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    for (auto [plain, encoded] : examples) {
        BOOST_TEST(to_base64(as_bytes(plain)) == encoded);
        auto const back = bytes_from_base64(encoded);
        BOOST_TEST_REQUIRE(bool(back), encoded);
        BOOST_TEST(as_text(*back) == plain);
    }
}

BOOST_AUTO_TEST_CASE(every_byte_at_every_place_survives) {
    for (std::size_t n = 1; n != 7; ++n)
        for (std::size_t at = 0; at != n; ++at)
            for (unsigned v = 0; v != 256; ++v) {
                bytes b(n, 0xa5);
                b[at] = byte(v);
                auto const back = bytes_from_base64(to_base64(b));
                BOOST_REQUIRE(back && *back == b);
            }
}

BOOST_AUTO_TEST_CASE(only_one_text_stands_for_given_bytes) {
    BOOST_TEST((bytes_from_base64("Zg").error() == errc::non_canonical));      // padding is missing
    BOOST_TEST((bytes_from_base64("Zg=").error() == errc::non_canonical));
    BOOST_TEST((bytes_from_base64("Zh==").error() == errc::non_canonical));    // bits after the last byte
    BOOST_TEST((bytes_from_base64("Zm9=").error() == errc::non_canonical));
    BOOST_TEST((bytes_from_base64("Zg==Zg==").error() == errc::invalid_text)); // padding in the middle
    BOOST_TEST((bytes_from_base64("Z===").error() == errc::invalid_text));
    BOOST_TEST((bytes_from_base64("====").error() == errc::invalid_text));
    BOOST_TEST((bytes_from_base64("Zm9v\n").error() == errc::non_canonical));
    BOOST_TEST(bool(bytes_from_base64("Zg==")));
}

BOOST_AUTO_TEST_CASE(what_is_no_digit_is_refused_where_it_stands) {
    for (char const* text : {"Zm9-", "Zm9_", "Zm 9", "Zm9\xc3", "Zm\n9"}) {
        auto const r = bytes_from_base64(text);
        BOOST_TEST((r.error() == errc::invalid_text), text);
        BOOST_TEST(r.error().at >= 2u);
    }
}

BOOST_AUTO_TEST_CASE(a_place_of_another_size_is_left_alone) {
    std::array<byte, 4> out{1, 2, 3, 4};
    auto const f = from_base64("Zm9v", out);
    BOOST_TEST((f == errc::wrong_size));
    BOOST_TEST(f.at == 3u);
    BOOST_TEST((out == std::array<byte, 4>{1, 2, 3, 4}));
}

BOOST_AUTO_TEST_SUITE_END()
