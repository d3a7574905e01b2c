#include <daicho/role/ledger_node.hpp>

#include <boost/test/unit_test.hpp>

#include "role/node_bench.hpp"

using namespace fixture;

namespace {

constexpr char const* there = "http://peer:5000";

/// A node with one peer, whom the test plays: by a chain of its own, and as it likes.
template <class P>
struct pair_of_nodes : bench<P> {
    pair_of_nodes() : bench<P>(disk), theirs(this->genesis) {
        again();
        this->record(this->everybody());
        share();
    }
    void again() { this->start({.admits = [](std::string_view url) { return url.starts_with("http://peer"); }}); }
    /// The peer takes over what the node has.
    void share() {
        theirs = this->node->chain();
        their_blocks.clear();
        for (std::uint64_t h = 1; h <= disk.height(); ++h) their_blocks.push_back(*decode<block_of<P>>(*disk.read(h)));
    }
    void grow(int blocks, std::vector<transaction_of<P>> first = {}, std::uint64_t skip = 0) {
        for (int i = 0; i != blocks; ++i) {
            std::uint64_t time = 0;
            if (i == 0 && skip != 0) time = this->by_work ? theirs.earliest_time() + skip : (theirs.at(0).body.slot + 1 + skip) * 2;
            their_blocks.push_back(this->next(theirs, std::exchange(first, {}), time));
            BOOST_REQUIRE_EQUAL(message(theirs.push(their_blocks.back(), later).code), "ok");
        }
        this->now = std::max(this->now, theirs.at(0).body.time);
    }
    role::http_response reply(role::http_request const& r) {
        if (r.path == "/identity") {
            identity<scheme_of<P>> who{};
            who.body = {.chain_id = this->chain_id, .node = network<P>::id(node)};
            BOOST_REQUIRE(!from_hex(role::text_in(r.query, "nonce"), who.body.nonce));
            auto k = network<P>::key(node);
            who.key = k.public_key();
            who.signature = *sign<P>(k, who.body);
            return role::show(r, 200, who);
        }
        if (r.path == "/status")
            return role::show(r, 200, status{.chain_id = this->chain_id, .node = network<P>::id(node), .height = theirs.height(), .head = theirs.head()});
        if (r.path == "/chain") {
            page p{.chain_id = this->chain_id, .height = theirs.height(), .head = theirs.head(), .from = *role::number_in(r.query, "from", 1)};
            for (auto h = p.from; h <= p.height && p.blocks.size() < std::min<std::uint64_t>(page_size, *role::number_in(r.query, "limit", 100)); ++h) p.blocks.emplace_back(encode(their_blocks[h - 1]));
            return role::show(r, 200, p);
        }
        if (r.path == "/headers") {
            header_page<proof_of<P>> p{.chain_id = this->chain_id, .height = theirs.height(), .head = theirs.head(), .from = *role::number_in(r.query, "from", 1)};
            for (auto h = p.from; h <= p.height && p.headers.size() < page_size; ++h) p.headers.push_back(their_blocks[h - 1].sealed);
            return role::show(r, 200, p);
        }
        return role::json_text(200, "{}");
    }
    /// Answers all calls as an honest peer, with `lie` having the last word. Returns the paths that were asked.
    std::vector<std::string> play(std::function<void(role::http_request const&, role::http_response&)> lie = {}) {
        std::vector<std::string> paths;
        while (!this->calls.empty()) {
            auto const c = this->take_call();
            BOOST_TEST(c.url == there);
            paths.push_back(c.request.path);
            auto r = reply(c.request);
            if (lie) lie(c.request, r);
            this->answer(c, std::move(r));
            BOOST_REQUIRE(paths.size() < 100);
        }
        return paths;
    }
    void meet() {
        auto const t = this->order(this->command(node_command::register_node, management, there, node));
        play();
        BOOST_REQUIRE_EQUAL(this->status(t), 201u);
    }
    role::ticket resolve(std::function<void(role::http_request const&, role::http_response&)> lie = {}) {
        this->tick(2);
        auto const t = this->order(this->command(node_command::resolve));
        play(std::move(lie));
        return t;
    }
    template <class Record>
    static std::function<void(role::http_request const&, role::http_response&)> altering(std::string path, std::function<void(Record&)> change) {
        return [=](role::http_request const& r, role::http_response& out) {
            if (r.path != path) return;
            auto record = *decode<Record>(out.body);
            change(record);
            out = role::show(r, 200, record);
        };
    }
    memory::block_store disk;
    ledger::chain<P> theirs;
    std::vector<block_of<P>> their_blocks;
    std::size_t page_size = 3;
};

} // namespace

BOOST_AUTO_TEST_SUITE(ledger_node_peers)

// --- registering (paper: any URL could be registered as a peer and was then fetched) ------------------------------------------
BOOST_AUTO_TEST_CASE_TEMPLATE(an_address_that_is_not_admitted_is_never_called, P, both) {
    pair_of_nodes<P> b;
    auto const before = b.face();
    for (std::string url : {"http://169.254.169.254", "http://localhost:22", "ftp://peer", "http://peer:5000/path", "http://peer:5000/", "http://user@peer", "peer", "", "http://peer\r\nX: y"}) {
        auto const t = b.order(b.command(node_command::register_node, management, url, node));
        BOOST_TEST_CONTEXT(url) BOOST_TEST((b.status(t) == 403u || b.status(t) == 400u));
        BOOST_TEST(b.calls.empty());
    }
    BOOST_TEST(b.status(b.order(b.command(node_command::register_node, management, there, device))) == 401u);      // keeps no chain
    BOOST_TEST(b.status(b.order(b.command(node_command::register_node, management, there, stranger))) == 401u);    // is nobody
    BOOST_TEST(b.status(b.order(b.command(node_command::register_node, management, there, signer_0))) == 422u);    // is this node
    BOOST_TEST(b.status(b.order(b.command(node_command::register_node, gateway, there, node))) == 403u);
    BOOST_TEST(b.calls.empty());
    BOOST_TEST(b.node->peers().empty());
    BOOST_TEST((b.face() == before));
    b.meet();
    BOOST_TEST(b.node->peers().size() == 1u);
}

BOOST_AUTO_TEST_CASE(by_default_only_the_peers_it_was_started_with_are_admitted) {
    memory::block_store disk;
    bench<paper_protocol> b(disk);
    b.start({.peers = {{network<paper_protocol>::id(node), there}}});
    b.record(b.everybody());
    b.calls.clear();
    BOOST_TEST(b.status(b.order(b.command(node_command::register_node, management, "http://peer:5001", node))) == 403u);
    BOOST_TEST(b.status(b.order(b.command(node_command::register_node, management, there, node))) == 0u);
    BOOST_TEST(b.calls.size() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_unproven_peer_gets_one_question_and_nothing_else, P, both) {
    pair_of_nodes<P> b;
    auto const before = b.face();
    auto const refused = [&](std::function<void(role::http_request const&, role::http_response&)> lie) {
        auto const t = b.order(b.command(node_command::register_node, management, there, node));
        BOOST_TEST(b.status(t) == 0u);
        auto const asked = b.play(std::move(lie));
        BOOST_TEST((asked == std::vector<std::string>{"/identity"}));
        BOOST_TEST(b.status(t) == 502u);
        BOOST_TEST(b.node->peers().empty());
        BOOST_TEST((b.face() == before));
        b.submit(b.signed_by(device, b.report(state::running, 1)));
        BOOST_TEST(b.calls.empty());  // nothing is told to it
        b.record({});
        b.share();
        const_cast<std::remove_const_t<decltype(before)>&>(before) = b.face();
    };
    using who = identity<scheme_of<P>>;
    refused(b.template altering<who>("/identity", [](who& w) { w.signature[0] ^= 1; }));
    refused(b.template altering<who>("/identity", [](who& w) { w.body.nonce[0] ^= 1; }));                  // replayed
    refused(b.template altering<who>("/identity", [](who& w) { w.body.chain_id[0] ^= 1; }));               // of another chain
    refused(b.template altering<who>("/identity", [](who& w) {                                             // another enrolled key
        auto k = network<P>::key(gateway);
        w.body.node = network<P>::id(gateway);
        w.key = k.public_key();
        w.signature = *sign<P>(k, w.body);
    }));
    refused(b.template altering<who>("/identity", [](who& w) {                                             // a fresh key under the name
        auto k = network<P>::key(stranger);
        w.key = k.public_key();
        w.signature = *sign<P>(k, w.body);
    }));
    refused([](auto&, auto& r) { r.status = 500; });
    refused([](auto&, auto& r) { r.body.resize(10); });
    auto const t = b.order(b.command(node_command::register_node, management, there, node));
    b.answer(b.take_call(), fault{errc::unreachable, "peer"});
    BOOST_TEST(b.status(t) == 502u);
    BOOST_TEST(b.node->peers().empty());
    b.meet();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_registered_peer_is_known_after_a_restart_and_proves_itself_again, P, both) {
    pair_of_nodes<P> b;
    b.meet();
    b.again();
    BOOST_TEST_REQUIRE(b.node->peers().size() == 1u);
    BOOST_TEST(!b.node->peers()[0].proven);
    b.tick();
    BOOST_TEST(b.take_call().request.path == "/identity");
    b.start();  // whoever starts it admits the address no more
    BOOST_TEST(b.node->peers().empty());
}

// --- following -------------------------------------------------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE_TEMPLATE(it_follows_a_longer_chain_page_by_page, P, both) {
    pair_of_nodes<P> b;
    b.meet();
    b.grow(10);
    auto const t = b.resolve();
    BOOST_TEST(b.status(t) == 200u);
    BOOST_TEST(b.text(t).find("\"replaced\":true") != std::string::npos);
    BOOST_TEST((b.node->chain().head() == b.theirs.head()));
    BOOST_TEST(b.disk.height() == b.theirs.height());
    b.start();
    BOOST_TEST((b.node->chain().head() == b.theirs.head()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_preferred_fork_is_adopted_and_what_waited_or_was_displaced_waits_again, P, both) {
    pair_of_nodes<P> b;
    // One signer alone makes its own blocks final at once: under authority a fork needs three.
    if constexpr (!bench<P>::by_work) return;
    b.meet();
    auto const first = b.signed_by(device, b.report(state::running, 1)), second = b.signed_by(device, b.report(state::running, 1));
    auto const other = b.signed_by(device_2, b.report(state::running, 1));
    b.grow(4, {other}, 3);
    b.record({first});  // in a block of ours
    BOOST_TEST(b.status(b.submit(second)) == 201u);  // of the same sender, still waiting
    BOOST_TEST(b.status(b.submit(other)) == 201u);
    b.calls.clear();
    for (int i = 0; i != 8 && b.node->chain().head() != b.theirs.head(); ++i) {
        b.tick(5);
        b.play();
    }
    BOOST_TEST((b.node->chain().head() == b.theirs.head()));
    BOOST_TEST(b.node->pending() == 2u);  // the displaced one first, then the one that waited
    b.start();
    BOOST_TEST_REQUIRE(!b.restored);
    BOOST_TEST((b.node->chain().head() == b.theirs.head()));
    BOOST_TEST(b.node->pending() == 2u);
    b.record({});
    auto const tip = b.node->chain().recent(b.node->chain().height());
    BOOST_TEST_REQUIRE(tip->transactions.size() == 2u);
    BOOST_TEST((tip->transactions[0] == first && tip->transactions[1] == second));
}

BOOST_AUTO_TEST_CASE(a_reorganisation_that_the_disk_refuses_has_not_happened) {
    pair_of_nodes<paper_protocol> b;
    b.meet();
    b.grow(4, {}, 3);
    b.record({b.signed_by(device, b.report(state::running, 1))});
    BOOST_TEST(b.status(b.submit(b.signed_by(device_2, b.report(state::running, 1)))) == 201u);
    b.calls.clear();
    b.tick(5);
    auto const before = b.face();
    b.page_size = 50;
    auto const t = b.order(b.command(node_command::resolve));
    while (!b.calls.empty()) {
        auto const c = b.take_call();
        if (c.request.path == "/chain") b.disk.fail_next(errc::store_full);
        b.answer(c, b.reply(c.request));
    }
    BOOST_TEST(b.status(t) == 507u);
    BOOST_TEST((b.face() == before));
    BOOST_TEST(b.node->pending() == 1u);
    b.tick(5);
    b.play();
    BOOST_TEST((b.node->chain().head() == b.theirs.head()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_pushed_block_that_does_not_link_makes_it_look_around, P, both) {
    pair_of_nodes<P> b;
    b.meet();
    b.tick(2);
    b.play();
    b.grow(3);
    BOOST_TEST(b.ask(b.post("/blocks/new", b.their_blocks.back())) == 202u);
    b.tick();  // at the latest
    b.play();
    BOOST_TEST((b.node->chain().head() == b.theirs.head()));
}

// --- lies --------------------------------------------------------------------------------------------------------------------------
// paper: a peer that claimed a length of 10^9 and sent its own genesis replaced the whole chain
BOOST_AUTO_TEST_CASE_TEMPLATE(a_lying_peer_changes_nothing_and_is_left_alone, P, both) {
    using change_page = std::function<void(page&)>;
    network<P> foreign;
    foreign.genesis = network<P>(1, 6, 10).genesis;
    foreign.genesis.time += 1;
    foreign.chain_id = digest_of<hash_of<P>>(foreign.genesis);
    ledger::chain<P> own(foreign.genesis);
    std::vector<block_of<P>> from_own_genesis;
    for (int i = 0; i != 8; ++i) {
        from_own_genesis.push_back(foreign.next(own));
        BOOST_REQUIRE(!own.push(from_own_genesis.back(), later));
    }
    auto const edit = [](std::size_t i, std::function<void(block_of<P>&)> f) -> change_page {
        return [=](page& p) {
            if (p.blocks.size() <= i) return;
            auto block = *decode<block_of<P>>(p.blocks[i]);
            f(block);
            p.blocks[i] = encode(block);
        };
    };
    std::vector<std::pair<std::string, change_page>> const lies = {
        {"altered words", edit(0, [](auto& x) { x.sealed.body.message = "altered"; })},
        {"altered content", edit(1, [&](auto& x) { x.transactions.push_back(network<P>{}.expel(gateway)); })},
        {"not a block", [](page& p) { if (!p.blocks.empty()) p.blocks[0] = bytes{1, 2, 3}; }},
        {"nothing behind a length", [](page& p) { p.height = 1'000'000'000; p.blocks.clear(); }},
        {"own genesis", [&](page& p) { p.chain_id = foreign.chain_id; }},
    };
    for (auto& [name, lie] : lies) {
        BOOST_TEST_CONTEXT(name) {
            pair_of_nodes<P> b;
            b.meet();
            b.grow(5);
            auto const before = b.face();
            auto const t = b.resolve(b.template altering<page>("/chain", lie));
            BOOST_TEST(b.status(t) == 200u);
            bool const took_a_good_prefix = std::get<0>(b.face()) > std::get<0>(before);
            BOOST_TEST((b.face() == before || took_a_good_prefix));
            BOOST_TEST(b.node->peers()[0].banned_until > b.now);
            auto const after = b.face();
            b.tick(10);
            BOOST_TEST(b.calls.empty());
            BOOST_TEST((b.face() == after));
            b.tick(60);
            b.play();  // the same peer, honest now
            BOOST_TEST((b.node->chain().head() == b.theirs.head()));
        }
    }
    pair_of_nodes<P> b;
    b.meet();
    auto const before = b.face();
    b.resolve([&](auto& r, auto& out) {
        if (r.path == "/status") out = role::show(r, 200, status{.chain_id = b.chain_id, .height = 1'000'000'000, .head = own.head()});
        if (r.path != "/chain") return;
        page p{.chain_id = b.chain_id, .height = 1'000'000'000, .head = own.head(), .from = *role::number_in(r.query, "from", 1)};
        for (auto h = p.from; h <= own.height(); ++h) p.blocks.emplace_back(encode(from_own_genesis[h - 1]));
        out = role::show(r, 200, p);
    });
    BOOST_TEST((b.face() == before));
    b.resolve([&](auto& r, auto& out) {
        if (r.path == "/status") out = role::show(r, 200, status{.chain_id = foreign.chain_id, .height = 1'000'000'000, .head = own.head()});
    });
    BOOST_TEST((b.face() == before));
}

BOOST_AUTO_TEST_CASE(a_banned_peer_s_pushes_are_refused_and_each_ban_is_twice_as_long) {
    using P = hardened_protocol;
    pair_of_nodes<P> b;
    b.meet();
    auto const push = [&](std::uint64_t as) {
        auto r = b.post("/transactions/new", b.signed_by(device, b.report(state::running, 1)));
        r.authorization = "node " + to_hex(network<P>::id(as));
        return b.ask(std::move(r));
    };
    BOOST_TEST(push(node) == 201u);
    b.play();
    std::uint64_t last = 0;
    for (int i = 0; i != 3; ++i) {
        b.grow(2);
        b.resolve(b.template altering<page>("/chain", [](page& p) { p.chain_id[0] ^= 1; }));
        auto const& p = b.node->peers()[0];
        BOOST_TEST((p.ban_reason == errc::foreign_genesis));
        BOOST_TEST(p.bans == std::uint64_t(i + 1));
        auto const seconds = p.banned_until - b.now;
        BOOST_TEST(seconds == (last == 0 ? 60u : 2 * last));
        last = seconds;
        BOOST_TEST(push(node) == 403u);
        b.again();  // it is remembered
        BOOST_TEST(b.node->peers()[0].banned_until == b.now + seconds);
        b.sequences[device] -= 1;
        BOOST_TEST(push(stranger) == 201u);
        b.calls.clear();
        b.tick(seconds);
        b.play();
        BOOST_TEST(push(node) == 201u);
        b.calls.clear();
        b.record({});
        b.play();
        b.share();
    }
}

BOOST_AUTO_TEST_CASE(headers_are_shown_page_by_page) {
    using P = hardened_protocol;
    pair_of_nodes<P> b;
    for (auto [query, from, n] : {std::tuple("", 1u, 1u), std::tuple("from=1&limit=1", 1u, 1u), std::tuple("from=1&limit=0", 1u, 0u), std::tuple("from=9", 9u, 0u)}) {
        auto const t = b.send(b.get("/headers", query));
        auto const p = decode<header_page<proof_of<P>>>(b.response(t)->body);
        BOOST_TEST_REQUIRE(bool(p));
        BOOST_TEST(p->from == from);
        BOOST_TEST(p->headers.size() == n);
        BOOST_TEST(p->height == b.disk.height());
        if (n != 0) BOOST_TEST((p->headers[0] == b.their_blocks[0].sealed));
    }
    BOOST_TEST(b.ask(b.get("/headers", "from=x")) == 400u);
    BOOST_TEST(b.text(b.send(b.get("/headers", "", true))).find("\"headers\":[{") != std::string::npos);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_slow_or_silent_peer_holds_nobody_up, P, both) {
    pair_of_nodes<P> b;
    b.meet();
    b.grow(2);
    b.tick(2);
    auto const t = b.order(b.command(node_command::resolve));
    auto const c = b.take_call();
    BOOST_TEST(b.status(t) == 0u);
    BOOST_TEST(b.status(b.submit(b.signed_by(device, b.report(state::running, 1)))) == 201u);  // meanwhile
    b.tick(30);
    BOOST_TEST(b.status(t) == 200u);
    b.answer(c, fault{errc::timed_out, "peer"});
    BOOST_TEST(!b.node->peers()[0].proven);
    b.answer(c, fault{errc::timed_out, "peer"});  // an answer that nobody waits for
    b.calls.clear();
    b.tick(5);
    BOOST_TEST(b.take_call().request.path == "/identity");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_new_is_told_once, P, both) {
    pair_of_nodes<P> b;
    b.meet();
    auto const tx = b.signed_by(device, b.report(state::running, 1));
    b.submit(tx);
    auto const first = b.play();
    BOOST_TEST(!first.empty());
    BOOST_TEST((std::count_if(first.begin(), first.end(), [](auto& path) { return path.starts_with("/transactions/"); }) == std::ptrdiff_t(first.size())));  // and what came before it
    b.submit(tx);
    BOOST_TEST(b.calls.empty());
    b.tick(2);
    b.play();
    b.record({});
    auto const told = b.play();
    BOOST_TEST((std::count(told.begin(), told.end(), "/blocks/new") == 1));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(several_are_told_together_and_again_from_the_first_that_had_no_room, P, both) {
    pair_of_nodes<P> b;
    b.meet();
    b.submit(b.signed_by(device, b.report(state::running, 1)));
    b.play();
    std::vector<transaction_of<P>> sent;
    for (int i = 0; i != 4; ++i) b.submit(sent.emplace_back(b.signed_by(device, b.report(state::running, 1))));
    BOOST_TEST_REQUIRE(b.calls.size() == 1u);  // the first alone; the others while it is under way
    b.answer(b.take_call(), role::json_text(201, "{}"));
    auto const told = b.take_call();
    BOOST_TEST(told.request.path == "/transactions/batch");
    auto const batch = decode<transaction_batch>(told.request.body);
    BOOST_TEST_REQUIRE(bool(batch));
    BOOST_TEST_REQUIRE(batch->transactions.size() == 3u);
    for (std::size_t i = 0; i != 3; ++i) BOOST_TEST((batch->transactions[i] == encode(sent[i + 1])));
    batch_answer answer{.block = 2};
    for (auto code : {errc::repeated_sequence, errc::pool_full, errc::pool_full}) answer.verdicts.push_back({code, "pool"});
    b.answer(told, role::show(told.request, 200, answer));
    BOOST_TEST(b.calls.empty());  // not before the next tick
    b.tick();
    while (!b.calls.empty() && !b.calls.front().request.path.starts_with("/transactions/")) b.take_call();
    auto const again = decode<transaction_batch>(b.take_call().request.body);
    BOOST_TEST_REQUIRE(bool(again));
    BOOST_TEST_REQUIRE(again->transactions.size() == 2u);
    BOOST_TEST((again->transactions[0] == encode(sent[2])));
}

BOOST_AUTO_TEST_SUITE_END()
