#include <daicho/role/observer.hpp>

#include "town.hpp"

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
