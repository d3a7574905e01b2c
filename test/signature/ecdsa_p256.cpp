#include <daicho/signature/ecdsa_p256.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/base/hex.hpp>

using namespace daicho;
using number = detail::big_endian_256;

namespace {

template <std::size_t N = 64>
std::array<byte, N> both(number const& a, number const& b) {
    std::array<byte, N> out{};
    std::copy(a.begin(), a.end(), out.begin());
    std::copy(b.begin(), b.end(), out.begin() + 32);
    return out;
}
number plus(number n, int one) {
    for (std::size_t i = 32; i-- != 0;) {
        int const sum = n[i] + one;
        n[i] = byte(sum);
        one = sum > 255 ? 1 : sum < 0 ? -1 : 0;
    }
    return n;
}
number const one = plus({}, 1);
number const p = detail::p256_p, n = detail::p256_order, half = detail::p256_half_order;

} // namespace

BOOST_AUTO_TEST_SUITE(ecdsa_p256_)

BOOST_AUTO_TEST_CASE(r_and_s_lie_within_their_ranges_and_s_is_the_lower_one) {
    auto const key = both(one, one);
    BOOST_TEST(ecdsa_p256_well_formed(key, both(one, one)));
    BOOST_TEST(ecdsa_p256_well_formed(key, both(plus(n, -1), half)));
    BOOST_TEST(!ecdsa_p256_well_formed(key, both({}, one)));
    BOOST_TEST(!ecdsa_p256_well_formed(key, both(one, {})));
    BOOST_TEST(!ecdsa_p256_well_formed(key, both(n, one)));
    BOOST_TEST(!ecdsa_p256_well_formed(key, both(plus(n, 1), one)));
    BOOST_TEST(!ecdsa_p256_well_formed(key, both(one, plus(half, 1))));
    BOOST_TEST(!ecdsa_p256_well_formed(key, both(one, n)));
    BOOST_TEST(!ecdsa_p256_well_formed(key, {}));
}

BOOST_AUTO_TEST_CASE(coordinates_are_below_p) {
    auto const signature = both(one, one);
    BOOST_TEST(ecdsa_p256_well_formed(both(plus(p, -1), {}), signature));
    BOOST_TEST(!ecdsa_p256_well_formed(both(p, one), signature));
    BOOST_TEST(!ecdsa_p256_well_formed(both(one, p), signature));
    BOOST_TEST(!ecdsa_p256_well_formed(both(plus(p, 1), one), signature));
}

BOOST_AUTO_TEST_CASE(lowered_is_n_minus_s_and_leaves_a_low_one_alone) {
    BOOST_TEST(ecdsa_p256_low(both(one, half)));
    BOOST_TEST(!ecdsa_p256_low(both(one, plus(half, 1))));
    BOOST_TEST((ecdsa_p256_lowered(both(n, half)) == both(n, half)));
    BOOST_TEST((ecdsa_p256_lowered(both(n, plus(half, 1))) == both(n, half)));  // n is odd: half + (half + 1)
    BOOST_TEST((ecdsa_p256_lowered(both(one, plus(n, -1))) == both(one, one)));
    BOOST_TEST((ecdsa_p256_lowered(both(one, plus(n, -3))) == both(one, plus(one, 2))));
}

BOOST_AUTO_TEST_SUITE_END()
