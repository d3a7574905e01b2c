#include <daicho/base/result.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

using namespace daicho;

namespace {

result<int> half(int n) {
    if (n % 2 != 0) return errc::out_of_range;
    return n / 2;
}

BOOST_AUTO_TEST_SUITE(result_)

BOOST_AUTO_TEST_CASE(a_result_is_a_value_or_a_fault_never_both) {
    auto const good = half(4);
    BOOST_TEST(good.has_value());
    BOOST_TEST(*good == 2);
    BOOST_TEST((good.error() == errc::ok));
    auto const bad = half(3);
    BOOST_TEST(!bad.has_value());
    BOOST_TEST((bad.error() == errc::out_of_range));
    BOOST_TEST(bad.value_or(7) == 7);
}

BOOST_AUTO_TEST_CASE(steps_chain_until_the_first_fault) {
    BOOST_TEST(*half(12).and_then(half) == 3);
    BOOST_TEST((half(6).and_then(half).error() == errc::out_of_range));
    BOOST_TEST(*half(12).transform([](int n) { return std::to_string(n); }) == "6");
    BOOST_TEST((half(3).transform([](int n) { return n + 1; }).error() == errc::out_of_range));
}

BOOST_AUTO_TEST_CASE(a_value_that_only_moves_can_be_taken_out) {
    result<std::unique_ptr<int>> r = std::make_unique<int>(5);
    std::unique_ptr<int> const p = *std::move(r);
    BOOST_TEST(*p == 5);
}

BOOST_AUTO_TEST_CASE(a_false_value_is_still_a_value) {
    result<bool> const r = false;
    BOOST_TEST(r.has_value());
    BOOST_TEST(!*r);
    result<bool> const f = fault{errc::busy};
    BOOST_TEST(!f.has_value());
}

static_assert([] {
    result<int> r = 3;
    result<int> f = errc::busy;
    return *r == 3 && !f && f.error() == errc::busy;
}());

BOOST_AUTO_TEST_SUITE_END()

} // namespace
