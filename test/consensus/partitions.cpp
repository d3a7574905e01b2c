#include <daicho/consensus/authority.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/consensus/weighted_retarget.hpp>

#include "ledger/fixture.hpp"

#include <random>
#include <set>

using namespace fixture;

namespace {

/// The rule that one reads everywhere: final is what more than half of the signers sealed after. It is not enough.
struct one_round : authority {
    static std::strong_ordering prefer(branch const& a, branch const& b) noexcept {
        if (auto c = a.final_height <=> b.final_height; c != 0) return c;
        if (a.weight != b.weight) return a.weight > b.weight ? std::strong_ordering::greater : std::strong_ordering::less;
        return b.head <=> a.head;
    }
    template <class View>
    static std::uint64_t final_height(View const& view) {
        std::vector<node_id> seen;
        for (std::uint64_t d = 0; d < view.depth(); ++d) {
            auto const& signer = view.at(d).proof.signer;
            if (std::find(seen.begin(), seen.end(), signer) == seen.end()) seen.push_back(signer);
            if (seen.size() > view.signers().size() / 2) return view.height() - d - 1;
        }
        return 0;
    }
};

/// Honest signers and a hostile network: in each slot the owner may seal, and branches reach whom they reach.
template <class P>
struct world {
    struct node {
        ledger::chain<P> chain;
        std::vector<block_of<P>> blocks;
        std::uint64_t sealed_slot = 0;
    };
    world(std::uint64_t seed, std::size_t signers, std::uint64_t final_depth = 6) : random(seed), n(signers, final_depth) {
        for (std::size_t i = 0; i != signers; ++i) nodes.push_back({ledger::chain<P>(n.genesis), {}, 0});
        slot = network<P>::start / network<P>::slot + 1;
    }
    std::size_t below(std::size_t k) { return std::uniform_int_distribution<std::size_t>(0, k - 1)(random); }

    void seal() {
        auto& me = nodes[slot % nodes.size()];
        auto h = me.chain.prepare("", slot * network<P>::slot, n.id(signer_0 + slot % nodes.size()), me.sealed_slot);
        if (!h) return;
        me.chain.commit_to(*h, {});
        me.sealed_slot = slot;
        if (hostile && below(12) == 0) return;  // it crashed before anybody saw the block
        me.blocks.push_back({n.seal(*h, nodes.size()), {}});
        BOOST_REQUIRE(!me.chain.push(me.blocks.back(), later));
        watch(me);
    }
    /// `to` hears of a prefix of what `from` holds.
    void deliver(std::size_t from, std::size_t to, std::size_t most) {
        auto& a = nodes[from];
        auto& b = nodes[to];
        std::size_t const length = std::min(a.blocks.size(), most);
        std::size_t fork = 0;
        while (fork < length && fork < b.blocks.size() && a.blocks[fork].sealed == b.blocks[fork].sealed) ++fork;
        if (fork == length) return;
        std::vector<block_of<P>> const tail(a.blocks.begin() + std::ptrdiff_t(fork), a.blocks.begin() + std::ptrdiff_t(length));
        if (b.chain.adopt(fork, tail, later)) return;
        b.blocks.assign(a.blocks.begin(), a.blocks.begin() + std::ptrdiff_t(length));
        watch(b);
    }
    /// All that anybody ever holds final must be the same block at the same height.
    void watch(node& x) {
        for (auto h = x.chain.final_height(); h != 0; --h) {
            auto const hash = ledger::hash_of_block<P>(x.blocks[h - 1].sealed);
            auto const [it, fresh] = settled.emplace(h, hash);
            if (!fresh && it->second != hash) ++conflicts;
            if (!fresh) break;
        }
    }
    void run(std::size_t slots) {
        std::vector<std::size_t> side(nodes.size());
        for (std::size_t i = 0; i != slots; ++i, ++slot) {
            if (below(4) == 0)
                for (auto& s : side) s = below(3);
            if (below(5) != 0) seal();
            for (std::size_t k = below(2 * nodes.size()); k != 0; --k) {
                auto const from = below(nodes.size()), to = below(nodes.size());
                if (side[from] == side[to]) deliver(from, to, below(3) == 0 ? nodes[from].blocks.size() - below(2) : nodes[from].blocks.size());
            }
        }
    }
    void heal() {
        hostile = false;
        for (std::size_t i = 0; i != 4 * nodes.size(); ++i, ++slot) {
            seal();
            for (std::size_t from = 0; from != nodes.size(); ++from)
                for (std::size_t to = 0; to != nodes.size(); ++to) deliver(from, to, ~std::size_t(0));
        }
    }

    std::mt19937_64 random;
    network<P> n;
    std::vector<node> nodes;
    std::map<std::uint64_t, digest> settled;
    std::uint64_t slot = 0;
    int conflicts = 0;
    bool hostile = true;
};

} // namespace

BOOST_AUTO_TEST_SUITE(partitions)

BOOST_AUTO_TEST_CASE(no_two_conflicting_blocks_are_ever_final_and_finality_returns) {
    for (std::uint64_t seed = 1; seed != 400; ++seed) {
        world<authority_protocol> w(seed, 2 + seed % 6);
        w.run(60);
        BOOST_TEST_CONTEXT("seed " << seed) {
            BOOST_TEST(w.conflicts == 0);
            w.heal();
            BOOST_TEST(w.conflicts == 0);
            for (auto& x : w.nodes) {
                BOOST_TEST((x.chain.head() == w.nodes[0].chain.head()));
                BOOST_TEST(x.chain.final_height() + 2 * w.nodes.size() >= x.chain.height());
            }
        }
    }
}

// Work whose target follows the pace: in each part of a network fewer blocks come, and each part asks for less.
BOOST_AUTO_TEST_CASE(miners_whose_target_moves_agree_on_the_heaviest_branch) {
    using P = protocol_with<cryptopp::sha256, proof_of_work<leading_zeros, double_sha256, weighted_retarget<12>>>;
    std::set<std::uint32_t> targets;
    std::size_t shorter = 0;
    for (std::uint64_t seed = 1; seed != 60; ++seed) {
        world<P> w(seed, 2 + seed % 6, 1000);  // nothing is final: which branch is preferred decides alone
        w.run(90);
        branch best = w.nodes[0].chain.branch();
        std::uint64_t longest = 0;
        for (auto& x : w.nodes) {
            auto const b = x.chain.branch();
            if (P::consensus::prefer(b, best) == std::strong_ordering::greater) best = b;
            longest = std::max(longest, b.height);
        }
        shorter += best.height < longest;
        BOOST_TEST_CONTEXT("seed " << seed) {
            w.heal();
            for (auto& x : w.nodes) {
                BOOST_TEST((x.chain.head() == w.nodes[0].chain.head()));
                BOOST_TEST((x.chain.branch().weight > best.weight));
            }
            for (auto& b : w.nodes[0].blocks) targets.insert(b.head().target);
        }
    }
    BOOST_TEST(targets.size() > 1u);
    BOOST_TEST_MESSAGE("the preferred branch was not the longest " << shorter << " times, targets " << targets.size());
}

BOOST_AUTO_TEST_CASE(one_round_of_seals_is_not_enough) {
    int conflicts = 0;
    for (std::uint64_t seed = 1; seed != 400 && conflicts == 0; ++seed) {
        world<protocol_with<cryptopp::sha256, one_round>> w(seed, 2 + seed % 6);
        w.run(60);
        conflicts += w.conflicts;
    }
    BOOST_TEST(conflicts != 0);
}

BOOST_AUTO_TEST_SUITE_END()
