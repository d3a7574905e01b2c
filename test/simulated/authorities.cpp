#include <daicho/simulated/network.hpp>

#include <daicho/trust/forked_log.hpp>

#include <boost/test/unit_test.hpp>

#include "simulated/scene.hpp"

using namespace fixture;

BOOST_AUTO_TEST_SUITE(partition_of_authorities)

BOOST_AUTO_TEST_CASE(authorities_converge_and_nothing_final_changes) { many_seeds<authority_protocol>(1, 12); }
BOOST_AUTO_TEST_CASE(they_do_with_another_hash) { many_seeds<authority_protocol_512>(100, 2); }

BOOST_AUTO_TEST_CASE(with_a_weakened_fork_choice_the_same_seed_fails) {
    scene<protocol_with<cryptopp::sha256, first_seen<authority>>> s(1);
    s.run();
    BOOST_TEST(!s.converges());
}

BOOST_AUTO_TEST_CASE(an_authority_that_forks_is_caught_and_expelled_and_nobody_else_is) {
    for (std::uint64_t seed = 1; seed != 6; ++seed) {
        scene<authority_protocol> s(seed);
        s.fork_too();
        s.run();
        for (int i = 0; i != 60 && !(s.agreed() && s.expelled(s.liar)); ++i) s.net.run_for(5);
        BOOST_TEST_CONTEXT("seed " << seed) {
            BOOST_TEST(s.forks != 0u);
            BOOST_TEST(s.agreed());
            for (std::size_t n = 0; n != s.liar; ++n) {
                BOOST_TEST(s.expelled(s.liar, n));
                BOOST_TEST(!s.expelled(n));
                BOOST_TEST(s.net.node(n).chain().signers().size() == s.nodes - 1);
            }
        }
    }
}

// Five hold a long chain; one of them is honest. The sixth has nothing, and loses power again and again while it catches up.
BOOST_AUTO_TEST_CASE(a_node_that_was_away_catches_up_from_one_honest_peer_among_liars) {
    using P = authority_protocol;
    using scene_type = scene<P>;
    network<P> records(5, 60, 6);
    ledger::chain<P> c(records.genesis);
    store_batch chain;
    for (int i = 0; i != 150; ++i) {
        auto const b = records.next(c, i == 0 ? records.everybody() : std::vector<transaction_of<P>>{});
        BOOST_REQUIRE(!c.push(b, later));
        chain.blocks.push_back(encode(b));
    }
    constexpr std::size_t away = 5, honest = 3;
    scene_type::net_type net(7, later);
    std::map<std::string, std::string> banned;  // by whom it was away, and why
    net.listen([&](std::size_t n, role::note const& note) {
        if (n == away && note.event == "banned") banned[note.detail.substr(0, note.detail.find(' '))] = note.detail;
    });
    for (std::size_t i = 0; i != 6; ++i) {
        scene_type::net_type::options o{.genesis = records.genesis};
        for (std::size_t k = 0; k != 6; ++k)
            if (k != i && i == away) o.peers.push_back({records.id(signer_0 + k), scene_type::net_type::url_of(k)});
        if (i != away) {
            net.add(std::move(o), records.key(signer_0 + i), sealer_of<P>(signer_0 + i));
            net.crash(i);
            BOOST_REQUIRE(!net.disk(i).commit(chain) && !net.boot(i));
        } else {
            net.add(std::move(o), records.key(node), sealer_of<P>(node));
        }
    }
    auto const lying = [&](std::size_t n, auto lie) { net.forge(n, [lie](role::http_request const& r, role::http_response& out) { lie(r, out); }); };
    lying(0, [](auto& r, auto& out) {
        if (r.path != "/headers") return;
        auto p = *decode<header_page<proof_of<P>>>(out.body);
        if (!p.headers.empty()) p.headers.back().proof.signature[9] ^= 1;
        out = role::show(r, 200, p);
    });
    lying(1, [](auto& r, auto& out) {
        if (r.path != "/chain") return;
        auto p = *decode<page>(out.body);
        for (auto& raw : p.blocks) {
            auto b = *decode<block_of<P>>(raw);
            b.transactions.push_back({});
            raw = page::block_bytes(encode(b));
        }
        out = role::show(r, 200, p);
    });
    lying(2, [](auto& r, auto& out) {
        if (r.path != "/status") return;
        auto s = *decode<status>(out.body);
        s.height = 1'000'000'000;
        s.head[0] ^= 1;
        out = role::show(r, 200, s);
    });
    lying(4, [](auto& r, auto& out) {
        if (r.path == "/chain" || r.path == "/headers") out.status = 503;
    });
    std::size_t crashes = 0;
    std::uint64_t reached = 0;
    for (int i = 0; i != 120 && net.node(away).chain().head() != c.head(); ++i) {
        net.run_for(1);
        BOOST_TEST(net.node(away).chain().height() >= reached);  // what was durable is not asked for again
        reached = net.disk(away).height();
        if (reached != 0 && crashes != 4) {
            ++crashes;
            net.crash(away);
            BOOST_REQUIRE(!net.boot(away));
        }
    }
    BOOST_TEST(crashes != 0u);
    BOOST_TEST((net.node(away).chain().head() == c.head()));
    net.run_for(30);
    auto const url = [](std::size_t n) { return scene_type::net_type::url_of(n); };
    BOOST_TEST(banned.count(url(0)) + banned.count(url(1)) != 0u);
    for (auto n : {std::size_t(2), honest, std::size_t(4)}) BOOST_TEST(banned.count(url(n)) == 0u);  // none of these can be shown to lie
    // A ban outlives a crash, and its pushes are refused while it lasts.
    auto const liar = std::size_t(banned.count(url(0)) != 0 ? 0 : 1);
    auto const before = net.node(away).peers()[liar].banned_until;
    net.crash(away);
    BOOST_REQUIRE(!net.boot(away));
    BOOST_TEST(net.node(away).peers()[liar].banned_until == before);
    BOOST_TEST(net.node(away).peers()[liar].bans != 0u);
    BOOST_TEST(message(net.node(away).peers()[liar].ban_reason) != "ok");
}

BOOST_AUTO_TEST_CASE(a_run_follows_from_its_seed) {
    auto const ends_at = [](std::uint64_t seed) {
        scene<authority_protocol> s(seed);
        s.run();
        return std::pair(s.net.node(0).chain().head(), s.net.messages());
    };
    BOOST_TEST((ends_at(3) == ends_at(3)));
    BOOST_TEST((ends_at(3) != ends_at(4)));
}

BOOST_AUTO_TEST_SUITE_END()

// --- note keys ------------------------------------------------------------------------------------------------------------
/// Nodes sign checkpoints while the network is divided and machines lose power; one of them shows each side another tree.
namespace {

struct signing : scene<authority_protocol> {
    explicit signing(std::uint64_t seed) : scene<authority_protocol>(seed, true) {}

    /// From now on the liar signs another tree whenever it is asked a second time.
    void fork_trees() {
        net.forge(liar, [this](role::http_request const& asked, role::http_response& r) {
            if (asked.path != "/checkpoint" || r.status != 200 || ++asked_ % 2 == 0) return;
            auto const text = as_text(r.body);
            auto const note = tlog::note::parse(text);
            auto const tree = tlog::checkpoint::parse(note->text());
            auto root = tree->root;
            root[0] ^= 1;
            auto const forged = owned_note(liar - 1, tree->size, root);
            r.body.assign(forged.begin(), forged.end());
        });
    }
    /// Somebody who goes from side to side and keeps what nodes sign.
    void collect() {
        for (std::size_t n = 1; n != nodes; ++n)
            for (int twice = 0; twice != 2; ++twice)
                net.request(n, {.method = "GET", .path = "/checkpoint"}, [this, n](result<role::http_response> r) {
                    if (r && r->status == 200) take(n, std::string(as_text(r->body)));
                });
    }
    void take(std::size_t n, std::string const& text) {
        auto const note = tlog::note::parse(text);
        auto const tree = tlog::checkpoint::parse(note->text());
        auto const [it, fresh] = signed_.emplace(std::pair(n, tree->size), text);
        if (fresh || tlog::checkpoint::parse(tlog::note::parse(it->second)->text())->root == tree->root) return;
        ++forks_of[n];
        found = trust::fork_of<cryptopp::ed25519>(owned_key(n - 1), it->second, text);
    }
    void show(std::size_t n) {
        if (!found.empty()) net.request(n, {.method = "POST", .path = "/forks", .content_type = std::string(role::cbor_type), .body = found}, [](auto const&) {});
    }
    /// The scene's run, with somebody who asks.
    void run_asked(bool tells) {
        send(0, records.everybody());
        for (int i = 0; i != 24; ++i) {
            if (i % 8 == 4) net.divide({0, 0, 1, 1, unsigned(net.chance().below(2))});
            if (i % 8 == 0) net.heal();
            report();
            collect();
            if (net.chance().percent(40)) {
                auto const n = net.chance().below(nodes);
                net.crash(n);
                net.run_for(1 + net.chance().below(4));
                BOOST_TEST(!net.boot(n));
            }
            net.run_for(6);
            if (tells) show(net.chance().below(liar));
        }
        net.heal();
    }

    std::map<std::pair<std::size_t, std::uint64_t>, std::string> signed_;
    std::map<std::size_t, std::size_t> forks_of;
    bytes found;

private:
    unsigned asked_ = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(forked_trees)

BOOST_AUTO_TEST_CASE(however_they_crash_honest_nodes_never_sign_two_trees_of_one_size) {
    for (std::uint64_t seed = 1; seed != 5; ++seed) {
        signing s(seed);
        s.run_asked(false);
        BOOST_TEST_CONTEXT("seed " << seed) {
            BOOST_TEST(s.signed_.size() > 10u);
            BOOST_TEST(s.forks_of.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(an_authority_that_signs_two_trees_is_expelled_everywhere_and_nobody_else_is) {
    for (std::uint64_t seed = 1; seed != 5; ++seed) {
        signing s(seed);
        s.fork_trees();
        s.run_asked(true);
        for (int i = 0; i != 60 && !(s.agreed() && s.expelled(s.liar)); ++i) s.net.run_for(5);
        BOOST_TEST_CONTEXT("seed " << seed) {
            BOOST_TEST(s.forks_of.size() == 1u);
            BOOST_TEST(s.forks_of[s.liar] != 0u);
            BOOST_TEST(s.agreed());
            for (std::size_t n = 0; n != s.liar; ++n) {
                BOOST_TEST(s.expelled(s.liar, n));
                BOOST_TEST(!s.expelled(n));
                BOOST_TEST(s.net.node(n).chain().signers().size() == s.nodes - 1);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
