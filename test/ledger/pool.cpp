#include <daicho/ledger/pool.hpp>

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using both = boost::mp11::mp_list<work_protocol, authority_protocol>;

namespace {

template <class P>
struct populated : network<P> {
    populated() : c(this->genesis), pool(c) { push(this->everybody()); }
    void push(std::vector<transaction_of<P>> transactions) {
        gone = pool.around([&] { BOOST_REQUIRE_EQUAL(message(c.push(this->next(c, std::move(transactions)), later).code), "ok"); });
    }
    transaction_of<P> running(std::uint64_t sequence = 0) {
        auto b = this->report(state::running, 1);
        b.sequence = sequence;
        return this->signed_by(device, b);
    }
    ledger::chain<P> c;
    ledger::pool<P> pool;
    std::vector<typename ledger::pool<P>::waiting> gone;
};

} // namespace

BOOST_AUTO_TEST_SUITE(pool)

BOOST_AUTO_TEST_CASE_TEMPLATE(what_waits_is_in_order_and_becomes_a_block, P, both) {
    populated<P> n;
    auto const release = n.signed_by(publisher, n.released(2));
    auto const cached = n.signed_by(gateway, n.report(state::cached, 2));
    BOOST_TEST((n.pool.submit(cached, later) == errc::not_found));
    BOOST_TEST(!n.pool.submit(release, later));
    BOOST_TEST(!n.pool.submit(cached, later));  // valid because of what waits before it
    auto const block = n.pool.next_block(later);
    BOOST_TEST(block.size() == 2u);
    n.push(block);
    BOOST_TEST(n.pool.size() == 0u);
    BOOST_TEST(n.gone.size() == 2u);
    BOOST_TEST(n.c.members().find_release("lamp", 2) != nullptr);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_second_one_with_the_same_sequence_is_refused_at_the_door, P, both) {
    populated<P> n;
    auto const first = n.running(5);
    BOOST_TEST(!n.pool.submit(first, later));
    BOOST_TEST((n.pool.submit(first, later) == errc::duplicate));
    auto other = first.body;
    other.ver = 9;
    BOOST_TEST((n.pool.submit(network<P>::resigned(device, other), later) == errc::repeated_sequence));
    BOOST_TEST(n.pool.size() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(no_sender_and_nobody_fills_it, P, both) {
    populated<P> n;
    for (std::size_t i = 0; i != limits_of<P>::per_sender; ++i) BOOST_TEST(!n.pool.submit(n.running(), later));
    auto const more = n.running();
    BOOST_TEST((n.pool.submit(more, later) == errc::over_quota));
    BOOST_TEST(!n.pool.resume(more));  // one that was acknowledged before a restart is never turned away
    std::uint64_t member = 1000;
    while (n.pool.size() < limits_of<P>::pool) BOOST_TEST_REQUIRE(!n.pool.submit(n.enrol(member++, member_role::gateway), later));
    BOOST_TEST((n.pool.submit(n.enrol(member, member_role::gateway), later) == errc::pool_full));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_transaction_from_the_future_waits_outside, P, both) {
    populated<P> n;
    auto b = n.report(state::running, 1);
    b.time = later + limits_of<P>::ahead + 1;
    auto const tx = n.signed_by(device, b);
    BOOST_TEST((n.pool.submit(tx, later) == errc::time_too_new));
    BOOST_TEST(!n.pool.submit(tx, later + 1));
    BOOST_TEST(n.pool.next_block(later).empty());  // nor does it go into a block of an earlier time
    BOOST_TEST(n.pool.next_block(later + 1).size() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_block_never_exceeds_what_a_chain_takes, P, both) {
    populated<P> n;
    for (std::size_t i = 0; i != limits_of<P>::per_sender + 3; ++i) BOOST_TEST(!n.pool.resume(n.running()));
    BOOST_TEST(!n.pool.submit(n.signed_by(device_2, n.report(state::running, 1)), later));
    auto const block = n.pool.next_block(later);
    BOOST_TEST(block.size() == limits_of<P>::per_sender);
    n.push(block);
    BOOST_TEST(n.pool.size() == 4u);
    n.push(n.pool.next_block(later));
    BOOST_TEST(n.pool.size() == 0u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_a_block_makes_invalid_is_gone, P, both) {
    populated<P> n;
    auto const first = n.running(5), second = n.running(7);
    BOOST_TEST(!n.pool.submit(first, later));
    BOOST_TEST(!n.pool.submit(second, later));
    n.push({n.running(6)});  // sealed elsewhere
    BOOST_TEST(n.pool.size() == 1u);
    BOOST_TEST_REQUIRE(n.gone.size() == 1u);
    BOOST_TEST((n.gone[0].transaction() == first));
    BOOST_TEST(n.pool.holds(digest_of<hash_of<P>>(second)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_returns_takes_its_old_place, P, both) {
    populated<P> n;
    auto const first = n.running(5), second = n.running(6);
    BOOST_TEST(!n.pool.submit(first, later));
    BOOST_TEST(!n.pool.submit(second, later));
    auto const height = n.c.height();
    n.c.hold_final(true);
    n.push({first});
    BOOST_TEST(n.pool.size() == 1u);
    auto const lost = n.pool.around([&] { BOOST_TEST(!n.c.unwind(height)); }, n.gone);
    BOOST_TEST(lost.empty());
    auto const block = n.pool.next_block(later);
    BOOST_TEST_REQUIRE(block.size() == 2u);
    BOOST_TEST((block[0] == first && block[1] == second));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(removing_one_removes_what_only_it_made_valid, P, both) {
    populated<P> n;
    auto const release = n.signed_by(publisher, n.released(2));
    BOOST_TEST(!n.pool.submit(release, later));
    BOOST_TEST(!n.pool.submit(n.signed_by(gateway, n.report(state::cached, 2)), later));
    BOOST_TEST(!n.pool.submit(n.running(), later));
    BOOST_TEST(n.pool.remove(digest_of<hash_of<P>>(release)).size() == 2u);
    BOOST_TEST(n.pool.size() == 1u);
    BOOST_TEST(n.pool.remove(digest{}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
