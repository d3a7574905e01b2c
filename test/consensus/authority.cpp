#include <daicho/consensus/authority.hpp>

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using protocols = boost::mp11::mp_list<authority_protocol, authority_protocol_512>;
using P = authority_protocol;

namespace {

constexpr std::uint64_t slot_length = network<P>::slot;

} // namespace

BOOST_AUTO_TEST_SUITE(authority_slots)

BOOST_AUTO_TEST_CASE_TEMPLATE(the_owner_of_the_slot_seals_and_any_change_breaks_it, Q, protocols) {
    network<Q> n;
    ledger::chain<Q> c(n.genesis);
    auto const good = n.next(c, n.everybody());
    auto const code = [&](auto change) {
        auto altered = good.sealed;
        change(altered);
        return authority::check(altered, c).code;
    };
    BOOST_TEST((code([](auto&) {}) == errc::ok));
    BOOST_TEST((code([](auto& s) { s.body.index += 1; }) == errc::bad_signature));
    BOOST_TEST((code([](auto& s) { s.body.message = "x"; }) == errc::bad_signature));
    BOOST_TEST((code([](auto& s) { s.body.previous_hash[0] ^= 1; }) == errc::bad_signature));
    BOOST_TEST((code([](auto& s) { s.body.transactions_root[0] ^= 1; }) == errc::bad_signature));
    BOOST_TEST((code([](auto& s) { s.body.commitments.push_back(1); }) == errc::bad_signature));
    BOOST_TEST((code([](auto& s) { s.body.vouches_after = 1; }) == errc::bad_signature));
    BOOST_TEST((code([](auto& s) { s.body.vouches_after = s.body.slot; }) == errc::wrong_slot));
    BOOST_TEST((code([](auto& s) { s.body.target = 1; }) == errc::not_empty));
    BOOST_TEST((code([](auto& s) { s.body.time += slot_length; }) == errc::wrong_slot));
    BOOST_TEST((code([](auto& s) { s.body.slot += 1; }) == errc::wrong_slot));
    BOOST_TEST((code([](auto& s) { s.proof.signature[0] ^= 1; }) == errc::bad_signature));
    BOOST_TEST((code([](auto& s) { s.proof.signer[0] ^= 1; }) == errc::wrong_signer));
}

BOOST_AUTO_TEST_CASE(another_signer_or_a_stranger_is_refused) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    auto const good = n.next(c);
    for (std::uint64_t who : {std::uint64_t(signer_0) + (good.head().slot + 1) % 3, std::uint64_t(management), std::uint64_t(stranger)}) {
        sealed_header_of<P> const forged{good.head(), *authority_sealer<P, sealing_key>(network<P>::key(who)).seal({0, good.head(), n.chain_id}, {})};
        BOOST_TEST((authority::check(forged, c) == errc::wrong_signer));
        auto dressed = forged;
        dressed.proof.signer = good.sealed.proof.signer;
        BOOST_TEST((authority::check(dressed, c) == errc::bad_signature));
    }
    BOOST_TEST(!authority::check(good.sealed, c));
}

BOOST_AUTO_TEST_CASE(a_seal_is_for_one_chain) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    auto good = n.next(c).sealed;
    BOOST_TEST(!authority::check(good, c));
    auto elsewhere = n.chain_id;
    elsewhere[0] ^= 1;
    good.proof = *authority_sealer<P, sealing_key>(network<P>::key(signer_0 + good.body.slot % 3)).seal({0, good.body, elsewhere}, {});
    BOOST_TEST((authority::check(good, c) == errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(two_blocks_of_one_signer_for_one_slot_are_evidence) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    for (int i = 0; i != 4; ++i) BOOST_TEST_REQUIRE(!c.push(n.next(c), later));
    for (std::uint64_t d : {0u, 2u}) {
        auto h = c.at(d).body;
        h.message = "another";
        auto const twin = n.seal(h);
        auto const found = authority::equivocation(twin, c);
        BOOST_TEST_REQUIRE(found.has_value());
        BOOST_TEST((*found == n.evidence(c.at(d).body, h, signer_0 + h.slot % 3)));  // the same whichever was seen first

        auto forged = twin;
        forged.proof.signature[3] ^= 1;
        BOOST_TEST(!authority::equivocation(forged, c));
        auto foreign = twin;
        foreign.proof = *authority_sealer<P, sealing_key>(network<P>::key(stranger)).seal({0, h, n.chain_id}, {});
        BOOST_TEST(!authority::equivocation(foreign, c));
        foreign.proof.signer = twin.proof.signer;
        BOOST_TEST(!authority::equivocation(foreign, c));
    }
    BOOST_TEST(!authority::equivocation(c.at(0), c));              // the block itself
    BOOST_TEST(!authority::equivocation(n.next(c).sealed, c));     // the next one
    auto missed = n.next(c, {}, (c.at(0).body.slot + 5) * slot_length).sealed;
    BOOST_TEST(!c.push(n.next(c, {}, (c.at(0).body.slot + 6) * slot_length), later));
    BOOST_TEST(!authority::equivocation(missed, c));               // a slot that is empty here
}

BOOST_AUTO_TEST_CASE(a_missed_slot_is_skipped_and_none_is_used_twice) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    BOOST_TEST(!c.push(n.next(c), later));
    auto const last = c.at(0).body.slot;
    BOOST_TEST(bool(c.push(n.next(c, {}, last * slot_length + 1), later)));
    for (std::uint64_t skip : {1u, 2u, 3u, 7u, 30u}) {
        auto copy = c;
        BOOST_TEST(!copy.push(n.next(c, {}, (last + skip) * slot_length), later));
    }
    auto copy = c;
    BOOST_TEST(!copy.push(n.next(c, {}, (last + 1) * slot_length), later));
    BOOST_TEST((copy.push(n.next(copy, {}, (last + 1) * slot_length + 1), later) == errc::wrong_slot));
}

BOOST_AUTO_TEST_CASE(an_expelled_signer_seals_no_more) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    BOOST_TEST(!c.push(n.next(c, {n.expel(signer_0 + 1)}), later));
    BOOST_TEST(c.signers().size() == 2u);
    auto const slot = c.at(0).body.slot + 1;
    for (std::uint64_t s = slot; s != slot + 4; ++s) {
        header const h = n.next(c, {}, s * slot_length).head();
        sealed_header_of<P> const theirs{h, *authority_sealer<P, sealing_key>(network<P>::key(signer_0 + 1)).seal({0, h, n.chain_id}, {})};
        BOOST_TEST((authority::check(theirs, c) == errc::wrong_signer));
        sealed_header_of<P> const ours{h, *authority_sealer<P, sealing_key>(network<P>::key(s % 2 == 0 ? signer_0 : signer_0 + 2)).seal({0, h, n.chain_id}, {})};
        BOOST_TEST(!authority::check(ours, c));
    }
}

BOOST_AUTO_TEST_CASE(a_signer_seals_in_its_slots_and_each_once) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    std::uint64_t const time = network<P>::start + 10;
    std::uint64_t const owner = signer_0 + time / slot_length % 3;
    auto const h = c.prepare("", time, n.id(owner));
    BOOST_TEST_REQUIRE(bool(h));
    BOOST_TEST(h->slot == time / slot_length);
    BOOST_TEST((c.prepare("", time, n.id(signer_0 + (time / slot_length + 1) % 3)).error() == errc::wrong_signer));
    BOOST_TEST((c.prepare("", time, n.id(stranger)).error() == errc::wrong_signer));
    BOOST_TEST((c.prepare("", time, n.id(owner), time / slot_length).error() == errc::wrong_slot));
    BOOST_TEST(bool(c.prepare("", time, n.id(owner), time / slot_length - 1)));
}

BOOST_AUTO_TEST_CASE(a_genesis_without_slots_seals_nothing) {
    network<P> n;
    n.genesis.slot_seconds = 0;
    ledger::chain<P> c(n.genesis);
    BOOST_TEST((c.prepare("", later, n.id(signer_0)).error() == errc::wrong_slot));
}

// --- what a seal vouches for ---------------------------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE(a_signer_vouches_for_no_slot_in_which_it_sealed_another_branch) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    auto const seal_at = [&](std::uint64_t slot, std::uint64_t sealed_slot) {
        return *c.prepare("", slot * slot_length, n.id(signer_0 + slot % 3), sealed_slot);
    };
    std::uint64_t const first = network<P>::start / slot_length + 3;
    BOOST_TEST(seal_at(first, 0).vouches_after == 0u);                 // never sealed before
    BOOST_TEST(seal_at(first, first - 3).vouches_after == first - 3);  // sealed, and not in this branch
    auto h = seal_at(first, 0);
    c.commit_to(h, {});
    BOOST_TEST(!c.push({n.seal(h), {}}, later));
    BOOST_TEST(seal_at(first + 3, first).vouches_after == 0u);             // its last seal is in this branch
    BOOST_TEST(seal_at(first + 6, first + 3).vouches_after == first + 3);  // it left, and came back
    BOOST_TEST(seal_at(first + 6, 0).vouches_after == first + 5);          // it forgot where it was: nothing but what is new
}

BOOST_AUTO_TEST_CASE(final_is_what_more_than_half_stand_behind_twice) {
    for (std::size_t signers : {1u, 2u, 3u, 4u, 5u, 7u}) {
        network<P> n(signers);
        ledger::chain<P> c(n.genesis);
        std::uint64_t const majority = signers / 2 + 1, lag = 2 * (majority - 1);
        for (std::uint64_t h = 1; h != 20; ++h) {
            BOOST_TEST_REQUIRE(!c.push(n.next(c), later));
            BOOST_TEST_CONTEXT(signers << " signers, height " << h) {
                BOOST_TEST(c.final_height() == (h > lag ? h - lag : 0));
                if (h >= majority) BOOST_TEST(c.vouched(0) == c.at(majority - 1).body.slot);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(half_of_the_signers_make_nothing_final) {
    network<P> n(4);
    ledger::chain<P> c(n.genesis);
    std::uint64_t slot = network<P>::start / slot_length + 1;
    for (int i = 0; i != 20; ++slot)
        if (slot % 4 < 2) {
            BOOST_TEST_REQUIRE(!c.push(n.next(c, {}, slot * slot_length), later));
            ++i;
        }
    BOOST_TEST(c.final_height() == 0u);
    BOOST_TEST(c.vouched(0) == 0u);
    while (slot % 4 != 2) ++slot;
    BOOST_TEST(!c.push(n.next(c, {}, slot * slot_length), later));
    BOOST_TEST(c.vouched(0) != 0u);  // a third one came
}

BOOST_AUTO_TEST_CASE(a_vote_that_left_another_branch_counts_only_for_later_slots) {
    network<P> n;
    ledger::chain<P> c(n.genesis);
    for (int i = 0; i != 2; ++i) BOOST_TEST(!c.push(n.next(c), later));  // vouched for up to the first
    auto const first = c.at(1).body.slot;
    BOOST_TEST(c.vouched(0) == first);
    for (bool left : {false, true}) {
        auto copy = c;
        auto h = n.next(copy).head();
        h.vouches_after = left ? h.slot - 1 : 0;
        BOOST_TEST(!copy.push({n.seal(h), {}}, later));
        BOOST_TEST(copy.vouched(0) == (left ? first : first + 1));
    }
}

// --- which branch ----------------------------------------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE(preference_is_a_total_order) {
    std::vector<branch> all;
    for (std::uint64_t vouched : {0u, 5u})
        for (unsigned w : {1u, 2u})
            for (byte head : {byte(1), byte(2)}) all.push_back({.height = w, .weight = w, .vouched = vouched, .head = {head}});
    for (auto& a : all)
        for (auto& b : all) {
            auto const ab = authority::prefer(a, b), ba = authority::prefer(b, a);
            BOOST_TEST(((ab == 0) == (a == b)));
            BOOST_TEST(((ab > 0) == (ba < 0)));
            for (auto& c : all)
                if (ab > 0 && authority::prefer(b, c) > 0) BOOST_TEST((authority::prefer(a, c) > 0));
        }
    BOOST_TEST((authority::prefer({.height = 1, .weight = 1, .vouched = 5}, {.height = 9, .weight = 9, .vouched = 4}) > 0));
}

BOOST_AUTO_TEST_SUITE_END()
