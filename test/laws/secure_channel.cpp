#include <daicho/laws/secure_channel.hpp>

#include <boost/test/unit_test.hpp>

#include "../channel/rsa_stage.hpp"

using namespace daicho;

BOOST_AUTO_TEST_SUITE(secure_channel_laws)

BOOST_AUTO_TEST_CASE(the_rsa_channel_keeps_them) {
    laws::verdict v;
    laws::secure_channel<stage::rsa>(v, stage::rsa_members().cast());
    for (auto& b : v.broken) BOOST_ERROR(b);
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_SUITE_END()
