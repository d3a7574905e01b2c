#include <daicho/role/ledger_node.hpp>

#include <boost/test/unit_test.hpp>

#include "role/node_bench.hpp"

using namespace fixture;

namespace {

template <class P>
struct running : bench<P> {
    using event_type = typename bench<P>::node_type::event_type;
    running() : bench<P>(disk) {
        this->start();
        this->record(this->everybody());
    }
    std::uint64_t asked() const { return this->node->verifier().asked(); }
    event_type arriving(transaction_of<P> const& tx) { return role::arrived{++this->last_ticket, this->post("/transactions/new", tx)}; }
    memory::block_store disk;
};

template <class P>
struct without_verifier {
    using block_store = memory::block_store;
    using signer = typename network<P>::key_type;
    using entropy = counting_entropy;
};

} // namespace

BOOST_AUTO_TEST_SUITE(ledger_node_signatures)

BOOST_AUTO_TEST_CASE_TEMPLATE(the_platforms_verifier_runs_and_without_one_the_scheme_does, P, both) {
    running<P> b;
    BOOST_TEST(b.node->verifier().kernel() == "counted on the bench");
    BOOST_TEST(b.asked() != 0u);
    memory::block_store disk;
    auto key = network<P>::key(signer_0);
    counting_entropy entropy;
    role::ledger_node<P, without_verifier<P>> plain({.genesis = b.genesis}, key, disk, entropy);
    BOOST_TEST(plain.verifier().kernel() == scheme_of<P>::name);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_was_verified_at_the_door_is_not_verified_in_the_block, P, both) {
    running<P> b;
    auto const before = b.asked();
    auto const tx = b.signed_by(publisher, b.released(2));
    BOOST_TEST(b.status(b.submit(tx)) == 201u);
    BOOST_TEST(b.asked() == before + 2);  // the sender's and the publisher's
    BOOST_TEST(b.ask(b.post("/blocks/new", b.next(b.node->chain(), {tx}))) == 201u);
    BOOST_TEST(b.asked() == before + (bench<P>::by_work ? 2 : 3));  // only an authority's seal is new
}

// The body is known and good; whoever swaps the signature in a block gains nothing by that.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_pooled_body_in_a_block_with_another_signature_is_refused, P, both) {
    running<P> b;
    auto const tx = b.signed_by(publisher, b.released(2));
    BOOST_TEST(b.status(b.submit(tx)) == 201u);
    auto const before = b.face();
    auto forged = tx;
    forged.signature[7] ^= 1;
    auto const t = b.send(b.post("/blocks/new", b.next(b.node->chain(), {forged})));
    BOOST_TEST(b.status(t) >= 400u);
    BOOST_TEST(b.text(t).find(std::string(message(errc::bad_signature))) != std::string::npos);
    BOOST_TEST((b.face() == before));
    forged = tx;
    forged.body.release->signature[7] ^= 1;  // the publisher's, under a good signature of the sender
    forged = network<P>::resigned(publisher, forged.body);
    BOOST_TEST(b.ask(b.post("/blocks/new", b.next(b.node->chain(), {forged}))) >= 400u);
    BOOST_TEST((b.face() == before));
    BOOST_TEST(b.ask(b.post("/blocks/new", b.next(b.node->chain(), {tx}))) == 201u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(transactions_that_wait_together_are_verified_together, P, both) {
    running<P> b;
    std::vector<typename running<P>::event_type> events;
    for (std::uint64_t i = 0; i != 5; ++i) {
        events.push_back(b.arriving(b.signed_by(device, b.report(state::running, i))));
        events.push_back(b.arriving(b.signed_by(device_2, b.report(state::running, i))));
    }
    auto forged = b.signed_by(gateway, b.report(state::cached, 7));
    auto const first = b.last_ticket;
    events.push_back(b.arriving(b.signed_by(publisher, b.released(3))));
    auto spoilt = b.signed_by(publisher, b.released(4));
    spoilt.signature[1] ^= 1;
    events.push_back(b.arriving(spoilt));
    events.push_back(b.arriving(forged));  // of a release that is not there: refused before its signature is looked at
    events.push_back(role::tick{});

    auto const before = b.asked();
    auto const face = b.face();
    counting_verifier<scheme_of<P>>::most = 0;
    b.node->foresee(events);
    BOOST_TEST((b.face() == face));
    BOOST_TEST(b.asked() == before + 14);
    BOOST_TEST(counting_verifier<scheme_of<P>>::most == 14u);
    for (auto& e : events) b.step(e);
    BOOST_TEST(b.asked() == before + 15);  // the bad one, asked about again when its turn came
    BOOST_TEST(b.node->pending() == 11u);
    BOOST_TEST(b.status(first + 1) == 201u);
    BOOST_TEST(b.status(first + 2) >= 400u);
    BOOST_TEST(b.status(first + 3) >= 400u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_waited_in_the_store_is_verified_together_at_the_start, P, both) {
    memory::block_store disk;
    std::size_t waiting = 0;
    {
        bench<P> b(disk);
        b.start();
        b.record(b.everybody());
        for (std::uint64_t i = 0; i != 5; ++i) BOOST_TEST(b.status(b.submit(b.signed_by(device, b.report(state::running, i)))) == 201u);
        waiting = b.node->pending();
    }
    bench<P> again(disk);
    counting_verifier<scheme_of<P>>::most = 0;
    again.start();
    BOOST_TEST(!again.restored);
    BOOST_TEST(again.node->pending() == waiting);
    BOOST_TEST(again.node->verifier().asked() == waiting);  // blocks are checked beside it
}

BOOST_AUTO_TEST_SUITE_END()
