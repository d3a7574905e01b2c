#include <daicho/role/catch_up.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/memory/block_store.hpp>
#include <daicho/role/kept_chain.hpp>
#include <daicho/threads/pool.hpp>

#include "ledger/fixture.hpp"

#include <set>

using namespace fixture;

namespace {

/// Somebody who answers from blocks of his own, and may lie or say nothing.
template <class P>
struct played_peer {
    std::vector<block_of<P>> blocks;
    std::function<void(role::http_request const&, role::http_response&)> lie{};
    std::function<bool(role::http_request const&)> silent{};  ///< is this request never answered?
    std::size_t page = 16;
    std::uint64_t asked_for_blocks = 0;

    role::http_response reply(digest const& chain_id, role::http_request const& r) {
        auto const head = ledger::hash_of_block<P>(blocks.back().sealed);
        auto const from = *role::number_in(r.query, "from", 1), limit = *role::number_in(r.query, "limit", 100);
        if (r.path == "/status") return role::show(r, 200, status{.chain_id = chain_id, .height = blocks.size(), .head = head});
        if (r.path == "/headers") {
            header_page<proof_of<P>> p{.chain_id = chain_id, .height = blocks.size(), .head = head, .from = from};
            for (auto h = from; h <= blocks.size() && p.headers.size() < std::min<std::uint64_t>(limit, page); ++h) p.headers.push_back(blocks[h - 1].sealed);
            return role::show(r, 200, p);
        }
        ++asked_for_blocks;
        ::daicho::page p{.chain_id = chain_id, .height = blocks.size(), .head = head, .from = from};
        for (auto h = from; h <= blocks.size() && p.blocks.size() < std::min<std::uint64_t>(limit, page); ++h) p.blocks.emplace_back(encode(blocks[h - 1]));
        return role::show(r, 200, p);
    }
};

/// A machine that catches up from played peers. Its memory can be lost; its disk is kept.
template <class P>
struct away : network<P> {
    using catch_up = role::catch_up<P>;
    using kept_type = role::kept_chain<P, one_by_one<scheme_of<P>>>;
    struct asked {
        std::string url;
        role::http_request request;
        typename catch_up::answer_type then;
    };

    explicit away(std::size_t signers = 5) : network<P>(signers, 6, 4) { boot(); }

    void boot() {
        machine.reset();
        kept.reset();
        calls.clear();
        kept = std::make_unique<kept_type>(this->genesis, typename kept_type::listener{[] {}, [](auto&, fault) {}});
        ledger::chain<P> stored(this->genesis);
        for (std::uint64_t h = 1; h <= disk.height(); ++h) BOOST_REQUIRE(!stored.push(*decode<block_of<P>>(*disk.read(h)), now));
        kept->restore(std::move(stored));
        machine = std::make_unique<catch_up>(kept->chain(), typename catch_up::seams{
            .now = [this] { return now; },
            .ask = [this](std::string const& url, role::http_request r, auto then) { calls.push_back({url, std::move(r), std::move(then)}); },
            .extend = [this](auto blocks) { return kept->extend(blocks, "followed", now); },
            .replace = [this](std::uint64_t fork, auto const& blocks) { return kept->replace(fork, blocks, now); },
            .check = [this](auto const& claims) { return kept->check(claims); },
            .settled = [this] { return !kept->settling(); },
            .judge = [this](std::string const& url, fault f) { judged.emplace(url, f.code), faults.emplace(url, f); },
            .foresee = [this](auto blocks) -> typename catch_up::foreseen {
                auto const w = kept->foresee(blocks);
                if (!w) return {};
                ++foreseen;
                return {[w] { return w->done(); }, [w](auto all) { w->finish(all); }};
            }});
        if (threads) kept->verify_with(*threads);
    }
    void verify_with(executor_ref others) {
        threads = others;
        kept->verify_with(std::move(others));
    }
    /// Some blocks, each with a report or two after the first, on what `c` holds.
    std::vector<block_of<P>> grow(ledger::chain<P>& c, std::size_t n, std::uint64_t skip = 0) {
        std::vector<block_of<P>> blocks;
        for (std::size_t i = 0; i != n; ++i) {
            std::vector<transaction_of<P>> txs;
            if (c.height() == 0) txs = this->everybody();
            else if (c.height() % 3 == 1) txs = {this->signed_by(device, this->report(state::running, 1))};
            std::uint64_t const time = i == 0 && skip != 0 ? (network<P>::by_work ? c.earliest_time() + skip : (c.at(0).body.slot + 1 + skip) * 2) : 0;
            blocks.push_back(this->next(c, std::move(txs), time));
            BOOST_REQUIRE(!c.push(blocks.back(), later));
        }
        return blocks;
    }

    void look() {
        for (auto& [url, p] : peers) {
            machine->look(url, [] {}, [this] { ++ended; });
        }
    }
    /// Lets a peer answer the oldest request that is not met with silence. False when there is none.
    bool one() {
        commit();
        for (std::size_t i = 0; i != calls.size(); ++i) {
            auto& p = peers.at(calls[i].url);
            if (p.silent && p.silent(calls[i].request)) continue;
            auto const c = std::move(calls[i]);
            calls.erase(calls.begin() + std::ptrdiff_t(i));
            auto r = p.reply(this->chain_id, c.request);
            if (p.lie) p.lie(c.request, r);
            c.then(std::move(r));
            most_headers = std::max(most_headers, machine->headers_held());
            most_windows = std::max(most_windows, machine->windows_held());
            return true;
        }
        return false;
    }
    void commit() {
        if (auto p = kept->next()) {
            BOOST_REQUIRE(!kept->finish(p->id, disk.commit(p->batch)));
            machine->go_on();
        }
    }
    /// Until nobody says anything any more; then time passes for those who are silent.
    void run(std::uint64_t seconds = 0) {
        for (std::uint64_t s = 0; s <= seconds; ++s, ++now) {
            while (one()) BOOST_REQUIRE(++steps < 20'000);
            machine->go_on();
        }
        commit();
    }
    bool has(std::vector<block_of<P>> const& blocks) const { return kept->chain().head() == ledger::hash_of_block<P>(blocks.back().sealed) && disk.height() == blocks.size(); }

    memory::block_store disk;
    std::uint64_t now = later;
    std::unique_ptr<kept_type> kept;
    std::unique_ptr<catch_up> machine;
    std::map<std::string, played_peer<P>> peers;
    std::deque<asked> calls;
    std::map<std::string, errc> judged;
    std::map<std::string, fault> faults;
    std::optional<executor_ref> threads;
    std::size_t foreseen = 0;  // windows
    std::size_t ended = 0, steps = 0, most_headers = 0, most_windows = 0;
};

template <class Record>
auto altering(std::string path, std::function<void(Record&)> change) {
    return [=](role::http_request const& r, role::http_response& out) {
        if (r.path != path) return;
        auto record = *decode<Record>(out.body);
        change(record);
        out = role::show(r, 200, record);
    };
}

using P = authority_protocol;
using headers = header_page<proof_of<P>>;

} // namespace

BOOST_AUTO_TEST_SUITE(catch_up)

BOOST_AUTO_TEST_CASE(two_peers_share_the_work) {
    away<P> a;
    ledger::chain<P> c(a.genesis);
    auto const blocks = a.grow(c, 200);
    a.peers["one"].blocks = a.peers["two"].blocks = blocks;
    a.look();
    a.run();
    BOOST_TEST(a.has(blocks));
    BOOST_TEST(a.ended == 2u);
    BOOST_TEST(a.judged.empty());
    auto const& delivered = a.machine->delivered();
    BOOST_TEST(delivered.at("one") >= 4u);
    BOOST_TEST(delivered.at("two") >= 4u);
    BOOST_TEST(a.most_windows <= a.machine->most_windows + 1);  // one more while an answer is cut in two
    BOOST_TEST(!a.machine->under_way());
}

BOOST_AUTO_TEST_CASE(a_silent_peer_s_windows_are_given_to_another_and_it_is_not_judged) {
    away<P> a;
    ledger::chain<P> c(a.genesis);
    auto const blocks = a.grow(c, 60);
    a.peers["one"].blocks = a.peers["two"].blocks = blocks;
    a.peers["one"].silent = [](auto& r) { return r.path == "/chain"; };
    a.look();
    a.run();
    BOOST_TEST(!a.has(blocks));
    a.run(30);
    BOOST_TEST(a.has(blocks));
    BOOST_TEST(a.judged.empty());
    // It is as silent about its headers: somebody else is followed.
    away<P> b;
    b.peers["one"].blocks = b.peers["two"].blocks = blocks;
    b.peers["one"].silent = [](auto& r) { return r.path != "/status"; };
    b.look();
    b.run(30);
    BOOST_TEST(b.has(blocks));
    BOOST_TEST(b.judged.empty());
}

BOOST_AUTO_TEST_CASE(from_one_honest_peer_among_liars_whatever_the_lie) {
    using lie_type = std::function<void(role::http_request const&, role::http_response&)>;
    away<P> first;
    ledger::chain<P> c(first.genesis);
    auto const blocks = first.grow(c, 50);
    auto const edit = [](std::function<void(block_of<P>&)> f) {
        return altering<page>("/chain", [=](page& p) {
            for (auto& raw : p.blocks) {
                auto block = *decode<block_of<P>>(raw);
                f(block);
                raw = page::block_bytes(encode(block));
            }
        });
    };
    digest foreign = first.chain_id;
    foreign[0] ^= 1;
    struct told_lie {
        char const* name;
        lie_type lie;
        errc ban;  ///< ok: it is no lie that anybody could prove
    };
    std::vector<told_lie> const lies = {
        {"a header with a bad seal", altering<headers>("/headers", [](auto& p) { if (!p.headers.empty()) p.headers.back().proof.signature[5] ^= 1; }), errc::bad_signature},
        {"a header with other words", altering<headers>("/headers", [](auto& p) { if (!p.headers.empty()) p.headers.front().body.message = "altered"; }), errc::bad_signature},
        {"a signer whose slot it is not", altering<headers>("/headers", [&](auto& p) { if (p.from == 1) p.headers.front().proof.signer = first.id(stranger); }), errc::wrong_signer},
        {"headers of another genesis", altering<headers>("/headers", [&](auto& p) { p.chain_id = foreign; }), errc::foreign_genesis},
        {"nothing behind a length", [](auto& r, auto& out) {
             if (r.path == "/status") return void(altering<status>("/status", [](auto& s) { s.height = 1'000'000'000; s.head[0] ^= 1; })(r, out));
             altering<headers>("/headers", [](auto& p) { p.height = 1'000'000'000; })(r, out);
         }, errc::missing_field},
        {"headers that are none", [](auto& r, auto& out) { if (r.path == "/headers") out.body = {1, 2, 3}; }, errc::wrong_type},
        {"another genesis from the start", altering<status>("/status", [&](auto& s) { s.chain_id = foreign; }), errc::foreign_genesis},
        {"a body without its transactions", edit([](auto& b) { b.transactions.clear(); }), errc::wrong_root},
        {"a body with one transaction more", edit([&](auto& b) { b.transactions.push_back(blocks[0].transactions[0]); }), errc::wrong_root},
        {"a body under a header that nobody sealed", edit([](auto& b) { b.sealed.body.message = "altered"; }), errc::bad_signature},
        {"a body that is none", altering<page>("/chain", [](auto& p) { if (!p.blocks.empty()) p.blocks[0] = page::block_bytes(bytes{1, 2, 3}); }), errc::wrong_type},
        {"more blocks than were asked for", altering<page>("/chain", [&](auto& p) { p.blocks.assign(200, page::block_bytes(encode(blocks[0]))); }), errc::oversized},
        {"no bodies behind a length", altering<page>("/chain", [](auto& p) { p.blocks.clear(); }), errc::missing_field},
        {"bodies of another genesis", altering<page>("/chain", [&](auto& p) { p.chain_id = foreign; }), errc::foreign_genesis},
        {"no bodies at all", [](auto& r, auto& out) { if (r.path == "/chain") out.status = 503; }, errc::ok},
        {"no headers at all", [](auto& r, auto& out) { if (r.path == "/headers") out.status = 503; }, errc::ok},
        {"headers that do not link", altering<headers>("/headers", [](auto& p) { if (p.headers.size() > 3) std::swap(p.headers[1], p.headers[2]); }), errc::ok},
    };
    for (auto& l : lies) {
        BOOST_TEST_CONTEXT(l.name) {
            away<P> a;
            a.peers["z honest"].blocks = blocks;
            for (char const* liar : {"a liar", "another liar"}) {
                a.peers[liar].blocks = blocks;
                a.peers[liar].lie = l.lie;
            }
            for (int i = 0; i != 6 && !a.has(blocks); ++i) {  // whom it judged is not asked again
                for (auto& [url, p] : a.peers)
                    if (a.judged.count(url) == 0 || a.judged[url] > errc::not_found) a.machine->look(url, [] {}, [] {});
                a.run(5);
            }
            BOOST_TEST(a.has(blocks));
            BOOST_TEST(a.judged.count("z honest") == 0u);
            for (auto& [url, code] : a.judged) BOOST_TEST((l.ban == errc::ok ? !role::is_a_lie(code) : code == l.ban));
            if (l.ban != errc::ok) BOOST_TEST(!a.judged.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(who_serves_a_block_that_no_honest_node_would_hold_is_judged_and_what_came_before_it_stays) {
    away<P> a;
    ledger::chain<P> c(a.genesis);
    auto blocks = a.grow(c, 20);
    auto good = blocks;
    // Sealed by the owner of its slot, its root is right, and yet: one signature in it is bad.
    auto tx = a.signed_by(device, a.report(state::running, 1));
    tx.signature[3] ^= 1;
    blocks.push_back(a.next(c, {tx}));
    a.peers["one"].blocks = blocks;
    a.look();
    a.run();
    BOOST_TEST(a.has(good));
    BOOST_TEST((a.judged.at("one") == errc::bad_signature));
    good.push_back(a.next(c));
    a.peers["two"].blocks = good;
    a.machine->look("two", [] {}, [] {});
    a.run();
    BOOST_TEST(a.has(good));
}

BOOST_AUTO_TEST_CASE(headers_that_only_another_set_of_signers_explains_are_judged_with_their_bodies) {
    away<P> a(3);
    ledger::chain<P> c(a.genesis);
    auto blocks = a.grow(c, 4);
    blocks.push_back(a.next(c, {a.expel(signer_0 + 2)}));
    BOOST_REQUIRE(!c.push(blocks.back(), later));
    for (auto& b : a.grow(c, 30)) blocks.push_back(b);  // sealed by the two that are left, in slots that were the third's
    a.peers["one"].blocks = blocks;
    a.look();
    a.run();
    BOOST_TEST(a.has(blocks));
    BOOST_TEST(a.judged.empty());
}

BOOST_AUTO_TEST_CASE(endless_headers_take_bounded_memory_and_hold_nobody_up) {
    using W = work_protocol;
    away<W> a;
    ledger::chain<W> c(a.genesis);
    auto const blocks = a.grow(c, 12);
    a.peers["honest"].blocks = blocks;
    auto& endless = a.peers["endless"];
    endless.blocks.push_back(a.next(ledger::chain<W>(a.genesis)));
    endless.lie = [&](auto& r, auto& out) {
        if (r.path == "/chain") out.status = 503;
        if (r.path == "/status") altering<status>("/status", [](auto& s) { s.height = ~std::uint64_t(0); })(r, out);
        if (r.path != "/headers") return;
        auto const from = *role::number_in(r.query, "from", 1);
        header_page<proof_of<W>> p{.chain_id = a.chain_id, .height = ~std::uint64_t(0), .from = from};
        for (auto h = from; h != from + 1024; ++h) {
            while (endless.blocks.size() < h) {
                auto next = endless.blocks.back().sealed.body;
                ++next.index;
                ++next.time;
                next.previous_hash = ledger::hash_of_block<W>(endless.blocks.back().sealed);
                endless.blocks.push_back({a.seal(next), {}});
            }
            p.headers.push_back(endless.blocks[h - 1].sealed);
        }
        out = role::show(r, 200, p);
    };
    a.look();
    a.run();
    BOOST_TEST(a.most_headers <= a.machine->most_headers);
    BOOST_TEST(endless.blocks.size() == a.machine->most_headers);
    BOOST_TEST(a.has(blocks));
}

BOOST_AUTO_TEST_CASE(it_goes_on_where_a_cut_left_it_wherever_that_was) {
    away<P> whole;
    ledger::chain<P> c(whole.genesis);
    auto const blocks = whole.grow(c, 70);
    for (std::size_t cut = 1;; ++cut) {
        away<P> a;
        a.peers["one"].blocks = blocks;
        a.look();
        bool more = true;
        for (std::size_t i = 0; i != cut && more; ++i) more = a.one();
        auto const laid = a.disk.height();
        a.boot();  // what was in memory is gone
        BOOST_TEST(a.kept->chain().height() == laid);
        std::uint64_t lowest = ~std::uint64_t(0);
        a.peers["one"].lie = [&](auto& r, auto&) {
            if (r.path == "/chain") lowest = std::min(lowest, *role::number_in(r.query, "from", 1));
        };
        a.look();
        a.run();
        BOOST_TEST(a.has(blocks));
        BOOST_TEST(lowest > laid);  // nothing is fetched twice
        if (!more) break;
    }
}

BOOST_AUTO_TEST_CASE(a_preferred_fork_is_taken_whole_and_a_weaker_one_is_no_lie) {
    using W = work_protocol;
    away<W> a;
    ledger::chain<W> c(a.genesis);
    auto ours = a.grow(c, 8);
    auto other = c;
    auto theirs = ours;
    for (auto& b : a.grow(c, 3)) ours.push_back(b);
    for (auto& b : a.grow(other, 5, 7)) theirs.push_back(b);
    a.peers["ours"].blocks = ours;
    a.look();
    a.run();
    BOOST_TEST_REQUIRE(a.has(ours));
    auto weaker = theirs;
    weaker.resize(ours.size() - 1);
    a.peers["weaker"].blocks = weaker;
    a.machine->look("weaker", [] {}, [] {});
    a.run();
    BOOST_TEST(a.has(ours));
    BOOST_TEST(a.peers["weaker"].asked_for_blocks == 0u);  // its headers said enough
    a.peers["theirs"].blocks = theirs;
    a.machine->look("theirs", [] {}, [] {});
    a.run();
    BOOST_TEST(a.has(theirs));
    BOOST_TEST(a.judged.empty());
}

namespace {

/// Blocks as full as these networks allow, so that their signatures are worth verifying ahead of their turn; at one height, something happens.
struct full_blocks : away<P> {
    explicit full_blocks(std::size_t length) : away(1) {
        ledger::chain<P> c(this->genesis);
        for (std::size_t h = 1; h <= length; ++h) add(c, h == 1 ? everybody() : reports());
    }
    std::vector<transaction_of<P>> reports() {
        std::vector<transaction_of<P>> all;
        for (int i = 0; i != 8; ++i)
            for (auto who : {device, device_2}) all.push_back(signed_by(who, report(state::running, 1)));
        return all;
    }
    /// Whatever their signatures are worth.
    void add(ledger::chain<P>& c, std::vector<transaction_of<P>> transactions) {
        blocks.push_back(next(c, std::move(transactions)));
        BOOST_REQUIRE(!c.push(blocks.back(), later, [](auto&) { return fault{}; }));
    }
    /// The same chain with another block at one height, and what follows upon it, as long as it can be followed.
    template <class Change>
    std::vector<block_of<P>> with(std::size_t height, Change change) const {
        ledger::chain<P> c(this->genesis);
        std::vector<block_of<P>> out;
        for (std::size_t h = 1; h <= blocks.size(); ++h) {
            auto transactions = blocks[h - 1].transactions;
            if (h == height) change(transactions);
            out.push_back(next(c, std::move(transactions)));
            if (c.push(out.back(), later, [](auto&) { return fault{}; })) break;
        }
        return out;
    }
    std::vector<block_of<P>> blocks;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_bad_block_is_refused_for_the_same_fault_however_many_threads_look_for_it_and_those_before_it_stay) {
    constexpr std::size_t length = 60, at = 43;
    full_blocks const made(length);
    using list = std::vector<transaction_of<P>>;
    auto const spoil = [](list& all, std::size_t i) { all[i].signature[3] ^= 1; };
    struct told_block {
        char const* name;
        std::vector<block_of<P>> blocks;
        fault refused;
        std::size_t kept;
    };
    auto const now_and_later = made.with(at, [&](list& all) { spoil(all, 9); });
    std::vector<told_block> const all = {
        {"nothing is wrong", made.blocks, {}, length},
        {"a bad signature", now_and_later, {errc::bad_signature, "transaction.signature", at}, at - 1},
        {"two in a block", made.with(at, [&](list& txs) { spoil(txs, 0), spoil(txs, 9); }), {errc::bad_signature, "transaction.signature", at}, at - 1},
        {"one before a rule is broken", made.with(at, [&](list& txs) { spoil(txs, 3), std::swap(txs[4], txs[6]); }), {errc::bad_signature, "transaction.signature", at}, at - 1},
        {"one behind", made.with(at, [&](list& txs) { spoil(txs, 9), std::swap(txs[4], txs[6]); }), {errc::repeated_sequence, "transaction.sequence", 0}, at - 1},
        {"somebody whom nobody knows", made.with(at, [&](list& txs) { txs[9].body.sender = made.id(stranger); }), {errc::unknown_sender, "transaction.sender", at}, at - 1},
    };
    same_thread here;
    threads::pool one(1), two(2), five(5);
    std::optional<executor_ref> const none;
    for (auto& told : all) {
        std::optional<fault> first;
        for (auto const& others : {none, std::optional(executor_ref(here)), std::optional(executor_ref(one)), std::optional(executor_ref(two)), std::optional(executor_ref(five))}) {
            BOOST_TEST_CONTEXT(told.name << ", other threads: " << (others ? others->threads() : 0)) {
                away<P> a(1);
                if (others) a.verify_with(*others);
                a.peers["one"].blocks = told.blocks;
                a.look();
                a.run();
                auto good = told.blocks;
                good.resize(told.kept);
                BOOST_TEST(a.has(good));
                BOOST_TEST((a.foreseen != 0) == others.has_value());
                auto const f = a.faults.count("one") ? a.faults.at("one") : fault{};
                BOOST_TEST(message(f.code) == message(told.refused.code));
                if (told.refused) BOOST_TEST(f.where == std::string_view(told.refused.where));
                if (!first) first = f;
                BOOST_TEST(f.at == first->at);
                if (told.refused.at != 0) BOOST_TEST(f.at == told.refused.at);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(windows_that_wait_for_threads_are_laid_when_nobody_is_asked_any_more_and_after_a_cut) {
    struct idle {  // never does what it is given
        void submit(std::function<void()>) {}
        std::size_t threads() const noexcept { return 3; }
    } others;
    full_blocks const made(80);
    away<P> a(1);
    a.verify_with(executor_ref(others));
    a.peers["one"].blocks = a.peers["two"].blocks = made.blocks;
    a.look();
    for (int i = 0; i != 12; ++i) BOOST_REQUIRE(a.one());
    a.boot();
    a.look();
    a.run();
    BOOST_TEST(a.has(made.blocks));
    BOOST_TEST(a.foreseen != 0u);
    BOOST_TEST(a.judged.empty());
}

BOOST_AUTO_TEST_CASE(a_window_is_as_large_as_blocks_turn_out_to_be) {
    full_blocks const made(80);
    away<P> a(1);
    std::vector<std::uint64_t> counts;
    a.peers["one"].blocks = made.blocks;
    a.peers["one"].lie = [&](auto& r, auto&) {
        if (r.path == "/chain") counts.push_back(*role::number_in(r.query, "limit", 0));
    };
    a.look();
    a.run();
    BOOST_TEST(a.has(made.blocks));
    BOOST_TEST_REQUIRE(counts.size() > 2u);
    BOOST_TEST(counts[0] <= a.machine->first_blocks);
    BOOST_TEST(counts[1] <= a.machine->first_blocks);
    BOOST_TEST(counts[2] > a.machine->first_blocks);  // small ones: many fit
}

BOOST_AUTO_TEST_SUITE_END()
