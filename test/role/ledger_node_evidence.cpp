#include <daicho/role/ledger_node.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/trust/forked_log.hpp>

#include "ledger/owned_log.hpp"
#include "role/node_bench.hpp"

using namespace fixture;
using P = hardened_protocol;

namespace {

/// A node of the second signer; the first one sealed what it holds, and seals again.
struct watching : bench<P> {
    static constexpr std::uint64_t forger = signer_0, honest = signer_0 + 1;

    watching() : bench<P>(disk, honest, 3) {
        start();
        ledger::chain<P> theirs(genesis);
        while (theirs.height() < 5 || theirs.at(0).proof.signer != id(forger)) {
            auto const b = next(theirs, theirs.height() == 0 ? everybody() : std::vector<transaction_of<P>>());
            BOOST_REQUIRE(!theirs.push(b, later));
            now = b.head().time;
            BOOST_REQUIRE_EQUAL(ask(post("/blocks/new", b)), 201u);
        }
        calls.clear();
    }
    /// The forger's block at the tip, with another text.
    block_of<P> twin() {
        auto b = *node->chain().recent(node->chain().height());
        b.sealed.body.message = "another";
        b.sealed = seal(b.sealed.body);
        return b;
    }
    bool accused() { return node->pending() == 1; }
    memory::block_store disk;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(ledger_node_evidence, watching)

BOOST_AUTO_TEST_CASE(a_signer_that_sealed_twice_is_expelled_by_rule) {
    BOOST_TEST(node->chain().signers().size() == 3u);
    auto const t = send(post("/blocks/new", twin()));
    BOOST_TEST(status(t) == 409u);
    BOOST_TEST(accused());
    // Everybody hears of it.
    tick(10);
    bool told = false;
    for (auto& c : calls) told = told || c.request.path == "/transactions/new";
    BOOST_TEST(told == !node->peers().empty());

    // It is in the next block, and the forger's place is gone.
    auto const m = order(command(node_command::mine));
    for (int i = 0; i != 20 && !response(m); ++i) tick();
    BOOST_TEST(status(m) == 201u);
    BOOST_TEST(node->pending() == 0u);
    BOOST_TEST(node->chain().signers().size() == 2u);
    BOOST_TEST(node->chain().members().find(id(forger))->expelled);
}

BOOST_AUTO_TEST_CASE(it_is_accused_once) {
    for (int i = 0; i != 3; ++i) {
        auto other = twin();
        other.sealed.body.message = header::message_type::cut("another " + std::to_string(i));
        other.sealed = seal(other.sealed.body);
        BOOST_TEST(ask(post("/blocks/new", other)) == 409u);
        BOOST_TEST(accused());
    }
}

BOOST_AUTO_TEST_CASE(nobody_is_accused_by_a_forged_seal) {
    auto const before = face();
    auto forged = twin();
    forged.sealed.proof.signature[5] ^= 1;
    BOOST_TEST(ask(post("/blocks/new", forged)) == 409u);
    forged.sealed.proof = *authority_sealer<P, network<P>::key_type>(key(stranger)).seal({0, forged.head(), chain_id}, {});
    forged.sealed.proof.signer = id(forger);
    BOOST_TEST(ask(post("/blocks/new", forged)) == 409u);
    BOOST_TEST((face() == before));
    BOOST_TEST(ask(post("/blocks/new", twin())) == 409u);
    BOOST_TEST(accused());
}

BOOST_AUTO_TEST_CASE(the_accusation_survives_a_crash) {
    BOOST_TEST(ask(post("/blocks/new", twin())) == 409u);
    start();
    BOOST_TEST(!restored);
    BOOST_TEST(accused());
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

/// A node of a chain whose genesis names a log and two witnesses, and what these signed.
struct judging : bench<P> {
    static constexpr std::uint64_t log = 300, first_witness = 310;
    static constexpr std::string_view origin = "ledger.example/town";

    judging() : bench<P>(disk, signer_0, 1) {
        genesis.watch.logs.push_back(named(origin, log));
        for (std::uint64_t w : {0, 1}) genesis.watch.witnesses.push_back(named(name(w), first_witness + w));
        genesis.watch.quorum = 2;
        chain_id = digest_of<hash_of<P>>(genesis);
        start({.peers = {{id(signer_0 + 1), "http://peer"}}});
    }
    static note_signer named(std::string_view as, std::uint64_t n) {
        note_signer s{.key = key(n).public_key()};
        s.name.assign(as);
        return s;
    }
    static std::string name(std::uint64_t w) { return "witness.example/w" + std::to_string(w); }
    static tlog::note_key witness(std::uint64_t w) {
        tlog::note_key k{.type = tlog::signature_type::cosignature, .key = key(first_witness + w).public_key()};
        k.name.assign(std::string_view(name(w)));
        return k;
    }
    static std::string note(std::uint64_t size, byte root, std::uint64_t w) {
        digest d{};
        d.fill(root);
        auto const text = tlog::checkpoint{.origin = origin, .size = size, .root = d, .extensions = {}}.text();
        auto k = key(first_witness + w);
        return text + '\n' + *tlog::cosign<cryptopp::ed25519>(k, name(w), text, 1);
    }
    static bytes evidence(std::uint64_t w = 0, std::uint64_t size = 7) { return trust::fork_of<cryptopp::ed25519>(witness(w), note(size, 1, w), note(size, 2, w)); }
    static role::http_request accusation(bytes const& body) {
        return {.method = "POST", .path = "/forks", .content_type = std::string(role::cbor_type), .body = body};
    }
    std::size_t kept() {
        auto const t = send(get("/forks"));
        BOOST_TEST_REQUIRE(status(t) == 200u);
        return decode<forked_logs>(response(t)->body)->all.size();
    }
    memory::block_store disk;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(ledger_node_forks, judging)

BOOST_AUTO_TEST_CASE(evidence_is_verified_kept_and_told_once_a_key) {
    BOOST_TEST(kept() == 0u);
    BOOST_TEST(ask(accusation(evidence())) == 201u);
    BOOST_TEST(kept() == 1u);
    BOOST_TEST(ask(accusation(evidence())) == 200u);
    BOOST_TEST(ask(accusation(evidence(0, 8))) == 200u);  // of another size: no news about that key
    BOOST_TEST(kept() == 1u);
    BOOST_TEST(ask(accusation(evidence(1))) == 201u);
    start();
    BOOST_TEST(!restored);
    BOOST_TEST(kept() == 2u);
    BOOST_TEST(ask(accusation(evidence())) == 200u);
}
BOOST_AUTO_TEST_CASE(what_is_no_evidence_changes_nothing) {
    auto const good = evidence();
    auto altered = good;
    altered[altered.size() - 9] ^= 1;
    auto text = accusation(good);
    text.content_type = std::string(role::json_type);
    BOOST_TEST(ask(text) == 415u);
    BOOST_TEST(ask(accusation({})) == 400u);
    BOOST_TEST(ask(accusation(bytes(100'000))) == 413u);
    BOOST_TEST(ask(accusation(altered)) >= 400u);
    auto k = witness(0);
    BOOST_TEST(trust::fork_of<cryptopp::ed25519>(k, note(7, 1, 0), note(8, 2, 0)).empty());
    auto stranger = witness(7);
    BOOST_TEST(ask(accusation(trust::fork_of<cryptopp::ed25519>(stranger, note(7, 1, 7), note(7, 2, 7)))) == 401u);
    BOOST_TEST(kept() == 0u);
    BOOST_TEST(commits == 0u);
    BOOST_TEST(ask(accusation(good)) == 201u);
}
BOOST_AUTO_TEST_CASE(evidence_that_the_disk_refuses_is_not_acknowledged) {
    commits_at_once = false;
    auto const t = send(accusation(evidence()));
    BOOST_TEST(!response(t));
    commit_one(fault{errc::store_full, "disk"});
    BOOST_TEST(status(t) == 507u);
    BOOST_TEST(kept() == 0u);
    commits_at_once = true;
    BOOST_TEST(ask(accusation(evidence())) == 201u);
}
BOOST_AUTO_TEST_CASE(a_peer_that_was_away_hears_of_it) {
    BOOST_TEST(ask(accusation(evidence())) == 201u);
    auto const told = [&] { return std::any_of(calls.begin(), calls.end(), [](auto& c) { return c.request.path == "/forks" && c.request.body == evidence(); }); };
    BOOST_TEST(!told());
    tick(10);
    auto const asked = take_call();
    BOOST_TEST_REQUIRE(asked.request.path == "/identity");
    identity<scheme_of<P>> who{.body = {.chain_id = chain_id, .node = id(signer_0 + 1)}};
    auto k = key(signer_0 + 1);
    who.key = k.public_key();
    BOOST_TEST_REQUIRE(!from_hex(role::text_in(asked.request.query, "nonce"), who.body.nonce));
    who.signature = *sign<P>(k, who.body);
    answer(asked, role::http_response{.status = 200, .content_type = std::string(role::cbor_type), .body = encode(who)});
    BOOST_TEST(told());
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

/// A node of the second signer, in a network whose genesis says that the log's first key is the first signer's, and of the second key nothing.
struct owning : bench<P> {
    static constexpr std::uint64_t forger = signer_0, honest = signer_0 + 1;
    using Ed = cryptopp::ed25519;

    owning() : bench<P>(disk, honest, 3) {
        own_log<P>(*this, 2);
        genesis.watch.owners = {};
        genesis.watch.owners.push_back(claimed<P>(genesis, 0, id(forger), sealing_key(log_key)));
        chain_id = digest_of<hash_of<P>>(genesis);
        start();
        BOOST_TEST_REQUIRE(!restored);
    }
    static bytes evidence(std::uint64_t key = 0, std::uint64_t size = 7, std::string_view more = {}) {
        return trust::fork_of<Ed>(owned_key(key), owned_note(key, size, root_like(1)), owned_note(key, size, root_like(2), more));
    }
    unsigned show(bytes const& e) { return ask({.method = "POST", .path = "/forks", .content_type = std::string(role::cbor_type), .body = e}); }
    bool accused() const { return node->pending() == 1; }
    void seal() {
        auto const m = order(command(node_command::mine));
        for (int i = 0; i != 20 && !response(m); ++i) tick();
        BOOST_TEST(status(m) == 201u);
    }
    bool out() const { return node->chain().members().find(id(forger))->expelled; }
    memory::block_store disk;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(ledger_node_note_owners, owning)

BOOST_AUTO_TEST_CASE(the_member_behind_a_convicted_note_key_is_expelled_by_rule) {
    BOOST_TEST(show(evidence()) == 201u);
    BOOST_TEST(accused());
    seal();
    BOOST_TEST(node->pending() == 0u);
    BOOST_TEST(out());
    BOOST_TEST(node->chain().signers().size() == 2u);
    // Shown again, or of another size, it changes nothing.
    BOOST_TEST(show(evidence()) == 200u);
    BOOST_TEST(show(evidence(0, 8)) == 200u);
    tick();
    BOOST_TEST(node->pending() == 0u);
}
BOOST_AUTO_TEST_CASE(it_is_accused_once_until_it_is_out_whatever_is_lost) {
    BOOST_TEST(show(evidence()) == 201u);
    for (int i = 0; i != 5; ++i) tick();
    BOOST_TEST(accused());
    start();
    BOOST_TEST(!restored);
    BOOST_TEST(accused());  // it waits on the disk
    store_batch lost;
    BOOST_TEST(!disk.pending([&](digest const& id, byte_view) { lost.drop_pending.push_back(id); }));
    BOOST_TEST_REQUIRE(!disk.commit(lost));
    start();
    BOOST_TEST(node->pending() == 0u);
    tick();
    BOOST_TEST(accused());  // the evidence is kept, and says it again
    seal();
    BOOST_TEST(out());
}
BOOST_AUTO_TEST_CASE(a_key_that_is_nobodys_costs_nobody_its_place) {
    BOOST_TEST(show(evidence(1)) == 201u);
    tick();
    BOOST_TEST(node->pending() == 0u);
    BOOST_TEST(show(evidence(0)) == 201u);
    BOOST_TEST(accused());
}
BOOST_AUTO_TEST_CASE(a_fork_with_further_lines_convicts_the_key_and_does_not_shield_the_member) {
    BOOST_TEST(show(evidence(0, 7, "more\n")) == 201u);  // which no follower of this log believes
    tick();
    BOOST_TEST(node->pending() == 0u);
    BOOST_TEST(show(evidence()) == 200u);
    BOOST_TEST(accused());
}
BOOST_AUTO_TEST_CASE(a_genesis_with_a_claim_that_does_not_hold_starts_no_node) {
    genesis.watch.owners[0].proof[7] ^= 1;
    chain_id = digest_of<hash_of<P>>(genesis);
    start();
    BOOST_TEST((restored == errc::bad_signature));
}

BOOST_AUTO_TEST_SUITE_END()
