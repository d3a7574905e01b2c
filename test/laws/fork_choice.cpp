#include <daicho/laws/fork_choice.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/consensus/authority.hpp>
#include <daicho/consensus/work.hpp>

using namespace daicho;

namespace {

using order = std::strong_ordering;
using laws_broken = std::vector<std::string>;

template <class F>
laws_broken broken_by() {
    laws::verdict v;
    laws::fork_choice<F>(v);
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

struct right {  // each broken model spoils one thing
    static order prefer(branch const& a, branch const& b) {
        if (a.weight != b.weight) return a.weight > b.weight ? order::greater : order::less;
        return b.head <=> a.head;
    }
};
struct moody {
    static order prefer(branch const& a, branch const& b) {
        static bool mood = false;
        mood = !mood;
        return mood ? right::prefer(a, b) : right::prefer(b, a);
    }
};
struct never_content {
    static order prefer(branch const& a, branch const& b) { return a == b ? order::less : right::prefer(a, b); }
};
struct undecided {  // of the same weight: either
    static order prefer(branch const& a, branch const& b) { return a.weight == b.weight ? order::equal : right::prefer(a, b); }
};
struct newest_seen {  // whatever is offered is better
    static order prefer(branch const& a, branch const& b) { return a == b ? order::equal : order::greater; }
};
struct lightest {
    static order prefer(branch const& a, branch const& b) { return right::prefer(b, a); }
};
struct round_about {
    static order prefer(branch const& a, branch const& b) {
        if (a.weight != b.weight || a.head[0] % 3 == b.head[0] % 3) return right::prefer(a, b);
        return (a.head[0] + 1) % 3 == b.head[0] % 3 ? order::greater : order::less;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(fork_choice_laws)

BOOST_AUTO_TEST_CASE(both_models_keep_them) {
    BOOST_TEST(broken_by<proof_of_work<>>() == laws_broken{}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<authority>() == laws_broken{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_broken_model_breaks_its_law_and_no_other) {
    BOOST_TEST(broken_by<right>() == laws_broken{}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<moody>() == laws_broken{"The same two chains give the same answer."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<never_content>() == laws_broken{"A chain equals itself."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<undecided>() == laws_broken{"Of two different chains one is preferred."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<newest_seen>() == laws_broken{"No two chains are each preferred to the other."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<lightest>() == laws_broken{"A chain that is ahead in everything is preferred."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<round_about>() == laws_broken{"Preference is transitive."}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
