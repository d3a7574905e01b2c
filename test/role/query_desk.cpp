#include <daicho/role/query_desk.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/ledger/proof.hpp>
#include <daicho/memory/block_store.hpp>
#include <daicho/memory/index_store.hpp>
#include <daicho/role/ledger_node.hpp>

#include "ledger/fixture.hpp"
#include "role/node_bench.hpp"

using namespace fixture;

namespace {

using P = work_protocol;
using H = hash_of<P>;
using page_type = found_transactions<scheme_of<P>>;

struct place {
    std::uint64_t height, time;
    transaction_of<P> tx;
};
using told = std::function<bool(transaction_body<scheme_of<P>> const&)>;

/// A chain of lamps and locks whose blocks are stored, and the desks that follow it.
struct library {
    using desk_type = role::proof_desk<P, memory::block_store, ledger::tile_list, memory::index_store>;
    using queries_type = role::query_desk<P, memory::block_store, memory::index_store>;

    library() : chain(n.genesis) {
        add(n.everybody());
        add({n.enrol(20, member_role::device, {"lock"}), n.signed_by(publisher, n.released(1)), n.signed_by(publisher, n.released(1, publisher, "lock"))});
        add({n.signed_by(gateway, n.report(state::cached, 1)), n.signed_by(device, n.report(state::installed, 1))}, 400);
        add({n.signed_by(20, n.report(state::running, 1, "lock")), n.signed_by(device, n.report(state::running, 1))});
        add({});
        add({n.signed_by(publisher, n.released(3)), n.signed_by(device_2, n.report(state::failed, 3))}, 90'000);
        add({n.signed_by(device_2, n.report(state::installed, 3)), n.signed_by(device, n.report(state::rolled_back, 3))}, 20);  // a clock that lags
        add({n.expel(20), n.signed_by(device, n.report(state::installed, 3))}, 90'060);
        for (int i = 0; i != 6; ++i) add({n.signed_by(device, n.report(state::running, 3)), n.signed_by(device_2, n.report(state::running, 3))});
        settle();
        BOOST_REQUIRE(!open());
    }
    fault open() {
        queries.reset();
        desk.emplace(blocks, tiles, index, "a log", role::note_signer());
        auto const f = desk->open(chain);
        queries.emplace(desk->blocks(), desk->index(), chain.chain_id());
        return f;
    }
    /// `since`: seconds from the genesis, or the earliest that is possible.
    void add(std::vector<transaction_of<P>> transactions, std::uint64_t since = 0) {
        auto const b = n.next(chain, std::move(transactions), since == 0 ? 0 : std::max(n.start + since, chain.earliest_time()));
        BOOST_REQUIRE(!chain.push(b, later));
        store_batch batch;
        batch.blocks.push_back(encode(b));
        BOOST_REQUIRE(!blocks.commit(batch));
        for (auto& tx : b.transactions) all.push_back({b.head().index, std::max(b.head().time, all.empty() ? 0 : all.back().time), tx});
    }
    /// Everything that is in the chain becomes final.
    void settle() {
        for (int i = 0; i != 8; ++i) add({});
    }

    result<page_type> ask(std::string const& query) { return queries->transactions(query); }
    /// Page by page, to the end.
    page_type whole(std::string query, std::size_t limit = 2) {
        page_type out{}, page{};
        do {
            auto const answer = ask("limit=" + std::to_string(limit) + (query.empty() || query[0] == '&' ? "" : "&") + query + (page.next.empty() ? "" : "&after=" + std::string(page.next)));
            BOOST_REQUIRE_MESSAGE(answer, query << ": " << message(answer.error().code) << " " << answer.error().where);
            page = *answer;
            BOOST_TEST(page.found.size() <= limit);
            out.found.insert(out.found.end(), page.found.begin(), page.found.end());
            if (out.height != 0) BOOST_TEST((out.height == page.height && out.head == page.head && out.size == page.size));
            out.height = page.height, out.size = page.size, out.head = page.head;
        } while (!page.next.empty());
        return out;
    }
    /// What one who reads the whole chain finds among the first `size`.
    std::vector<std::uint64_t> naive(told const& holds, std::uint64_t from = 0, std::uint64_t to = ~std::uint64_t(0), std::uint64_t size = ~std::uint64_t(0)) const {
        std::vector<std::uint64_t> out;
        for (std::uint64_t i = 0; i != std::min<std::uint64_t>(all.size(), size); ++i)
            if (holds(all[i].tx.body) && all[i].time >= from && all[i].time <= to) out.push_back(i);
        return out;
    }
    static std::vector<std::uint64_t> places(page_type const& p) {
        std::vector<std::uint64_t> out;
        for (auto& f : p.found) out.push_back(f.index);
        return out;
    }
    adoption whole_adoption(std::string const& query, std::string const& limit = "1") {
        adoption out{};
        std::string after;
        do {
            auto const answer = queries->adopted(query + "&limit=" + limit + after);
            BOOST_REQUIRE(answer);
            auto steps = out.steps;
            steps.insert(steps.end(), answer->steps.begin(), answer->steps.end());
            out = *answer;
            out.steps = steps;
            after = "&after=" + std::string(out.next);
        } while (!out.next.empty());
        return out;
    }

    network<P> n;
    ledger::chain<P> chain;
    memory::block_store blocks;
    ledger::tile_list tiles;
    memory::index_store index;
    std::optional<desk_type> desk;
    std::optional<queries_type> queries;
    std::vector<place> all;
};

std::string hex(std::uint64_t who) { return to_hex(network<P>::id(who)); }

} // namespace

BOOST_AUTO_TEST_SUITE(query_desk)

BOOST_AUTO_TEST_CASE(a_question_finds_what_whoever_reads_the_whole_chain_finds) {
    library c;
    auto const by = [](std::uint64_t who) { return network<P>::id(who); };
    auto const is_lamp = [](auto& b) { return b.model == "lamp"; };
    std::pair<std::string, told> const questions[] = {
        {"", [](auto&) { return true; }},
        {"device=" + hex(device), [&](auto& b) { return b.sender == by(device) || b.recipient == by(device); }},
        {"device=" + hex(20), [&](auto& b) { return b.sender == by(20) || b.recipient == by(20); }},
        {"device=" + hex(stranger), [](auto&) { return false; }},
        {"sender=" + hex(management), [&](auto& b) { return b.sender == by(management); }},
        {"model=lamp", is_lamp},
        {"model=l%6Fck", [](auto& b) { return b.model == "lock"; }},
        {"model=lam", [](auto&) { return false; }},
        {"model=lamp&version=3", [&](auto& b) { return is_lamp(b) && b.ver == 3; }},
        {"state=installed", [](auto& b) { return b.state == state::installed; }},
        {"state=expelled", [](auto& b) { return b.state == state::expelled; }},
        {"device=" + hex(device_2) + "&state=running", [&](auto& b) { return b.sender == by(device_2) && b.state == state::running; }},
        {"state=installed&model=lamp&version=3&device=" + hex(device) + "&sender=" + hex(device), [&](auto& b) { return b.sender == by(device) && b.ver == 3 && b.state == state::installed; }},
    };
    for (auto& [query, holds] : questions) {
        for (std::size_t limit : {1u, 3u, 256u}) BOOST_TEST((c.places(c.whole(query, limit)) == c.naive(holds)), query);
        auto const t = c.n.start;
        for (auto [from, to] : {std::pair{t, t + 399}, {t + 400, t + 89'999}, {t + 90'000, t + 90'000}, {t + 90'001, ~std::uint64_t(0)}, {t + 1'000'000, t + 1'000'001}, {std::uint64_t(0), t}})
            BOOST_TEST((c.places(c.whole(query + "&from=" + std::to_string(from) + "&to=" + std::to_string(to))) == c.naive(holds, from, to)), query);
    }
    BOOST_TEST(c.naive(is_lamp).size() > 10u);
    for (auto& f : c.whole("").found) BOOST_TEST((f.height == c.all[f.index].height && f.time == c.all[f.index].time && f.transaction == c.all[f.index].tx));
}

BOOST_AUTO_TEST_CASE(what_is_found_is_proven_by_its_place_to_whoever_holds_the_header) {
    library c;
    auto const page = c.whole("device=" + hex(device));
    auto const block = decode<block_of<P>>(*c.blocks.read(page.height));
    auto const held = *decode<commitments>(block->head().commitments);
    BOOST_TEST((ledger::hash_of_block<P>(block->sealed) == page.head));
    BOOST_TEST(held.history_size == page.size);
    for (auto& f : page.found) {
        auto const r = c.desk->answer({.path = "/proof", .query = "index=" + std::to_string(f.index) + "&size=" + std::to_string(page.size), .accept = "application/cbor"});
        auto const p = *decode<inclusion_proof>(r->body);
        BOOST_TEST(!ledger::verify_inclusion<H>({ledger::leaf_hash<H>(encode(f.transaction)), f.index, p.path}, page.size, held.history_root));
    }
    BOOST_TEST(page.found.size() > 8u);
}

BOOST_AUTO_TEST_CASE(pages_of_one_answer_are_about_one_height_whatever_the_chain_does_meanwhile) {
    library c;
    auto const query = "device=" + hex(device);
    auto const before = c.naive([&](auto& b) { return b.sender == c.n.id(device) || b.recipient == c.n.id(device); });
    auto const first = *c.ask(query + "&limit=4");
    auto const steps = *c.queries->adopted("model=lamp&version=3&limit=1");
    auto const all_steps = c.whole_adoption("model=lamp&version=3");
    // A tail that is replaced by another, and new blocks that become final.
    c.add({c.n.signed_by(device, c.n.report(state::running, 3))});
    auto const fork = c.chain.height() - 1;
    BOOST_REQUIRE(!c.desk->follow(c.chain));
    BOOST_REQUIRE(!c.chain.unwind(fork));
    BOOST_REQUIRE(!c.blocks.commit({.keep = fork, .blocks = {}, .add_pending = {}, .drop_pending = {}, .cells = {}}));
    c.all.pop_back();
    c.add({c.n.signed_by(device, c.n.report(state::installed, 1))});
    c.settle();
    BOOST_REQUIRE(!c.desk->follow(c.chain));
    auto const now = *c.ask(query + "&limit=256");
    BOOST_TEST(now.height > first.height);
    BOOST_TEST(now.found.size() == before.size() + 1);

    auto places = c.places(first);
    for (auto next = first.next; !next.empty();) {
        auto const page = *c.ask(query + "&limit=4&after=" + std::string(next));
        BOOST_TEST((page.height == first.height && page.size == first.size && page.head == first.head));
        for (auto& f : page.found) places.push_back(f.index);
        next = page.next;
    }
    BOOST_TEST((places == before));
    auto const rest = *c.queries->adopted("model=lamp&version=3&after=" + std::string(steps.next));
    BOOST_TEST((rest.height == steps.height && rest.head == steps.head));
    BOOST_TEST((rest.steps.back() == all_steps.steps.back()));
    BOOST_TEST(c.whole_adoption("model=lamp&version=3").steps.back().adopted == rest.steps.back().adopted - 1);
}

BOOST_AUTO_TEST_CASE(what_is_not_final_is_not_found) {
    library c;
    auto const before = c.whole("state=running").found.size();
    c.add({c.n.signed_by(device, c.n.report(state::running, 3))});
    BOOST_REQUIRE(!c.desk->follow(c.chain));
    BOOST_TEST(c.whole("state=running").found.size() == before);
    c.settle();
    BOOST_REQUIRE(!c.desk->follow(c.chain));
    BOOST_TEST(c.whole("state=running").found.size() == before + 1);
}

BOOST_AUTO_TEST_CASE(each_parameter_that_makes_no_sense_is_refused_and_named) {
    library c;
    auto const refused = [&](auto answer, std::string_view query, errc code, std::string_view where) {
        BOOST_TEST((answer.error() == code && answer.error().where == where), query << ": " << message(answer.error().code) << " " << answer.error().where);
    };
    std::string const id = hex(device), cut = id.substr(1);
    std::tuple<std::string, errc, char const*> const hostile[] = {
        {"color=red", errc::unknown_field, "query"}, {"device", errc::invalid_text, "query.device"}, {"&", errc::unknown_field, "query"}, {"=1", errc::unknown_field, "query"},
        {"device=" + cut, errc::invalid_text, "query.device"}, {"device=" + cut + "x", errc::invalid_text, "query.device"}, {"device=" + id + "00", errc::invalid_text, "query.device"},
        {"device=" + id + "&device=" + id, errc::non_canonical, "query.device"}, {"sender=", errc::invalid_text, "query.sender"}, {"sender=me", errc::invalid_text, "query.sender"},
        {"model=" + std::string(33, 'x'), errc::oversized, "query.model"}, {"model=%00", errc::invalid_text, "query.model"}, {"model=%ff", errc::invalid_text, "query.model"},
        {"model=%4", errc::invalid_text, "query.model"}, {"model=%zz", errc::invalid_text, "query.model"},
        {"version=1", errc::missing_field, "query.model"}, {"model=lamp&version=x", errc::invalid_text, "query.version"}, {"model=lamp&version=-1", errc::invalid_text, "query.version"},
        {"model=lamp&version=18446744073709551616", errc::out_of_range, "query.version"},
        {"state=broken", errc::invalid_text, "query.state"}, {"state=3", errc::invalid_text, "query.state"},
        {"from=x", errc::invalid_text, "query.from"}, {"to=1e9", errc::invalid_text, "query.to"}, {"from=5&to=4", errc::out_of_range, "query.to"},
        {"limit=0", errc::out_of_range, "query.limit"}, {"limit=257", errc::out_of_range, "query.limit"}, {"limit=+1", errc::invalid_text, "query.limit"},
        {"after=1", errc::invalid_text, "query.after"}, {"after=1-2-3", errc::invalid_text, "query.after"}, {"after=-", errc::invalid_text, "query.after"}, {"after=1-", errc::invalid_text, "query.after"},
        {"after=x-1", errc::invalid_text, "query.after"}, {"after=1-1x", errc::invalid_text, "query.after"}, {"after=1-99999999999999999999", errc::invalid_text, "query.after"},
        {"after=9999-0", errc::out_of_range, "query.after"}, {"after=0-1", errc::out_of_range, "query.after"}, {"after=1-7", errc::out_of_range, "query.after"},
    };
    for (auto& [query, code, where] : hostile) refused(c.ask(query), query, code, where);
    std::tuple<std::string, errc, char const*> const hostile_adoption[] = {
        {"version=1", errc::missing_field, "query.model"}, {"model=lamp", errc::missing_field, "query.version"}, {"model=lamp&version=1&step=0", errc::out_of_range, "query.step"},
        {"model=lamp&version=1&step=31622401", errc::out_of_range, "query.step"}, {"model=lamp&version=1&device=" + id, errc::unknown_field, "query"},
        {"model=lamp&version=1&after=1-1", errc::invalid_text, "query.after"}, {"model=lamp&version=1&after=9999-0-0-0", errc::out_of_range, "query.after"},
        {"model=lamp&version=1&limit=9999", errc::out_of_range, "query.limit"},
    };
    for (auto& [query, code, where] : hostile_adoption) refused(c.queries->adopted(query), query, code, where);
    BOOST_TEST(bool(c.ask("after=0-0")));
    BOOST_TEST(bool(c.ask("after=1-6&device=" + id + "&model=lamp&version=18446744073709551615&state=cached&from=1&to=1&limit=256")));
    BOOST_TEST(bool(c.queries->adopted("model=lamp&version=1&step=1&after=1-6-18446744073709551615-0")));
    auto const answer = [&](std::string path, std::string query) { return c.queries->answer({.path = path, .query = query})->status; };
    BOOST_TEST(answer("/transactions", "limit=0") == 400u);
    BOOST_TEST(answer("/transactions", "model=" + std::string(33, 'x')) == 400u);
    BOOST_TEST(answer("/transactions", "limit=1") == 200u);
    BOOST_TEST(answer("/adoption", "model=lamp") == 400u);
    BOOST_TEST(answer("/adoption", "model=lamp&version=1") == 200u);
    for (auto path : {"/", "/transactions/", "/transactions/new", "/adoptions", "/proof"}) BOOST_TEST(!c.queries->answer({.path = path}));
}

BOOST_AUTO_TEST_CASE(adoption_is_what_counting_the_reports_gives) {
    library c;
    c.add({c.n.enrol(21, member_role::device, {"lamp"}), c.n.enrol(device_2, member_role::device, {"lock"})}, 95'000);  // device_2 is another model now
    c.settle();
    BOOST_REQUIRE(!c.desk->follow(c.chain));
    for (std::uint64_t version : {0u, 1u, 2u, 3u, 4u})
        for (std::uint64_t step : {1u, 3600u, 86400u}) {
            adoption::list_type naive;
            std::map<node_id, std::uint64_t> lamps;
            for (std::size_t i = 0; i != c.all.size(); ++i) {
                auto const& b = c.all[i].tx.body;
                auto const before = lamps;
                bool const enrolled = b.state == state::enrolled && b.enrolment->role == member_role::device;
                if (enrolled || b.state == state::expelled) lamps.erase(b.recipient);
                if (enrolled && b.enrolment->models[0] == "lamp") lamps[b.recipient] = 0;
                if ((b.state == state::installed || b.state == state::running) && lamps.count(b.sender)) lamps[b.sender] = b.ver;
                if (lamps == before) continue;
                auto const from = c.all[i].time - c.all[i].time % step;
                if (naive.empty() || naive.back().from != from) naive.emplace_back();
                auto const adopted = std::count_if(lamps.begin(), lamps.end(), [&](auto& l) { return l.second >= version; });
                naive.back() = {from, i + 1, lamps.size(), std::uint64_t(adopted)};
            }
            auto const query = "model=lamp&version=" + std::to_string(version) + "&step=" + std::to_string(step);
            BOOST_TEST((c.whole_adoption(query).steps == naive), query);
            BOOST_TEST((c.whole_adoption(query, "256").steps == naive), query);
        }
    BOOST_TEST(c.whole_adoption("model=lamp&version=3").steps.back().adopted == 1u);
    BOOST_TEST(c.whole_adoption("model=lock&version=1").steps.back().devices == 1u);
    BOOST_TEST(c.whole_adoption("model=lamb&version=1").steps.empty());
    auto const shown = c.queries->answer({.path = "/adoption", .query = "model=lamp&version=3", .accept = "application/cbor"});
    BOOST_TEST((*decode<adoption>(shown->body) == *c.queries->adopted("model=lamp&version=3")));
}

BOOST_AUTO_TEST_CASE(an_index_that_is_lost_behind_ahead_or_of_another_chain_becomes_the_same_again) {
    library c;
    auto const expected = c.places(c.whole("device=" + hex(device)));
    auto const steps = c.whole_adoption("model=lamp&version=3").steps;
    auto const same = [&] {
        BOOST_REQUIRE(!c.open());
        BOOST_TEST(c.index.upto() == c.all.size());
        BOOST_TEST((c.places(c.whole("device=" + hex(device))) == expected));
        BOOST_TEST((c.whole_adoption("model=lamp&version=3").steps == steps));
    };
    auto const count = [&] {
        std::size_t keys = 0;
        (void)c.index.scan({}, [&](byte_view) { return ++keys, true; });
        return keys;
    };
    same();  // started again
    auto const keys = count();
    auto const kept = c.index;
    BOOST_REQUIRE(!c.index.clear());
    same();
    BOOST_TEST(count() == keys);
    {
        library other;
        other.add({other.n.enrol(77, member_role::gateway)});
        other.settle();
        BOOST_REQUIRE(!other.open());
        c.index = other.index;  // further, and another history
        same();
        BOOST_TEST(count() == keys);
        other.index = kept;  // the same history up to there: gone on with
        BOOST_REQUIRE(!other.open());
        BOOST_TEST(other.index.upto() == other.all.size());
        BOOST_TEST(other.whole("device=" + hex(77)).found.size() == 1u);
    }
    c.index = kept;
    BOOST_REQUIRE(!c.index.append({c.all.size() - 1, {}}));  // no end of a block, and no mark
    same();
}

BOOST_AUTO_TEST_CASE(a_disk_that_alters_the_index_is_found_out_and_the_index_is_made_again) {
    library c;
    auto const expected = c.places(c.whole("device=" + hex(device)));
    c.index.fail_scans(errc::store_corrupt);
    BOOST_TEST((c.ask("device=" + hex(device)).error() == errc::store_corrupt));
    BOOST_TEST(c.queries->answer({.path = "/transactions", .query = "model=lamp"})->status == 500u);
    BOOST_TEST(!c.desk->follow(c.chain));
    BOOST_TEST((c.places(c.whole("device=" + hex(device))) == expected));
}

BOOST_AUTO_TEST_CASE(an_index_that_lies_shows_nothing_that_does_not_belong) {
    library c;
    auto const query = "device=" + hex(device_2) + "&state=installed";
    auto const expected = c.places(c.whole(query));
    index_batch lies{.upto = c.index.upto()};
    for (std::uint64_t i = 0; i != c.all.size() + 5; ++i) {
        lies.keys.push_back(ledger::filed_at(ledger::by_member(c.n.id(device_2)), i));
        lies.keys.push_back(ledger::filed_at(ledger::by_state(state::installed), i));
    }
    BOOST_REQUIRE(!c.index.append(lies));
    BOOST_REQUIRE(!c.index.append({.upto = lies.upto + 5, .names = std::vector<std::uint64_t>(5, ledger::name_of(digest_of<H>(c.all[9].tx)))}));
    BOOST_TEST((c.places(c.whole(query)) == expected));
    auto const proof = c.desk->answer({.path = "/proof", .query = "transaction=" + to_hex(digest_of<H>(c.all[9].tx)), .accept = "application/cbor"});
    BOOST_TEST(decode<inclusion_proof>(proof->body)->index == 9u);
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_the_index_behind_and_answers_say_so) {
    library c;
    auto const before = c.whole("state=running");
    auto const tx = c.n.signed_by(device, c.n.report(state::running, 3));
    c.add({tx});
    c.settle();
    c.index.fail_next(errc::store_full);
    BOOST_TEST((c.desk->follow(c.chain) == errc::store_full));
    BOOST_TEST((c.desk->follow(c.chain) == errc::store_full));  // told, and not tried again before the next block
    auto const now = c.whole("state=running");
    BOOST_TEST((c.places(now) == c.places(before)));
    BOOST_TEST(now.size == before.size);
    auto const asked = [&] { return c.desk->answer({.path = "/proof", .query = "transaction=" + to_hex(digest_of<H>(tx))})->status; };
    BOOST_TEST(asked() == 503u);  // perhaps it is there
    BOOST_TEST(c.desk->answer({.path = "/proof", .query = "index=" + std::to_string(c.all.size() - 1)})->status == 200u);
    c.add({});
    BOOST_TEST(!c.desk->follow(c.chain));
    BOOST_TEST(c.whole("state=running").found.size() == before.found.size() + 1);
    BOOST_TEST(asked() == 200u);
}

// --- at a node ----------------------------------------------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE(a_node_answers_and_after_a_restart_too) {
    memory::block_store disk;
    bench<hardened_protocol> b(disk);
    b.start();
    b.record(b.everybody());
    for (int i = 0; i != 8; ++i) b.record({b.signed_by(device, b.report(state::running, 1))});
    auto const query = "device=" + to_hex(b.id(device)) + "&limit=3";
    auto const page = decode<found_transactions<scheme_of<hardened_protocol>>>(b.response(b.send(b.get("/transactions", query)))->body);
    BOOST_TEST_REQUIRE(bool(page));
    BOOST_TEST(page->height == b.node->chain().final_height());
    BOOST_TEST(page->found.size() == 3u);
    auto const text = b.text(b.send(b.get("/adoption", "model=lamp&version=1", true)));
    BOOST_TEST(text.find("\"adopted\":1") != std::string::npos, text);
    BOOST_TEST(b.ask(b.post("/transactions", *page)) == 405u);
    BOOST_TEST(b.ask(b.get("/transactions", "limit=0")) == 400u);
    b.start();
    BOOST_TEST(b.text(b.send(b.get("/adoption", "model=lamp&version=1", true))) == text);
}

BOOST_AUTO_TEST_SUITE_END()
