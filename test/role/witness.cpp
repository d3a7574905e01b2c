#include <daicho/role/witness.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/memory/state_store.hpp>
#include <daicho/openssl/ed25519.hpp>

#include "ledger/naive_tree.hpp"
#include "tlog/published.hpp"

#include <map>

using namespace daicho;
using Ed = cryptopp::ed25519;
using role::http_request;
using role::http_response;

namespace {

constexpr std::uint64_t now = 1'700'000'000;
std::string const origin = "ledger.example/town";

struct log_of {
    std::string name = origin;
    cryptopp::ed25519_signer key = *cryptopp::ed25519_signer::generate();
    std::vector<digest> leaves;

    explicit log_of(std::size_t n) {
        for (std::size_t i = 0; i != n; ++i) leaves.push_back(ledger::leaf_hash<sha256>(bytes{byte(i)}));
    }
    digest root(std::uint64_t size) const { return size == 0 ? sha256{}.finish() : naive::head(std::span(leaves).first(size)); }
    std::string text(std::uint64_t size) const { return tlog::checkpoint{.origin = name, .size = size, .root = root(size)}.text(); }
    std::string note(std::uint64_t size) { return signed_note(text(size)); }
    std::string signed_note(std::string const& t) { return t + '\n' + *tlog::sign_note<Ed>(key, name, t); }
    tlog::add_checkpoint growth(std::uint64_t older, std::uint64_t size) const {
        tlog::add_checkpoint r{.old_size = older};
        if (older != 0)
            for (auto& d : naive::growth(older, std::span(leaves).first(size))) r.proof.push_back(d);
        return r;
    }
    http_request request(std::uint64_t older, std::uint64_t size) { return request(growth(older, size), note(size)); }
    static http_request request(tlog::add_checkpoint r, std::string const& note) {
        r.note = note;
        return posted(r.text());
    }
    static http_request posted(std::string const& body) {
        http_request r;
        r.method = "POST";
        r.path = "/add-checkpoint";
        r.body.assign(body.begin(), body.end());
        return r;
    }
    role::watched_log watched() const {
        tlog::note_key k{.key = key.public_key()};
        k.name.assign(std::string_view(name));
        return {name, {k}};
    }
};

using cell = memory::state_store<4096>;
using witness_type = role::witness<Ed, cryptopp::ed25519_signer, cell>;

struct stage {
    log_of log{40};
    cryptopp::ed25519_signer key = *cryptopp::ed25519_signer::generate();
    memory::power power;
    cell kept{power};
    std::unique_ptr<witness_type> witness = started();

    std::unique_ptr<witness_type> started() {
        auto w = std::make_unique<witness_type>(role::witness_options{"witness.example/w1", {log.watched()}}, key, kept);
        BOOST_TEST_REQUIRE(!w->restore());
        return w;
    }
    http_response ask(std::uint64_t older, std::uint64_t size) { return witness->handle(log.request(older, size), now); }
    unsigned status(http_request const& r) { return witness->handle(r, now).status; }
    static std::string body(http_response const& r) { return std::string(as_text(r.body)); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(witness, stage)

BOOST_AUTO_TEST_CASE(a_log_that_grows_is_cosigned_from_the_first_tree_on) {
    std::uint64_t older = 0;
    for (std::uint64_t size : {1u, 2u, 3u, 7u, 8u, 20u, 40u}) {
        auto const r = ask(older, size);
        BOOST_TEST(r.status == 200u);
        auto const whole = log.note(size) + body(r);
        auto const note = tlog::note::parse(whole);
        BOOST_TEST_REQUIRE(bool(note));
        auto const time = tlog::verify_cosignature<openssl::ed25519>(*note, witness->public_key());
        BOOST_TEST_REQUIRE(bool(time));
        BOOST_TEST(*time == now);
        BOOST_TEST(witness->known(origin).size == size);
        older = size;
    }
    BOOST_TEST(ask(40, 40).status == 200u);  // again, with a newer time
}
BOOST_AUTO_TEST_CASE(every_step_between_two_sizes_is_cosigned) {
    for (std::uint64_t older = 0; older != 12; ++older)
        for (std::uint64_t size = std::max<std::uint64_t>(1, older); size != 13; ++size) {
            BOOST_TEST_REQUIRE(!kept.save({}));
            witness = started();
            if (older != 0) BOOST_TEST(ask(0, older).status == 200u);
            BOOST_TEST(ask(older, size).status == 200u);
        }
}

BOOST_AUTO_TEST_CASE(another_size_than_it_knows_is_told_in_one_line) {
    BOOST_TEST(ask(0, 10).status == 200u);
    for (std::uint64_t older : {0u, 3u, 9u, 11u}) {
        auto const r = ask(older, 20);
        BOOST_TEST(r.status == 409u);
        BOOST_TEST(r.content_type == "text/x.tlog.size");
        BOOST_TEST(body(r) == "10\n");
    }
    BOOST_TEST(ask(10, 20).status == 200u);
    BOOST_TEST(ask(10, 30).status == 409u);
    BOOST_TEST(ask(10, 12).status == 409u);  // smaller than what it knows
    BOOST_TEST(body(ask(10, 12)) == "20\n");
}
BOOST_AUTO_TEST_CASE(a_request_whose_old_size_is_the_larger_one_is_malformed) {
    BOOST_TEST(ask(0, 10).status == 200u);
    auto r = log.growth(0, 5);
    r.old_size = 10;
    BOOST_TEST(status(log.request(r, log.note(5))) == 400u);
}
BOOST_AUTO_TEST_CASE(two_trees_of_one_size_are_never_both_signed) {
    BOOST_TEST(ask(0, 10).status == 200u);
    auto fork = log;
    fork.leaves[4][0] ^= 1;
    auto const r = witness->handle(fork.request(10, 10), now);
    BOOST_TEST(r.status == 409u);
    BOOST_TEST(body(r) == "10\n");
    BOOST_TEST(status(fork.request(10, 20)) == 422u);
    BOOST_TEST(ask(10, 10).status == 200u);
    BOOST_TEST(ask(10, 20).status == 200u);
}
BOOST_AUTO_TEST_CASE(a_proof_that_does_not_hold_is_refused) {
    BOOST_TEST(ask(0, 10).status == 200u);
    auto const good = log.growth(10, 20);
    auto const note = log.note(20);
    for (std::size_t i = 0; i != good.proof.size(); ++i) {
        auto altered = good;
        altered.proof[i][3] ^= 1;
        BOOST_TEST(status(log.request(altered, note)) == 422u);
    }
    auto longer = good, shorter = good;
    longer.proof.push_back(log.leaves[0]);
    shorter.proof.resize(shorter.proof.size() - 1);
    BOOST_TEST(status(log.request(longer, note)) == 422u);
    BOOST_TEST(status(log.request(shorter, note)) == 422u);
    BOOST_TEST(status(log.request(log.growth(10, 21), note)) == 422u);
    auto same = log.growth(10, 10);
    same.proof.push_back(log.leaves[0]);
    BOOST_TEST(status(log.request(same, log.note(10))) == 422u);
    BOOST_TEST(witness->known(origin).size == 10u);
    BOOST_TEST(status(log.request(good, note)) == 200u);
}
BOOST_AUTO_TEST_CASE(nothing_is_to_be_proved_from_the_empty_tree) {
    auto more = log.growth(0, 10);
    more.proof.push_back(log.leaves[0]);
    BOOST_TEST(status(log.request(more, log.note(10))) == 422u);
    BOOST_TEST(status(log.request(log.growth(0, 0), log.note(0))) == 200u);
    auto const wrong_root = tlog::checkpoint{.origin = origin, .size = 0, .root = log.leaves[0]}.text();
    BOOST_TEST(status(log.request(log.growth(0, 0), log.signed_note(wrong_root))) == 409u);
    BOOST_TEST(ask(0, 10).status == 200u);
}
BOOST_AUTO_TEST_CASE(only_a_known_logs_own_checkpoint_is_cosigned) {
    log_of stranger(40);
    stranger.name = "ledger.example/village";
    BOOST_TEST(status(stranger.request(0, 10)) == 404u);
    stranger.name = origin;  // the name, not the key
    BOOST_TEST(status(stranger.request(0, 10)) == 403u);
    auto const unsigned_one = log.text(10) + '\n' + *tlog::sign_note<Ed>(stranger.key, "somebody.example", log.text(10));
    BOOST_TEST(status(log.request(log.growth(0, 10), unsigned_one)) == 403u);
    auto const of_another_text = log.text(10) + '\n' + *tlog::sign_note<Ed>(log.key, origin, log.text(11));
    BOOST_TEST(status(log.request(log.growth(0, 10), of_another_text)) == 403u);
    BOOST_TEST(witness->known(origin).size == 0u);
    BOOST_TEST(ask(0, 10).status == 200u);
    auto const beside = log.note(20) + *tlog::sign_note<Ed>(stranger.key, "somebody.example", log.text(20));
    BOOST_TEST(status(log.request(log.growth(10, 20), beside)) == 200u);  // unknown signatures stand beside
}
BOOST_AUTO_TEST_CASE(each_log_has_a_size_of_its_own) {
    log_of other(30);
    other.name = "ledger.example/village";
    witness_type both({"witness.example/w1", {log.watched(), other.watched()}}, key, kept);
    BOOST_TEST_REQUIRE(!both.restore());
    BOOST_TEST(both.handle(log.request(0, 10), now).status == 200u);
    BOOST_TEST(both.handle(other.request(0, 5), now).status == 200u);
    BOOST_TEST(both.handle(log.request(10, 20), now).status == 200u);
    BOOST_TEST(both.handle(other.request(5, 30), now).status == 200u);
    witness_type one({"witness.example/w1", {log.watched()}}, key, kept);  // what it watches no more it remembers
    BOOST_TEST_REQUIRE(!one.restore());
    BOOST_TEST(one.handle(other.request(30, 30), now).status == 404u);
    BOOST_TEST(one.handle(log.request(20, 21), now).status == 200u);
    witness_type again({"witness.example/w1", {other.watched()}}, key, kept);
    BOOST_TEST_REQUIRE(!again.restore());
    BOOST_TEST(again.known(other.name).size == 30u);
}
BOOST_AUTO_TEST_CASE(what_is_no_request_is_malformed) {
    auto const good = log.request(0, 10);
    auto const text = std::string(as_text(good.body));
    for (auto const& bad : {std::string(), text.substr(4), text.substr(0, text.size() - 1), "old 0\n" + log.note(10), "old x\n\n" + log.note(10)})
        BOOST_TEST(status(log_of::posted(bad)) == 400u);
    auto get = good;
    get.method = "GET";
    BOOST_TEST(status(get) == 405u);
    auto elsewhere = good;
    elsewhere.path = "/add-checkpoints";
    BOOST_TEST(status(elsewhere) == 404u);
    BOOST_TEST(status(good) == 200u);
}
BOOST_AUTO_TEST_CASE(time_never_goes_back) {
    BOOST_TEST(witness->handle(log.request(0, 10), now).status == 200u);
    auto const r = witness->handle(log.request(10, 20), now - 1000);
    auto const whole = log.note(20) + body(r);
    auto const note = tlog::note::parse(whole);
    BOOST_TEST(*tlog::verify_cosignature<Ed>(*note, witness->public_key()) == now);
    witness = started();
    BOOST_TEST(witness->known(origin).time == now);
}
BOOST_AUTO_TEST_CASE(it_serves_nothing_before_it_knows_what_it_signed) {
    BOOST_TEST(ask(0, 10).status == 200u);
    witness_type fresh({"witness.example/w1", {log.watched()}}, key, kept);
    BOOST_TEST(fresh.handle(log.request(0, 20), now).status == 503u);
    BOOST_TEST_REQUIRE(!fresh.restore());
    BOOST_TEST(fresh.handle(log.request(0, 20), now).status == 409u);
    BOOST_TEST_REQUIRE(!kept.save(bytes{1, 2, 3}));
    BOOST_TEST((fresh.restore() == errc::store_corrupt));
    BOOST_TEST((witness_type({"no name", {}}, key, kept).restore() == errc::invalid_text));
    BOOST_TEST((witness_type({"w", {{std::string(256, 'o'), {}}}}, key, kept).restore() == errc::oversized));
}
BOOST_AUTO_TEST_CASE(a_disk_that_refuses_means_no_cosignature) {
    power.cut_after(0);
    BOOST_TEST(ask(0, 10).status == 500u);
    BOOST_TEST(witness->known(origin).size == 0u);
    power.restore();
    BOOST_TEST(ask(0, 10).status == 200u);
}

BOOST_AUTO_TEST_CASE(a_log_that_shows_two_trees_of_one_size_is_accused_once) {
    auto const shown = [&] {
        auto const r = witness->handle({.path = "/forks"}, now);
        BOOST_TEST(r.status == 200u);
        return decode<forked_logs>(r.body)->all;
    };
    BOOST_TEST(ask(0, 10).status == 200u);
    BOOST_TEST(ask(10, 10).status == 200u);
    auto stranger = log_of(40);  // signs under the log's name
    stranger.leaves[4][0] ^= 1;
    BOOST_TEST(status(stranger.request(10, 10)) == 403u);
    BOOST_TEST(shown().empty());
    auto fork = log;
    fork.leaves[4][0] ^= 1;
    for (int i = 0; i != 3; ++i) {
        fork.leaves[5][0] ^= byte(1 + i);
        BOOST_TEST(status(fork.request(10, 10)) == 409u);
        BOOST_TEST_REQUIRE(shown().size() == 1u);
    }
    forked_log e{};
    auto const all = shown();
    BOOST_TEST_REQUIRE(!schema::decode_into(all[0], e));
    auto const watched = log.watched();
    BOOST_TEST(*trust::convicted_by<openssl::ed25519>({watched.keys, {}}, e) == trust::note_keys::of_log(0));
    witness = started();
    BOOST_TEST(status(fork.request(10, 10)) == 409u);
    BOOST_TEST((shown() == all));  // whom it caught stays caught
    BOOST_TEST(ask(10, 20).status == 200u);
}
BOOST_AUTO_TEST_CASE(what_it_saw_convicts_over_a_restart) {
    auto const evidence = [&] { return decode<forked_logs>(witness->handle({.path = "/forks"}, now).body)->all.size(); };
    BOOST_TEST(ask(0, 10).status == 200u);
    witness = started();
    auto fork = log;
    fork.leaves[4][0] ^= 1;
    BOOST_TEST(status(fork.request(10, 10)) == 409u);
    BOOST_TEST(evidence() == 1u);
    // Without a note it refuses all the same, and has nothing to show for it.
    witness_memory forgotten;
    forgotten.trees.push_back(witness->known(origin));
    forgotten.trees[0].note.clear();
    BOOST_TEST_REQUIRE(!kept.save(encode(forgotten)));
    witness = started();
    BOOST_TEST(status(fork.request(10, 10)) == 409u);
    BOOST_TEST(evidence() == 0u);
}
BOOST_AUTO_TEST_CASE(each_key_of_a_log_answers_for_what_it_signed) {
    log_of second = log;  // another key of the same log
    second.key = *cryptopp::ed25519_signer::generate();
    auto both = log.watched();
    both.keys.push_back(second.watched().keys[0]);
    auto const start = [&] {
        witness = std::make_unique<witness_type>(role::witness_options{"witness.example/w1", {both}}, key, kept);
        BOOST_TEST_REQUIRE(!witness->restore());
    };
    start();
    BOOST_TEST(ask(0, 10).status == 200u);
    BOOST_TEST(status(second.request(10, 10)) == 200u);
    start();
    auto fork = log;
    fork.leaves[4][0] ^= 1;
    BOOST_TEST(status(fork.request(10, 10)) == 409u);  // by the first, whose note the second's did not displace
    auto const all = decode<forked_logs>(witness->handle({.path = "/forks"}, now).body)->all;
    BOOST_TEST_REQUIRE(all.size() == 1u);
    forked_log e{};
    BOOST_TEST_REQUIRE(!schema::decode_into(all[0], e));
    BOOST_TEST((e.signer == log.key.public_key()));
    BOOST_TEST(status(second.request(10, 20)) == 200u);  // the second did nothing
}
BOOST_AUTO_TEST_CASE(a_memory_whose_note_is_of_another_tree_is_corrupt) {
    BOOST_TEST(ask(0, 10).status == 200u);
    bytes buffer(schema::max_encoded<witness_memory>);
    auto const good = *decode<witness_memory>(*kept.load(buffer));
    auto const restored = [&](auto alter) {
        auto m = good;
        alter(m.trees[0]);
        BOOST_TEST_REQUIRE(!kept.save(encode(m)));
        return witness_type(role::witness_options{"witness.example/w1", {log.watched()}}, key, kept).restore();
    };
    auto const note = [&](std::string const& text) { return bytes(as_bytes(text).begin(), as_bytes(text).end()); };
    BOOST_TEST((restored([&](auto& t) { t.note = note(log.note(11)); }) == errc::store_corrupt));
    BOOST_TEST((restored([](auto& t) { t.size = 11; }) == errc::store_corrupt));
    BOOST_TEST((restored([](auto& t) { t.root[3] ^= 1; }) == errc::store_corrupt));
    BOOST_TEST((restored([](auto& t) { t.note.pop_back(); }) == errc::store_corrupt));
    BOOST_TEST((restored([](auto&) {}) == errc::ok));
}
BOOST_AUTO_TEST_CASE(a_note_that_is_too_long_to_remember_is_cosigned_all_the_same) {
    auto long_name = log;
    long_name.name = std::string(250, 'l');
    witness_type wide({"witness.example/w1", {long_name.watched()}}, key, kept);
    BOOST_TEST_REQUIRE(!wide.restore());
    auto const text = long_name.text(10) + std::string(700, 'x') + '\n';
    BOOST_TEST(wide.handle(log_of::request(long_name.growth(0, 10), long_name.signed_note(text)), now).status == 200u);
    BOOST_TEST(wide.known(long_name.name).note.empty());
    witness_type again({"witness.example/w1", {long_name.watched()}}, key, kept);
    BOOST_TEST(!again.restore());
}

// The log forks, and power goes before any write: what leaves the witness never convicts it.
BOOST_AUTO_TEST_CASE(whenever_it_crashes_an_honest_witness_never_becomes_evidence) {
    auto fork = log;
    fork.leaves[0][0] ^= 1;
    auto const own = witness->public_key();
    for (std::size_t write = 0; write != 8; ++write) {
        BOOST_TEST_REQUIRE(!kept.save({}));
        std::vector<std::string> signed_notes;
        power.cut_after(write);
        witness = started();
        for (std::uint64_t size : {5u, 10u, 15u, 20u})
            for (auto* who : {&log, &fork, &fork, &log}) {
                auto const r = witness->handle(who->request(witness->known(origin).size, size), now + size);
                if (r.status == 200) signed_notes.push_back(who->note(size) + body(r));
                if (power.on()) continue;
                power.restore();  // it starts again, from what its cell holds
                witness = started();
            }
        power.restore();
        BOOST_TEST(signed_notes.size() >= 3u);
        for (auto& a : signed_notes)
            for (auto& b : signed_notes) BOOST_TEST(trust::fork_of<Ed>(own, a, b).empty());
    }
    // A witness without that memory would: the check above can fail.
    auto const a = log.note(5) + *tlog::cosign<Ed>(key, "witness.example/w1", log.text(5), now);
    auto const b = fork.note(5) + *tlog::cosign<Ed>(key, "witness.example/w1", fork.text(5), now);
    BOOST_TEST(!trust::fork_of<Ed>(own, a, b).empty());
}

BOOST_AUTO_TEST_CASE(it_answers_another_witnesss_published_script_as_that_one_does) {
    auto const folder = published("torchwood/cmd/litewitness/testdata");
    if (!folder) return;
    auto const script = content(*folder / "litewitness.txt");
    auto const said = [&](std::string const& after, std::size_t from) {
        auto const begin = script.find(after, from) + after.size();
        return script.substr(begin, script.find_first_of(" \n", begin) - begin);
    };
    auto const name = "sigsum.org/v1/tree/" + said("\nsigsum.org/v1/tree/", 0);
    tlog::note_key log_key{};
    log_key.name.assign(std::string_view(name));
    BOOST_TEST_REQUIRE(!from_hex(said("add-sigsum-log -key=", 0), log_key.key));
    witness_type ours({"example.com/witness", {{name, {log_key}}}}, key, kept);
    BOOST_TEST_REQUIRE(!ours.restore());
    std::size_t n = 0;
    for (auto at = script.find("```\nold "); at != script.npos; at = script.find("```\nold ", at), ++n) {
        auto const end = script.find("```\nHTTP ", at);
        auto const answer = ours.handle(log_of::posted(script.substr(at + 4, end - at - 4)), now);
        auto expected = unsigned(std::stoul(said("HTTP ", end)));
        auto const asserts = script.substr(end, script.find("POST", end) - end);
        if (asserts.find("unknown log") != script.npos) expected = 404;        // as the specification says
        if (asserts.find("invalid signature") != script.npos) expected = 400;  // its base64 has stray bits: no signature at all
        BOOST_TEST(answer.status == expected, n);
        if (expected == 409) BOOST_TEST(asserts.find("body == \"" + std::to_string(ours.known(name).size) + "\\n\"") != script.npos, n);
        at = end;
    }
    BOOST_TEST(n == 9u);
}

// --- killed at every step -----------------------------------------------------------------------------------------------
namespace {

struct killed {};
/// Counts the moments at which a machine can die, and dies at one of them.
struct mortal {
    std::size_t moments = 0, at = ~std::size_t(0);
    void moment() {
        if (moments++ == at) throw killed{};
    }
};
struct mortal_cell {
    mortal& life;
    bytes held;
    result<byte_view> load(byte_span out) const {
        std::copy(held.begin(), held.end(), out.begin());
        return byte_view(out.first(held.size()));
    }
    fault save(byte_view b) {
        life.moment();  // nothing of it is on the disk
        held.assign(b.begin(), b.end());
        life.moment();  // it is on the disk, and nobody was told
        return {};
    }
};
/// A key that keeps a list of what it ever signed.
struct telltale_key {
    mortal& life;
    cryptopp::ed25519_signer key = *cryptopp::ed25519_signer::generate();
    std::multimap<std::uint64_t, digest> signed_trees;

    auto public_key() const { return key.public_key(); }
    result<Ed::signature_type> sign(byte_view message) {
        life.moment();
        auto const text = as_text(message);
        auto const tree = tlog::checkpoint::parse(text.substr(text.find('\n', text.find("time ")) + 1));
        signed_trees.emplace(tree->size, tree->root);
        auto s = key.sign(message);
        life.moment();
        return s;
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(killed_at_any_step_it_never_signs_two_trees_of_one_size) {
    auto fork = log;
    for (auto& leaf : fork.leaves) leaf[0] ^= 1;
    std::size_t moments = 1, deaths = 0;
    for (std::size_t at = 0; at < moments; ++at) {
        mortal life{0, at};
        mortal_cell disk{life, {}};
        telltale_key hand{life};
        using mortal_witness = role::witness<Ed, telltale_key, mortal_cell>;
        auto const start = [&] {
            auto w = std::make_unique<mortal_witness>(role::witness_options{"w", {log.watched()}}, hand, disk);
            BOOST_TEST_REQUIRE(!w->restore());
            return w;
        };
        auto w = start();
        // A log that shows two histories, each as often as it is let, growing from whatever the witness says that it knows.
        for (std::uint64_t size = 5; size <= 20; size += 5)
            for (int round = 0; round != 3; ++round)
                for (auto* history : {&log, &fork}) {
                    auto const older = w->known(origin).size;
                    if (older > size) continue;
                    try {
                        (void)w->handle(history->request(older, size), now);
                    } catch (killed) {
                        ++deaths;
                        w = start();
                    }
                }
        moments = std::max(moments, life.moments);
        std::map<std::uint64_t, digest> first;
        for (auto& [size, root] : hand.signed_trees) BOOST_TEST((first.emplace(size, root).first->second == root), at << ": two trees of " << size);
        BOOST_TEST(first.size() >= 3u);
        BOOST_TEST(decode<forked_logs>(start()->handle({.path = "/forks"}, now).body)->all.size() == 1u, at << ": the fork is not shown");
        bool const of_log = first.begin()->second == log.root(first.begin()->first);
        for (auto& [size, root] : first) BOOST_TEST((root == (of_log ? log : fork).root(size)), at << ": another history at " << size);
    }
    BOOST_TEST(deaths >= 16u);  // two at the disk and two at the key for each of four sizes
}

BOOST_AUTO_TEST_SUITE_END()
