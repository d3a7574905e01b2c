#include <daicho/role/gateway.hpp>

#include "town.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

using namespace daicho;
using town::home;

namespace {

using protocols = boost::mpl::list<town::paper_protocol, town::hardened_protocol>;

template <class P>
struct stage : town::town<P> {
    explicit stage(role::news from = role::news::both) : town::town<P>(1, 2) {
        this->news = from;
        this->build();
        this->run(12);
    }
    bool keeps(std::size_t g, std::uint64_t version) {
        auto const* k = this->gateways[g].machine->newest(this->model);
        return k && k->release.body.version == version;
    }
    template <class T>
    result<T> reply_to(std::size_t g, role::requester from, byte_view request) {
        auto r = this->ask_gateway(g, from, request);
        if (!r) return r.error();
        auto wanted = decode<T>(*r);
        if (wanted) return wanted;
        auto no = decode<refusal>(*r);
        return no ? fault{no->code, "refused"} : wanted.error();
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(gateway_role)

BOOST_AUTO_TEST_CASE_TEMPLATE(both_gateways_fetch_keep_and_record_a_release, P, protocols) {
    stage<P> t;
    t.publish(1);
    t.run(5);
    BOOST_TEST(t.keeps(0, 1));
    BOOST_TEST(t.keeps(1, 1));
    auto const o = t.observe();
    BOOST_TEST(o.releases()[0].gateways == 2u);
}

// The paper's future work: version checks through the ledger itself.
BOOST_AUTO_TEST_CASE_TEMPLATE(with_a_dead_management_server_the_ledger_brings_the_news, P, protocols) {
    for (auto from : {role::news::both, role::news::ledger}) {
        stage<P> t(from);
        home<P> h(t);
        BOOST_REQUIRE(h.enrol("code-1"));
        auto const i = t.image(1);
        auto const r = t.release_of(i, 1, t.publisher_key);
        t.repository[r.body.verifier] = i;
        t.announce_release(r, t.publisher_key);
        t.run(1);
        t.management_up = false;  // it has recorded the release, and dies
        t.run(30);
        BOOST_TEST(t.keeps(0, 1));
        BOOST_TEST((*h.update() == update::outcome::reboot));
        h.boot(true);
        BOOST_TEST((*h.update() == update::outcome::installed));
        t.run(6);
        BOOST_TEST(t.observe().fleet()[0].version == 1u);
    }
}

BOOST_AUTO_TEST_CASE(asking_the_server_only_it_needs_the_server) {
    stage<town::paper_protocol> t(role::news::server);
    auto const i = t.image(1);
    auto const r = t.release_of(i, 1, t.publisher_key);
    t.repository[r.body.verifier] = i;
    t.announce_release(r, t.publisher_key);
    t.management_up = false;
    t.run(20);
    BOOST_TEST(!t.keeps(0, 1));
    t.management_up = true;
    t.run(20);
    BOOST_TEST(t.keeps(0, 1));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_file_altered_on_the_repository_is_refused, P, protocols) {
    stage<P> t;
    auto const i = t.image(1);
    auto const r = t.release_of(i, 1, t.publisher_key);
    auto altered = i;
    altered[100] ^= 1;
    t.repository[r.body.verifier] = altered;
    t.announce_release(r, t.publisher_key);
    t.run(12);
    BOOST_TEST(!t.keeps(0, 1));
    altered = i;
    altered.pop_back();
    t.repository[r.body.verifier] = altered;
    t.run(6);
    BOOST_TEST(!t.keeps(0, 1));
    t.repository[r.body.verifier] = i;
    t.run(6);
    BOOST_TEST(t.keeps(0, 1));
}

BOOST_AUTO_TEST_CASE(a_file_altered_in_the_cache_is_noticed_when_served_and_fetched_again) {
    using P = town::paper_protocol;
    stage<P> t;
    home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    auto const r = t.publish(1);
    auto altered = t.repository[r.body.verifier];
    altered[7] ^= 1;
    t.fill(t.gateways[0].files, r.body.verifier, altered);
    auto const first = h.update();
    BOOST_TEST((first.error() == errc::wrong_digest));
    BOOST_TEST(h.runs(0));
    t.run(3);
    BOOST_TEST((*h.update() == update::outcome::reboot));
}

BOOST_AUTO_TEST_CASE(the_newest_file_and_the_one_before_are_kept) {
    using P = town::paper_protocol;
    stage<P> t;
    home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    auto const one = t.publish(1), two = t.publish(2);
    auto const ask = [&](digest const& d) { return t.reply_to<chunk>(0, {h.id(), true}, encode(chunk_request{d, 0, 10})); };
    BOOST_TEST(ask(one.body.verifier).has_value());
    BOOST_TEST(ask(two.body.verifier).has_value());
    auto const three = t.publish(3);
    BOOST_TEST((ask(one.body.verifier).error() == errc::not_found));
    BOOST_TEST(ask(two.body.verifier).has_value());
    BOOST_TEST(ask(three.body.verifier).has_value());
    BOOST_TEST((t.reply_to<chunk>(0, {h.id(), true}, encode(chunk_request{three.body.verifier, 5000, 10})).error() == errc::out_of_range));
    BOOST_TEST((t.reply_to<chunk>(0, {h.id(), true}, encode(chunk_request{three.body.verifier, 0, 0})).error() == errc::out_of_range));
}

// paper.md: "the device's outcome was asserted by the gateway"
BOOST_AUTO_TEST_CASE_TEMPLATE(nobody_speaks_for_a_device, P, protocols) {
    stage<P> t;
    home<P> h(t), other(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    BOOST_REQUIRE(other.enrol("code-2"));
    auto const r = t.publish(1);
    transaction_body<scheme_of<P>> b{};
    b.state = state::running;
    b.model = t.model;
    b.ver = 1;
    b.verifier = r.body.verifier;
    b.sequence = 5;
    auto const honest = t.sign_as(h.device_key, b);
    auto forged = honest;
    forged.signature = *sign<P>(other.device_key, forged.body);
    auto const carried = [&](auto const& tx, node_id const& from) { return t.template reply_to<receipt>(0, {from, true}, encode(carry<scheme_of<P>>{tx})); };
    BOOST_TEST((carried(forged, h.id()).error() == errc::bad_signature));
    BOOST_TEST((carried(honest, other.id()).error() == errc::not_authenticated));
    auto foreign = honest;
    foreign.body.chain_id[0] ^= 1;
    BOOST_TEST((carried(foreign, h.id()).error() == errc::wrong_chain));
    auto const before = t.height();
    t.run(5);
    BOOST_TEST(t.observe().history(h.id()).size() == 1u);  // its enrolment only
    (void)before;
    BOOST_TEST(carried(honest, h.id()).has_value());
    t.run(5);
    BOOST_TEST(t.observe().history(h.id()).size() == 2u);
    BOOST_TEST((carried(honest, h.id()).error() == errc::repeated_sequence));
}

BOOST_AUTO_TEST_CASE(what_was_receipted_survives_a_restart_and_a_dead_ledger) {
    using P = town::paper_protocol;
    stage<P> t;
    home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    t.run(5);
    t.nodes[0].up = false;
    transaction_body<scheme_of<P>> b{};
    b.state = state::running;
    b.model = t.model;
    b.sequence = 7;
    BOOST_TEST(t.reply_to<receipt>(0, {h.id(), true}, encode(carry<scheme_of<P>>{t.sign_as(h.device_key, b)})).has_value());
    // The gateway's process dies and starts anew over the same spool.
    auto& g = t.gateways[0];
    town::town<P>::gateway_type::options o{
        .ledger = {.genesis = t.genesis, .nodes = {{t.nodes[0].machine->id(), t.nodes[0].url}}, .sync_seconds = 1}, .models = {t.model}, .check_seconds = 5};
    g.machine = std::make_unique<town::town<P>::gateway_type>(o, t.gateway_keys[0], g.spool, g.files, t.random);
    BOOST_TEST(!g.machine->restore());
    BOOST_TEST(g.machine->ledger().waiting() == 1u);
    t.nodes[0].up = true;
    t.run(10);
    BOOST_TEST(g.machine->ledger().waiting() == 0u);
    BOOST_TEST(t.observe().history(h.id()).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_full_spool_takes_nothing_and_says_so) {
    using P = town::paper_protocol;
    stage<P> t;
    home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    t.run(5);
    transaction_body<scheme_of<P>> b{};
    b.state = state::running;
    b.model = t.model;
    b.sequence = 9;
    auto const message = encode(carry<scheme_of<P>>{t.sign_as(h.device_key, b)});
    t.gateways[0].spool.fail_next(errc::store_full);
    BOOST_TEST((t.reply_to<receipt>(0, {h.id(), true}, message).error() == errc::store_full));
    BOOST_TEST(t.gateways[0].machine->ledger().waiting() == 0u);
    BOOST_TEST(t.reply_to<receipt>(0, {h.id(), true}, message).has_value());
}

BOOST_AUTO_TEST_CASE(strangers_may_only_ask_to_be_enrolled) {
    using P = town::paper_protocol;
    stage<P> t;
    home<P> h(t);
    auto const r = t.publish(1);
    version_check c{.sender = h.id(), .model = t.model};
    BOOST_TEST((t.reply_to<version_answer<scheme_of<P>>>(0, {h.id(), false}, encode(c)).error() == errc::unknown_sender));
    BOOST_TEST((t.reply_to<chunk>(0, {h.id(), false}, encode(chunk_request{r.body.verifier, 0, 10})).error() == errc::unknown_sender));
    BOOST_REQUIRE(h.enrol("code-1"));
    BOOST_TEST((t.reply_to<version_answer<scheme_of<P>>>(0, {h.id(), true}, encode(c)).has_value()));
    c.sender[0] ^= 1;
    BOOST_TEST((t.reply_to<version_answer<scheme_of<P>>>(0, {h.id(), true}, encode(c)).error() == errc::not_authenticated));
}

BOOST_AUTO_TEST_CASE(an_expelled_device_and_a_withdrawn_release_are_served_no_more) {
    using P = town::paper_protocol;
    stage<P> t;
    home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    auto const r = t.publish(1);
    auto const ask = [&] {
        version_check const c{.sender = h.id(), .model = t.model};
        return t.reply_to<version_answer<scheme_of<P>>>(0, {h.id(), true}, encode(c));
    };
    BOOST_TEST(ask()->release.has_value());
    auto put = [&](transaction_body<scheme_of<P>> b) {
        b.sequence = t.observe().chain().members().find(t.management->ledger().id())->sequence + 100;
        t.http(t.nodes[0].url, {.method = "POST", .path = "/transactions/new", .content_type = std::string(role::cbor_type), .body = encode(t.sign_as(t.management_key, b))},
               [](result<role::http_response> a) { BOOST_TEST(a->status == 201u); });
        t.run(6);
    };
    transaction_body<scheme_of<P>> b{};
    b.state = state::withdrawn;
    b.model = t.model;
    b.ver = 1;
    b.verifier = r.body.verifier;
    put(b);
    BOOST_TEST(!ask()->release.has_value());
    transaction_body<scheme_of<P>> e{};
    e.state = state::expelled;
    e.recipient = h.id();
    put(e);
    BOOST_TEST((ask().error() == errc::expelled_sender));
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_request_are_refused) {
    using P = town::paper_protocol;
    stage<P> t;
    home<P> h(t);
    BOOST_REQUIRE(h.enrol("code-1"));
    bytes const good = encode(version_check{.sender = h.id(), .model = t.model});
    using answer = version_answer<scheme_of<P>>;
    BOOST_TEST((t.reply_to<answer>(0, {h.id(), true}, good).has_value()));
    for (std::size_t n = 0; n != good.size(); ++n)
        BOOST_TEST((t.reply_to<answer>(0, {h.id(), true}, byte_view(good).first(n)).error() == errc::truncated));
    auto longer = good;
    longer.push_back(0);
    BOOST_TEST((t.reply_to<answer>(0, {h.id(), true}, longer).error() == errc::trailing_bytes));
    BOOST_TEST((t.reply_to<answer>(0, {h.id(), true}, encode(receipt{})).error() == errc::wrong_schema));
}

BOOST_AUTO_TEST_SUITE_END()
