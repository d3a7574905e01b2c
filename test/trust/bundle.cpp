#include <daicho/trust/bundle.hpp>

#include <boost/test/unit_test.hpp>

#include "log_stage.hpp"
#include "work_stage.hpp"

using namespace log_stage;

namespace {

using log_bundle = trust::bundle_of<P, trust::witnessed_log<P>>;

struct stage : log_network {
    trust::running_image const runs{"lamp", 1, image(1)};

    errc verdict(byte_view bundle_bytes, trust::running_image const& r, std::uint64_t now = 0) const { return judged(bundle_bytes, r, now, anchor); }
    errc verdict(byte_view bundle_bytes) const { return verdict(bundle_bytes, runs); }
    errc judged(byte_view bundle_bytes, trust::running_image const& r, std::uint64_t now, trust::anchor<P> const& a) const {
        log_bundle b{};
        if (auto f = schema::decode_into(bundle_bytes, b)) return f.code;
        return trust::check_bundle<P>(a, follower, {}, b, r, now).error().code;
    }
    /// The bundle of a transaction that really is in the log, whatever it says.
    bytes logged(transaction_of<P> const& t, shown_credential_of<P> const& by) {
        auto const index = add(t);
        return *trust::make_bundle<P>(t, by, index, inclusion(index, ledger.size()), 0, {}, signed_text(text_at(ledger.size())));
    }
    template <class Alter>
    bytes altered(Alter alter) const {
        auto const original = bundle_of(lamp_2, small);
        log_bundle b{};
        BOOST_TEST_REQUIRE(!schema::decode_into(original, b));
        alter(b);
        return encode(b);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(bundle, stage)

BOOST_AUTO_TEST_CASE(a_release_is_let_in_with_nothing_but_the_genesis) {
    auto const file = bundle_of(lamp_2, small);
    BOOST_TEST(file.size() < 4096u);
    log_bundle b{};
    BOOST_TEST_REQUIRE(!schema::decode_into(file, b));
    auto const in = trust::check_bundle<P>(anchor, follower, {}, b, runs, 0);
    BOOST_TEST_REQUIRE(bool(in));
    BOOST_TEST((in->body == ledger[lamp_2].body.release->body));
    BOOST_TEST(in->head.size == small);
    BOOST_TEST((encode(b) == file));
}
BOOST_AUTO_TEST_CASE(a_flipped_bit_in_any_byte_is_refused_or_changes_nothing) {
    auto const file = bundle_of(lamp_2, small);
    BOOST_TEST((verdict(file) == errc::ok));
    log_bundle whole{};
    BOOST_TEST_REQUIRE(!schema::decode_into(file, whole));
    auto const good = trust::check_bundle<P>(anchor, follower, {}, whole, runs, 0);
    std::size_t let_in = 0;
    for (std::size_t i = 0; i != file.size(); ++i) {
        auto bad = file;
        bad[i] ^= 1;
        log_bundle b{};
        if (schema::decode_into(bad, b)) continue;
        auto const in = trust::check_bundle<P>(anchor, follower, {}, b, runs, 0);
        if (!in) continue;
        ++let_in;
        BOOST_TEST((in->body == good->body));
        BOOST_TEST((in->head == good->head));
    }
    BOOST_TEST(let_in < 200u);  // of the cosignature that the quorum does not need: another key's name, and so nobody's
    for (std::size_t n = 0; n != file.size(); ++n) BOOST_TEST((verdict(byte_view(file).first(n)) != errc::ok));
    auto longer = file;
    longer.push_back(0);
    BOOST_TEST((verdict(longer) == errc::trailing_bytes));
}

BOOST_AUTO_TEST_CASE(parts_of_two_bundles_do_not_make_a_third) {
    auto const other_file = bundle_of(lock_2, small);
    log_bundle other{};
    BOOST_TEST_REQUIRE(!schema::decode_into(other_file, other));
    BOOST_TEST((verdict(other_file, {"lock", 1, {}}) == errc::ok));
    BOOST_TEST((verdict(altered([&](auto& b) { b.evidence.inclusion = other.evidence.inclusion; })) == errc::wrong_root));
    BOOST_TEST((verdict(altered([&](auto& b) { b.evidence = other.evidence; })) == errc::wrong_root));
    BOOST_TEST((verdict(altered([&](auto& b) { b.released.body.release = other.released.body.release; }), {"lock", 1, {}}) == errc::wrong_root));
}
BOOST_AUTO_TEST_CASE(only_a_release_is_let_in) {
    BOOST_TEST((verdict(altered([](auto& b) { b.released.body.release.reset(); })) == errc::missing_field));
    BOOST_TEST((verdict(altered([](auto& b) { b.released.body.state = state::withdrawn; })) == errc::missing_field));
    BOOST_TEST((verdict(altered([](auto& b) { b.released.body.chain_id[0] ^= 1; })) == errc::wrong_chain));
}
BOOST_AUTO_TEST_CASE(logged_is_not_enough_it_is_an_enrolled_publishers_own) {
    auto const by = credential();
    BOOST_TEST((verdict(logged(signed_by(publisher, released(4)), by)) == errc::ok));
    BOOST_TEST((verdict(logged(signed_by(publisher, released(4, publisher_2)), by)) == errc::unknown_sender));
    BOOST_TEST((verdict(logged(signed_by(publisher, released(4, publisher, "kettle")), by), {"kettle", 1, {}}) == errc::not_permitted));
    auto forged = released(5);
    forged.release->signature[0] ^= 1;
    BOOST_TEST((verdict(logged(signed_by(publisher, forged), by)) == errc::bad_signature));
    auto by_stranger = trust::present<P>(enrol(publisher, member_role::publisher, {"lamp"}, stranger));
    BOOST_TEST((verdict(logged(signed_by(publisher, released(6)), by_stranger)) == errc::unknown_sender));
    auto as_device = trust::present<P>(enrol(device, member_role::device, {"lamp"}));
    BOOST_TEST((verdict(logged(signed_by(device, released(7, device)), as_device)) == errc::not_permitted));
}
BOOST_AUTO_TEST_CASE(the_publishers_credential_brings_the_rotation_it_hangs_on) {
    auto const rotation = enrol(new_management, member_role::management, {}, recovery);
    auto const renewed = enrol(publisher, member_role::publisher, {"lamp"}, new_management);
    auto const with = trust::present<P>(renewed, &rotation);
    auto const t = signed_by(publisher, released(4));
    BOOST_TEST((verdict(logged(t, trust::present<P>(renewed))) == errc::unknown_sender));
    BOOST_TEST((verdict(logged(t, with)) == errc::ok));
    auto later_anchor = anchor;
    BOOST_TEST_REQUIRE(!trust::follow_rotation<P>(later_anchor, enrol(12, member_role::management, {}, recovery)));
    BOOST_TEST((judged(logged(t, with), runs, 0, later_anchor) == errc::replayed));
}

BOOST_AUTO_TEST_CASE(it_is_for_this_device_and_newer_than_what_runs) {
    auto const file = bundle_of(lamp_2, small);
    BOOST_TEST((verdict(file, {"lock", 1, {}}) == errc::wrong_model));
    BOOST_TEST((verdict(file, {"lamp", 3, image(3)}) == errc::stale_version));
    log_bundle b{};
    BOOST_TEST_REQUIRE(!schema::decode_into(file, b));
    BOOST_TEST(trust::check_bundle<P>(anchor, follower, {}, b, {"lamp", 2, image(2)}, 0)->runs_already);
    BOOST_TEST(!trust::check_bundle<P>(anchor, follower, {}, b, runs, 0)->runs_already);
    BOOST_TEST((verdict(file, {"lamp", 2, image(9)}) == errc::wrong_digest));
    BOOST_TEST((verdict(file, {"lamp", 1, image(1)}) == errc::ok));
}
BOOST_AUTO_TEST_CASE(an_expired_release_is_refused_even_by_who_has_no_clock) {
    auto const expires = start + 1'000'000;
    BOOST_TEST((verdict(bundle_of(lamp_2, small), runs, expires - 1) == errc::ok));
    BOOST_TEST((verdict(bundle_of(lamp_2, small), runs, expires) == errc::expired));
    auto const seen_late = signed_text(text_at(small), {0, 1, 2}, expires);  // witnesses tell the time
    BOOST_TEST((verdict(bundle_with(lamp_2, inclusion(lamp_2, small), 0, {}, seen_late)) == errc::expired));
    auto const seen_before = signed_text(text_at(small), {0, 1, 2}, expires - 1);
    BOOST_TEST((verdict(bundle_with(lamp_2, inclusion(lamp_2, small), 0, {}, seen_before)) == errc::ok));
}

BOOST_AUTO_TEST_CASE(what_would_not_fit_is_not_made) {
    auto const note = signed_text(text_at(small));
    naive::paths const long_path(limits::tree_path + 1);
    BOOST_TEST((trust::make_bundle<P>(ledger[lamp_2], credential(), 0, long_path, 0, {}, note).error() == errc::oversized));
    BOOST_TEST((trust::make_bundle<P>(ledger[lamp_2], credential(), 0, {}, 1, long_path, note).error() == errc::oversized));
    BOOST_TEST((trust::make_bundle<P>(ledger[lamp_2], credential(), 0, {}, 0, {}, std::string(limits::evidence_note + 1, 'x')).error() == errc::oversized));
    BOOST_TEST((trust::make_bundle<P>(ledger[0], credential(), 0, {}, 0, {}, note).error() == errc::missing_field));
}

BOOST_AUTO_TEST_CASE(under_proof_of_work_headers_take_the_place_of_witnesses) {
    work_stage::work_network w;
    using W = work_stage::W;
    auto e = w.evidence(w.lamp_2, 1, 6);
    auto const& t = w.blocks[w.lamp_2.height - 1].transactions[w.lamp_2.index];
    daicho::bundle<scheme_of<W>, work_evidence> const b{t, trust::present<W>(w.blocks[0].transactions[0]), e.get()};
    auto const a = trust::anchor<W>::of(w.genesis);
    auto const in = trust::check_bundle<W>(a, w.follower, {}, b, {"lamp", 1, image(1)}, 0);
    BOOST_TEST_REQUIRE(bool(in));
    BOOST_TEST(in->body.version == 2u);
    BOOST_TEST(in->head.height == 2u);
    auto spliced = b;
    spliced.released = w.blocks[7].transactions[0];
    BOOST_TEST((trust::check_bundle<W>(a, w.follower, {}, spliced, {"lamp", 1, image(1)}, 0).error() == errc::wrong_root));
}

BOOST_AUTO_TEST_SUITE_END()
