#include <daicho/role/snapshot_desk.hpp>

#include <boost/test/unit_test.hpp>

#include "role/node_bench.hpp"

using namespace fixture;
using P = hardened_protocol;

namespace {

/// A node that writes a snapshot every few blocks.
struct ageing : bench<P> {
    explicit ageing(memory::block_store& disk, std::uint64_t keep = 0) : bench<P>(disk), policy{.every = 20, .keep = keep} {
        tiles = &own_tiles;
        index = &own_index;
        again();
        record(everybody());
    }
    void again() {
        options o;
        o.snapshots = policy;
        start(std::move(o));
    }
    void grow(std::uint64_t height) {
        while (node->chain().height() < height) record({signed_by(device, report(state::running, height)), signed_by(device_2, report(state::running, 1)), signed_by(device, report(state::unchanged, height))});
    }
    /// Where a start would begin to check.
    std::uint64_t begins_at() const { return role::snapshot_desk<P, memory::block_store>(store, policy).restore(genesis)->height(); }

    role::snapshot_policy policy;
    ledger::tile_list own_tiles;
    ledger::index_list own_index;
};

void spoil(memory::block_store& disk, std::string const& cell, std::size_t at) {
    auto b = *disk.cell(cell);
    BOOST_REQUIRE(b.size() > at);
    b[at] ^= 1;
    BOOST_REQUIRE(!disk.commit({.cells = {{cell, b}}}));
}

} // namespace

BOOST_AUTO_TEST_SUITE(snapshot_desk)

BOOST_AUTO_TEST_CASE(a_node_starts_where_its_newest_good_snapshot_ends) {
    memory::block_store disk;
    ageing b(disk);
    BOOST_TEST(b.begins_at() == 0u);
    b.grow(45);
    auto const newest = b.begins_at();
    BOOST_TEST(newest >= 40u);
    auto const before = b.face();
    b.again();
    BOOST_TEST(!b.restored);
    BOOST_TEST((b.face() == before));
    b.grow(50);  // and goes on
    BOOST_TEST(b.node->chain().height() == 50u);

    auto from_genesis = b.policy;
    from_genesis.from_genesis = true;
    role::snapshot_desk<P, memory::block_store> careful(disk, from_genesis);
    BOOST_TEST(careful.restore(b.genesis)->height() == 0u);
    auto const good = disk;
    for (auto cell : {"snapshot/0", "snapshot/0/0", "snapshot/1", "snapshot/1/0"}) {
        spoil(disk, cell, 40);  // one of the two: the other is good
        auto const begins = b.begins_at();
        BOOST_TEST((begins == newest || (begins >= 20u && begins < newest)));
        b.again();
        BOOST_TEST(!b.restored);
        disk = good;
    }
    spoil(disk, "snapshot/0/0", 40);
    spoil(disk, "snapshot/1", 3);
    BOOST_TEST(b.begins_at() == 0u);  // neither: everything is checked, and nothing is lost
    b.again();
    BOOST_TEST(!b.restored);
    BOOST_TEST(b.node->chain().height() == 50u);
    disk = good;
    BOOST_REQUIRE(!disk.commit({.keep = newest - 1}));  // a store that went back behind it
    BOOST_TEST(b.begins_at() < newest);
    b.again();
    BOOST_TEST(!b.restored);
    BOOST_TEST(b.node->chain().height() == newest - 1);
}

BOOST_AUTO_TEST_CASE(what_comes_after_a_snapshot_is_checked_as_ever) {
    memory::block_store disk;
    ageing b(disk);
    b.grow(30);
    auto const begins = b.begins_at();
    BOOST_TEST_REQUIRE(begins >= 20u);
    auto bad = *disk.read(begins + 2);
    bad[bad.size() / 2] ^= 1;
    std::vector<bytes> tail{bad};
    for (auto h = begins + 3; h <= disk.height(); ++h) tail.push_back(*disk.read(h));
    BOOST_REQUIRE(!disk.commit({.keep = begins + 1, .blocks = tail}));
    b.again();
    BOOST_TEST((b.restored == errc::store_corrupt));
    BOOST_TEST(b.restored.at == begins + 2);
}

BOOST_AUTO_TEST_CASE(a_crash_at_any_commit_of_a_snapshot_or_of_pruning_loses_nothing) {
    memory::block_store disk;
    ageing b(disk, 10);
    b.grow(130);
    std::uint64_t pruned = 0, begun = b.begins_at();
    for (int crash = 0; crash != 40; ++crash) {
        b.commits_at_once = false;
        auto const tx = b.signed_by(device, b.report(state::running, 1));
        auto const t = b.submit(tx);
        b.order(b.command(node_command::mine));
        for (int i = 0; i != crash % 9; ++i) {
            if (!b.seals.empty()) b.seal_one();
            if (b.persists.empty()) b.tick();
            if (!b.persists.empty()) b.commit_one();
        }
        bool const acknowledged = b.status(t) == 201u;
        if (crash % 2 && !b.persists.empty()) BOOST_TEST(!disk.commit(b.persists.front().batch));  // durable, and nobody heard of it
        b.commits_at_once = true;
        b.again();
        BOOST_TEST_REQUIRE(!b.restored, "crash " << crash << ": " << message(b.restored.code) << " (" << b.restored.where << ")");
        BOOST_TEST(b.node->chain().height() == disk.height());
        if (acknowledged) BOOST_TEST(b.status(b.submit(tx)) != 0u);
        BOOST_TEST(b.begins_at() + 45 >= b.node->chain().final_height());  // at worst the older of the two
        BOOST_TEST(pruned_height(disk) >= pruned);
        pruned = pruned_height(disk);
        b.grow(disk.height() + 1);
    }
    BOOST_TEST(b.begins_at() > begun);
    BOOST_TEST(pruned > 0u);
}

BOOST_AUTO_TEST_CASE(bodies_that_were_pruned_can_still_be_proven) {
    memory::block_store disk;
    ageing b(disk, 10);
    auto const mine = b.signed_by(gateway, b.report(state::cached, 1));
    b.record({b.signed_by(publisher, b.released(1)), mine});
    b.grow(200);
    auto const pruned = pruned_height(disk);
    BOOST_TEST_REQUIRE(pruned > 20u);
    BOOST_TEST(pruned + 64 < b.node->chain().final_height());  // what a snapshot asks for stays
    BOOST_TEST((disk.read(2).error() == errc::pruned));
    for (bool restarted : {false, true}) {
        if (restarted) b.again();
        BOOST_TEST_REQUIRE(!b.restored);
        auto const gone = b.send(b.get("/chain", "from=1"));
        BOOST_TEST(b.status(gone) == 410u);
        BOOST_TEST(b.text(gone).find(message(errc::pruned)) != std::string::npos);
        BOOST_TEST(b.ask(b.get("/chain", "from=" + std::to_string(pruned + 1))) == 200u);
        BOOST_TEST(b.ask(b.get("/tile/entries/000")) == 410u);
        BOOST_TEST(b.ask(b.get("/tile/0/000")) == 200u);

        auto const size = decode<commitments>(b.node->chain().recent(b.node->chain().final_height())->head().commitments)->history_size;
        auto const root = decode<commitments>(b.node->chain().recent(b.node->chain().final_height())->head().commitments)->history_root;
        auto const t = b.send(b.get("/proof", "index=7"));  // the eighth that was sealed
        BOOST_TEST_REQUIRE(b.status(t) == 200u);
        auto const proof = decode<inclusion_proof>(b.response(t)->body);
        BOOST_TEST_REQUIRE(bool(proof));
        BOOST_TEST(proof->size == size);
        BOOST_TEST(b.text(b.send(b.get("/proof", "transaction=" + to_hex(digest_of<hash_of<P>>(mine))))) == b.text(t));  // by its id, likewise
        auto const leaf = ledger::leaf_hash<hash_of<P>>(encode(mine));
        BOOST_TEST(!ledger::verify_inclusion<hash_of<P>>({leaf, 7, proof->path}, size, root));
        auto const other = ledger::leaf_hash<hash_of<P>>(bytes{1});
        BOOST_TEST(bool(ledger::verify_inclusion<hash_of<P>>({other, 7, proof->path}, size, root)));
        BOOST_TEST(b.ask(b.get("/proof/consistency", "old=9&size=" + std::to_string(size))) == 200u);

        auto const headers = decode<header_page<proof_of<P>>>(b.response(b.send(b.get("/headers", "from=1")))->body);  // seals and all
        BOOST_TEST_REQUIRE(bool(headers));
        BOOST_TEST_REQUIRE(headers->headers.size() == headers->height);
        auto previous = headers->chain_id;
        for (auto& sealed : headers->headers) {
            BOOST_TEST((sealed.body.previous_hash == previous));
            previous = ledger::hash_of_block<P>(sealed);
        }
        BOOST_TEST((previous == headers->head));
    }
    for (auto cell : {"snapshot/0", "snapshot/1"}) spoil(disk, cell, 40);
    b.again();
    BOOST_TEST((b.restored == errc::pruned));  // said, not guessed: what was before is gone
}

// However large blocks are, a start has a bounded number of transactions to check again.
BOOST_AUTO_TEST_CASE(so_many_transactions_make_a_snapshot_due_before_so_many_blocks) {
    memory::block_store disk;
    ageing b(disk);
    b.policy = {.every = 1000, .transactions = 30};
    b.again();
    b.grow(12);
    BOOST_TEST(b.begins_at() > 2u);  // three transactions a block
    auto const first = b.begins_at();
    b.grow(40);
    BOOST_TEST(b.begins_at() == first);  // one that may have as many entries as were transactions since is not yet due
    b.again();
    b.grow(45);
    BOOST_TEST(b.begins_at() == first);  // nor after a restart
}

BOOST_AUTO_TEST_CASE(a_header_that_was_kept_wrong_is_not_served) {
    memory::block_store disk;
    ageing b(disk, 10);
    b.grow(150);
    BOOST_TEST_REQUIRE(pruned_height(disk) > 2u);
    auto const good = *disk.cell("headers/0");
    for (auto& [bad, status] : {std::pair<bytes, unsigned>{bytes(40, 0xff), 500u}, {bytes(good.begin() + 1, good.end()), 500u}, {bytes(), 410u}}) {
        BOOST_REQUIRE(!disk.commit({.cells = {{"headers/0", bad}}}));
        b.again();
        BOOST_TEST(!b.restored);
        BOOST_TEST(b.ask(b.get("/headers", "from=1&limit=1")) == status);
        BOOST_TEST(b.ask(b.get("/proof", "index=0")) != 200u);  // where it lies cannot be told any more
    }
    BOOST_REQUIRE(!disk.commit({.cells = {{"headers/0", good}}}));
    b.again();
    BOOST_TEST(b.ask(b.get("/headers", "from=1&limit=1")) == 200u);
    BOOST_TEST(b.ask(b.get("/proof", "index=0")) == 200u);
}

BOOST_AUTO_TEST_CASE(without_tiles_and_an_index_that_outlive_it_a_node_prunes_nothing) {
    memory::block_store disk;
    ageing b(disk, 10);
    b.tiles = nullptr;
    b.again();
    b.grow(140);
    BOOST_TEST(pruned_height(disk) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
