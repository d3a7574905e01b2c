#include <daicho/role/device.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/entropy.hpp>
#include <daicho/memory/image_store.hpp>
#include <daicho/memory/link.hpp>
#include <daicho/memory/state_store.hpp>
#include <daicho/trust/bundle_gate.hpp>

#include "role/power_cuts.hpp"
#include "trust/log_stage.hpp"

using namespace log_stage;

namespace {

struct board {
    using image_store = memory::image_store<16 * 1024>;
    using state_store = memory::state_store<1024>;
    using link = memory::link;
    using signer = sealing_key;
    using entropy = cryptopp::entropy;
    static constexpr std::size_t chunk = 1000;
};

/// A device without a network, a ledger it cannot reach, and files on a stick.
struct stage : log_network {
    using device_type = daicho::device<P, board>;
    using gate_type = trust::bundle_gate<P, client, memory::state_store<128>>;

    static bytes image_of(std::uint64_t version) {
        bytes b(5500);
        for (std::size_t i = 0; i != b.size(); ++i) b[i] = byte(i * 7 + version);
        return b;
    }
    /// Releases an image in earnest; its bundle by the tree of now.
    bytes publish(std::uint64_t version, std::uint64_t older = 0) {
        auto said = released(version);
        auto& r = said.release->body;
        r.verifier = said.verifier = hash_bytes<sha256>(image_of(version));
        r.size = image_of(version).size();
        auto k = key(publisher);
        said.release->signature = *sign<P>(k, r);
        auto const at = add(signed_by(publisher, said));
        return bundle_of(at, ledger.size(), older);
    }

    stage() { BOOST_TEST_REQUIRE(!slots.provision(image_of(1))); }
    result<update::outcome> install(bytes const& bundle, bytes const& image) {
        device_type d(parts());
        gate_type gate(follower, head);
        return d.install_from(gate, bundle, [&](std::uint64_t at, byte_span out) -> fault {
            if (at + out.size() > image.size()) return {errc::truncated, "image", image.size()};
            std::copy_n(image.begin() + std::ptrdiff_t(at), out.size(), out.begin());
            return {};
        });
    }
    device_type::parts parts() {
        return {.model = "lamp", .trust = anchor, .factory_version = 1, .images = slots, .state = state, .uplink = uplink, .key = own, .random = random};
    }
    void boot(bool healthy) {
        BOOST_TEST_REQUIRE(!slots.reboot());
        if (healthy) BOOST_TEST_REQUIRE(!slots.confirm());
        else BOOST_TEST_REQUIRE(!slots.reboot());
    }
    bool runs(std::uint64_t version) const { return equal(slots.running(), image_of(version)); }
    device_type::state_type remembered() {
        device_type::state_type s{};
        bytes buffer(1024);
        BOOST_TEST_REQUIRE(!schema::decode_into(*state.load(buffer), s));
        return s;
    }

    std::uint64_t head_size() {
        gate_type gate(follower, head);
        BOOST_TEST_REQUIRE(!gate.recall());
        return gate.head().size;
    }

    memory::power power;
    board::image_store slots{power};
    board::state_store state{power};
    memory::state_store<128> head{power};
    board::link uplink;  // leads nowhere
    sealing_key own = key(fixture::device);
    cryptopp::entropy random;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(device_bundle, stage)

BOOST_AUTO_TEST_CASE(a_device_without_a_network_updates_from_a_file) {
    auto const b2 = publish(2);
    BOOST_TEST((*install(b2, image_of(2)) == update::outcome::reboot));
    BOOST_TEST((*install(b2, image_of(2)) == update::outcome::reboot));  // still waiting for its boot
    BOOST_TEST(runs(1));
    boot(true);
    BOOST_TEST(runs(2));
    BOOST_TEST((*install(b2, image_of(2)) == update::outcome::installed));
    BOOST_TEST((*install(b2, image_of(2)) == update::outcome::unchanged));
    auto const known = remembered();
    BOOST_TEST(known.version == 2u);
    BOOST_TEST(known.time_floor == seen);  // witnesses told it the time
    BOOST_TEST_REQUIRE(known.report.has_value());
    BOOST_TEST((known.report->state == daicho::state::installed));  // for the gateway, when there is one
    BOOST_TEST((known.gateway == id(publisher)));

    auto const older = ledger.size();
    auto const b3 = publish(3, older);
    BOOST_TEST((*install(b3, image_of(3)) == update::outcome::reboot));
    boot(true);
    BOOST_TEST((install(b2, image_of(2)).error() == errc::stale_checkpoint));
    BOOST_TEST(runs(3));
}
BOOST_AUTO_TEST_CASE(a_stick_that_lies_changes_nothing) {
    auto const b2 = publish(2);
    auto const refused = [&](bytes const& b, errc code) {
        auto const before = remembered();
        BOOST_TEST((install(b, image_of(2)).error() == code));
        BOOST_TEST((remembered() == before));
        BOOST_TEST(slots.written() == 0u);
        bytes buffer(128);
        BOOST_TEST(head.load(buffer)->empty());
    };
    BOOST_TEST((install({}, image_of(2)).error() == errc::truncated));  // the first start notes what runs
    auto unlogged = *this;
    unlogged.leaves[2][0] ^= 1;
    auto note = signed_text(unlogged.text_at(ledger.size()), {0});  // the log shows one witness another history
    refused(bundle_with(ledger.size() - 1, unlogged.inclusion(ledger.size() - 1, ledger.size()), 0, {}, note), errc::too_few_witnesses);
    refused(bundle_with(ledger.size() - 1, unlogged.inclusion(ledger.size() - 1, ledger.size()), 0, {}, signed_text(text_at(ledger.size()))), errc::wrong_root);
    refused(bundle_of(lock_2, small), errc::wrong_model);
    refused(bytes(b2.begin(), b2.end() - 1), errc::truncated);
    BOOST_TEST((*install(b2, image_of(2)) == update::outcome::reboot));
}
BOOST_AUTO_TEST_CASE(a_good_bundle_with_another_image_is_never_marked) {
    auto const b2 = publish(2);
    auto altered = image_of(2);
    altered[4000] ^= 1;
    BOOST_TEST((install(b2, altered).error() == errc::wrong_digest));
    BOOST_TEST((slots.state() == boot_state::confirmed));
    boot(false);
    BOOST_TEST(runs(1));
    auto cut = image_of(2);
    cut.resize(100);
    BOOST_TEST((install(b2, cut).error() == errc::truncated));
    BOOST_TEST((*install(b2, image_of(2)) == update::outcome::reboot));
}
BOOST_AUTO_TEST_CASE(an_image_that_did_not_boot_is_not_tried_again) {
    auto const b2 = publish(2);
    BOOST_TEST((*install(b2, image_of(2)) == update::outcome::reboot));
    boot(false);
    BOOST_TEST(runs(1));
    BOOST_TEST((install(b2, image_of(2)).error() == errc::boot_failed));
    BOOST_TEST((remembered().report->state == daicho::state::rolled_back));
    auto const older = ledger.size();
    BOOST_TEST((*install(publish(3, older), image_of(3)) == update::outcome::reboot));
}
BOOST_AUTO_TEST_CASE(power_may_go_before_any_write_of_it) {
    bytes bundle, image;
    auto const offer = [&](std::uint64_t version) {
        bundle = publish(version, head_size());
        image = image_of(version);
    };
    power_goes_before_each_write(*this, 1, offer, [&] { return install(bundle, image); }, [] {});
}
BOOST_AUTO_TEST_CASE(a_rotation_that_a_bundle_brings_is_followed_for_good) {
    auto const rotation = enrol(new_management, member_role::management, {}, recovery);
    auto const renewed = enrol(publisher, member_role::publisher, {"lamp"}, new_management);
    (void)publish(2);
    auto const at = ledger.size() - 1;
    auto const b = *trust::make_bundle<P>(ledger[at], trust::present<P>(renewed, &rotation), at, inclusion(at, at + 1), 0, {}, signed_text(text_at(at + 1)));
    BOOST_TEST((*install(b, image_of(2)) == update::outcome::reboot));
    boot(true);
    BOOST_TEST((*install(b, image_of(2)) == update::outcome::installed));
    BOOST_TEST((remembered().management == key(new_management).public_key()));
    auto const older = at + 1;
    BOOST_TEST((install(publish(3, older), image_of(3)).error() == errc::unknown_sender));  // with the credential by the old key
}

BOOST_AUTO_TEST_SUITE_END()
