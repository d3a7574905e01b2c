#include <daicho/ledger/chain.hpp>

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include <random>

#include "ledger/fixture.hpp"

using namespace fixture;
using both = boost::mp11::mp_list<work_protocol, authority_protocol>;

namespace {

/// Everything that a chain shows.
template <class P>
auto face(ledger::chain<P> const& c) {
    auto const* m = c.members().find(network<P>::id(management));
    return std::tuple(c.height(), c.head(), c.final_height(), c.branch(), c.signers(), c.members().members().size(), m->sequence, c.earliest_time(), c.history().size(), c.history().root());
}

template <class P>
void grow(network<P>& n, ledger::chain<P>& c, int blocks) {
    for (int i = 0; i != blocks; ++i) BOOST_REQUIRE_EQUAL(message(c.push(n.next(c), later).code), "ok");
}

/// A branch of `length` blocks on `fork`, the i-th of which `spoil` may alter before it is sealed again.
template <class P>
std::vector<block_of<P>> branch_on(network<P>& n, ledger::chain<P> fork, int length, std::uint64_t skip_slots) {
    std::vector<block_of<P>> out;
    for (int i = 0; i != length; ++i) {
        std::uint64_t time = 0;
        if (i == 0) time = std::max(fork.earliest_time(), network<P>::by_work ? fork.earliest_time() + skip_slots : (fork.depth() == 0 ? network<P>::start / 2 : fork.at(0).body.slot) * 2 + 2 + skip_slots * 2);
        out.push_back(n.next(fork, {}, time));
        BOOST_REQUIRE_EQUAL(message(fork.push(out.back(), later).code), "ok");
    }
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(chain)

BOOST_AUTO_TEST_CASE_TEMPLATE(it_starts_at_its_genesis, P, both) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    BOOST_TEST(c.height() == 0u);
    BOOST_TEST((c.head() == n.chain_id));
    BOOST_TEST((c.chain_id() == n.chain_id));
    BOOST_TEST(c.recent(0) == nullptr);
    BOOST_TEST(c.recent(1) == nullptr);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_block_out_of_place_is_refused, P, both) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    grow(n, c, 3);
    auto const good = n.next(c, n.everybody());
    auto const before = face(c);
    auto const refused = [&](auto change) {
        auto h = good.head();
        change(h);
        block_of<P> b{n.seal(h), good.transactions};
        auto const code = c.push(b, later).code;
        BOOST_TEST((face(c) == before));
        return code;
    };
    BOOST_TEST((refused([](header& h) { ++h.index; }) == errc::wrong_index));
    BOOST_TEST((refused([](header& h) { --h.index; }) == errc::wrong_index));
    BOOST_TEST((refused([](header& h) { h.previous_hash[0] ^= 1; }) == errc::unlinked_block));
    BOOST_TEST((refused([&](header& h) { h.time = c.earliest_time() - 1; }) == errc::time_too_old));
    BOOST_TEST((refused([](header& h) { h.commitments.push_back(1); }) == errc::wrong_commitments));
    BOOST_TEST((refused([](header& h) { h.commitments.clear(); }) == errc::wrong_commitments));
    BOOST_TEST((refused([](header& h) { h.transactions_root[7] ^= 1; }) == errc::wrong_root));
    BOOST_TEST((c.push(good, good.head().time - limits_of<P>::ahead - 1) == errc::time_too_new));
    BOOST_TEST((face(c) == before));
    BOOST_TEST(!c.push(good, good.head().time - limits_of<P>::ahead));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_foreign_genesis_is_refused, P, both) {
    network<P> n, foreign;
    foreign.genesis.time += 1;
    foreign.chain_id = digest_of<hash_of<P>>(foreign.genesis);
    ledger::chain<P> c(n.genesis), other(foreign.genesis);
    auto const theirs = foreign.next(other);
    BOOST_TEST((c.push(theirs, later) == errc::foreign_genesis));
    BOOST_TEST(c.height() == 0u);
    BOOST_TEST(!other.push(theirs, later));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(transactions_are_what_was_sealed, P, both) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    auto const good = n.next(c, n.everybody());
    auto const before = face(c);
    auto altered = good;
    altered.transactions[2].body.time += 1;
    BOOST_TEST((c.push(altered, later) == errc::wrong_root));
    altered = good;
    altered.transactions.pop_back();
    BOOST_TEST((c.push(altered, later) == errc::wrong_root));
    altered = good;
    std::swap(altered.transactions[0], altered.transactions[1]);
    BOOST_TEST((c.push(altered, later) == errc::wrong_root));
    BOOST_TEST((face(c) == before));
    BOOST_TEST(!c.push(good, later));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(one_bad_transaction_refuses_the_whole_block, P, both) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    auto const good = n.everybody();
    auto const refused = [&](std::vector<transaction_of<P>> transactions) {
        auto const before = face(c);
        auto const code = c.push(n.next(c, std::move(transactions)), later).code;
        BOOST_TEST((face(c) == before));
        return code;
    };
    auto bad = good;
    bad.back().signature[0] ^= 1;
    BOOST_TEST((refused(bad) == errc::bad_signature));
    bad = good;
    bad.push_back(good.back());
    BOOST_TEST((refused(bad) == errc::repeated_sequence));
    bad = good;
    std::swap(bad[0], bad[1]);
    BOOST_TEST((refused(bad) == errc::repeated_sequence));
    bad = good;
    auto late = n.expel(device_2);
    late.body.time = later;
    bad.push_back(network<P>::resigned(management, late.body));
    BOOST_TEST((refused(bad) == errc::time_too_new));
    bad = good;
    for (std::size_t i = 0; i <= limits_of<P>::per_sender; ++i) bad.push_back(n.signed_by(device, n.report(state::running, 1)));
    BOOST_TEST((refused(bad) == errc::over_quota));
    bad.pop_back();
    BOOST_TEST(!c.push(n.next(c, bad), later));
    std::vector<transaction_of<P>> many;
    for (std::size_t i = 0; i <= limits_of<P>::block_transactions; ++i) many.push_back(n.enrol(1000 + i, member_role::gateway));
    BOOST_TEST((refused(many) == errc::oversized));
    many.pop_back();
    BOOST_TEST(!c.push(n.next(c, many), later));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(time_exceeds_the_median_of_the_last_eleven, P, both) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    grow(n, c, 20);
    std::vector<std::uint64_t> times;
    for (std::uint64_t d = 0; d != 11; ++d) times.push_back(c.at(d).body.time);
    std::sort(times.begin(), times.end());
    BOOST_TEST(c.earliest_time() == times[5] + 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_preferred_branch_is_adopted_whole, P, both) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    grow(n, c, 1);
    auto const fork = c;
    auto const longer = branch_on(n, fork, 4, 9);
    BOOST_TEST(!c.push(n.next(c, n.everybody()), later));
    BOOST_TEST(c.members().find(n.id(device)) != nullptr);
    BOOST_TEST(!c.adopt(1, longer, later));
    BOOST_TEST(c.height() == 5u);
    BOOST_TEST((c.head() == ledger::hash_of_block<P>(longer.back().sealed)));
    BOOST_TEST(c.members().find(n.id(device)) == nullptr);  // what only the old branch said is unsaid
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_bad_branch_changes_nothing_wherever_it_is_bad, P, both) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    grow(n, c, 1);
    auto const longer = branch_on(n, c, 4, 9);
    BOOST_TEST(!c.push(n.next(c, n.everybody()), later));
    auto const before = face(c);
    for (std::size_t bad = 0; bad != longer.size(); ++bad) {
        auto altered = longer;
        altered[bad].sealed.body.message = "altered";  // the seal no longer covers it
        BOOST_TEST(bool(c.adopt(1, altered, later)));
        BOOST_TEST((face(c) == before));
        altered = longer;
        altered[bad].transactions.push_back(n.expel(gateway));
        BOOST_TEST((c.adopt(1, altered, later) == errc::wrong_root));
        BOOST_TEST((face(c) == before));
    }
    // Even when this machine's clock has meanwhile gone back.
    auto altered = longer;
    altered.back().sealed.body.message = "altered";
    BOOST_TEST(bool(c.adopt(1, altered, network<P>::start - 5000)));
    BOOST_TEST((face(c) == before));
    BOOST_TEST(!c.adopt(1, longer, later));
}

// paper: a peer that claimed a length of 10^9 and sent its own genesis replaced the whole chain
BOOST_AUTO_TEST_CASE_TEMPLATE(a_claimed_length_counts_for_nothing, P, both) {
    network<P> n, foreign;
    foreign.genesis.time += 1;
    foreign.chain_id = digest_of<hash_of<P>>(foreign.genesis);
    ledger::chain<P> c(n.genesis), other(foreign.genesis);
    BOOST_TEST(!c.push(n.next(c), later));
    auto const before = face(c);
    auto theirs = branch_on(foreign, other, 5, 3);
    BOOST_TEST((c.adopt(0, theirs, later) == errc::foreign_genesis));
    BOOST_TEST((face(c) == before));
    for (auto& b : theirs) b.sealed.body.index += 1'000'000'000;
    BOOST_TEST(bool(c.adopt(0, theirs, later)));
    BOOST_TEST((c.adopt(1'000'000'000, theirs, later) == errc::unlinked_block));
    BOOST_TEST((c.adopt(0, {}, later) == errc::unlinked_block));
    BOOST_TEST((face(c) == before));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_branch_that_is_not_preferred_is_refused, P, both) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    auto const shorter = branch_on(n, c, 1, 9);
    grow(n, c, 2);
    auto const before = face(c);
    BOOST_TEST((c.adopt(0, shorter, later) == errc::not_preferred));
    BOOST_TEST((face(c) == before));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_final_stays, P, both) {
    network<P> n(3, 4);
    ledger::chain<P> c(n.genesis);
    auto const longer = branch_on(n, c, 30, 9);
    grow(n, c, 12);
    BOOST_TEST_REQUIRE(c.final_height() > 4u);
    auto const before = face(c);
    BOOST_TEST((c.adopt(0, longer, later) == errc::below_final));
    BOOST_TEST((c.unwind(c.final_height() - 1) == errc::below_final));
    BOOST_TEST((face(c) == before));
    BOOST_TEST(!c.unwind(c.final_height()));
    BOOST_TEST(c.height() == c.final_height());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nothing_becomes_final_while_that_is_held, P, both) {
    network<P> n(3, 4);
    ledger::chain<P> c(n.genesis);
    c.hold_final(true);
    grow(n, c, 12);
    BOOST_TEST(c.final_height() == 0u);
    BOOST_TEST(!c.unwind(8));
    c.hold_final(false);
    BOOST_TEST(c.final_height() == (network<P>::by_work ? 4u : 6u));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_was_found_of_a_block_is_kept_until_the_change_after_it_became_final, P, both) {
    network<P> n(3, 4);
    ledger::chain<P> c(n.genesis), maker(n.genesis);
    std::vector<typename ledger::chain<P>::examined> blocks;
    for (int i = 0; i != 14; ++i) {
        auto b = n.next(maker, i == 0 ? n.everybody() : i == 1 ? std::vector{n.signed_by(device, n.report(state::running, 1))} : std::vector<transaction_of<P>>{});
        BOOST_REQUIRE(!maker.push(b, later));
        blocks.push_back(ledger::chain<P>::examine(std::move(b)));
    }
    c.hold_final(true);
    for (std::size_t i = 0; i != 12; ++i) BOOST_REQUIRE(!c.push(blocks[i], later));
    auto const kept = [&](std::uint64_t h) {
        auto const known = c.recent_examined(h);
        if (!known) return false;
        auto const& b = blocks[std::size_t(h - 1)];
        BOOST_TEST((known->block == b.block && known->raw == b.raw && known->hash == b.hash && known->leaves.data() == b.leaves.data()));
        BOOST_TEST((known->transactions_root == b.transactions_root && known->transactions.size() == b.transactions.size()));
        BOOST_TEST((std::vector(known->leaves.begin(), known->leaves.end()) == ledger::leaves_of<P>(c.recent(h)->transactions)));
        return true;
    };
    BOOST_TEST(!kept(0));
    for (std::uint64_t h = 1; h <= 12; ++h) BOOST_TEST(kept(h));
    BOOST_TEST(!kept(13));
    c.hold_final(false);
    auto const final_then = c.final_height();
    BOOST_REQUIRE(final_then > 2u);
    BOOST_TEST(kept(1));  // whoever follows what is final looks at it now
    BOOST_TEST(kept(final_then));
    BOOST_REQUIRE(!c.push(blocks[12], later));
    BOOST_TEST(!kept(1));
    BOOST_TEST(!kept(final_then));
    BOOST_TEST(kept(13));
    BOOST_TEST((*c.recent(1) == *blocks[0].block));
    BOOST_REQUIRE(!c.push(*blocks[13].block, later));
    BOOST_TEST(!kept(14));  // it came unexamined
}

BOOST_AUTO_TEST_CASE_TEMPLATE(unwinding_takes_back_what_the_blocks_said, P, both) {
    network<P> n(3, 50);
    ledger::chain<P> c(n.genesis);
    c.hold_final(true);
    grow(n, c, 2);
    auto const before = face(c);
    auto const blocks = [&] {
        std::vector<block_of<P>> made;
        for (int i = 0; i != 3; ++i) {
            made.push_back(n.next(c, i == 0 ? n.everybody() : std::vector<transaction_of<P>>{}));
            BOOST_TEST(!c.push(made.back(), later));
        }
        return made;
    }();
    auto const after = face(c);
    BOOST_TEST(!c.unwind(2));
    BOOST_TEST((face(c) == before));
    for (auto& b : blocks) BOOST_TEST(!c.push(b, later));
    BOOST_TEST((face(c) == after));
}

namespace {
/// RFC 9162 2.1.1 over everything that these blocks hold, and how the fleet stands after them, from nothing.
template <class P>
commitments over(std::vector<block_of<P>> const& blocks) {
    std::vector<digest> leaves;
    ledger::fleet_state<P> fleet;
    for (auto& b : blocks) {
        for (auto& tx : b.transactions) leaves.push_back(ledger::leaf_hash<hash_of<P>>(encode(tx)));
        (void)fleet.apply(b.transactions, b.head().index);
    }
    auto const size = leaves.size();
    return {size, ledger::root_over<hash_of<P>>(leaves), fleet.now().root()};
}
template <class P>
commitments at_tip(ledger::chain<P> const& c) {
    return {c.history().size(), c.history().root(), c.fleet_at(c.height())->root()};
}
} // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(every_header_commits_to_all_transactions_so_far, P, both) {
    network<P> n(3, 50);
    ledger::chain<P> c(n.genesis);
    std::mt19937 random(17);
    std::vector<block_of<P>> blocks;
    std::uint64_t member = 1000;
    for (int i = 0; i != 60; ++i) {
        std::vector<transaction_of<P>> some;
        for (auto k = random() % 9; k != 0; --k) some.push_back(n.enrol(++member, random() % 2 ? member_role::gateway : member_role::device, {"lamp"}));
        if (i == 0) for (auto& tx : n.everybody()) some.push_back(tx);
        else if (random() % 2) some.push_back(n.signed_by(random() % 2 ? device : device_2, n.report(state::running, random() % 5)));
        blocks.push_back(n.next(c, std::move(some)));
        BOOST_REQUIRE(!c.push(blocks.back(), later));
        auto const said = decode<commitments>(blocks.back().head().commitments);
        BOOST_REQUIRE(said);
        BOOST_TEST((*said == over<P>(blocks)));
        BOOST_TEST(c.history().size() == said->history_size);
        BOOST_TEST((c.history().root() == said->history_root));
    }
    BOOST_TEST(c.history().size() > 200u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(after_a_reorganisation_the_history_is_that_of_the_new_branch, P, both) {
    network<P> n(3, 50);
    ledger::chain<P> c(n.genesis);
    c.hold_final(true);
    std::vector<block_of<P>> blocks;
    auto const put = [&](ledger::chain<P>& on, std::vector<block_of<P>>& made, std::vector<transaction_of<P>> transactions) {
        made.push_back(n.next(on, std::move(transactions)));
        BOOST_REQUIRE(!on.push(made.back(), later));
    };
    put(c, blocks, n.everybody());
    auto const fork = c;
    auto theirs = branch_on(n, fork, 1, 9);
    auto other = fork;
    BOOST_REQUIRE(!other.push(theirs[0], later));
    for (std::uint64_t i = 0; i != 3; ++i) put(other, theirs, {n.enrol(2000 + i, member_role::gateway)});
    put(c, blocks, {n.signed_by(publisher, n.released(1)), n.signed_by(gateway, n.report(state::cached, 1))});
    auto const before = face(c);

    auto lying = theirs;  // the last block of the branch says that one transaction fewer was there
    auto shorter = *decode<commitments>(lying.back().head().commitments);
    --shorter.history_size;
    auto h = lying.back().head();
    (void)h.commitments.assign(encode(shorter));
    lying.back().sealed = n.seal(h);
    BOOST_TEST((c.adopt(1, lying, later) == errc::wrong_commitments));
    BOOST_TEST((face(c) == before));
    BOOST_TEST((at_tip(c) == over<P>(blocks)));

    BOOST_TEST(!c.adopt(1, theirs, later));
    blocks.resize(1);
    blocks.insert(blocks.end(), theirs.begin(), theirs.end());
    BOOST_TEST((at_tip(c) == over<P>(blocks)));
    BOOST_TEST(!c.unwind(1));
    blocks.resize(1);
    BOOST_TEST((at_tip(c) == over<P>(blocks)));
    put(c, blocks, {n.enrol(3000, member_role::gateway, {}, management)});
    BOOST_TEST((at_tip(c) == over<P>(blocks)));
    BOOST_TEST(!c.unwind(0));
    BOOST_TEST(c.history().size() == 0u);
    BOOST_TEST((c.history().root() == hash_of<P>{}.finish()));
}

// The same block, sealed as it should be, except for what it says of the past.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_header_that_tells_another_history_is_refused, P, both) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    BOOST_REQUIRE(!c.push(n.next(c, n.everybody()), later));
    auto const good = n.next(c, {n.signed_by(publisher, n.released(1))});
    auto const right = *decode<commitments>(good.head().commitments);
    auto const before = face(c);
    auto const refused = [&](bytes const& said) {
        auto h = good.head();
        BOOST_REQUIRE(h.commitments.assign(said));
        auto const code = c.push({n.seal(h), good.transactions}, later).code;
        BOOST_TEST((face(c) == before));
        return code == errc::wrong_commitments;
    };
    BOOST_TEST(refused({}));
    BOOST_TEST(refused(encode(commitments{right.history_size + 1, right.history_root, right.fleet_root})));
    BOOST_TEST(refused(encode(commitments{right.history_size - 1, right.history_root, right.fleet_root})));
    BOOST_TEST(refused(encode(at_tip(c))));  // of the block before
    for (std::size_t i = 0; i != right.history_root.size(); ++i) {
        auto other = right;
        other.history_root[i] ^= 0x10;
        BOOST_TEST(refused(encode(other)));
        other = right;
        other.fleet_root[i] ^= 0x10;
        BOOST_TEST(refused(encode(other)));
    }
    auto longer = encode(right);
    longer.push_back(0);
    BOOST_TEST(refused(longer));
    longer.resize(longer.size() - 2);
    BOOST_TEST(refused(longer));
    BOOST_TEST(!c.push(good, later));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(how_the_fleet_stood_is_proven_to_the_header_of_its_block, P, both) {
    network<P> n(3, 50);
    ledger::chain<P> c(n.genesis);
    c.hold_final(true);
    BOOST_REQUIRE(!c.push(n.next(c, n.everybody()), later));
    for (std::uint64_t version = 1; version != 6; ++version)
        BOOST_REQUIRE(!c.push(n.next(c, {n.signed_by(device, n.report(state::running, version))}), later));
    for (std::uint64_t h = 1; h <= c.height(); ++h) {
        auto const view = c.fleet_at(h);
        BOOST_REQUIRE(view.has_value());
        auto const said = *decode<commitments>(c.recent(h)->head().commitments);
        BOOST_TEST((view->root() == said.fleet_root));
        auto const* d = view->find("lamp", network<P>::id(device));
        BOOST_REQUIRE(d != nullptr);
        BOOST_TEST(d->version == h - 1);
    }
    BOOST_TEST(!c.fleet_at(c.height() + 1).has_value());
    // A branch that goes another way takes the fleet along, there and back.
    auto const before = at_tip(c);
    auto theirs = branch_on(n, c, 0, 9);
    BOOST_TEST(!c.unwind(3));
    BOOST_TEST(c.fleet_at(3)->find("lamp", network<P>::id(device))->version == 2u);
    BOOST_TEST((at_tip(c) != before));
    BOOST_TEST((at_tip(c) == *decode<commitments>(c.recent(3)->head().commitments)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_long_chain_lets_go_of_old_blocks_and_still_counts_their_weight, P, both) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    grow(n, c, 200);
    BOOST_TEST(c.depth() < 80u);
    BOOST_TEST(c.depth() >= ledger::chain<P>::kept_headers);
    BOOST_TEST(c.recent(1) == nullptr);
    BOOST_TEST(c.recent(200) != nullptr);
    BOOST_TEST((c.branch().weight == (network<P>::by_work ? weight(200) << 4 : weight(200))));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(all_signatures_of_a_block_may_be_verified_together, P, both) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    auto const people = n.everybody();
    std::vector<std::size_t> asked;
    one_by_one<scheme_of<P>> verifier;
    auto const together = [&](ledger::claims<P>& all) {
        asked.push_back(all.size());
        return ledger::check(all, verifier);
    };
    BOOST_TEST(!c.push(n.next(c, people), later, together));
    BOOST_TEST(asked.back() == people.size());
    BOOST_TEST(asked.size() == (network<P>::by_work ? 1u : 2u));  // an authority's seal is verified before anything else
    // A release has two: its sender's, and its publisher's.
    BOOST_TEST(!c.push(n.next(c, {n.signed_by(publisher, n.released(1))}), later, together));
    BOOST_TEST(asked.back() == 2u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_first_fault_is_the_same_however_signatures_are_verified, P, both) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    BOOST_TEST(!c.push(n.next(c, n.everybody()), later));
    auto good = std::vector{n.signed_by(publisher, n.released(1)), n.signed_by(device, n.report(state::running, 1)), n.enrol(20, member_role::gateway),
                            n.signed_by(20, n.report(state::cached, 1)), n.signed_by(device_2, n.report(state::running, 1)), n.expel(20)};
    auto const before = face(c);
    auto const refused = [&](std::vector<transaction_of<P>> const& transactions) {
        one_by_one<scheme_of<P>> verifier;
        auto const block = n.next(c, transactions);
        auto const alone = c.push(block, later);
        BOOST_TEST((face(c) == before));
        auto const together = c.push(block, later, [&](auto& all) { return ledger::check(all, verifier); });
        BOOST_TEST((face(c) == before));
        BOOST_TEST((alone == together));
        BOOST_TEST(std::string(alone.where) == together.where);
        BOOST_TEST(alone.at == together.at);
        return alone;
    };
    for (std::size_t bad = 0; bad != good.size(); ++bad) {
        auto altered = good;
        altered[bad].signature[5] ^= 1;
        BOOST_TEST((refused(altered) == errc::bad_signature));  // also of who was enrolled in this very block
        altered[(bad + 3) % good.size()].body.sequence = 0;
        BOOST_TEST((refused(altered) == (bad + 3 < good.size() ? errc::bad_signature : errc::repeated_sequence)));
    }
    auto altered = good;
    altered[0].body.release->signature[5] ^= 1;
    altered[0] = network<P>::resigned(publisher, altered[0].body);
    BOOST_TEST(std::string(refused(altered).where) == "release.signature");
    BOOST_TEST(!c.push(n.next(c, good), later));
}

namespace {
struct no_empty_message {
    template <class Block, class View>
    static fault check(Block const& block, View const&) {
        return block.head().message.empty() ? fault{errc::missing_field, "block.message"} : fault{};
    }
};
struct at_most_two {
    template <class Block, class View>
    static fault check(Block const& block, View const& view) {
        return block.transactions.size() > 2 && view.height() != 0 ? fault{errc::over_quota, "block.transactions"} : fault{};
    }
};
struct ruled : work_protocol {
    using rules = daicho::rules<no_empty_message, at_most_two>;
};
} // namespace

BOOST_AUTO_TEST_CASE(a_protocols_own_rules_are_asked) {
    network<ruled> n;
    ledger::chain<ruled> c(n.genesis);
    BOOST_TEST(!c.push(n.next(c, n.everybody()), later));
    auto const running = [&] { return n.signed_by(device, n.report(state::running, 1)); };
    BOOST_TEST((c.push(n.next(c, {running(), running(), running()}), later) == errc::over_quota));
    auto h = n.next(c).head();
    h.message = "";
    BOOST_TEST((c.push({n.seal(h), {}}, later) == errc::missing_field));
    BOOST_TEST(!c.push(n.next(c, {running(), running()}), later));
}

BOOST_AUTO_TEST_SUITE_END()
