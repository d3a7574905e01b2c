#include <daicho/signature/ed25519.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/base/hex.hpp>

#include "disputed.hpp"

using namespace daicho;

BOOST_AUTO_TEST_SUITE(ed25519_)

BOOST_AUTO_TEST_CASE(what_is_refused_before_any_arithmetic) {
    for (auto const& one : disputed::ed25519) {
        auto const [key, signature] = disputed::parse(one);
        BOOST_TEST_CONTEXT(one.what) BOOST_TEST(ed25519_well_formed(key, signature) == one.well_formed);
    }
}

BOOST_AUTO_TEST_CASE(every_encoding_at_or_above_p_is_refused_with_either_sign) {
    auto [key, signature] = disputed::parse(disputed::ed25519[0]);
    BOOST_TEST(ed25519_well_formed(key, signature));
    for (unsigned low = 0xed; low != 0x100; ++low)
        for (byte top : {byte(0x7f), byte(0xff)}) {
            auto altered = key;
            altered.fill(0xff);
            altered[0] = byte(low);
            altered[31] = top;
            BOOST_TEST(!ed25519_well_formed(altered, signature));
            auto altered_signature = signature;
            std::copy(altered.begin(), altered.end(), altered_signature.begin());
            BOOST_TEST(!ed25519_well_formed(key, altered_signature));
        }
}

BOOST_AUTO_TEST_CASE(the_largest_scalar_below_the_order_passes_and_the_order_itself_is_refused) {
    auto [key, signature] = disputed::parse(disputed::ed25519[0]);
    auto const order = *bytes_from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    std::copy(order.begin(), order.end(), signature.begin() + 32);
    BOOST_TEST(!ed25519_well_formed(key, signature));
    signature[32] = byte(signature[32] - 1);
    BOOST_TEST(ed25519_well_formed(key, signature));
}

BOOST_AUTO_TEST_SUITE_END()
