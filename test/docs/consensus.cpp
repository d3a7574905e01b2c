/// The consensus that docs/tutorials/consensus.md shows, on a chain.
#include <daicho/consensus/authority.hpp>
#include <daicho/consensus/weighted_retarget.hpp>
#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/defaults/hardened.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/defaults/paper.hpp>
#include <daicho/laws/consensus.hpp>
#include <daicho/laws/fork_choice.hpp>
#include <daicho/ledger/chain.hpp>

#include <boost/test/unit_test.hpp>

namespace consensus_tutorial {

// [notary]
/// One notary seals; whoever reads checks. What it sealed is final at once.
struct notary {
    template <class P>
    using proof = daicho::authority_proof<daicho::scheme_of<P>>;     // a record: who, and its signature

    static constexpr std::string_view name = "notary";

    template <class Sealed, class View>
    static daicho::fault check(Sealed const& sealed, View const& view) {
        using P = typename View::protocol_type;
        daicho::header const& h = sealed.body;
        if (h.slot != 0 || h.vouches_after != 0 || h.target != 0) return {daicho::errc::not_empty, "block.slot", h.index};
        auto const* who = seals(view);
        if (!who || *who != sealed.proof.signer) return {daicho::errc::wrong_signer, "block.proof.signer", h.index};
        auto const statement = daicho::authority::statement_of<P>(h, view.chain_id());
        if (!daicho::verify<P>(view.members().active(*who)->key, statement, sealed.proof.signature))
            return {daicho::errc::bad_signature, "block.proof", h.index};
        return {};
    }

    template <class Sealed>
    static daicho::weight weigh(Sealed const&) { return 1; }

    static std::strong_ordering prefer(daicho::branch const& a, daicho::branch const& b) noexcept {
        if (auto c = a.height <=> b.height; c != 0) return c;
        return b.head <=> a.head;                                    // total: no tie stays a tie
    }

    template <class View>
    static std::uint64_t final_height(View const& view) { return view.height(); }

    template <class View>
    static daicho::fault prepare(daicho::header& h, View const& view, daicho::node_id const& me) {
        auto const* who = seals(view);
        if (!who || *who != me) return {daicho::errc::wrong_signer, "notary", h.index};
        return {};
    }

private:
    template <class View>
    static daicho::node_id const* seals(View const& view) {
        auto const& signers = view.signers();
        return signers.empty() ? nullptr : &signers.front();
    }
};

struct protocol : daicho::defaults::hardened { using consensus = notary; };
// [/notary]

} // namespace consensus_tutorial

using consensus_tutorial::notary;
// [host]
template <class P, class Signer>
struct daicho::defaults::software_sealer<P, notary, Signer> {
    using type = daicho::authority_sealer<P, Signer>;
    static type make(Signer const& key) { return type(key); }
};
// [/host]

namespace consensus_tutorial {

using key = daicho::cryptopp::ed25519_signer;
using block = daicho::block_of<protocol>;

struct office {
    office() {
        genesis.time = now - 100;
        genesis.management = genesis.recovery = boss.public_key();
        genesis.signers = {first.public_key(), second.public_key()};
    }
    static daicho::node_id id(key const& k) { return daicho::id_of<protocol>(k.public_key()); }

    daicho::result<block> seal(daicho::ledger::chain<protocol>& chain, key const& by, daicho::header::message_type const& text = "a message") {
        // [seal]
        auto h = chain.prepare(text, now, id(by));
        if (!h) return h.error();
        chain.commit_to(*h, {});
        auto proof = daicho::defaults::host<protocol>::sealer::make(by).seal({0, *h, chain.chain_id()}, {});
        if (!proof) return proof.error();
        return block{{*h, *proof}, {}};
        // [/seal]
    }

    static constexpr std::uint64_t now = 1'800'000'000;
    key boss = *key::generate(), first = *key::generate(), second = *key::generate();
    daicho::genesis_of<protocol> genesis{};
};

BOOST_AUTO_TEST_SUITE(consensus_page)

BOOST_FIXTURE_TEST_CASE(the_notary_seals_and_nobody_else, office) {
    daicho::ledger::chain<protocol> chain(genesis);
    auto const by_another = seal(chain, second);
    BOOST_TEST((by_another.error() == daicho::errc::wrong_signer));

    auto const one = seal(chain, first);
    BOOST_TEST_REQUIRE(bool(one));
    auto forged = *one;
    forged.sealed.proof.signer = id(second);
    BOOST_TEST((chain.push(forged, now) == daicho::errc::wrong_signer));
    forged = *one;
    forged.sealed.body.time += 1;
    BOOST_TEST((chain.push(forged, now) == daicho::errc::bad_signature));
    forged = *one;
    forged.sealed.body.slot = 1;
    BOOST_TEST((chain.push(forged, now) == daicho::errc::not_empty));
    BOOST_TEST(chain.height() == 0u);
    BOOST_TEST(!chain.push(*one, now));
    BOOST_TEST(chain.final_height() == 1u);
}

BOOST_FIXTURE_TEST_CASE(the_notary_keeps_the_laws, office) {
    // [laws]
    daicho::laws::verdict v;
    daicho::laws::fork_choice<notary>(v);
    daicho::laws::consensus<protocol>(v, genesis, [&](auto tip, unsigned variant) {  // two variants: two different blocks
        daicho::header::message_type const texts[] = {"one", "another", "a third"};
        return *seal(tip, first, texts[variant % 3]);
    });
    for (auto& law : v.broken) BOOST_TEST_MESSAGE(law);
    BOOST_TEST(v.holds());
    // [/laws]
}

BOOST_FIXTURE_TEST_CASE(what_it_sealed_is_final_at_once, office) {
    daicho::ledger::chain<protocol> here(genesis), there(genesis);
    auto const one = seal(here, first);
    BOOST_TEST_REQUIRE(bool(one));
    auto other = *one;
    other.sealed.body.message = "another";
    auto proof = daicho::authority_sealer<protocol, key>(first).seal({0, other.sealed.body, here.chain_id()}, {});
    BOOST_TEST_REQUIRE(bool(proof));
    other.sealed.proof = *proof;
    BOOST_TEST(!there.push(other, now));  // valid by itself
    BOOST_TEST(!here.push(*one, now));
    std::vector<block> const branch{other};
    BOOST_TEST((here.adopt(0, branch, now) == daicho::errc::below_final));
    BOOST_TEST((here.head() == daicho::ledger::hash_of_block<protocol>(one->sealed)));
}

// [retarget]
struct followed : daicho::defaults::paper {
    using consensus = daicho::proof_of_work<daicho::little_endian_target, daicho::double_sha256, daicho::weighted_retarget<>>;
};
// [/retarget]

BOOST_AUTO_TEST_CASE(a_target_follows_who_mines) {
    daicho::genesis_of<followed> genesis{};
    genesis.time = 1'700'000'000;
    genesis.target = 0x200fffff;
    genesis.slot_seconds = 60;
    genesis.final_depth = 6;
    daicho::ledger::chain<followed> chain(genesis);
    for (std::uint64_t now = genesis.time + 30; chain.height() != 8; now += 30) {  // twice as fast as wanted
        auto h = chain.prepare("", now, {});
        BOOST_TEST_REQUIRE(h.has_value());
        chain.commit_to(*h, {});
        auto const proof = daicho::work_sealer<followed>().seal({0, *h}, {});
        BOOST_TEST_REQUIRE(proof.has_value());
        BOOST_TEST_REQUIRE(!chain.push({{*h, *proof}, {}}, now));
    }
    auto const last = chain.at(0).body.target;
    BOOST_TEST((daicho::little_endian_target::work(last) > daicho::little_endian_target::work(genesis.target)));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace consensus_tutorial
