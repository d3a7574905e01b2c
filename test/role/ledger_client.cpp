#include <daicho/role/ledger_client.hpp>

#include <daicho/memory/block_store.hpp>

#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;

namespace {

using P = authority_protocol;

struct platform {
    using block_store = memory::block_store;
    using signer = network<P>::key_type;
};

/// A client with one node, whom the test plays.
struct client : network<P> {
    client() : network<P>(1, 2, 10), key(network<P>::key(gateway)), role({.genesis = genesis, .nodes = {{id(signer_0), "http://node"}}, .mines = false}, key, spool, out) {
        for (int i = 0; i != 3; ++i) sent.push_back(signed_by(i == 1 ? device_2 : device, report(state::running, 1)));
        for (auto& tx : sent) role.carry(tx, [](fault) {});
        flush();
    }
    /// Commits what is decided; calls wait in `calls`, what is said in `said`.
    void flush() {
        role.flush(later);
        while (!out.empty())
            for (auto& a : std::exchange(out, {})) {
                if (auto* p = std::get_if<role::persist>(&a)) {
                    role::committed done{p->id, spool.commit(p->batch)};
                    role.on(done);
                    role.flush(later);
                } else if (auto* c = std::get_if<role::call>(&a)) {
                    calls.push_back(std::move(*c));
                } else if (auto* n = std::get_if<role::note>(&a)) {
                    said.push_back(n->event);
                }
            }
    }
    role::call take_call() {
        BOOST_TEST_REQUIRE(calls.size() == 1u);
        return std::exchange(calls, {}).front();
    }
    void answer(role::call const& c, role::http_response r) {
        role::answered a{c.id, std::move(r)};
        role.on(a);
        flush();
    }
    void tick() {
        role::tick t;
        now += 5;
        role.on(t, now);
        flush();
        std::erase_if(calls, [](auto& c) { return !c.request.path.starts_with("/transactions/"); });
    }
    static std::vector<bytes> carried(role::call const& c) {
        BOOST_TEST_REQUIRE(c.request.path == "/transactions/batch");
        auto const batch = decode<transaction_batch>(c.request.body);
        BOOST_TEST_REQUIRE(bool(batch));
        return {batch->transactions.begin(), batch->transactions.end()};
    }
    static role::http_response judged(role::call const& c, std::vector<errc> codes) {
        batch_answer out{.block = 2};
        for (auto code : codes) out.verdicts.push_back({code, "there"});
        return role::show(c.request, 200, out);
    }
    std::size_t spooled() {
        std::size_t n = 0;
        (void)spool.pending([&](digest const&, byte_view) { ++n; });
        return n;
    }

    key_type key;
    memory::block_store spool;
    role::actions out;
    role::ledger_client<P, platform> role;
    std::vector<transaction_of<P>> sent;
    std::vector<role::call> calls;
    std::vector<std::string> said;
    std::uint64_t now = later;
};

} // namespace

BOOST_AUTO_TEST_SUITE(ledger_client)

BOOST_AUTO_TEST_CASE(several_that_wait_are_handed_over_in_one_request_and_settled_each_for_itself) {
    client c;
    auto const first = c.take_call();
    BOOST_TEST(first.request.path == "/transactions/new");  // nothing else waited yet
    BOOST_TEST((first.request.body == encode(c.sent[0])));
    c.answer(first, role::json_text(201, "{}"));
    auto const both = c.take_call();
    BOOST_TEST((client::carried(both) == std::vector<bytes>{encode(c.sent[1]), encode(c.sent[2])}));
    c.answer(both, client::judged(both, {errc::bad_signature, errc::ok}));
    BOOST_TEST(c.role.waiting() == 0u);
    BOOST_TEST(c.spooled() == 0u);
    BOOST_TEST((c.said == std::vector<std::string>{"recorded", "refused", "recorded"}));
}

BOOST_AUTO_TEST_CASE(what_there_was_no_room_for_waits_on) {
    client c;
    c.answer(c.take_call(), role::json_text(201, "{}"));
    auto const both = c.take_call();
    c.answer(both, client::judged(both, {errc::pool_full, errc::ok}));
    BOOST_TEST(c.role.waiting() == 1u);
    BOOST_TEST(c.spooled() == 1u);
    BOOST_TEST(c.calls.empty());
    c.tick();
    auto const again = c.take_call();
    BOOST_TEST((again.request.body == encode(c.sent[1])));
    c.answer(again, role::json_text(201, "{}"));
    BOOST_TEST(c.spooled() == 0u);
}

// Whoever refuses the request as a whole has judged none of it: nothing may be lost by that.
BOOST_AUTO_TEST_CASE(a_node_that_refuses_batches_gets_one_after_the_other) {
    client c;
    c.answer(c.take_call(), role::json_text(201, "{}"));
    for (auto nonsense : {role::http_refusal(404, {errc::not_found, "path"}), role::json_text(200, "{}")}) {
        auto const both = c.take_call();
        BOOST_TEST_REQUIRE(client::carried(both).size() == 2u);
        c.answer(both, std::move(nonsense));
        auto const alone = c.take_call();
        BOOST_TEST((alone.request.body == encode(c.sent[1])));
        c.answer(alone, role::http_refusal(503, {errc::pool_full, "pool"}));
        BOOST_TEST(c.role.waiting() == 2u);
        std::swap(c.sent[1], c.sent[2]);  // other senders first
        c.tick();
    }
    auto const both = c.take_call();
    c.answer(both, role::http_refusal(503, {errc::busy, "body"}));
    BOOST_TEST(c.spooled() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
