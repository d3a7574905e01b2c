#include <daicho/ledger/registry.hpp>

#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using P = authority_protocol;
using body = network<P>::body;

namespace {

struct populated : network<P> {
    populated() : members(genesis, chain_id) {
        for (auto& tx : everybody()) BOOST_REQUIRE_EQUAL(int(members.apply(tx, 1).code), 0);
        apply(signed_by(publisher, released(3)));
    }
    void apply(transaction_of<P> const& tx) { BOOST_TEST_REQUIRE(message(members.apply(tx, 2).code) == "ok"); }
    errc refuses(transaction_of<P> const& tx) {
        auto const before = members.mark();
        auto const code = members.apply(tx, 2).code;
        auto const after = members.mark();
        bool const untouched = before.members == after.members && before.releases == after.releases && before.newest == after.newest &&
                               before.fleet == after.fleet && before.roots == after.roots;
        BOOST_TEST((code == errc::ok || untouched));
        return code;
    }
    /// The verdict on `b` by each member in turn; every refused one leaves everything as it was.
    std::map<std::uint64_t, errc> verdicts(body b) {
        std::map<std::uint64_t, errc> found;
        for (std::uint64_t n : {management, recovery, publisher, gateway, device, device_2, node, signer_0, stranger}) {
            auto const before = members.mark();
            b.sequence = 0;
            found[n] = members.apply(signed_by(n, b), 2).code;
            members.rollback(before);
        }
        return found;
    }
    void only(body const& b, std::vector<std::uint64_t> may, errc otherwise) {
        for (auto& [n, code] : verdicts(b)) {
            bool const allowed = std::find(may.begin(), may.end(), n) != may.end();
            auto const expected = allowed ? errc::ok : n == stranger ? errc::unknown_sender : otherwise;
            BOOST_TEST_CONTEXT(schema::name_of(b.state) << " by " << n) BOOST_TEST(message(code) == message(expected));
        }
    }
    ledger::registry<P> members;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(registry, populated)

BOOST_AUTO_TEST_CASE(genesis_members_are_known_and_ordered) {
    BOOST_TEST((members.management() == id(management)));
    BOOST_TEST(members.signers().size() == 3u);
    for (std::size_t i = 0; i != 3; ++i) BOOST_TEST((members.signers()[i] == id(signer_0 + i)));
    BOOST_TEST((members.find(id(recovery))->role == member_role::recovery));
    BOOST_TEST(members.find(id(stranger)) == nullptr);
}

BOOST_AUTO_TEST_CASE(one_key_has_one_role_and_one_place_among_the_signers) {
    auto g = genesis;
    g.signers.push_back(key(signer_0).public_key());
    g.signers.push_back(key(management).public_key());
    ledger::registry<P> r(g, chain_id);
    BOOST_TEST(r.signers().size() == 3u);
    BOOST_TEST((r.find(id(management))->role == member_role::management));
}

// --- the table: state, who signs ---------------------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE(a_release_is_recorded_by_its_publisher_or_the_management_server) {
    only(released(4), {publisher, management}, errc::not_permitted);
}
BOOST_AUTO_TEST_CASE(a_release_is_withdrawn_by_its_publisher_or_the_management_server) {
    only(report(state::withdrawn, 3), {publisher, management}, errc::not_permitted);
}
BOOST_AUTO_TEST_CASE(only_gateways_cache) { only(report(state::cached, 3), {gateway}, errc::not_permitted); }
BOOST_AUTO_TEST_CASE(outcomes_and_operating_state_are_the_devices_own) {
    for (auto s : {state::installed, state::unchanged, state::failed, state::rolled_back, state::running})
        only(report(s, 3), {device, device_2}, errc::not_permitted);
}
BOOST_AUTO_TEST_CASE(the_management_key_enrols) {
    body b{.state = state::enrolled, .recipient = id(publisher_2)};
    b.enrolment = enrolment_of<P>{.role = member_role::gateway, .algorithm = scheme_of<P>::algorithm, .key = key(publisher_2).public_key()};
    only(b, {management}, errc::not_permitted);
}
BOOST_AUTO_TEST_CASE(the_recovery_key_enrols_a_new_management_key_and_nothing_else) {
    body b{.state = state::enrolled, .recipient = id(new_management)};
    b.enrolment = enrolment_of<P>{.role = member_role::management, .algorithm = scheme_of<P>::algorithm, .key = key(new_management).public_key()};
    only(b, {recovery}, errc::not_permitted);
    b.enrolment->role = member_role::recovery;
    only(b, {}, errc::not_permitted);
}
BOOST_AUTO_TEST_CASE(the_management_and_the_recovery_key_expel) {
    only({.state = state::expelled, .recipient = id(gateway)}, {management, recovery}, errc::not_permitted);
}

BOOST_AUTO_TEST_CASE(whoever_keeps_a_chain_expels_a_signer_that_sealed_twice) {
    only(accusation(evidence({.message = "one", .slot = 7}, {.message = "another", .slot = 7})), {management, gateway, node, signer_0}, errc::not_permitted);
}
BOOST_AUTO_TEST_CASE(evidence_that_is_not_what_it_says_expels_nobody) {
    header const one{.message = "one", .slot = 7}, other{.message = "another", .slot = 7};
    auto const good = evidence(one, other);
    auto const verdict = [&](auto alter) {
        auto b = accusation(good);
        alter(b);
        return refuses(signed_by(node, b));
    };
    using at = body&;
    auto const seals = [](at b) -> auto& { return std::get<equivocation<scheme_of<P>>>(*b.evidence); };
    BOOST_TEST((verdict([&](at b) { seals(b).slot = 8; }) == errc::bad_signature));
    BOOST_TEST((verdict([&](at b) { seals(b).first[31] ^= 1; }) == errc::bad_signature));
    BOOST_TEST((verdict([&](at b) { seals(b).second[31] ^= 1; }) == errc::bad_signature));
    BOOST_TEST((verdict([&](at b) { seals(b).first_signature[9] ^= 1; }) == errc::bad_signature));
    BOOST_TEST((verdict([&](at b) { seals(b).second_signature[9] ^= 1; }) == errc::bad_signature));
    BOOST_TEST((verdict([&](at b) { std::swap(seals(b).first_signature, seals(b).second_signature); }) == errc::bad_signature));
    // One header, shown twice; and the same evidence in another form.
    BOOST_TEST((verdict([&](at b) { seals(b).second = seals(b).first, seals(b).second_signature = seals(b).first_signature; }) == errc::duplicate));
    BOOST_TEST((verdict([&](at b) { std::swap(seals(b).first, seals(b).second), std::swap(seals(b).first_signature, seals(b).second_signature); }) == errc::duplicate));
    // Somebody else's, and nobody's.
    BOOST_TEST((verdict([&](at b) { b.recipient = id(signer_0 + 1); }) == errc::bad_signature));
    BOOST_TEST((verdict([&](at b) { b.evidence = evidence(one, other, gateway), b.recipient = id(gateway); }) == errc::not_permitted));
    BOOST_TEST((verdict([&](at b) { b.recipient = id(management); }) == errc::not_permitted));
    BOOST_TEST((verdict([](at b) { b.state = state::running; }) == errc::not_empty));
    // Sealed on another chain with the same key: no crime here.
    network<P> elsewhere;
    elsewhere.chain_id[0] ^= 1;
    BOOST_TEST((verdict([&](at b) { b.evidence = elsewhere.evidence(one, other); }) == errc::bad_signature));

    BOOST_TEST((verdict([](at) {}) == errc::ok));
    BOOST_TEST(members.signers().size() == 2u);
    BOOST_TEST((verdict([](at) {}) == errc::not_found));  // once is enough
}

// --- what every transaction must be ------------------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE(a_transaction_of_another_chain_is_refused) {
    auto tx = signed_by(device, report(state::running, 3));
    auto b = tx.body;
    b.chain_id[0] ^= 1;
    BOOST_TEST((refuses(resigned(device, b)) == errc::wrong_chain));
    apply(tx);
}
BOOST_AUTO_TEST_CASE(an_altered_transaction_is_refused) {
    auto tx = signed_by(device, report(state::running, 3));
    auto altered = tx;
    altered.body.ver = 4;
    BOOST_TEST((refuses(altered) == errc::bad_signature));
    altered = tx;
    altered.signature[3] ^= 1;
    BOOST_TEST((refuses(altered) == errc::bad_signature));
    BOOST_TEST((refuses(resigned(gateway, tx.body)) == errc::bad_signature));  // paper's bug: a gateway asserts the device's outcome
    apply(tx);
}
BOOST_AUTO_TEST_CASE(a_sequence_strictly_increases_and_may_have_gaps) {
    auto b = report(state::running, 3);
    b.sequence = 5;
    auto const fifth = signed_by(device, b);
    apply(fifth);
    BOOST_TEST((refuses(fifth) == errc::repeated_sequence));
    b.sequence = 4;
    BOOST_TEST((refuses(signed_by(device, b)) == errc::repeated_sequence));
    b.sequence = 9;
    apply(signed_by(device, b));
}
BOOST_AUTO_TEST_CASE(an_embedded_record_stands_only_where_it_belongs) {
    auto b = report(state::running, 3);
    b.release = released(4).release;
    BOOST_TEST((refuses(signed_by(device, b)) == errc::not_empty));
    b.release.reset();
    b.enrolment = enrolment_of<P>{};
    BOOST_TEST((refuses(signed_by(device, b)) == errc::not_empty));
    b.enrolment.reset();
    apply(signed_by(device, b));
    auto r = released(4);
    r.release.reset();
    BOOST_TEST((refuses(signed_by(publisher, r)) == errc::not_empty));
}

// --- releases ----------------------------------------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE(a_release_must_say_what_its_transaction_says) {
    auto const good = released(4);
    auto b = good;
    b.ver = 5;
    BOOST_TEST((refuses(signed_by(publisher, b)) == errc::out_of_range));
    b = good;
    b.verifier[0] ^= 1;
    BOOST_TEST((refuses(signed_by(publisher, b)) == errc::wrong_digest));
    b = good;
    b.model = "lock";
    BOOST_TEST((refuses(signed_by(publisher, b)) == errc::wrong_model));
    apply(signed_by(publisher, good));
}
BOOST_AUTO_TEST_CASE(a_release_by_management_still_needs_the_publishers_signature) {
    auto b = released(4);
    b.release->signature[0] ^= 1;
    BOOST_TEST((refuses(signed_by(management, b)) == errc::bad_signature));
    b = released(4);
    auto k = key(management);
    b.release->signature = *sign<P>(k, b.release->body);
    BOOST_TEST((refuses(signed_by(management, b)) == errc::bad_signature));
    apply(signed_by(management, released(4)));
}
BOOST_AUTO_TEST_CASE(each_vendor_releases_its_own_models) {
    apply(enrol(publisher_2, member_role::publisher, {"lock"}));
    BOOST_TEST((refuses(signed_by(publisher_2, released(4, publisher_2, "lamp"))) == errc::wrong_model));
    BOOST_TEST((refuses(signed_by(publisher_2, released(4, publisher, "lamp"))) == errc::not_permitted));
    apply(signed_by(publisher_2, released(4, publisher_2, "lock")));
    BOOST_TEST((refuses(signed_by(publisher_2, report(state::withdrawn, 3))) == errc::not_permitted));
}
BOOST_AUTO_TEST_CASE(versions_of_a_model_only_rise) {
    BOOST_TEST((refuses(signed_by(publisher, released(3))) == errc::stale_version));
    BOOST_TEST((refuses(signed_by(publisher, released(2))) == errc::stale_version));
    apply(signed_by(publisher, released(7)));
    BOOST_TEST((refuses(signed_by(publisher, released(5))) == errc::stale_version));
    apply(signed_by(publisher, released(1, publisher, "lock")));  // of another model they are its own
}
BOOST_AUTO_TEST_CASE(a_release_that_nobody_could_install_is_refused) {
    auto k = key(publisher);
    auto const with = [&](auto change) {
        auto b = released(4);
        change(b.release->body);
        b.release->signature = *sign<P>(k, b.release->body);
        return refuses(signed_by(publisher, b));
    };
    BOOST_TEST((with([](release& r) { r.check.status = 1; }) == errc::check_failed));
    BOOST_TEST((with([](release& r) { r.size = 0; }) == errc::out_of_range));
    BOOST_TEST((with([](release& r) { r.size = limits::artifact + 1; }) == errc::out_of_range));
    BOOST_TEST((with([](release& r) { r.minimum_version = 5; }) == errc::out_of_range));
    BOOST_TEST((with([](release& r) { r.expires = r.time; }) == errc::expired));
    BOOST_TEST((with([](release& r) { r.chain_id[1] ^= 1; }) == errc::wrong_chain));
    BOOST_TEST((with([](release&) {}) == errc::ok));
}
BOOST_AUTO_TEST_CASE(the_newest_release_is_the_latest_that_still_stands) {
    BOOST_TEST(members.newest("lamp")->release.body.version == 3u);
    apply(signed_by(publisher, released(4)));
    BOOST_TEST(members.newest("lamp")->release.body.version == 4u);
    apply(signed_by(publisher, report(state::withdrawn, 4)));
    BOOST_TEST(members.newest("lamp")->release.body.version == 3u);
    BOOST_TEST((refuses(signed_by(publisher, report(state::withdrawn, 4))) == errc::duplicate));
    apply(expel(publisher));
    BOOST_TEST(members.newest("lamp") == nullptr);
    BOOST_TEST(members.newest("none") == nullptr);
}

// --- devices and gateways ----------------------------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE(what_is_cached_or_installed_is_a_release_with_its_digest) {
    for (auto [s, by] : {std::pair{state::cached, gateway}, std::pair{state::installed, device}}) {
        BOOST_TEST((refuses(signed_by(by, report(s, 9))) == errc::not_found));
        auto b = report(s, 3);
        b.verifier[5] ^= 1;
        BOOST_TEST((refuses(signed_by(by, b)) == errc::wrong_digest));
        apply(signed_by(by, report(s, 3)));
        auto const* entry = members.find_device(id(by));
        BOOST_TEST_REQUIRE(entry != nullptr);
        BOOST_TEST((entry->state == s && entry->ver == 3 && entry->height == 2));
    }
    BOOST_TEST((refuses(signed_by(publisher, report(state::withdrawn, 9))) == errc::not_found));
}
BOOST_AUTO_TEST_CASE(a_device_speaks_of_its_own_model_only) {
    BOOST_TEST((refuses(signed_by(device, report(state::running, 3, "lock"))) == errc::wrong_model));
    apply(signed_by(device, report(state::running, 3)));
}

// --- members -----------------------------------------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE(an_enrolment_must_be_whole) {
    auto const with = [&](member_role role, std::vector<model_name> models, auto change) {
        body b = enrol(publisher_2, role, models).body;
        b.sequence = 0;
        change(b);
        return refuses(signed_by(management, b));
    };
    auto const nothing = [](body&) {};
    BOOST_TEST((with(member_role::device, {}, nothing) == errc::out_of_range));
    BOOST_TEST((with(member_role::device, {"lamp", "lock"}, nothing) == errc::out_of_range));
    BOOST_TEST((with(member_role::publisher, {}, nothing) == errc::missing_field));
    BOOST_TEST((with(member_role::gateway, {}, [](body& b) { b.recipient[0] ^= 1; }) == errc::wrong_recipient));
    BOOST_TEST((with(member_role::gateway, {}, [](body& b) { ++b.enrolment->algorithm; }) == errc::bad_key));
    BOOST_TEST((with(member_role::gateway, {}, [](body& b) {
                    b.enrolment->key = network<P>::key(device).public_key();
                    b.recipient = network<P>::id(device);
                }) == errc::duplicate));
    BOOST_TEST((with(member_role::device, {"lamp"}, nothing) == errc::ok));
}
BOOST_AUTO_TEST_CASE(who_was_expelled_is_out_for_good) {
    apply(signed_by(device, report(state::running, 3)));
    apply(expel(device));
    BOOST_TEST((refuses(signed_by(device, report(state::running, 3))) == errc::expelled_sender));
    BOOST_TEST((refuses(enrol(device, member_role::device, {"lamp"})) == errc::duplicate));
    BOOST_TEST((refuses(expel(device)) == errc::not_found));
    BOOST_TEST((refuses(expel(stranger)) == errc::not_found));
    apply(signed_by(device_2, report(state::running, 3)));
}
BOOST_AUTO_TEST_CASE(root_keys_are_never_expelled_alone) {
    BOOST_TEST((refuses(expel(management, recovery)) == errc::not_permitted));
    BOOST_TEST((refuses(expel(recovery)) == errc::not_permitted));
}
BOOST_AUTO_TEST_CASE(recovery_replaces_a_stolen_management_key) {
    auto const before = members.mark();
    apply(enrol(new_management, member_role::management, {}, recovery));
    BOOST_TEST((members.management() == id(new_management)));
    BOOST_TEST((refuses(expel(gateway)) == errc::expelled_sender));
    apply(expel(gateway, new_management));
    members.rollback(before);
    BOOST_TEST((members.management() == id(management)));
    apply(expel(gateway));
}
// --- renewal: a member is enrolled again --------------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE(a_member_is_renewed_and_what_it_did_stays) {
    apply(signed_by(publisher, released(5)));
    auto const before = *members.find(id(publisher));
    auto const unrenewed = members.mark();
    body b = enrol(publisher, member_role::publisher, {"lock"}).body;
    b.sequence = 0;
    b.enrolment->channel = channel_key(byte_view(chain_id));
    apply(signed_by(management, b));
    auto const now = *members.find(id(publisher));
    BOOST_TEST((now.channel == b.enrolment->channel && now.models.size() == 1 && now.models[0] == model_name("lock")));
    BOOST_TEST((now.sequence == before.sequence && now.since == before.since && now.key == before.key));
    BOOST_TEST((refuses(signed_by(publisher, released(6))) == errc::wrong_model));  // no longer one of its models
    apply(signed_by(publisher, released(6, publisher, "lock")));
    members.rollback(unrenewed);
    auto const again = *members.find(id(publisher));
    BOOST_TEST((again.channel == before.channel && again.models.size() == 2 && again.sequence == before.sequence));
}
BOOST_AUTO_TEST_CASE(only_the_management_key_in_force_renews) {
    body b = enrol(device, member_role::device, {"lamp"}).body;
    only(b, {management}, errc::not_permitted);
    apply(enrol(new_management, member_role::management, {}, recovery));
    BOOST_TEST((refuses(enrol(device, member_role::device, {"lamp"})) == errc::expelled_sender));
    apply(enrol(device, member_role::device, {"lamp"}, new_management));
}
BOOST_AUTO_TEST_CASE(nobody_is_renewed_into_another_role) {
    for (auto role : {member_role::gateway, member_role::publisher, member_role::ledger_node, member_role::signer})
        BOOST_TEST((refuses(enrol(device, role, {"lamp"})) == errc::duplicate));
    BOOST_TEST((refuses(enrol(device, member_role::management, {}, recovery)) == errc::duplicate));
    BOOST_TEST((refuses(enrol(management, member_role::gateway)) == errc::duplicate));
    apply(enrol(device, member_role::device, {"lamp"}));
}
BOOST_AUTO_TEST_CASE(who_was_expelled_is_never_renewed) {
    apply(expel(gateway));
    BOOST_TEST((refuses(enrol(gateway, member_role::gateway)) == errc::duplicate));
    apply(enrol(new_management, member_role::management, {}, recovery));
    BOOST_TEST((refuses(enrol(gateway, member_role::gateway, {}, new_management)) == errc::duplicate));
    BOOST_TEST((refuses(enrol(management, member_role::management, {}, recovery)) == errc::duplicate));  // the replaced key
    apply(enrol(gateway_2, member_role::gateway, {}, new_management));
}
BOOST_AUTO_TEST_CASE(a_renewed_signer_keeps_its_place) {
    auto const before = members.mark();
    for (std::uint64_t n : {signer_0 + 1, signer_0 + 0}) apply(enrol(n, member_role::signer));
    BOOST_TEST_REQUIRE(members.signers().size() == 3u);
    for (std::size_t i = 0; i != 3; ++i) BOOST_TEST((members.signers()[i] == id(signer_0 + i)));
    for (std::uint64_t i = 3; i != limits::signers; ++i) apply(enrol(signer_0 + i, member_role::signer));
    apply(enrol(signer_0, member_role::signer));  // nobody is added: there is room enough
    members.rollback(before);
    BOOST_TEST(members.signers().size() == 3u);
}
BOOST_AUTO_TEST_CASE(recovery_renews_the_management_key_without_dethroning_it) {
    auto const before = members.mark();
    auto const sequence = members.find(id(management))->sequence;
    apply(enrol(management, member_role::management, {}, recovery));
    BOOST_TEST((members.management() == id(management)));
    BOOST_TEST_REQUIRE(members.active(id(management)) != nullptr);
    BOOST_TEST(members.find(id(management))->sequence == sequence);
    apply(expel(gateway));
    members.rollback(before);
    BOOST_TEST(members.active(id(gateway)) != nullptr);
}

BOOST_AUTO_TEST_CASE(signers_come_and_go_in_order_and_one_remains) {
    auto const before = members.mark();
    apply(enrol(signer_0 + 7, member_role::signer));
    apply(expel(signer_0));
    BOOST_TEST(members.signers().size() == 3u);
    BOOST_TEST((members.signers()[0] == id(signer_0 + 1) && members.signers()[2] == id(signer_0 + 7)));
    apply(expel(signer_0 + 1));
    apply(expel(signer_0 + 2));
    BOOST_TEST((refuses(expel(signer_0 + 7)) == errc::not_permitted));
    members.rollback(before);
    BOOST_TEST(members.signers().size() == 3u);
    BOOST_TEST((members.signers()[0] == id(signer_0)));
    for (std::uint64_t i = 3; i != limits::signers; ++i) apply(enrol(signer_0 + i, member_role::signer));
    BOOST_TEST((refuses(enrol(signer_0 + limits::signers, member_role::signer)) == errc::over_quota));
}
BOOST_AUTO_TEST_CASE(a_rollback_returns_to_the_very_same_registry) {
    auto const before = members.mark();
    auto const sequence = members.find(id(publisher))->sequence;
    apply(signed_by(publisher, released(4)));
    apply(signed_by(publisher, report(state::withdrawn, 3)));
    apply(signed_by(gateway, report(state::cached, 4)));
    apply(expel(device));
    members.rollback(before);
    BOOST_TEST(members.find(id(publisher))->sequence == sequence);
    BOOST_TEST(members.find_release("lamp", 4) == nullptr);
    BOOST_TEST(!members.find_release("lamp", 3)->withdrawn);
    BOOST_TEST(members.find_device(id(gateway)) == nullptr);
    BOOST_TEST(members.active(id(device)) != nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
