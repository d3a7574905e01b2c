#include <daicho/ledger/note_owners.hpp>

#include <daicho/ledger/registry.hpp>

#include <boost/test/unit_test.hpp>

#include "ledger/owned_log.hpp"

using namespace fixture;
using P = authority_protocol;

namespace {

struct other_scheme : cryptopp::ed25519 {
    static constexpr std::uint16_t algorithm = 99;
};

/// Three signers, two of which have note keys of the log; the third key of the log is nobody's.
struct owned : network<P> {
    owned() {
        own_log<P>(*this, 2);
        auto third = genesis.watch.logs[0];
        third.key = sealing_key(log_key + 2).public_key();
        genesis.watch.owners = {};
        genesis.watch.logs.push_back(third);
        for (std::uint32_t i : {0u, 1u}) genesis.watch.owners.push_back(claim(i, signer_0 + i, log_key + i));
        found();
    }
    /// By a note key, of a log's key, for a member.
    log_owner claim(std::uint32_t log, std::uint64_t member, std::uint64_t note) const { return claimed<P>(genesis, log, id(member), sealing_key(note)); }
    void found() {
        chain_id = digest_of<hash_of<P>>(genesis);
        members = std::make_unique<ledger::registry<P>>(genesis, chain_id);
        sequences = {};
        for (auto& tx : everybody()) BOOST_TEST_REQUIRE(!members->apply(tx, 1));
    }
    errc founded_with(log_owner const& extra) {
        genesis.watch.owners.push_back(extra);
        found();
        return members->note_owners().refused().code;
    }
    static forked_tree fork(std::uint64_t note = log_key, std::uint64_t size = 7) { return forked_by(sealing_key(note), size, root_like(1), root_like(2)); }
    errc accuse(forked_tree const& e, std::uint64_t whom = signer_0, std::uint64_t by = node) {
        return members->apply(signed_by(by, {.state = state::expelled, .recipient = id(whom), .evidence = e}), 2).code;
    }
    bool out(std::uint64_t whom = signer_0) const { return members->active(id(whom)) == nullptr; }

    std::unique_ptr<ledger::registry<P>> members;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(note_owners, owned)

BOOST_AUTO_TEST_CASE(two_trees_of_one_size_expel_the_member_whose_note_key_signed_them) {
    BOOST_TEST(!members->note_owners().refused());
    BOOST_TEST((*members->note_owners().owner(0) == id(signer_0)));
    BOOST_TEST((members->note_owners().owner(2) == nullptr));
    auto const before = members->mark();
    BOOST_TEST((accuse(fork()) == errc::ok));
    BOOST_TEST(out());
    BOOST_TEST(members->signers().size() == 2u);
    BOOST_TEST(!out(signer_0 + 1));
    BOOST_TEST((accuse(fork()) == errc::not_found));  // once is enough
    members->rollback(before);                        // a branch is replaced
    BOOST_TEST(!out());
    BOOST_TEST((accuse(fork()) == errc::ok));
}
BOOST_AUTO_TEST_CASE(only_who_keeps_the_chain_and_management_accuse) {
    for (auto by : {publisher, device}) BOOST_TEST((accuse(fork(), signer_0, by) == errc::not_permitted));
    BOOST_TEST(!out());
    BOOST_TEST((accuse(fork(), signer_0, signer_0 + 1) == errc::ok));
    BOOST_TEST((accuse(fork(log_key + 1), signer_0 + 1, management) == errc::ok));
}
BOOST_AUTO_TEST_CASE(what_is_no_fork_of_that_members_key_expels_nobody) {
    auto const altered = [&](auto alter) {
        auto e = fork();
        alter(e);
        return accuse(e);
    };
    using at = forked_tree&;
    BOOST_TEST((altered([](at e) { e.size = 8; }) == errc::bad_signature));
    BOOST_TEST((altered([](at e) { e.first[0] ^= 2; }) == errc::non_canonical));
    BOOST_TEST((altered([](at e) { e.first[31] ^= 2; }) == errc::bad_signature));
    BOOST_TEST((altered([](at e) { e.second[31] ^= 1; }) == errc::bad_signature));
    BOOST_TEST((altered([](at e) { e.first_signature[9] ^= 1; }) == errc::bad_signature));
    BOOST_TEST((altered([](at e) { e.second_signature[9] ^= 1; }) == errc::bad_signature));
    BOOST_TEST((altered([](at e) { std::swap(e.first_signature, e.second_signature); }) == errc::bad_signature));
    // One tree, shown twice; and the same evidence in another form.
    BOOST_TEST((altered([](at e) { e.second = e.first, e.second_signature = e.first_signature; }) == errc::duplicate));
    BOOST_TEST((altered([](at e) { std::swap(e.first, e.second), std::swap(e.first_signature, e.second_signature); }) == errc::non_canonical));
    // Trees of two sizes: a log grows.
    BOOST_TEST((altered([](at e) { e.second_signature = forked_by(sealing_key(log_key), 8, e.first, e.second).second_signature; }) == errc::bad_signature));
    // Of another log, whoever's key signed; by keys that are somebody else's, nobody's, or unknown.
    BOOST_TEST((accuse(forked_by(sealing_key(log_key), 7, root_like(1), root_like(2), "ledger.example/another")) == errc::bad_signature));
    for (std::uint64_t key : {1u, 2u, 3u}) BOOST_TEST((accuse(fork(log_key + key)) == errc::bad_signature));
    BOOST_TEST((accuse(fork(signer_0)) == errc::bad_signature));
    BOOST_TEST((accuse(fork(log_key + 2), signer_0 + 2) == errc::not_permitted));
    for (auto who : {management, publisher, gateway, node}) BOOST_TEST((accuse(fork(), who, signer_0 + 1) == errc::not_permitted));
    // Its note key says nothing about seals, and its seals nothing about trees.
    auto b = accusation(evidence({.message = "one", .slot = 7}, {.message = "another", .slot = 7}), signer_0);
    auto& seals = std::get<equivocation<scheme_of<P>>>(*b.evidence);
    auto const e = fork();
    seals.first_signature = e.first_signature;
    BOOST_TEST((members->apply(signed_by(node, b), 2) == errc::bad_signature));

    BOOST_TEST(!out());
    BOOST_TEST((accuse(fork()) == errc::ok));
}
BOOST_AUTO_TEST_CASE(evidence_of_another_chain_is_refused) {
    auto tx = signed_by(node, {.state = state::expelled, .recipient = id(signer_0), .evidence = fork()});
    tx.body.chain_id[0] ^= 1;
    BOOST_TEST((members->apply(resigned(node, tx.body), 2) == errc::wrong_chain));
    BOOST_TEST(!out());
}
BOOST_AUTO_TEST_CASE(the_last_signer_is_not_expelled) {
    for (auto who : {signer_0 + 1, signer_0 + 2}) BOOST_TEST(!members->apply(expel(who), 2));
    BOOST_TEST((accuse(fork()) == errc::not_permitted));
    BOOST_TEST(!out());
}

// --- whose a key is ----------------------------------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE(nobody_claims_another_members_note_key) {
    BOOST_TEST((founded_with(claim(2, signer_0 + 2, log_key + 2)) == errc::ok));
    genesis.watch.owners = {};
    // Signed by its own note key, by its signing key, for another member, for another key: none is what key 2 signed.
    BOOST_TEST((founded_with(claim(2, signer_0 + 2, log_key + 1)) == errc::bad_signature));
    BOOST_TEST(!members->note_owners().owns(id(signer_0 + 2)));
    genesis.watch.owners = {};
    BOOST_TEST((founded_with(claim(2, signer_0 + 2, signer_0 + 2)) == errc::bad_signature));
    genesis.watch.owners = {};
    auto stolen = claim(2, signer_0 + 2, log_key + 2);
    stolen.member = id(signer_0 + 1);
    BOOST_TEST((founded_with(stolen) == errc::bad_signature));
    BOOST_TEST((accuse(fork(log_key + 2), signer_0 + 1) == errc::not_permitted));
    BOOST_TEST(!out(signer_0 + 1));
}
BOOST_AUTO_TEST_CASE(a_claim_of_another_chain_is_none_here) {
    auto const ours = genesis;
    ++genesis.time;
    auto const of_another = claim(2, signer_0 + 2, log_key + 2);
    genesis = ours;
    BOOST_TEST((founded_with(of_another) == errc::bad_signature));
    BOOST_TEST(!members->note_owners().owns(id(signer_0 + 2)));
    BOOST_TEST(members->note_owners().owns(id(signer_0)));  // the others stand
}
BOOST_AUTO_TEST_CASE(one_key_is_one_members_and_a_member_has_one) {
    BOOST_TEST((founded_with(claim(1, signer_0 + 2, log_key + 1)) == errc::duplicate));
    BOOST_TEST((*members->note_owners().owner(1) == id(signer_0 + 1)));  // who stands there first
    BOOST_TEST((accuse(fork(log_key + 1), signer_0 + 2) == errc::not_permitted));
    BOOST_TEST((accuse(fork(log_key + 1), signer_0 + 1) == errc::ok));
}
BOOST_AUTO_TEST_CASE(a_member_with_two_keys_has_the_first) {
    BOOST_TEST((founded_with(claim(2, signer_0 + 1, log_key + 2)) == errc::duplicate));
    BOOST_TEST((accuse(fork(log_key + 2), signer_0 + 1) == errc::bad_signature));
}
BOOST_AUTO_TEST_CASE(a_key_that_is_not_the_logs_is_nobodys) {
    BOOST_TEST((founded_with(claim(3, signer_0 + 2, log_key + 3)) == errc::out_of_range));
    BOOST_TEST((accuse(fork(log_key + 3), signer_0 + 2) == errc::not_permitted));
}
BOOST_AUTO_TEST_CASE(where_notes_are_not_verified_nobody_owns_a_note_key) {
    ledger::note_owners<protocol_with<sha256, authority, other_scheme>> const none({});
    BOOST_TEST(!none.owns(id(signer_0)));
    BOOST_TEST((none.check(id(signer_0), fork()) == errc::unknown_sender));
}

BOOST_AUTO_TEST_SUITE_END()
