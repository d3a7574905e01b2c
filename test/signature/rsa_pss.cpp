#include <daicho/signature/rsa_pss.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

namespace {
rsa_modulus modulus(std::size_t n) {
    rsa_modulus m;
    m.resize(n);
    for (byte& x : m) x = 0xc1;
    return m;
}
inline_bytes<384> value(std::size_t n, byte filled) {
    inline_bytes<384> v;
    v.resize(n);
    for (byte& x : v) x = filled;
    return v;
}
} // namespace

BOOST_AUTO_TEST_SUITE(rsa_pss_)

BOOST_AUTO_TEST_CASE(a_modulus_has_2048_to_3072_bits_and_one_form) {
    BOOST_TEST(rsa_well_formed(modulus(256)));
    BOOST_TEST(rsa_well_formed(modulus(384)));
    BOOST_TEST(!rsa_well_formed(modulus(255)));
    BOOST_TEST(!rsa_well_formed({}));
    auto even = modulus(256), padded = modulus(257);
    even[255] = 0xc0;
    padded[0] = 0;
    BOOST_TEST(!rsa_well_formed(even));
    BOOST_TEST(!rsa_well_formed(padded));
    padded[0] = 0x7f;
    BOOST_TEST(!rsa_well_formed(padded));
}

BOOST_AUTO_TEST_CASE(a_signature_is_as_long_as_the_modulus_and_below_it) {
    auto const n = modulus(256);
    BOOST_TEST(rsa_pss_well_formed(n, value(256, 0xc0)));
    BOOST_TEST(!rsa_pss_well_formed(n, value(256, 0xc1)));  // n itself
    BOOST_TEST(!rsa_pss_well_formed(n, value(256, 0xc2)));
    BOOST_TEST(!rsa_pss_well_formed(n, value(255, 0xc0)));
    BOOST_TEST(!rsa_pss_well_formed(n, value(257, 0)));
    BOOST_TEST(!rsa_pss_well_formed(n, {}));
}

BOOST_AUTO_TEST_SUITE_END()
