#include <daicho/role/transaction_desk.hpp>

#include <boost/test/unit_test.hpp>

#include "role/node_bench.hpp"

using namespace fixture;

namespace {

template <class P>
struct running : bench<P> {
    using event_type = typename bench<P>::node_type::event_type;
    running() : bench<P>(disk) {
        this->start();
        this->record(this->everybody());
    }
    transaction_of<P> said(std::uint64_t by = device) { return this->signed_by(by, this->report(state::running, 1)); }

    static transaction_batch batch_of(std::vector<transaction_of<P>> const& all) {
        transaction_batch b;
        for (auto& tx : all) b.transactions.push_back(encode(tx));
        return b;
    }
    role::ticket submit_all(transaction_batch const& b, bool json = false) { return this->send(this->post("/transactions/batch", b, json)); }
    std::vector<errc> verdicts(role::ticket t) {
        BOOST_TEST_REQUIRE(this->status(t) == 200u);
        auto const answer = decode<batch_answer>(this->response(t)->body);
        BOOST_TEST_REQUIRE(bool(answer));
        std::vector<errc> out;
        for (auto& v : answer->verdicts) out.push_back(v.code);
        return out;
    }
    bool waits(role::ticket t) const { return this->response(t) == nullptr; }
    memory::block_store disk;
};

} // namespace

BOOST_AUTO_TEST_SUITE(transaction_desk)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_batch_is_one_commit_and_each_is_answered_for_itself, P, both) {
    running<P> b;
    auto const commits = b.commits;
    std::vector<transaction_of<P>> all;
    for (int i = 0; i != 6; ++i) all.push_back(b.said(i % 2 ? device : device_2));
    counting_verifier<scheme_of<P>>::most = 0;
    auto const t = b.submit_all(running<P>::batch_of(all));
    BOOST_TEST((b.verdicts(t) == std::vector<errc>(6, errc::ok)));
    BOOST_TEST(b.commits == commits + 1);
    BOOST_TEST(counting_verifier<scheme_of<P>>::most == 6u);  // verified together
    BOOST_TEST(b.node->pending() == 6u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_batch_is_answered_when_it_is_durable, P, both) {
    running<P> b;
    b.commits_at_once = false;
    auto const t = b.submit_all(running<P>::batch_of({b.said(), b.said()}));
    BOOST_TEST(b.waits(t));
    b.commit_one();
    BOOST_TEST(b.status(t) == 200u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(one_bad_signature_among_good_ones_is_the_only_one_refused, P, both) {
    running<P> b;
    std::vector<transaction_of<P>> all{b.said(), b.said(device_2), b.said(), b.said(device_2)};
    all[1].signature[3] ^= 1;
    auto const t = b.submit_all(running<P>::batch_of(all));
    BOOST_TEST((b.verdicts(t) == std::vector<errc>{errc::ok, errc::bad_signature, errc::ok, errc::ok}));
    BOOST_TEST(b.node->pending() == 3u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(one_that_does_not_decode_hides_no_other, P, both) {
    running<P> b;
    auto batch = running<P>::batch_of({b.said(), b.said(), b.said(), b.said()});
    batch.transactions[0].pop_back();
    batch.transactions[1].push_back(0);
    batch.transactions[2].clear();
    auto const t = b.submit_all(batch);
    BOOST_TEST((b.verdicts(t) == std::vector<errc>{errc::truncated, errc::trailing_bytes, errc::truncated, errc::ok}));
    BOOST_TEST(b.node->pending() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_same_transaction_twice_waits_once, P, both) {
    running<P> b;
    auto const tx = b.said();
    auto const t = b.submit_all(running<P>::batch_of({tx, tx}));
    BOOST_TEST((b.verdicts(t) == std::vector<errc>{errc::ok, errc::ok}));
    BOOST_TEST(b.node->pending() == 1u);
    BOOST_TEST(b.status(b.submit(tx)) == 201u);
    BOOST_TEST(b.node->pending() == 1u);
    BOOST_TEST(b.ask(b.post("/blocks/new", b.next(b.node->chain(), {tx}))) == 201u);
    BOOST_TEST((b.verdicts(b.submit_all(running<P>::batch_of({tx, b.said()}))) == std::vector<errc>{errc::repeated_sequence, errc::ok}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_batch_that_is_none_is_refused_as_a_whole_and_changes_nothing, P, both) {
    running<P> b;
    auto const before = b.face();
    auto const good = b.post("/transactions/batch", running<P>::batch_of({b.said(), b.said()}));
    auto const tried = [&](bytes body, std::string_view type = role::cbor_type) {
        auto r = good;
        r.body = std::move(body);
        r.content_type = type;
        return b.ask(std::move(r));
    };
    BOOST_TEST(tried({good.body.begin(), good.body.end() - 1}) == 400u);  // cut
    BOOST_TEST(tried({}) == 400u);
    BOOST_TEST(tried(encode(transaction_batch{})) == 400u);
    BOOST_TEST(tried(encode(b.said())) == 400u);  // one, where several belong
    BOOST_TEST(tried(good.body, "text/plain") == 415u);
    transaction_batch many;
    many.transactions.resize(limits::batch + 1, {byte(0x80)});
    BOOST_TEST(tried(encode(many)) == 413u);
    transaction_batch large;
    large.transactions.push_back(transaction_batch::transaction_bytes(bytes(limits::batched_transaction + 1)));
    BOOST_TEST(tried(encode(large)) == 413u);
    bytes claimed{0x82, 0x19, 0x69, 0x01, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};  // so many that nothing could hold them
    BOOST_TEST(tried(claimed) >= 400u);
    BOOST_TEST((b.face() == before));
    BOOST_TEST(b.ask(b.get("/transactions/batch")) == 405u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_largest_transaction_fits_a_batch, P, both) {
    static_assert(schema::max_encoded<transaction_of<P>> <= limits::batched_transaction);
    running<P> b;
    auto const full = std::vector<transaction_of<P>>(1, b.signed_by(publisher, b.released(2)));
    BOOST_TEST((b.verdicts(b.submit_all(running<P>::batch_of(full))) == std::vector<errc>{errc::ok}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_batch_in_json_says_the_same_in_sentences, P, both) {
    running<P> b;
    auto spoilt = b.said();
    spoilt.signature[0] ^= 1;
    auto const t = b.submit_all(running<P>::batch_of({spoilt, b.said()}), true);
    BOOST_TEST(b.status(t) == 200u);
    BOOST_TEST(b.text(t).find(std::string(message(errc::bad_signature))) != std::string::npos);
    BOOST_TEST(b.node->pending() == 1u);
}

// A sender's second must not be taken when its first was turned away for lack of room: the first could never be recorded then.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_full_pool_turns_away_the_rest_of_a_batch_in_its_order, P, both) {
    running<P> b;
    std::vector<transaction_of<P>> all;
    for (std::size_t i = 0; i != limits_of<P>::per_sender + 3; ++i) all.push_back(b.said());
    auto const t = b.submit_all(running<P>::batch_of(all));
    auto const v = b.verdicts(t);
    for (std::size_t i = 0; i != v.size(); ++i) BOOST_TEST((v[i] == (i < limits_of<P>::per_sender ? errc::ok : errc::over_quota)));
    auto const one = b.send(b.post("/transactions/new", all.back()));
    BOOST_TEST(b.status(one) == 429u);
    BOOST_TEST_REQUIRE(b.response(one)->headers.size() == 1u);
    BOOST_TEST(b.response(one)->headers[0].first == "Retry-After");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_disk_that_refuses_a_batch_takes_back_all_of_it, P, both) {
    running<P> b;
    b.commits_at_once = false;
    auto const before = b.node->pending();
    auto const t = b.submit_all(running<P>::batch_of({b.said(), b.said(device_2), b.said()}));
    b.commit_one(fault{errc::store_full, "segment"});
    BOOST_TEST(b.status(t) == 507u);
    BOOST_TEST(b.node->pending() == before);
    BOOST_TEST(!b.halted);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(events_that_come_together_are_one_commit, P, both) {
    running<P> b;
    auto const commits = b.commits;
    std::vector<typename running<P>::event_type> events;
    auto spoilt = b.said(device_2);
    spoilt.signature[1] ^= 1;
    events.push_back(role::arrived{1001, b.post("/transactions/new", b.said())});
    events.push_back(role::arrived{1002, b.post("/transactions/batch", running<P>::batch_of({b.said(), spoilt, b.said()}))});
    events.push_back(role::arrived{1003, b.post("/transactions/new", spoilt)});
    events.push_back(role::arrived{1004, b.post("/transactions/new", b.said())});
    events.push_back(role::arrived{1005, b.get("/status")});
    counting_verifier<scheme_of<P>>::most = 0;
    b.step_all(std::move(events));
    BOOST_TEST(counting_verifier<scheme_of<P>>::most == 6u);
    BOOST_TEST(b.commits == commits + 1);
    BOOST_TEST(b.status(1001) == 201u);
    BOOST_TEST((b.verdicts(1002) == std::vector<errc>{errc::ok, errc::bad_signature, errc::ok}));
    BOOST_TEST(b.status(1003) == 401u);
    BOOST_TEST(b.status(1004) == 201u);
    BOOST_TEST(b.status(1005) == 200u);
    BOOST_TEST(b.node->pending() == 4u);
}

BOOST_AUTO_TEST_SUITE_END()
