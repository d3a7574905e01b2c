#include <daicho/role/fleet_desk.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/ledger/fleet_proof.hpp>

#include "ledger/fixture.hpp"
#include "role/node_bench.hpp"

using namespace fixture;

namespace {

using both_seals = boost::mp11::mp_list<work_protocol, authority_protocol>;

/// Twenty lamps, of which the even ones say version 2 and the odd ones nothing; a gateway; all final.
template <class P>
struct street {
    static constexpr std::uint64_t first_lamp = 300, lamps = 20;

    street() : chain(n.genesis) {
        add({n.enrol(publisher, member_role::publisher, {"lamp"}), n.enrol(gateway, member_role::gateway), n.signed_by(publisher, n.released(2))});
        std::vector<transaction_of<P>> some;
        for (std::uint64_t i = 0; i != lamps; ++i) some.push_back(n.enrol(first_lamp + i, member_role::device, {"lamp"}));
        add(some);
        some.clear();
        for (std::uint64_t i = 0; i < lamps; i += 2) some.push_back(n.signed_by(first_lamp + i, n.report(state::installed, 2)));
        add(some);
        for (int i = 0; i != 8; ++i) add({});
    }
    void add(std::vector<transaction_of<P>> transactions) {
        auto const b = n.next(chain, std::move(transactions));
        BOOST_REQUIRE(!chain.push(b, later));
        heads.push_back(b.head());
    }
    digest root_at(std::uint64_t height) const { return decode<commitments>(heads[std::size_t(height - 1)].commitments)->fleet_root; }

    role::http_response get(std::string path, std::string query, bool json = false) const {
        auto const r = desk.answer({.path = std::move(path), .query = std::move(query), .accept = std::string(json ? role::json_type : role::cbor_type)});
        BOOST_REQUIRE(r);
        return *r;
    }
    template <class Answer>
    Answer answer(std::string path, std::string query) const {
        auto const r = get(path, query);
        BOOST_REQUIRE_MESSAGE(r.status == 200, as_text(r.body));
        auto const a = decode<Answer>(r.body);
        BOOST_REQUIRE(a);
        return *a;
    }
    std::string lamp(std::uint64_t i) const { return to_hex(n.id(first_lamp + i)); }
    /// The sentence, and where.
    bool refused(std::string path, std::string query, unsigned status, errc code, std::string_view where) const {
        auto const r = get(path, query);
        auto const line = "{\"error\":\"" + std::string(message(code)) + "\",\"where\":\"" + std::string(where) + "\"";
        return r.status == status && as_text(r.body).starts_with(line);
    }

    network<P> n;
    ledger::chain<P> chain;
    role::fleet_desk<P> desk{chain};
    std::vector<header> heads;
};

} // namespace

BOOST_AUTO_TEST_SUITE(fleet_desk)

BOOST_AUTO_TEST_CASE_TEMPLATE(how_a_device_stands_is_proven_to_whoever_holds_a_final_header, P, both_seals) {
    street<P> s;
    for (std::uint64_t i = 0; i != s.lamps; ++i) {
        auto const a = s.template answer<device_answer>("/fleet/device", "id=" + s.lamp(i));
        BOOST_TEST(a.height == s.chain.final_height());
        BOOST_TEST((a.model == "lamp"));
        auto const d = ledger::verify_standing<hash_of<P>>(a.proof, a.model, a.device, s.root_at(a.height));
        BOOST_REQUIRE(d && *d);
        BOOST_TEST((*d)->version == (i % 2 == 0 ? 2u : 0u));
        BOOST_TEST(((*d)->state == (i % 2 == 0 ? state::installed : state::enrolled)));
        BOOST_TEST((schema::from_json<device_answer>(as_text(s.get("/fleet/device", "id=" + s.lamp(i), true).body)).value() == a));
    }
}
BOOST_AUTO_TEST_CASE_TEMPLATE(that_a_device_is_in_no_record_of_a_model_is_proven_too, P, both_seals) {
    street<P> s;
    auto const of_another = s.template answer<device_answer>("/fleet/device", "id=" + s.lamp(0) + "&model=lock");
    auto const nobody = s.template answer<device_answer>("/fleet/device", "model=lamp&id=" + to_hex(digest{}));
    for (auto& a : {of_another, nobody}) {
        auto const d = ledger::verify_standing<hash_of<P>>(a.proof, a.model, a.device, s.root_at(a.height));
        BOOST_REQUIRE(d);
        BOOST_TEST(!*d);
    }
}
BOOST_AUTO_TEST_CASE_TEMPLATE(all_devices_behind_a_version_are_shown_and_no_other, P, both_seals) {
    street<P> s;
    for (std::uint64_t version : {0u, 1u, 2u, 3u}) {
        auto const a = s.template answer<behind_answer>("/fleet/behind", "model=lamp&version=" + std::to_string(version));
        auto const all = ledger::verify_behind<hash_of<P>>(a.proof, a.model, a.version, s.root_at(a.height));
        BOOST_REQUIRE(all);
        BOOST_TEST(all->size() == (version == 0 ? 0 : version == 3 ? s.lamps : s.lamps / 2));
        BOOST_TEST(all->of() == s.lamps);
        BOOST_TEST(a.version == version);
    }
    auto const none = s.template answer<behind_answer>("/fleet/behind", "model=no%20lamp%20%26%20co&version=2");
    BOOST_TEST((none.model == "no lamp & co"));
    BOOST_TEST(ledger::verify_behind<hash_of<P>>(none.proof, none.model, 2, s.root_at(none.height))->of() == 0u);
}
BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_not_final_is_not_shown, P, both_seals) {
    street<P> s;
    s.add({s.n.signed_by(s.first_lamp + 1, s.n.report(state::installed, 2)), s.n.enrol(900, member_role::device, {"lamp"})});
    auto const asked = "id=" + s.lamp(1), fresh = "id=" + to_hex(s.n.id(900));
    auto const before = s.template answer<device_answer>("/fleet/device", asked), absent = s.template answer<device_answer>("/fleet/device", fresh);
    BOOST_REQUIRE(before.height < s.chain.height());
    BOOST_TEST((*ledger::verify_standing<hash_of<P>>(before.proof, before.model, before.device, s.root_at(before.height)))->version == 0u);
    BOOST_TEST(!*ledger::verify_standing<hash_of<P>>(absent.proof, absent.model, absent.device, s.root_at(absent.height)));
    for (int i = 0; i != 8; ++i) s.add({});
    auto const after = s.template answer<device_answer>("/fleet/device", asked);
    BOOST_TEST((*ledger::verify_standing<hash_of<P>>(after.proof, after.model, after.device, s.root_at(after.height)))->version == 2u);

    ledger::chain<P> young(s.n.genesis);
    auto const r = role::fleet_desk<P>(young).answer({.path = "/fleet/behind", .query = "model=lamp&version=1"});
    BOOST_TEST_REQUIRE(bool(r));
    BOOST_TEST(r->status == 404u);
    BOOST_TEST((role::refusal_in(*r) == message(errc::not_final)));
}
BOOST_AUTO_TEST_CASE(a_question_that_makes_no_sense_is_refused_and_says_why) {
    street<work_protocol> s;
    auto const id = s.lamp(0);
    for (auto query : {"", "id=", "ids=00", "model=lamp"}) BOOST_TEST(s.refused("/fleet/device", query, 400, errc::missing_field, "query.id"));
    for (auto& text : {id.substr(1), id + "00", std::string(64, 'g'), std::string("%00"), std::string(100'000, 'a'), "0x" + id.substr(2)})
        BOOST_TEST(s.refused("/fleet/device", "id=" + text, 400, errc::invalid_text, "query.id"));
    for (auto& who : {to_hex(digest{}), to_hex(s.n.id(gateway)), to_hex(s.n.id(management))})
        BOOST_TEST(s.refused("/fleet/device", "id=" + who, 404, errc::not_found, "query.id"));
    for (auto query : {"", "version=2", "model=&version=2"}) BOOST_TEST(s.refused("/fleet/behind", query, 400, errc::missing_field, "query.model"));
    for (auto name : {"%", "%zz", "%00", "%1b%5b31m", "%ff", "a-name-that-is-longer-than-32-bytes", "%e2%80%ae"}) {
        BOOST_TEST(s.refused("/fleet/behind", std::string("version=2&model=") + name, 400, errc::invalid_text, "query.model"));
        BOOST_TEST(s.refused("/fleet/device", "id=" + id + "&model=" + name, 400, errc::invalid_text, "query.model"));
    }
    for (auto query : {"model=lamp", "model=lamp&version="}) BOOST_TEST(s.refused("/fleet/behind", query, 400, errc::missing_field, "query.version"));
    for (auto number : {"-1", "x", "2x", "1e9", "18446744073709551616", "%32"})
        BOOST_TEST(s.refused("/fleet/behind", std::string("model=lamp&version=") + number, 400, errc::out_of_range, "query.version"));
    BOOST_TEST(s.get("/fleet/behind", "model=lamp&version=18446744073709551615").status == 200u);
    BOOST_TEST(s.get("/fleet/device", "id=" + id).status == 200u);
    for (auto path : {"/", "/fleet", "/fleet/", "/fleet/device/", "/fleet/behind/lamp"}) BOOST_TEST(!s.desk.answer({.path = path}));
}
BOOST_AUTO_TEST_CASE(more_devices_behind_than_an_answer_may_show_are_refused_whole_and_a_lower_version_is_answered) {
    street<work_protocol> s;
    role::fleet_desk<work_protocol> const narrow(s.chain, 12);
    auto const ask = [&](char const* query) { return *narrow.answer({.path = "/fleet/behind", .query = query}); };
    BOOST_TEST(ask("model=lamp&version=3").status == 413u);
    BOOST_TEST((role::refusal_in(ask("model=lamp&version=3")) == message(errc::oversized)));
    BOOST_TEST(ask("model=lamp&version=0").status == 200u);
    BOOST_TEST(s.get("/fleet/behind", "model=lamp&version=3").status == 200u);
}

BOOST_AUTO_TEST_CASE(a_ledger_node_answers_both_questions) {
    using P = hardened_protocol;
    memory::block_store store;
    bench<P> b(store);
    b.start();
    BOOST_TEST_REQUIRE(!b.restored);
    auto const question = "id=" + to_hex(b.id(device));
    BOOST_TEST(b.ask(b.get("/fleet/device", question)) == 404u);  // nothing is final yet
    b.record({b.enrol(device, member_role::device, {"lamp"})});
    for (std::uint64_t n = 0; n != 8; ++n) b.record({b.enrol(40 + n, member_role::gateway)});
    auto const t = b.send(b.get("/fleet/device", question));
    BOOST_TEST_REQUIRE(b.status(t) == 200u);
    auto const a = decode<device_answer>(b.response(t)->body);
    BOOST_TEST_REQUIRE(bool(a));
    BOOST_TEST(a->height == b.node->chain().final_height());
    auto const root = decode<commitments>(b.node->chain().recent(a->height)->head().commitments)->fleet_root;
    BOOST_TEST(bool(*ledger::verify_standing<hash_of<P>>(a->proof, a->model, a->device, root)));
    BOOST_TEST(b.ask(b.get("/fleet/behind", "model=lamp&version=1", true)) == 200u);
    BOOST_TEST(b.ask(b.post("/fleet/behind", *a)) == 405u);
    BOOST_TEST(b.ask(b.get("/fleet/all")) == 404u);
}

BOOST_AUTO_TEST_SUITE_END()
