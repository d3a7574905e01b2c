#include <daicho/base/percent.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(percent)

BOOST_AUTO_TEST_CASE(any_text_goes_there_and_back) {
    std::string every;
    for (int c = 0; c != 256; ++c) every += char(c);
    for (auto& text : {std::string(), std::string("lamp-2.x_y~"), std::string("a lamp & 100%"), every}) {
        auto const back = percent_decoded(percent_encoded(text));
        BOOST_TEST_REQUIRE(bool(back));
        BOOST_TEST(*back == text);
    }
    BOOST_TEST(percent_encoded("lamp-2.x_y~") == "lamp-2.x_y~");
    BOOST_TEST(percent_encoded("a&b") == "a%26b");
    BOOST_TEST(*percent_decoded("%4a%4A+") == "JJ+");
}
BOOST_AUTO_TEST_CASE(a_sign_without_its_two_digits_is_refused) {
    for (auto text : {"%", "%4", "a%", "%zz", "%4g", "%-1", "%\x10\x10"}) BOOST_TEST((percent_decoded(text).error() == errc::invalid_text));
}

BOOST_AUTO_TEST_SUITE_END()
