#include <daicho/role/management_server.hpp>

#include "town.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

using namespace daicho;

namespace {

using protocols = boost::mpl::list<town::paper_protocol, town::hardened_protocol>;

template <class P>
struct stage : town::town<P> {
    stage() {
        this->build();
        this->run(12);
    }
    /// The refusal's code, ok when a receipt came.
    errc announced(signed_release_of<P> const& r, town::key<P>& by) {
        auto const reply = this->announce_release(r, by);
        if (decode<receipt>(reply)) return errc::ok;
        auto no = decode<refusal>(reply);
        return no ? no->code : no.error().code;
    }
    template <class T>
    result<T> ask(role::requester from, bytes const& request) {
        bytes reply;
        this->ask_management(from, request, [&](bytes b) { reply = std::move(b); });
        this->drain();
        auto wanted = decode<T>(reply);
        if (wanted) return wanted;
        auto no = decode<refusal>(reply);
        return no ? fault{no->code, "refused"} : wanted.error();
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(management_server_role)

BOOST_AUTO_TEST_CASE_TEMPLATE(only_an_enrolled_publishers_own_release_is_recorded, P, protocols) {
    stage<P> t;
    auto const i = t.image(1);
    auto const good = t.release_of(i, 1, t.publisher_key);
    auto by_stranger = t.release_of(i, 1, t.stranger_key);
    BOOST_TEST((t.announced(by_stranger, t.stranger_key) == errc::unknown_sender));
    by_stranger.body.publisher = good.body.publisher;  // he claims the publisher's name
    by_stranger.signature = *sign<P>(t.stranger_key, by_stranger.body);
    BOOST_TEST((t.announced(by_stranger, t.publisher_key) == errc::bad_signature));
    BOOST_TEST((t.announced(good, t.stranger_key) == errc::not_permitted));
    auto changed = good;
    changed.body.version = 2;
    BOOST_TEST((t.announced(changed, t.publisher_key) == errc::bad_signature));
    auto const resigned = [&](auto change) {
        auto r = good;
        change(r.body);
        r.signature = *sign<P>(t.publisher_key, r.body);
        return t.announced(r, t.publisher_key);
    };
    BOOST_TEST((resigned([](release& r) { r.model = "kettle"; }) == errc::not_permitted));
    BOOST_TEST((resigned([](release& r) { r.chain_id[0] ^= 1; }) == errc::wrong_chain));
    BOOST_TEST((resigned([](release& r) { r.check.status = 1; }) == errc::check_failed));
    BOOST_TEST((resigned([&](release& r) { r.expires = t.now; }) == errc::expired));
    BOOST_TEST((resigned([&](release& r) { r.time = t.now + 1000; }) == errc::time_too_new));
    t.run(6);
    BOOST_TEST(t.observe().releases().empty());

    BOOST_TEST((t.announced(good, t.publisher_key) == errc::ok));
    t.run(6);
    BOOST_REQUIRE(t.observe().releases().size() == 1u);
    BOOST_TEST((t.announced(good, t.publisher_key) == errc::ok));  // said again, recorded once
    BOOST_TEST((resigned([](release& r) { r.minimum_version = 1; }) == errc::stale_version));
    t.run(6);
    BOOST_TEST(t.observe().releases().size() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(time_is_signed_over_the_askers_nonce, P, protocols) {
    stage<P> t;
    auto const gateway = id_of<P>(t.gateway_keys[0].public_key());
    version_check c{.sender = gateway, .model = t.model};
    c.nonce[3] = 77;
    auto const a = t.template ask<version_answer<scheme_of<P>>>({gateway, true}, encode(c));
    BOOST_REQUIRE(a.has_value());
    BOOST_TEST((a->nonce == c.nonce));
    BOOST_REQUIRE(a->time.has_value());
    BOOST_TEST(a->time->body.time == t.now);
    BOOST_TEST((a->time->body.nonce == c.nonce));
    BOOST_TEST(verify<P>(t.genesis.management, a->time->body, a->time->signature));
    auto other = c;
    other.sender[0] ^= 1;
    BOOST_TEST((t.template ask<version_answer<scheme_of<P>>>({gateway, true}, encode(other)).error() == errc::not_authenticated));
    // Who shows no credential under the key in force is known all the same, when the ledger knows its key; a stranger is not.
    BOOST_TEST(t.template ask<version_answer<scheme_of<P>>>({gateway, false}, encode(c)).has_value());
    c.sender = id_of<P>(t.stranger_key.public_key());
    BOOST_TEST((t.template ask<version_answer<scheme_of<P>>>({c.sender, false}, encode(c)).error() == errc::unknown_sender));
}

BOOST_AUTO_TEST_CASE(versions_and_hashes_are_compared_in_both_directions) {
    using P = town::paper_protocol;
    stage<P> t;
    auto const r = t.publish(1);
    auto const gateway = id_of<P>(t.gateway_keys[0].public_key());
    version_check c{.sender = gateway, .model = t.model, .ver = 1, .verifier = r.body.verifier};
    auto const mismatches = [&] { return std::count_if(t.heard.begin(), t.heard.end(), [](auto& s) { return s.starts_with("mismatch"); }); };
    BOOST_TEST((t.ask<version_answer<scheme_of<P>>>({gateway, true}, encode(c))).has_value());
    BOOST_TEST(mismatches() == 0);
    c.verifier[0] ^= 1;
    BOOST_TEST((t.ask<version_answer<scheme_of<P>>>({gateway, true}, encode(c))).has_value());
    BOOST_TEST(mismatches() == 1);
    c.ver = 9;
    BOOST_TEST((t.ask<version_answer<scheme_of<P>>>({gateway, true}, encode(c))).has_value());
    BOOST_TEST(mismatches() == 2);
}

BOOST_AUTO_TEST_CASE(a_claim_code_stays_spent_over_a_restart) {
    using P = town::paper_protocol;
    stage<P> t;
    town::home<P> first(t), second(t);
    BOOST_REQUIRE(first.enrol("code-1"));
    auto restart = [&] {
        town::town<P>::management_type::options o{.ledger = {.genesis = t.genesis, .nodes = {{t.nodes[0].machine->id(), t.nodes[0].url}}, .sync_seconds = 1},
                                                  .claims = t.claims, .enrolments = {}};
        t.management = std::make_unique<town::town<P>::management_type>(o, t.management_key, t.management_spool);
        BOOST_TEST(!t.management->restore());
        t.run(6);
    };
    restart();
    BOOST_TEST((second.enrol("code-1").error() == errc::already_claimed));
    BOOST_TEST(second.enrol("code-2").has_value());
}

// A device that asks first must not take a sequence number before the founding enrolments: they would be refused for ever.
BOOST_AUTO_TEST_CASE(nobody_is_enrolled_before_the_founders) {
    using P = town::paper_protocol;
    town::town<P> t;
    t.build();
    town::home<P> early(t);
    BOOST_TEST((early.enrol("code-1").error() == errc::busy));
    t.run(12);
    BOOST_TEST(early.enrol("code-1").has_value());
    t.run(6);
    BOOST_TEST((t.observe().chain().members().active(id_of<P>(t.publisher_key.public_key())) != nullptr));
    BOOST_TEST((t.observe().chain().members().active(early.id()) != nullptr));
}

BOOST_AUTO_TEST_CASE(a_publisher_releases_only_its_own_models) {
    using P = town::paper_protocol;
    stage<P> t;
    auto r = t.release_of(t.image(1), 1, t.publisher_key);
    r.body.model = "other-vendors-kettle";
    r.signature = *sign<P>(t.publisher_key, r.body);
    BOOST_TEST((t.announced(r, t.publisher_key) == errc::not_permitted));
    BOOST_TEST((t.announced(t.release_of(t.image(1), 1, t.publisher_key), t.publisher_key) == errc::ok));
}

BOOST_AUTO_TEST_SUITE_END()
