#include <daicho/role/ledger_node.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/file/block_store.hpp>
#include <daicho/lmdb/block_store.hpp>

#include "role/node_bench.hpp"

#include <filesystem>
#include <unistd.h>

using namespace fixture;

/// What a node owes to its disk: nothing is acknowledged before it is durable, nothing acknowledged is lost, and what the
/// disk refuses has not happened.
BOOST_AUTO_TEST_SUITE(ledger_node_store)

BOOST_AUTO_TEST_CASE_TEMPLATE(nothing_is_acknowledged_before_it_is_durable, P, both) {
    memory::block_store disk;
    bench<P> b(disk);
    b.start();
    b.commits_at_once = false;
    auto const all = b.everybody();
    std::vector<role::ticket> tickets;
    for (auto& tx : all) tickets.push_back(b.submit(tx));
    tickets.push_back(b.submit(all[0]));  // said again, while the first is under way
    for (auto t : tickets) BOOST_TEST(b.status(t) == 0u);
    b.commit_one();
    BOOST_TEST(b.status(tickets[0]) == 201u);
    BOOST_TEST(b.status(tickets[1]) == 0u);
    BOOST_TEST(b.persists.size() == 1u);
    BOOST_TEST(b.persists.front().batch.add_pending.size() == all.size() - 1);  // group commit: all that came meanwhile
    b.commit_one();
    for (auto t : tickets) BOOST_TEST(b.status(t) == 201u);
    BOOST_TEST(b.commits == 2u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_full_store_is_said_and_nothing_has_changed, P, both) {
    memory::block_store disk;
    bench<P> b(disk);
    b.start();
    b.record(b.everybody());
    auto const waiting = b.signed_by(device, b.report(state::running, 1));
    BOOST_TEST(b.status(b.submit(waiting)) == 201u);
    auto const before = b.face();

    disk.fail_next(errc::store_full);
    auto const tx = b.signed_by(device_2, b.report(state::running, 1));
    BOOST_TEST(b.status(b.submit(tx)) == 507u);
    BOOST_TEST((b.face() == before));

    disk.fail_next(errc::store_full);
    auto const command = b.command(node_command::mine);
    BOOST_TEST(b.status(b.order(command)) == 507u);
    BOOST_TEST((b.face() == before));

    b.seals_at_once = false;
    auto const t = b.order(command);  // the same command: it was not obeyed yet
    for (int i = 0; i != 5 && b.seals.empty(); ++i) b.tick();
    disk.fail_next(errc::store_full);
    b.seal_one();
    BOOST_TEST(b.status(t) == 507u);
    BOOST_TEST((b.face() == before));  // the block is taken back and its transaction waits again
    b.seals_at_once = true;

    disk.fail_next(errc::store_full);
    auto const theirs = b.next(b.node->chain(), {tx}, P::consensus::name == authority::name ? (b.now / 2 + 1) * 2 : 0);
    BOOST_TEST(b.ask(b.post("/blocks/new", theirs)) == 507u);
    BOOST_TEST((b.face() == before));
    BOOST_TEST((b.halted == errc::ok));

    BOOST_TEST(b.status(b.submit(tx)) == 201u);  // room again
    b.tick(4);
    auto const again = b.order(b.command(node_command::mine));
    for (int i = 0; i != 5; ++i) b.tick();
    BOOST_TEST(b.status(again) == 201u);
    BOOST_TEST(b.node->pending() == 0u);
    BOOST_TEST(b.node->chain().height() == std::get<0>(before) + 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(decisions_that_build_on_a_refused_one_fall_with_it, P, both) {
    memory::block_store disk;
    bench<P> b(disk);
    b.start();
    b.record(b.everybody());
    auto const before = b.face();
    b.commits_at_once = false;
    auto const release = b.submit(b.signed_by(publisher, b.released(2)));
    auto const cached = b.submit(b.signed_by(gateway, b.report(state::cached, 2)));  // valid because of the first
    b.commit_one(fault{errc::store_full});
    BOOST_TEST(b.status(release) == 507u);
    BOOST_TEST(b.status(cached) == 507u);
    BOOST_TEST((b.face() == before));
    BOOST_TEST(b.persists.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(after_a_failure_of_unknown_outcome_the_node_stops, P, both) {
    memory::block_store disk;
    bench<P> b(disk);
    b.start();
    b.record(b.everybody());
    disk.fail_next(errc::io_failed);
    BOOST_TEST(b.status(b.submit(b.signed_by(device, b.report(state::running, 1)))) == 500u);
    BOOST_TEST((b.halted == errc::io_failed));
    BOOST_TEST(b.ask(b.get("/status")) == 500u);
    b.start();
    BOOST_TEST(!b.restored);
    BOOST_TEST(b.ask(b.get("/status")) == 200u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_crash_at_any_moment_loses_nothing_acknowledged, P, both) {
    for (int crash = 0; crash != 24; ++crash) {
        memory::block_store disk;
        bench<P> b(disk);
        b.start();
        b.record(b.everybody());
        b.commits_at_once = b.seals_at_once = false;
        std::vector<transaction_of<P>> sent;
        std::vector<role::ticket> tickets;
        for (int step = 0; step != crash; ++step) {
            switch (step % 4) {
            case 0: sent.push_back(b.signed_by(step % 8 ? device : device_2, b.report(state::running, 1))); tickets.push_back(b.submit(sent.back())); break;
            case 1: b.order(b.command(node_command::mine)); b.tick(); break;
            case 2: if (!b.persists.empty()) b.commit_one(); break;
            case 3: if (!b.seals.empty()) b.seal_one(); else if (!b.persists.empty()) b.commit_one(); break;
            }
        }
        if (crash % 2 && !b.persists.empty()) BOOST_TEST(!disk.commit(b.persists.front().batch));  // durable, and nobody heard of it
        std::vector<bool> acknowledged;
        for (auto t : tickets) acknowledged.push_back(b.status(t) == 201u);
        b.commits_at_once = b.seals_at_once = true;
        b.start();
        BOOST_TEST_REQUIRE(!b.restored);
        BOOST_TEST(b.node->chain().height() == disk.height());
        for (std::size_t i = 0; i != sent.size(); ++i)
            if (acknowledged[i]) {
                auto const status = b.status(b.submit(sent[i]));
                BOOST_TEST((status == 201u || status == 409u));  // it waits, or is in the chain
                auto other = sent[i].body;
                other.ver = 77;
                BOOST_TEST(b.status(b.submit(network<P>::resigned(sent[i].body.sender == b.id(device) ? device : device_2, other))) == 409u);
            }
        auto const t = b.order(b.command(node_command::mine));
        for (int i = 0; i != 6; ++i) b.tick();
        BOOST_TEST((b.status(t) == 201u || b.status(t) == 409u || b.status(t) == 200u));
        BOOST_TEST(b.node->pending() == 0u);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_command_never_runs_twice_not_even_after_a_restart, P, both) {
    memory::block_store disk;
    bench<P> b(disk);
    b.start();
    b.record(b.everybody());
    b.submit(b.signed_by(device, b.report(state::running, 1)));
    auto const c = b.command(node_command::resolve);
    BOOST_TEST(b.status(b.order(c)) == 200u);
    b.start();
    BOOST_TEST(b.status(b.order(c)) == 409u);
    BOOST_TEST(b.status(b.order(b.command(node_command::resolve))) == 200u);
}

// --- authority: a signature leaves only after its slot is durable ---------------------------------------------------------------
BOOST_AUTO_TEST_CASE(a_slot_is_stored_before_it_is_sealed_and_never_sealed_twice) {
    using P = hardened_protocol;
    memory::block_store disk;
    bench<P> b(disk);
    b.start();
    b.record(b.everybody());
    b.commits_at_once = b.seals_at_once = false;
    b.tick(4);
    b.submit(b.signed_by(device, b.report(state::running, 1)));
    b.commit_one();
    b.order(b.command(node_command::mine));
    b.commit_one();
    BOOST_TEST(b.seals.empty());
    BOOST_TEST_REQUIRE(b.persists.size() == 1u);
    auto const& cells = b.persists.front().batch.cells;
    BOOST_TEST_REQUIRE(cells.size() == 1u);
    BOOST_TEST(cells[0].first == "slot");
    BOOST_TEST_REQUIRE(cells[0].second.size() == 40u);
    std::uint64_t const slot = load_be64(cells[0].second.data());
    BOOST_TEST(slot == b.now / 2);
    b.commit_one();
    BOOST_TEST_REQUIRE(b.seals.size() == 1u);
    auto const sealed = b.seals.front().body;
    BOOST_TEST(sealed.slot == slot);
    auto const d = digest_of<sha256>(sealed);
    auto const cell = *disk.cell("slot");
    BOOST_TEST(std::equal(d.begin(), d.end(), cell.begin() + 8, cell.end()));

    // It signs, and dies before the block is stored. In the same slot, with other transactions waiting, it must not sign again.
    b.start();
    BOOST_TEST_REQUIRE(!b.restored);
    b.commits_at_once = true;
    b.submit(b.signed_by(device_2, b.report(state::running, 1)));
    b.order(b.command(node_command::mine, gateway));
    BOOST_TEST(b.now / 2 == slot);
    b.step(role::tick{});
    BOOST_TEST(b.seals.empty());
    b.tick(2);
    BOOST_TEST_REQUIRE(b.seals.size() == 1u);
    BOOST_TEST(b.seals.front().body.slot > slot);
    BOOST_TEST(b.seals.front().body.vouches_after == slot);  // what it signed then may be anywhere
}

BOOST_AUTO_TEST_CASE(a_slot_that_could_not_be_stored_is_not_sealed) {
    using P = hardened_protocol;
    memory::block_store disk;
    bench<P> b(disk);
    b.start();
    b.record(b.everybody());
    b.seals_at_once = false;
    b.tick(4);
    b.submit(b.signed_by(device, b.report(state::running, 1)));
    b.commits_at_once = false;
    b.order(b.command(node_command::mine));
    b.commit_one();
    b.commit_one(fault{errc::store_full});
    BOOST_TEST(b.seals.empty());
    b.commits_at_once = true;
    b.step(role::tick{});
    BOOST_TEST(b.seals.empty());  // the slot is over for this node
    b.tick(2);
    BOOST_TEST(b.seals.size() == 1u);
}

// --- stores ---------------------------------------------------------------------------------------------------------------------
namespace {

struct folder {
    folder() : path(std::filesystem::temp_directory_path() / ("daicho-node-" + std::to_string(::getpid()) + "-" + std::to_string(++count))) {}
    ~folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    static inline int count = 0;
    std::filesystem::path path;
};

template <class Store>
void lives_through_a_restart(std::function<std::unique_ptr<Store>()> open) {
    using P = hardened_protocol;
    auto first = open();
    digest head;
    transaction_of<P> waiting;
    std::map<std::uint64_t, std::uint64_t> sequences;
    std::uint64_t now, commands;
    {
        bench<P, Store> b(*first);
        b.start();
        b.record(b.everybody());
        b.record({b.signed_by(publisher, b.released(2))});
        waiting = b.signed_by(device, b.report(state::installed, 2));
        BOOST_TEST(b.status(b.submit(waiting)) == 201u);
        head = b.node->chain().head();
        sequences = b.sequences;
        now = b.now;
        commands = b.command_sequence;
    }
    first.reset();
    auto second = open();
    bench<P, Store> b(*second);
    b.sequences = sequences;
    b.now = now;
    b.command_sequence = commands;
    b.start();
    BOOST_TEST_REQUIRE(!b.restored);
    BOOST_TEST((b.node->chain().head() == head));
    BOOST_TEST(b.node->pending() == 1u);
    BOOST_TEST(b.status(b.submit(waiting)) == 201u);
    BOOST_TEST(b.node->pending() == 1u);
    b.record({});
    BOOST_TEST(b.node->chain().members().find_device(b.id(device)) != nullptr);

    // Another genesis: what is stored is not its chain.
    bench<P, Store> foreign(*second);
    foreign.genesis.time += 1;
    foreign.start();
    BOOST_TEST((foreign.restored == errc::store_corrupt));
}

} // namespace

BOOST_AUTO_TEST_CASE(memory_files_and_lmdb_keep_a_node_alike) {
    memory::block_store kept;
    struct borrowed {
        memory::block_store* s;
        fault commit(store_batch const& x) { return s->commit(x); }
        std::uint64_t height() const { return s->height(); }
        result<bytes> read(std::uint64_t h) const { return s->read(h); }
        fault pending(std::function<void(digest const&, byte_view)> const& f) const { return s->pending(f); }
        result<bytes> cell(std::string_view n) const { return s->cell(n); }
    };
    lives_through_a_restart<borrowed>([&] { return std::make_unique<borrowed>(borrowed{&kept}); });
    folder plain, mapped;
    lives_through_a_restart<file::block_store>([&] { return std::make_unique<file::block_store>(std::move(*file::block_store::open(plain.path))); });
    lives_through_a_restart<lmdb::block_store>([&] { return std::make_unique<lmdb::block_store>(std::move(*lmdb::block_store::open(mapped.path))); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_corrupt_store_is_not_believed, P, both) {
    memory::block_store disk;
    bench<P> b(disk);
    b.start();
    b.record(b.everybody());
    b.record({b.signed_by(device, b.report(state::running, 1))});
    auto const good = *disk.read(2);
    for (std::size_t at = 0; at < good.size(); at += 13) {
        auto bad = good;
        bad[at] ^= 0x10;
        BOOST_REQUIRE(!disk.commit({.keep = 1, .blocks = {bad}}));
        b.start();
        BOOST_TEST((b.restored == errc::store_corrupt));
        BOOST_TEST(b.restored.at == 2u);
    }
    BOOST_REQUIRE(!disk.commit({.keep = 1, .blocks = {good}}));
    b.start();
    BOOST_TEST(!b.restored);
    for (auto cell : {"slot", "commands", "peers"}) {
        auto const was = *disk.cell(cell);
        BOOST_REQUIRE(!disk.commit({.cells = {{cell, bytes(7, 0xff)}}}));
        b.start();
        BOOST_TEST((b.restored == errc::store_corrupt));
        BOOST_REQUIRE(!disk.commit({.cells = {{cell, was}}}));
    }
    digest junk{};
    BOOST_REQUIRE(!disk.commit({.add_pending = {{junk, bytes{1, 2, 3}}}}));
    b.start();
    BOOST_TEST(!b.restored);  // a pending one that is not valid any more is dropped
    b.tick();
    std::size_t left = 0;
    BOOST_REQUIRE(!disk.pending([&](auto&, auto) { ++left; }));
    BOOST_TEST(left == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
