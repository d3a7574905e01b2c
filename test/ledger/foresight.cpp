#include <daicho/ledger/foresight.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/threads/pool.hpp>

#include "ledger/fixture.hpp"

#include <atomic>

using namespace fixture;
using P = authority_protocol;
using chain_type = ledger::chain<P>;

namespace {

/// Counts what it verifies.
struct counting {
    std::atomic<std::size_t>* asked;
    void verify(std::span<signed_message<scheme_of<P>> const> batch, std::span<bool> verdicts) noexcept {
        *asked += batch.size();
        one_by_one<scheme_of<P>>().verify(batch, verdicts);
    }
    std::string_view kernel() const noexcept { return "counting"; }
};
/// Takes jobs, and does them when it is told.
struct reluctant {
    std::vector<std::function<void()>> jobs;
    void submit(std::function<void()> job) { jobs.push_back(std::move(job)); }
    std::size_t threads() const noexcept { return 1; }
    void run() {
        for (auto& j : std::exchange(jobs, {})) j();
    }
};

/// Where everybody is enrolled, and what follows.
struct town : network<P> {
    town() : chain(genesis) { BOOST_REQUIRE(!chain.push(next(chain, everybody()), later)); }

    std::vector<transaction_of<P>> reports() {
        std::vector<transaction_of<P>> all;
        for (int i = 0; i != 8; ++i)
            for (auto who : {device, device_2}) all.push_back(signed_by(who, report(state::running, 1)));
        return all;
    }
    /// Not one that fits the chain: nobody asks it.
    static block_of<P> block(std::vector<transaction_of<P>> transactions) { return {{}, std::move(transactions)}; }
    static void spoil(block_of<P>& b, std::size_t i) { b.transactions[i].signature[3] ^= 1; }

    auto begin(executor_ref others, std::vector<block_of<P>> blocks) {
        examined = chain_type::examine(std::move(blocks));
        return ledger::foresight<P, counting>(std::move(others), [this] { return counting{&asked}; }).begin(chain.members(), examined);
    }
    std::vector<bool> good() const {
        std::vector<bool> out;
        for (auto& e : examined) out.push_back(e.found_good);
        return out;
    }

    chain_type chain;
    std::vector<chain_type::examined> examined;
    std::atomic<std::size_t> asked = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(foresight)

BOOST_AUTO_TEST_CASE(blocks_before_the_first_bad_signature_are_good_and_nothing_is_said_of_the_others) {
    town t;
    std::vector<block_of<P>> blocks;
    for (int i = 0; i != 20; ++i) blocks.push_back(town::block(t.reports()));
    std::vector<bool> const all(20, true);
    same_thread here;
    threads::pool one(1), four(4);
    auto const found = [&](executor_ref others) {
        t.begin(std::move(others), blocks)->finish(t.examined);
        return t.good();
    };
    for (auto others : {executor_ref(here), executor_ref(one), executor_ref(four)}) BOOST_TEST(found(others) == all);
    town::spoil(blocks[13], 7);
    town::spoil(blocks[17], 0);
    auto some = all;
    std::fill(some.begin() + 13, some.end(), false);
    for (auto others : {executor_ref(here), executor_ref(one), executor_ref(four)}) BOOST_TEST(found(others) == some);
}

BOOST_AUTO_TEST_CASE(a_block_with_a_signature_that_nobody_can_judge_yet_is_left_to_the_chain) {
    town t;
    auto const by_stranger = t.signed_by(stranger, t.report(state::running, 1)), released = t.signed_by(publisher, t.released(1)), by_another = t.signed_by(management, t.released(2, publisher_2));
    auto const accused = t.signed_by(node, t.accusation(t.evidence({.message = "one", .slot = 7}, {.message = "another", .slot = 7})));
    auto bad_release = released;
    bad_release.body.release->signature[3] ^= 1;
    bad_release = t.resigned(publisher, bad_release.body);
    same_thread here;
    auto const good = [&](transaction_of<P> const& tx) {
        auto all = t.reports();
        all.insert(all.begin() + 3, tx);
        t.begin(executor_ref(here), {town::block(t.reports()), town::block(all)})->finish(t.examined);
        BOOST_TEST(t.good()[0]);
        return bool(t.good()[1]);
    };
    BOOST_TEST(good(released));
    BOOST_TEST(!good(bad_release));
    BOOST_TEST(!good(by_stranger));
    BOOST_TEST(!good(by_another));
    BOOST_TEST(!good(accused));
}

BOOST_AUTO_TEST_CASE(who_waits_does_what_nobody_began) {
    town t;
    reluctant others;
    auto const w = t.begin(executor_ref(others), {town::block(t.reports()), town::block(t.reports())});
    BOOST_TEST(!others.jobs.empty());
    BOOST_TEST(!w->done());
    w->finish(t.examined);
    BOOST_TEST(w->done());
    BOOST_TEST((t.good() == std::vector<bool>{true, true}));
    BOOST_TEST(t.asked == 32u);
    others.run();  // too late
    BOOST_TEST(t.asked == 32u);
}

BOOST_AUTO_TEST_CASE(what_nobody_wants_to_know_any_more_is_not_verified) {
    town t;
    reluctant others;
    auto w = t.begin(executor_ref(others), {town::block(t.reports())});
    w.reset();
    others.run();
    BOOST_TEST(t.asked == 0u);
}

BOOST_AUTO_TEST_CASE(without_signatures_there_is_nothing_to_wait_for) {
    town t;
    reluctant others;
    auto const w = t.begin(executor_ref(others), {town::block({})});
    BOOST_TEST(w->done());
    BOOST_TEST(others.jobs.empty());
    w->finish(t.examined);
    BOOST_TEST(t.good()[0]);
}

BOOST_AUTO_TEST_SUITE_END()
