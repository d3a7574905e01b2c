#include <daicho/laws/rule.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;

struct small_block {
    std::size_t transactions;
};
struct no_view {};

template <class R>
laws_broken broken_by() {
    laws::verdict v;
    laws::rule<R, small_block>(v, no_view{}, {{0}, {1}, {2}}, {{3}, {9}});
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

struct at_most_two {
    static fault check(small_block const& b, no_view) { return b.transactions > 2 ? fault{errc::over_quota, "block.transactions"} : fault{}; }
};
struct even {
    static fault check(small_block const& b, no_view) { return b.transactions % 2 ? fault{errc::out_of_range, "block.transactions"} : fault{}; }
};
struct strict {
    static fault check(small_block const&, no_view) { return errc::not_permitted; }
};
struct lax {
    static fault check(small_block const&, no_view) { return {}; }
};
struct resentful {  // after one bad block everything is bad
    static fault check(small_block const& b, no_view view) {
        static bool angry = false;
        angry = angry || at_most_two::check(b, view);
        return angry ? fault{errc::over_quota} : fault{};
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(rule_laws)

BOOST_AUTO_TEST_CASE(rules_and_lists_of_rules_keep_them) {
    BOOST_TEST(broken_by<at_most_two>() == laws_broken{}, boost::test_tools::per_element());
    BOOST_TEST((broken_by<rules<lax, at_most_two>>() == laws_broken{}));
    BOOST_TEST((broken_by<rules<rules<at_most_two>, lax>>() == laws_broken{}));
}

BOOST_AUTO_TEST_CASE(each_broken_model_breaks_its_law_and_no_other) {
    BOOST_TEST(broken_by<strict>() == laws_broken{"What the rule allows is accepted."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<lax>() == laws_broken{"What the rule forbids is refused."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<resentful>() == laws_broken{"A verdict does not depend on what was judged before."}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_first_fault_of_a_list_is_its_verdict) {
    BOOST_TEST((rules<at_most_two, even>::check(small_block{3}, no_view{}) == errc::over_quota));
    BOOST_TEST((rules<even, at_most_two>::check(small_block{3}, no_view{}) == errc::out_of_range));
    BOOST_TEST(!(rules<even, at_most_two>::check(small_block{2}, no_view{})));
    BOOST_TEST(!(rules<>::check(small_block{3}, no_view{})));
}

BOOST_AUTO_TEST_SUITE_END()
