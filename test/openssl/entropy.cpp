#include <daicho/openssl/entropy.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/laws/entropy.hpp>

using namespace daicho;

BOOST_AUTO_TEST_CASE(the_generator_of_openssl_keeps_the_laws_of_entropy) {
    laws::verdict v;
    laws::entropy(v, [] { return openssl::entropy(); });
    BOOST_TEST(v.checked != 0u);
    BOOST_TEST(v.broken == std::vector<std::string>{}, boost::test_tools::per_element());
}
