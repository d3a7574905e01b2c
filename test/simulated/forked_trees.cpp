#include <daicho/simulated/network.hpp>

#include <daicho/trust/forked_log.hpp>

#include <boost/test/unit_test.hpp>

#include "simulated/scene.hpp"

/// Nodes sign checkpoints while the network is divided and machines lose power; one of them shows each side another tree.
namespace {

using namespace fixture;
using P = authority_protocol;
using Ed = cryptopp::ed25519;

struct signing : scene<P> {
    explicit signing(std::uint64_t seed) : scene<P>(seed, true) {}

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
        found = trust::fork_of<Ed>(owned_key(n - 1), it->second, text);
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
