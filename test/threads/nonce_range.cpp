#include <daicho/threads/nonce_range.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho::threads;

BOOST_AUTO_TEST_SUITE(nonce_range_)

BOOST_AUTO_TEST_CASE(slices_leave_no_gap_and_do_not_overlap) {
    nonce_range range(10, 30);
    auto const a = range.take(8), b = range.take(8), c = range.take(8);
    BOOST_TEST((a.first == 10 && a.count == 8));
    BOOST_TEST((b.first == 18 && b.count == 8));
    BOOST_TEST((c.first == 26 && c.count == 5));  // up to 30, which is included
    BOOST_TEST(range.take(8).count == 0u);
    BOOST_TEST(range.tried() == 0u);
    range.settle(c, {});
    BOOST_TEST(range.tried() == 5u);
    BOOST_TEST(!range.lowest().has_value());
}

BOOST_AUTO_TEST_CASE(the_last_of_all_nonces_is_handed_out_and_none_after_it) {
    constexpr auto last = ~std::uint64_t(0);
    nonce_range end(last - 2, last);
    BOOST_TEST((end.take(1).first == last - 2));
    auto const rest = end.take(std::uint64_t(1) << 20);
    BOOST_TEST((rest.first == last - 1 && rest.count == 2));
    BOOST_TEST(end.take(1).count == 0u);
    nonce_range one(last, last);
    BOOST_TEST(one.take(5).count == 1u);
    BOOST_TEST(one.take(5).count == 0u);
    BOOST_TEST(nonce_range(7, 6).take(1).count == 0u);
}

BOOST_AUTO_TEST_CASE(the_lowest_counts_in_whatever_order_slices_end) {
    nonce_range range(0, 1000);
    auto const a = range.take(100), b = range.take(100), c = range.take(100);
    range.settle(b, 150);
    BOOST_TEST(range.take(100).count == 0u);  // what lies above cannot be lower
    BOOST_TEST(*range.lowest() == 150u);
    range.settle(c, 250);
    BOOST_TEST(*range.lowest() == 150u);
    range.settle(a, 7);
    BOOST_TEST(*range.lowest() == 7u);
    BOOST_TEST(range.tried() == 51u + 51u + 8u);
}

BOOST_AUTO_TEST_SUITE_END()
