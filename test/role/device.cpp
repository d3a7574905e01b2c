#include <daicho/role/device.hpp>

#include "role/power_cuts.hpp"
#include "town.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

using namespace daicho;
using town::home;

namespace {

using protocols = boost::mpl::list<town::paper_protocol, town::hardened_protocol, town::third_protocol>;

template <class P>
struct stage : town::town<P> {
    stage() {
        this->build();
        this->run(12);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(device_role)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_device_enrols_installs_and_reports, P, protocols) {
    stage<P> t;
    home<P> h(t);
    auto const credential = h.enrol("code-1");
    BOOST_REQUIRE_MESSAGE(credential, message(credential.error().code));
    auto const r = t.publish(1);

    auto const first = h.update();
    BOOST_REQUIRE_MESSAGE(first, message(first.error().code) << " " << first.error().where);
    BOOST_TEST((*first == update::outcome::reboot));
    BOOST_TEST(h.runs(0));  // nothing runs before it was booted
    h.boot(true);
    auto const second = h.update();
    BOOST_REQUIRE_MESSAGE(second, message(second.error().code) << " " << second.error().where);
    BOOST_TEST((*second == update::outcome::installed));
    BOOST_TEST(h.runs(1));
    t.run(6);

    auto const o = t.observe();
    auto const history = o.history(h.id());
    BOOST_REQUIRE(history.size() >= 2u);
    BOOST_TEST((history[0].body.state == state::enrolled));
    auto const installed = std::find_if(history.begin(), history.end(), [](auto& e) { return e.body.state == state::installed; });
    BOOST_REQUIRE((installed != history.end()));
    BOOST_TEST(installed->body.ver == 1u);
    BOOST_TEST((installed->body.verifier == r.body.verifier));
    BOOST_TEST((installed->body.sender == h.id()));  // the device's own word, not its gateway's
    BOOST_TEST(o.fleet()[0].version == 1u);
    BOOST_TEST(o.releases()[0].devices == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_image_that_fails_its_health_check_is_rolled_back_and_not_tried_again, P, protocols) {
    stage<P> t;
    home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    t.publish(1);
    BOOST_TEST((*h.update() == update::outcome::reboot));
    h.boot(false);
    BOOST_TEST(h.runs(0));
    BOOST_TEST((*h.update() == update::outcome::rolled_back));
    BOOST_TEST((*h.update() == update::outcome::unchanged));
    BOOST_TEST(h.runs(0));
    t.publish(2);
    BOOST_TEST((*h.update() == update::outcome::reboot));
    h.boot(true);
    BOOST_TEST((*h.update() == update::outcome::installed));
    BOOST_TEST(h.runs(2));
}

// paper.md: "a false gateway with a fresh key and an OLDER version was obeyed"
BOOST_AUTO_TEST_CASE_TEMPLATE(a_gateway_cannot_roll_a_device_back, P, protocols) {
    stage<P> t;
    home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    t.publish(1);
    bytes answer_with_1;
    h.alters = [&](bytes& reply) {
        if (answer_with_1.empty() && decode<version_answer<scheme_of<P>>>(reply)) answer_with_1 = reply;
    };
    BOOST_TEST((*h.update() == update::outcome::reboot));
    h.boot(true);
    BOOST_TEST((*h.update() == update::outcome::installed));
    t.publish(2);
    BOOST_TEST((*h.update() == update::outcome::reboot));
    h.boot(true);
    BOOST_TEST((*h.update() == update::outcome::installed));
    BOOST_TEST(h.runs(2));

    // The gateway offers version 1 again, truly signed and with the right nonce.
    h.alters = [&](bytes& reply) {
        auto honest = decode<version_answer<scheme_of<P>>>(reply);
        auto was = decode<version_answer<scheme_of<P>>>(answer_with_1);
        if (!honest || !was) return;
        honest->release = was->release;
        honest->publisher = was->publisher;
        reply = encode(*honest);
    };
    auto const refused = h.update();
    BOOST_TEST((refused.error() == errc::stale_version));
    BOOST_TEST(h.runs(2));
    // The recorded answer as a whole is a replay.
    h.alters = [&](bytes& reply) {
        if (decode<version_answer<scheme_of<P>>>(reply)) reply = answer_with_1;
    };
    BOOST_TEST((h.update().error() == errc::replayed));
    BOOST_TEST(h.runs(2));
    h.alters = {};
    BOOST_TEST((*h.update() == update::outcome::unchanged));  // unaltered, it goes on
}

BOOST_AUTO_TEST_CASE_TEMPLATE(every_altered_answer_is_refused_and_the_unaltered_one_accepted, P, protocols) {
    using answer = version_answer<scheme_of<P>>;
    stage<P> t;
    home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    t.publish(1);
    auto const altered = [&](auto change) {
        h.alters = [&, change](bytes& reply) {
            if (auto a = decode<answer>(reply); a && a->release) {
                change(*a);
                reply = encode(*a);
            }
        };
        auto const r = h.update();
        BOOST_TEST(h.runs(0));
        return r ? fault{} : r.error();
    };
    auto resigned = [&](auto change, town::key<P>& by) {
        return [&t, change, &by](answer& a) {
            (void)t;
            change(a.release->body);
            a.release->signature = *sign<P>(by, a.release->body);
        };
    };
    BOOST_TEST((altered([](answer& a) { a.release->body.version = 9; }) == errc::bad_signature));
    BOOST_TEST((altered([](answer& a) { a.release->body.verifier[0] ^= 1; }) == errc::bad_signature));
    BOOST_TEST((altered([](answer& a) { a.release->signature[3] ^= 1; }) == errc::bad_signature));
    BOOST_TEST((altered(resigned([](release&) {}, t.stranger_key)) == errc::bad_signature));
    BOOST_TEST((altered(resigned([](release& r) { r.chain_id[0] ^= 1; }, t.publisher_key)) == errc::wrong_chain));
    BOOST_TEST((altered(resigned([](release& r) { r.model = "kettle"; }, t.publisher_key)) == errc::not_permitted));
    BOOST_TEST((altered(resigned([](release& r) { r.minimum_version = 1; }, t.publisher_key)) == errc::unsupported_upgrade));
    BOOST_TEST((altered(resigned([&](release& r) { r.expires = t.now - 1; }, t.publisher_key)) == errc::expired));
    BOOST_TEST((altered(resigned([](release& r) { r.check.status = 1; }, t.publisher_key)) == errc::check_failed));
    BOOST_TEST((altered([&](answer& a) {  // a stranger enrols himself as the publisher
                    auto made = t.enrolment_for(t.stranger_key, member_role::publisher, {t.model});
                    made = t.sign_as(t.stranger_key, made.body);
                    a.publisher = made;
                    a.release->body.publisher = made.body.recipient;
                    a.release->signature = *sign<P>(t.stranger_key, a.release->body);
                }) == errc::unknown_sender));
    BOOST_TEST((altered([](answer& a) { a.publisher.reset(); }) == errc::missing_field));
    BOOST_TEST((altered([](answer& a) { a.nonce[0] ^= 1; }) == errc::replayed));
    BOOST_TEST((altered([](answer& a) { a.time->body.time += 1; }) == errc::bad_signature));
    BOOST_TEST((altered([](answer& a) { a.time->body.nonce[0] ^= 1; }) == errc::replayed));
    h.alters = {};
    BOOST_TEST((*h.update() == update::outcome::reboot));
    h.boot(true);
    BOOST_TEST((*h.update() == update::outcome::installed));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_altered_image_is_never_marked, P, protocols) {
    stage<P> t;
    home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    t.publish(1);
    h.alters = [](bytes& reply) {
        if (decode<chunk>(reply)) reply.back() ^= 1;
    };
    BOOST_TEST((h.update().error() == errc::wrong_digest));
    h.boot(true);
    BOOST_TEST(h.runs(0));
    h.alters = {};
    BOOST_TEST((*h.update() == update::outcome::reboot));
    h.boot(true);
    BOOST_TEST(h.runs(1));
}

// MCUboot's simulator: the power goes before every single write, once each.
BOOST_AUTO_TEST_CASE_TEMPLATE(power_may_go_before_any_write, P, protocols) {
    stage<P> t;
    home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    power_goes_before_each_write(h, 0, [&](std::uint64_t version) { t.publish(version); }, [&] { return h.update(); }, [] {});
}

BOOST_AUTO_TEST_CASE(a_cut_transfer_resumes_where_it_ended) {
    stage<town::paper_protocol> t;
    home<town::paper_protocol> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    t.publish(1, 15000);
    std::vector<std::uint64_t> offsets;
    std::size_t chunks = 0;
    h.alters_request = [&](bytes& request) {
        if (auto c = decode<chunk_request>(request)) offsets.push_back(c->offset);
    };
    auto const send = h.uplink.send;
    h.uplink.send = [&](byte_view request) -> result<bytes> {
        if (decode<chunk_request>(request) && ++chunks == 8) return fault{errc::disconnected, "wire"};
        return send(request);
    };
    BOOST_TEST((h.update().error() == errc::disconnected));
    BOOST_TEST((*h.update() == update::outcome::reboot));
    BOOST_TEST(std::is_sorted(offsets.begin(), offsets.end()));
    BOOST_TEST(offsets.size() == 15u);  // no byte was asked for twice
    h.boot(true);
    BOOST_TEST(h.runs(1, 15000));
}

BOOST_AUTO_TEST_CASE(a_claim_code_enrols_one_key_once) {
    stage<town::paper_protocol> t;
    home<town::paper_protocol> first(t), second(t);
    BOOST_TEST((second.enrol("no-such").error() == errc::already_claimed));
    BOOST_REQUIRE(first.enrol("code-1"));
    BOOST_TEST((second.enrol("code-1").error() == errc::already_claimed));
    BOOST_TEST(first.enrol("code-1").has_value());  // the same key may ask again
    BOOST_TEST(second.enrol("code-2").has_value());
}

BOOST_AUTO_TEST_CASE(a_relay_cannot_use_a_claim_for_another_key) {
    using P = town::paper_protocol;
    stage<P> t;
    home<P> honest(t), thief(t);
    digest seen{};
    honest.alters_request = [&](bytes& request) {
        if (auto e = decode<enrol<scheme_of<P>>>(request)) seen = e->body.claim;
        request = encode(receipt{});  // and the honest one's is lost
    };
    BOOST_TEST(!honest.enrol("code-1"));
    BOOST_TEST((thief.machine().enrol_with(seen, {}).error() == errc::already_claimed));
    honest.alters_request = {};
    BOOST_TEST(honest.enrol("code-1").has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_recovery_key_replaces_a_lost_management_key, P, protocols) {
    stage<P> t;
    home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    t.publish(1);
    auto anchor = trust::anchor<P>::of(t.genesis);
    auto other = t.fresh_key();
    transaction_body<scheme_of<P>> b{};
    b.state = state::enrolled;
    b.recipient = id_of<P>(other.public_key());
    b.sequence = 1;
    b.enrolment = enrolment_of<P>{member_role::management, scheme_of<P>::algorithm, other.public_key(), {}, {}};
    auto const by_recovery = t.sign_as(t.recovery_key, b);
    auto const by_stranger = t.sign_as(t.stranger_key, b);
    BOOST_TEST((trust::follow_rotation<P>(anchor, by_stranger) == errc::unknown_sender));
    BOOST_TEST((anchor.management == t.genesis.management));
    BOOST_TEST(!trust::follow_rotation<P>(anchor, by_recovery));
    BOOST_TEST((anchor.management == other.public_key()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_replaced_management_key_never_comes_back, P, protocols) {
    stage<P> t;
    home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    t.publish(1);
    std::vector<town::key<P>> const keys{t.fresh_key(), t.fresh_key()};
    std::vector<transaction_of<P>> rotations;
    for (auto& k : keys) {
        transaction_body<scheme_of<P>> b{};
        b.state = state::enrolled;
        b.recipient = id_of<P>(k.public_key());
        b.sequence = rotations.size() + 1;
        b.enrolment = enrolment_of<P>{member_role::management, scheme_of<P>::algorithm, k.public_key(), {}, {}};
        rotations.push_back(t.sign_as(t.recovery_key, b));
    }
    auto const shown = [&](std::size_t which) {
        h.alters = [&, which](bytes& reply) {
            auto a = decode<version_answer<scheme_of<P>>>(reply);
            if (!a) return;
            a->management = rotations[which];
            a->release.reset();
            a->publisher.reset();
            a->time.reset();
            reply = encode(*a);
        };
        auto m = h.machine();  // as after a reset: what it knows, it remembers
        auto const r = m.update_once();
        h.alters = {};
        return std::pair(r ? errc::ok : r.error().code, m.remembered().management);
    };
    BOOST_TEST((shown(0) == std::pair(errc::ok, std::optional(keys[0].public_key()))));
    BOOST_TEST((shown(1) == std::pair(errc::ok, std::optional(keys[1].public_key()))));
    BOOST_TEST((shown(0) == std::pair(errc::replayed, std::optional(keys[1].public_key()))));
    BOOST_TEST((shown(1) == std::pair(errc::ok, std::optional(keys[1].public_key()))));
}

BOOST_AUTO_TEST_SUITE_END()
