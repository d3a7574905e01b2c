#include <daicho/role/reply.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

namespace {
constexpr char const* they_refused = "they refused";
}

BOOST_AUTO_TEST_SUITE(reply)

BOOST_AUTO_TEST_CASE(the_record_that_was_asked_for_comes_out) {
    receipt const sent{digest{7}};
    auto const got = expect<receipt>(encode(sent), they_refused);
    BOOST_TEST_REQUIRE(bool(got));
    BOOST_TEST((*got == sent));
}
BOOST_AUTO_TEST_CASE(a_refusal_in_its_place_is_the_fault_and_says_whose_it_is) {
    auto const got = expect<receipt>(encode(refuse({errc::over_quota, "transaction.sender", 3})), they_refused);
    BOOST_TEST((got.error() == errc::over_quota));
    BOOST_TEST(got.error().where == they_refused);
}
BOOST_AUTO_TEST_CASE(a_refusal_that_names_no_fault_is_no_success) {
    refusal nothing_wrong{};
    nothing_wrong.code = errc::ok;
    BOOST_TEST((expect<receipt>(encode(nothing_wrong), they_refused).error() == errc::not_permitted));
}
BOOST_AUTO_TEST_CASE(anything_else_is_refused_as_what_it_is) {
    auto cut = encode(receipt{digest{7}});
    cut.pop_back();
    BOOST_TEST((expect<receipt>(cut, they_refused).error() == errc::truncated));
    BOOST_TEST((expect<receipt>(encode(version_check{}), they_refused).error() == errc::wrong_schema));
}

BOOST_AUTO_TEST_SUITE_END()
