#include <daicho/role/ledger_node.hpp>

#include <boost/test/unit_test.hpp>

#include "role/node_bench.hpp"

using namespace fixture;

namespace {

template <class P>
struct running : bench<P> {
    running() : bench<P>(disk) {
        this->start();
        this->record(this->everybody());
    }
    memory::block_store disk;
};

template <class P>
sealed_header_of<P> tip(bench<P>& b) {
    return b.node->chain().at(0);
}

} // namespace

BOOST_AUTO_TEST_SUITE(ledger_node)

// --- the five requests (paper 3.2), in both forms ---------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE_TEMPLATE(the_five_requests_answer_in_json_and_cbor, P, both) {
    for (bool json : {true, false}) {
        running<P> b;
        auto const height = b.node->chain().height();
        auto const added = b.submit(b.signed_by(publisher, b.released(2)), json);
        BOOST_TEST(b.status(added) == 201u);
        BOOST_TEST(b.text(added).find("\"id\"") != std::string::npos);
        auto const mined = b.order(b.command(node_command::mine, gateway), json);
        for (int i = 0; i != 4; ++i) b.tick();
        BOOST_TEST(b.status(mined) == 201u);
        BOOST_TEST(b.node->chain().height() == height + 1);
        BOOST_TEST(b.store.height() == height + 1);

        auto const chain = b.send(b.get("/chain", "from=1&limit=10", json));
        BOOST_TEST(b.status(chain) == 200u);
        if (json) {
            BOOST_TEST(b.text(chain).find("\"length\":" + std::to_string(height + 1)) != std::string::npos);
            BOOST_TEST(b.text(chain).find("\"released\"") != std::string::npos);
        } else {
            auto const p = decode<page>(b.response(chain)->body);
            BOOST_TEST_REQUIRE(bool(p));
            BOOST_TEST(p->blocks.size() == height + 1);
            BOOST_TEST((p->head == b.node->chain().head()));
            BOOST_TEST((decode<block_of<P>>(p->blocks.back())->sealed == tip(b)));
        }
        auto const resolved = b.order(b.command(node_command::resolve), json);
        BOOST_TEST(b.status(resolved) == 200u);
        BOOST_TEST(b.text(resolved).find("\"replaced\":false") != std::string::npos);
        auto const status = b.send(b.get("/status", "", json));
        if (json) BOOST_TEST(b.text(status).find(to_hex(b.node->chain().head())) != std::string::npos);
        else BOOST_TEST((decode<daicho::status>(b.response(status)->body)->head == b.node->chain().head()));
        BOOST_TEST(b.ask(b.get("/")) == 200u);
    }
}

BOOST_AUTO_TEST_CASE(a_page_begins_where_it_is_asked_to) {
    running<paper_protocol> b;
    for (int i = 0; i != 6; ++i) b.record({b.signed_by(device, b.report(state::running, 1))});
    auto const pages = [&](std::string query) { return *decode<page>(b.response(b.send(b.get("/chain", std::move(query))))->body); };
    BOOST_TEST(pages("from=3&limit=2").blocks.size() == 2u);
    BOOST_TEST(pages("from=3&limit=2").from == 3u);
    BOOST_TEST(decode<block_of<paper_protocol>>(pages("from=3&limit=2").blocks[0])->head().index == 3u);
    BOOST_TEST(pages("from=6").blocks.size() == 2u);
    BOOST_TEST(pages("from=8").blocks.empty());
    BOOST_TEST(pages("from=18446744073709551615").blocks.empty());
    BOOST_TEST(pages("limit=0").blocks.empty());
    BOOST_TEST(b.ask(b.get("/chain", "from=x")) == 400u);
    BOOST_TEST(b.ask(b.get("/chain", "from=-1")) == 400u);
    BOOST_TEST(b.ask(b.get("/chain", "limit=99999999999999999999")) == 400u);
}

BOOST_AUTO_TEST_CASE(a_node_says_who_it_is_over_the_askers_nonce) {
    using P = paper_protocol;
    running<P> b;
    auto const t = b.send(b.get("/identity", "nonce=000102030405060708090a0b0c0d0e0f"));
    auto const who = decode<identity<scheme_of<P>>>(b.response(t)->body);
    BOOST_TEST_REQUIRE(bool(who));
    BOOST_TEST((who->body.node == b.node->id() && who->body.chain_id == b.chain_id && who->body.nonce[15] == 15));
    BOOST_TEST((id_of<P>(who->key) == b.node->id()));
    BOOST_TEST(verify<P>(who->key, who->body, who->signature));
    BOOST_TEST(b.ask(b.get("/identity")) == 400u);
    BOOST_TEST(b.ask(b.get("/identity", "nonce=00")) == 400u);
    BOOST_TEST(b.ask(b.get("/identity", "nonce=zz0102030405060708090a0b0c0d0e0f")) == 400u);
}

// --- bad input: one clear error, a fitting status, nothing changed -----------------------------------------------------------
BOOST_AUTO_TEST_CASE_TEMPLATE(bad_transactions_are_refused_and_change_nothing, P, both) {
    running<P> b;
    auto const good = b.signed_by(device, b.report(state::running, 1));
    auto const before = b.face();
    auto const commits = b.commits;
    auto const refused = [&](role::http_request r, unsigned status) {
        auto const t = b.send(std::move(r));
        BOOST_TEST(b.status(t) == status);
        BOOST_TEST(b.text(t).starts_with("{\"error\":\""));
        BOOST_TEST(b.text(t).find('\n') == b.text(t).size() - 1);
        BOOST_TEST((b.face() == before));
        BOOST_TEST(b.commits == commits);
    };
    auto const path = "/transactions/new";
    auto const whole = b.post(path, good);
    auto const with = [&](auto change) {
        auto r = whole;
        change(r);
        return r;
    };
    for (std::size_t n : {std::size_t(0), std::size_t(1), whole.body.size() / 2, whole.body.size() - 1})
        refused(with([&](auto& r) { r.body.resize(n); }), 400);                                        // truncated
    refused(with([](auto& r) { r.body.push_back(0); }), 400);                                          // trailing
    refused(with([](auto& r) { r.body[0] ^= 0x40; }), 400);                                            // wrongly typed
    refused(with([](auto& r) { r.body.assign({0x83, 0x18, 0x01, 0x00, 0x00}); }), 400);                // non-canonical
    refused(with([](auto& r) { r.content_type = "text/plain"; }), 415);
    refused(with([](auto& r) { r.content_type = ""; }), 415);
    refused(with([](auto& r) { r.content_type = "application/json"; }), 400);
    refused(b.post(path, good.body), 400);                                                             // another record
    auto json = b.post(path, good, true);
    auto const replace = [&](std::string_view from, std::string_view to) {
        std::string text(as_text(json.body));
        BOOST_REQUIRE(text.find(from) != text.npos);
        text.replace(text.find(from), from.size(), to);
        auto r = json;
        r.body.assign(text.begin(), text.end());
        return r;
    };
    refused(replace("\"running\"", "\"walking\""), 400);
    refused(replace("\"running\"", "7"), 400);
    refused(replace("\"model\":\"lamp\"", "\"model\":\"" + std::string(33, 'x') + "\""), 413);         // oversized
    refused(replace("\"model\"", "\"modle\""), 400);
    refused(with([](auto& r) { r.body.assign(100000, 0x9f); }), 400);

    auto const body = [&](std::uint64_t by, auto change) {
        auto x = good.body;
        change(x);
        return b.post(path, network<P>::resigned(by, x));
    };
    refused(body(device, [](auto& x) { x.chain_id[0] ^= 1; }), 422);                                   // wrong chain
    refused(body(gateway, [](auto&) {}), 401);                                                         // wrong signature
    refused(body(stranger, [](auto& x) { x.sender = network<P>::id(stranger); }), 401);                // unknown sender
    refused(body(gateway, [](auto& x) { x.sender = network<P>::id(gateway); }), 403);                  // wrong role
    refused(body(device, [&](auto& x) { x.time = b.now + limits_of<P>::ahead + 1; }), 422);
    refused(b.post(path, b.signed_by(device_2, b.report(state::installed, 9))), 422);                  // of no release
    BOOST_TEST(b.ask(whole) == 201u);
    auto const again = b.ask(whole);                                                                   // said again: said before
    BOOST_TEST(again == 201u);
    BOOST_TEST(b.node->pending() == 1u);
    auto other = good.body;
    other.ver = 5;
    BOOST_TEST(b.ask(b.post(path, network<P>::resigned(device, other))) == 409u);                      // repeated sequence
    BOOST_TEST(b.node->pending() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(bad_commands_are_refused_and_change_nothing, P, both) {
    running<P> b;
    BOOST_TEST(b.status(b.submit(b.signed_by(device, b.report(state::running, 1)))) == 201u);
    b.seals_at_once = false;
    auto const before = b.face();
    auto const commits = b.commits;
    auto const refused = [&](command_of<P> const& c, unsigned status) {
        auto const t = b.order(c);
        BOOST_TEST(b.status(t) == status);
        BOOST_TEST(b.text(t).starts_with("{\"error\":\""));
        BOOST_TEST((b.face() == before));
        BOOST_TEST(b.commits == commits);
    };
    auto const good = b.command(node_command::mine, gateway);
    auto const with = [&](std::uint64_t by, auto change) {
        auto x = good.body;
        change(x);
        return b.ordered(x, by);
    };
    refused(with(gateway, [](auto& x) { x.chain_id[3] ^= 1; }), 422);
    refused(with(gateway, [](auto& x) { x.recipient[3] ^= 1; }), 422);                     // meant for another node
    refused(with(gateway_2, [](auto&) {}), 401);                                           // wrong signature
    refused(with(stranger, [](auto& x) { x.sender = network<P>::id(stranger); }), 401);    // unknown sender
    for (auto by : {device, publisher, node, recovery}) refused(with(by, [&](auto& x) { x.sender = network<P>::id(by); }), 403);
    refused(with(gateway, [&](auto& x) { x.time = b.now - 301; }), 422);
    refused(with(gateway, [&](auto& x) { x.time = b.now + limits_of<P>::ahead + 1; }), 422);
    for (auto wanted : {node_command::register_node, node_command::resolve}) refused(b.command(wanted, gateway), 403);  // not a gateway's
    auto mixed = b.post("/nodes/resolve", good);
    BOOST_TEST(b.ask(mixed) == 400u);                                                      // signed for another door
    BOOST_TEST((b.face() == before));
    b.seals_at_once = true;
    auto const t = b.order(good);
    for (int i = 0; i != 4; ++i) b.tick();
    BOOST_TEST(b.status(t) == 201u);
    auto const after = b.face();
    BOOST_TEST(b.status(b.order(good)) == 409u);                                           // replayed
    BOOST_TEST(b.status(b.order(with(gateway, [](auto& x) { x.sequence -= 1; }))) == 409u);
    BOOST_TEST((b.face() == after));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(bad_blocks_are_refused_and_change_nothing, P, both) {
    running<P> b;
    b.tick(20);
    auto const good = b.next(b.node->chain(), {b.signed_by(device, b.report(state::running, 1))}, P::consensus::name == authority::name ? b.now / 2 * 2 : 0);
    auto const before = b.face();
    auto const refused = [&](block_of<P> const& block, unsigned status) {
        auto const t = b.send(b.post("/blocks/new", block));
        BOOST_TEST(b.status(t) == status);
        BOOST_TEST(b.text(t).starts_with("{\"error\":\""));
        BOOST_TEST((b.face() == before));
    };
    auto altered = good;
    altered.transactions[0].body.ver = 7;                                 // altered content
    refused(altered, 422);
    altered = good;
    altered.transactions.clear();
    refused(altered, 422);
    altered = good;
    altered.sealed.body.index += 1'000'000'000;                           // false length
    refused(altered, 409);
    altered = good;
    altered.sealed.body.message = "other words";                          // seal does not cover it
    refused(altered, P::consensus::name == authority::name ? 401 : 422);
    altered = good;
    altered.sealed.body.index = 1;                                        // foreign genesis
    altered.sealed.body.previous_hash[0] ^= 1;
    refused(altered, 422);
    altered = good;
    altered.sealed.body.previous_hash[0] ^= 1;                            // unlinked: perhaps ahead of us
    refused(altered, 202);
    BOOST_TEST(b.ask(b.post("/blocks/new", good)) == 201u);
    BOOST_TEST(b.ask(b.post("/blocks/new", good)) == 200u);               // known
    BOOST_TEST(b.store.height() == std::get<0>(before) + 1);
}

BOOST_AUTO_TEST_CASE(unknown_paths_and_methods_are_named) {
    running<paper_protocol> b;
    auto const before = b.face();
    BOOST_TEST(b.ask(b.get("/nothing")) == 404u);
    BOOST_TEST(b.ask(b.get("/mine")) == 405u);
    BOOST_TEST(b.ask({.method = "POST", .path = "/chain"}) == 405u);
    BOOST_TEST(b.ask({.method = "DELETE", .path = "/transactions/new"}) == 405u);
    BOOST_TEST(b.ask({.method = "", .path = ""}) == 404u);
    BOOST_TEST((b.face() == before));
}

// --- sealing -----------------------------------------------------------------------------------------------------------------
// paper: concurrent mining requests made the node's own chain invalid
BOOST_AUTO_TEST_CASE_TEMPLATE(concurrent_requests_of_every_kind_keep_the_chain_valid, P, both) {
    running<P> b;
    b.commits_at_once = b.seals_at_once = false;
    std::vector<role::ticket> mined;
    for (int round = 0; round != 12; ++round) {
        for (auto who : {device, device_2}) b.submit(b.signed_by(who, b.report(state::running, 1)));
        for (auto who : {gateway, gateway_2, management}) mined.push_back(b.order(b.command(node_command::mine, who)));
        b.order(b.command(node_command::resolve));
        b.send(b.get("/chain"));
        if (round % 3 != 0 && !b.persists.empty()) b.commit_one();
        if (round % 2 != 0 && !b.seals.empty()) b.seal_one();
        b.tick(round % 4 == 0 ? 3 : 0);
    }
    b.commits_at_once = b.seals_at_once = true;
    for (int i = 0; i != 60; ++i) b.tick();
    for (auto t : mined) BOOST_TEST((b.status(t) == 201u || b.status(t) == 200u || b.status(t) == 409u));
    BOOST_TEST(b.node->pending() == 0u);
    auto const head = b.node->chain().head();
    b.start();  // reads everything again and checks it
    BOOST_TEST(!b.restored);
    BOOST_TEST((b.node->chain().head() == head));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nothing_to_seal_is_said, P, both) {
    running<P> b;
    BOOST_TEST(b.status(b.order(b.command(node_command::mine))) == 409u);
}

BOOST_AUTO_TEST_CASE(a_miner_is_told_when_nothing_comes_of_it) {
    running<paper_protocol> b;
    b.seals_at_once = false;
    b.submit(b.signed_by(device, b.report(state::running, 1)));
    auto const t = b.order(b.command(node_command::mine));
    b.tick(29);
    BOOST_TEST(b.status(t) == 0u);
    b.tick(1);
    BOOST_TEST(b.status(t) == 503u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(it_seals_by_number_and_by_age_when_told_to, P, both) {
    memory::block_store disk;
    bench<P> b(disk);
    b.start({.sealing = {.interval = 10, .size = 3}});
    b.tick(20);
    for (auto& tx : b.everybody()) BOOST_TEST(b.status(b.submit(tx)) == 201u);
    for (int i = 0; i != 4; ++i) b.tick();
    BOOST_TEST(b.node->chain().height() >= 1u);
    for (int i = 0; i != 15; ++i) b.tick();
    BOOST_TEST(b.node->pending() == 0u);
    auto const height = b.node->chain().height();
    for (int i = 0; i != 30; ++i) b.tick();
    BOOST_TEST(b.node->chain().height() == height);  // nothing waits: nothing is sealed
}

BOOST_AUTO_TEST_CASE_TEMPLATE(it_seals_empty_blocks_until_all_is_final_when_told_to, P, both) {
    memory::block_store disk;
    bench<P> b(disk);
    b.start({.sealing = {.interval = 2, .settle = true}});
    b.submit(b.everybody()[0]);
    for (int i = 0; i != 60; ++i) b.tick();
    BOOST_TEST(b.node->chain().final_height() >= 1u);
    auto const height = b.node->chain().height();
    for (int i = 0; i != 30; ++i) b.tick();
    BOOST_TEST(b.node->chain().height() == height);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_seal_for_a_tip_that_moved_on_is_dropped, P, both) {
    running<P> b;
    b.seals_at_once = false;
    b.tick(3);
    b.submit(b.signed_by(device, b.report(state::running, 1)));
    b.order(b.command(node_command::mine));
    for (int i = 0; i != 4 && b.seals.empty(); ++i) b.tick();
    BOOST_TEST_REQUIRE(!b.seals.empty());
    auto const job = b.seals.front();
    auto const theirs = b.next(b.node->chain(), {}, P::consensus::name == authority::name ? (job.body.slot + 1) * 2 : 0);
    b.tick(2);
    BOOST_TEST(b.ask(b.post("/blocks/new", theirs)) == 201u);
    auto const before = b.face();
    b.step(role::sealed<proof_of<P>>{job.epoch, b.proof_for(job)});
    BOOST_TEST((b.face() == before));
    b.step(role::sealed<proof_of<P>>{job.epoch + 1000, b.proof_for(job)});
    BOOST_TEST((b.face() == before));
    b.seals_at_once = true;
    for (int i = 0; i != 4; ++i) b.tick();
    BOOST_TEST(b.node->pending() == 0u);  // the job was made anew
}

BOOST_AUTO_TEST_SUITE_END()
