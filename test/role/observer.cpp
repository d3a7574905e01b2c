#include <daicho/role/observer.hpp>

#include "town.hpp"

#include <daicho/threads/pool.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;
using P = town::paper_protocol;

BOOST_AUTO_TEST_SUITE(observer_role)

BOOST_AUTO_TEST_CASE(a_search_answers_from_checked_blocks_only) {
    town::town<P> t;
    t.build();
    t.run(12);
    t.publish(1);
    std::vector<block_of<P>> blocks;
    for (std::uint64_t h = 1; h <= t.height(); ++h) blocks.push_back(*decode<block_of<P>>(*t.nodes[0].store.read(h)));
    BOOST_REQUIRE(blocks.size() >= 2u);

    role::observer<P> honest(t.genesis);
    for (auto& b : blocks) BOOST_TEST(!honest.take(b, t.now));
    BOOST_TEST((honest.chain().head() == t.head()));
    BOOST_TEST(honest.releases().size() == 1u);

    role::observer<P> fooled(t.genesis);
    auto forged = blocks;
    forged[0].transactions[0].body.time += 1;
    BOOST_TEST((fooled.take(forged[0], t.now) == errc::wrong_root));
    BOOST_TEST((fooled.take(blocks[1], t.now) == errc::wrong_index));
    BOOST_TEST(fooled.entries().empty());
    auto other = t.genesis;
    other.name = "another town";
    role::observer<P> foreign(other);
    BOOST_TEST((foreign.take(blocks[0], t.now) == errc::foreign_genesis));
}

// A chain that is read by several threads is judged as one that is taken block by block, and what is refused leaves nothing.
BOOST_AUTO_TEST_CASE(a_whole_chain_is_judged_as_block_by_block_and_none_of_a_bad_one_is_kept) {
    town::town<P> t;
    t.build();
    t.run(12);
    t.publish(1);
    std::vector<bytes> raw;
    for (std::uint64_t h = 1; h <= t.height(); ++h) raw.push_back(*t.nodes[0].store.read(h));
    BOOST_REQUIRE(raw.size() >= 3u);
    threads::pool cores(2);
    auto const make = [] { return one_by_one<scheme_of<P>>(); };
    auto const read = [&](role::observer<P>& o, std::vector<bytes> const& blocks, std::uint64_t& last) {
        auto const source = [&](std::uint64_t h) -> result<std::optional<bytes>> {
            return h > blocks.size() ? std::optional<bytes>() : std::optional(blocks[h - 1]);
        };
        return o.take_all(source, make, cores, {.now = t.now}, [&](block_of<P> const& b) { last = b.head().index; });
    };

    role::observer<P> stepped(t.genesis), whole(t.genesis);
    for (auto& b : raw) BOOST_TEST(!stepped.take(*decode<block_of<P>>(b), t.now));
    std::uint64_t told = 0;
    auto good = read(whole, raw, told);
    BOOST_TEST(!good.refused);
    BOOST_TEST(good.height == raw.size());
    BOOST_TEST(told == raw.size());
    BOOST_TEST((whole.chain().head() == stepped.chain().head()));
    BOOST_TEST(whole.entries().size() == stepped.entries().size());
    BOOST_TEST(whole.releases().size() == 1u);
    BOOST_TEST((whole.fleet().size() == stepped.fleet().size()));

    for (std::size_t at = 0; at != raw.size(); ++at) {  // a forgery in each block, seen at its height
        auto forged = raw;
        auto b = *decode<block_of<P>>(raw[at]);
        b.sealed.body.transactions_root[0] ^= 1;  // whatever the seal makes of it
        forged[at] = encode(b);
        role::observer<P> step(t.genesis);
        fault expected;
        std::uint64_t height = 0;
        while (height != forged.size() && !expected) expected = step.take(*decode<block_of<P>>(forged[height++]), t.now);
        BOOST_TEST(bool(expected));
        told = 0;
        auto const bad = read(whole, forged, told);
        BOOST_TEST((bad.refused == expected.code));
        BOOST_TEST(bad.height == height);
        BOOST_TEST(told < height);
        BOOST_TEST(whole.chain().height() == 0u);
        BOOST_TEST(whole.entries().empty());
    }
}

BOOST_AUTO_TEST_CASE(gaps_in_a_senders_sequence_are_shown) {
    town::town<P> t;
    t.build();
    t.run(12);
    town::home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    t.run(5);
    for (std::uint64_t sequence : {3u, 4u, 9u}) {
        transaction_body<scheme_of<P>> b{};
        b.state = state::running;
        b.model = t.model;
        b.sequence = sequence;
        BOOST_TEST(t.ask_gateway(0, {h.id(), true}, encode(carry<scheme_of<P>>{t.sign_as(h.device_key, b)})).has_value());
        t.run(5);
    }
    auto const history = t.observe().history(h.id());
    BOOST_REQUIRE(history.size() == 4u);
    BOOST_TEST(!history[2].gap);
    BOOST_TEST(history[3].gap);
}

BOOST_AUTO_TEST_SUITE_END()
