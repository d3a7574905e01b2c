#include <daicho/trust/header_run.hpp>

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;

namespace {

using both_seals = boost::mp11::mp_list<authority_protocol, work_protocol>;

/// Thirty blocks, whose signers now and then miss their slots; what was final at each height.
template <class P>
struct long_chain {
    long_chain() : n(5), chain(n.genesis) {
        for (std::uint64_t i = 0; i != 30; ++i) {
            std::uint64_t const slot = n.start / n.slot + 2 * i + 1 + (i % 3 == 0 ? 1 : 0);
            auto const b = n.next(chain, {}, slot * n.slot);
            BOOST_TEST_REQUIRE(!chain.push(b, later));
            headers.push_back(b.sealed);
            finals.push_back(chain.final_height());
        }
    }
    trust::header_run<P> run() const { return {n.genesis, n.chain_id, chain.members()}; }

    network<P> n;
    ledger::chain<P> chain;
    std::vector<sealed_header_of<P>> headers;
    std::vector<std::uint64_t> finals;
};

} // namespace

BOOST_AUTO_TEST_SUITE(header_run)

BOOST_AUTO_TEST_CASE_TEMPLATE(it_calls_final_what_the_chain_does_and_never_more, P, both_seals) {
    long_chain<P> c;
    BOOST_TEST_REQUIRE(c.finals.back() > 15u);
    std::size_t const starts = trust::header_run<P>::is_signed ? c.headers.size() : 1;
    for (std::size_t first = 0; first != starts; ++first) {
        auto run = c.run();
        for (std::size_t i = first; i != c.headers.size(); ++i) {
            BOOST_TEST_REQUIRE(!run.follow(c.headers[i]));
            auto const said = run.final_height();
            BOOST_TEST(said == (c.finals[i] > first ? c.finals[i] : 0));  // as far as it can see
        }
        BOOST_TEST(run.find(c.headers.size())->index == c.headers.size());
        BOOST_TEST((run.find(first) == nullptr));
        BOOST_TEST((run.find(c.headers.size() + 1) == nullptr));
    }
}
BOOST_AUTO_TEST_CASE_TEMPLATE(what_does_not_follow_is_refused_and_changes_nothing, P, both_seals) {
    long_chain<P> c;
    auto run = c.run();
    BOOST_TEST((run.follow(c.headers[1]) == (run.is_signed ? errc::ok : errc::wrong_index)));
    auto whole = c.run();
    auto foreign = c.headers[0];
    foreign.body.previous_hash[0] ^= 1;
    BOOST_TEST((whole.follow(foreign) == errc::foreign_genesis));
    foreign.body.index = 0;
    BOOST_TEST((whole.follow(foreign) == errc::wrong_index));
    for (auto i : {0u, 1u}) BOOST_TEST_REQUIRE(!whole.follow(c.headers[i]));
    auto const head = whole.head();
    BOOST_TEST((whole.follow(c.headers[3]) == errc::wrong_index));
    auto other = c.headers[2];
    other.body.previous_hash[0] ^= 1;
    BOOST_TEST((whole.follow(other) == errc::unlinked_block));
    other = c.headers[2];
    other.body.message = "another";
    BOOST_TEST((whole.follow(other) == (whole.is_signed ? errc::bad_signature : errc::insufficient_work)));
    BOOST_TEST((whole.follow(c.headers[2], [] { return fault{errc::unknown_sender}; }) == errc::unknown_sender));
    BOOST_TEST((whole.head() == head));
    BOOST_TEST(whole.height() == 2u);
    BOOST_TEST(!whole.follow(c.headers[2]));
}

BOOST_AUTO_TEST_SUITE_END()
