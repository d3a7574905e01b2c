#include <daicho/laws/consensus.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/consensus/weighted_retarget.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;

namespace {

using order = std::strong_ordering;
using laws_broken = std::vector<std::string>;

template <class C>
laws_broken broken_by(std::uint64_t seconds = 0) {
    using P = protocol_with<cryptopp::sha256, C>;
    network<P> n(5, 6, 8);
    laws::verdict v;
    laws::consensus<P>(v, n.genesis, [&](ledger::chain<P> const& c, unsigned variant) {
        if (c.height() != 0 && seconds != 0) return n.next(c, {}, c.at(0).body.time + seconds);
        if (c.height() != 0 || variant == 0) return n.next(c);
        return n.next(c, {}, network<P>::start + variant * 2 * network<P>::slot);
    });
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

using work = easy_work;  // right; each broken model spoils one thing

struct refuses_all : work {
    template <class Sealed, class View>
    static fault check(Sealed const&, View const&) {
        return errc::insufficient_work;
    }
};
struct covers_nothing : work {  // the paper's: the proof says nothing about the block's content
    template <class Sealed, class View>
    static fault check(Sealed const&, View const&) {
        return {};
    }
};
struct weightless : work {
    template <class Sealed>
    static weight weigh(Sealed const&) {
        return 0;
    }
    static order prefer(branch const& a, branch const& b) { return a.height != b.height ? a.height <=> b.height : b.head <=> a.head; }
};
struct lightest : work {
    static order prefer(branch const& a, branch const& b) { return work::prefer(b, a); }
};
template <class F>
struct ends : work {
    template <class View>
    static std::uint64_t final_height(View const& view) {
        return view.height() > 20 ? F{}(view.height()) : 0;
    }
};
struct beyond { std::uint64_t operator()(std::uint64_t h) { return h + 5; } };
struct to_and_fro { std::uint64_t operator()(std::uint64_t h) { return h % 7; } };
struct never { std::uint64_t operator()(std::uint64_t) { return 0; } };
struct keeps_its_own : work {  // of equals, the one it saw first
    static order prefer(branch const& a, branch const& b) { return a.weight > b.weight ? order::greater : order::less; }
};

} // namespace

BOOST_AUTO_TEST_SUITE(consensus_laws)

BOOST_AUTO_TEST_CASE(work_and_authority_keep_them) {
    BOOST_TEST(broken_by<work>() == laws_broken{}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<authority>() == laws_broken{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(work_of_a_moving_target_keeps_them) {
    using moving = proof_of_work<leading_zeros, double_sha256, weighted_retarget<12>>;
    for (std::uint64_t seconds : {2, 4}) BOOST_TEST(broken_by<moving>(seconds) == laws_broken{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_broken_model_breaks_its_law_and_no_other) {
    BOOST_TEST(broken_by<refuses_all>() == laws_broken{"A block that was sealed as it should be is accepted."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<covers_nothing>() == laws_broken{"A seal covers the whole header: with any part of it altered it is refused."},
               boost::test_tools::per_element());
    BOOST_TEST(broken_by<weightless>() == laws_broken{"Every block adds weight."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<lightest>() == laws_broken{"A chain is preferred to its own beginning."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<ends<beyond>>() == laws_broken{"Nothing beyond the tip is final."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<ends<to_and_fro>>() == laws_broken{"What is final stays final."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<ends<never>>() == laws_broken{"Blocks become final."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<keeps_its_own>() == laws_broken{"Who saw the same branches in another order agrees."}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
