/// A node with a million transactions of a thousand devices starts: its chain from the newest snapshot, the whole node, and the same without
/// snapshots, every block from genesis by all processors.
#include "suite/chain.hpp"
#include "suite/run.hpp"
#include "suite/store.hpp"

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/defaults/paper.hpp>
#include <daicho/file/block_store.hpp>
#include <daicho/file/tile_store.hpp>
#include <daicho/role/ledger_node.hpp>
#include <daicho/threads/pool.hpp>

namespace {

using namespace daicho;
using namespace daicho::benchmarks;

struct paper_with_ed25519 : defaults::paper {
    using signature = cryptopp::ed25519;
};
using P = paper_with_ed25519;
struct host : defaults::host<P> {
    using block_store = file::block_store;
    using tile_store = file::tile_store;
};
using desk = role::snapshot_desk<P, file::block_store>;

constexpr std::size_t blocks = 25'000, transactions = 40, devices = 1'000;

/// The folder of such a node, as it was left.
struct grown {
    genesis_of<P> genesis;
    folder place;
    std::filesystem::path store() const { return place.path() / "chain"; }
    std::filesystem::path tiles() const { return place.path() / "tiles"; }

    grown() {
        fleet<P, host::signer> f(host::signer::generate, devices);
        auto sealer = host::sealer::make(*f.sealing);
        genesis = f.genesis;
        ledger::chain<P> c(genesis);
        auto s = must(file::block_store::open(store()), "opening");
        desk snapshots(s, {});
        role::outbox out;
        auto const settle = [&] {
            while (auto p = out.next(s.height())) must_not(out.finish(p->id, s.commit(p->batch)), "commit");
        };
        store_batch batch;
        for (std::size_t i = 0; i != blocks; ++i) {
            auto some = i == 0 ? f.enrolments() : std::vector<transaction_of<P>>();
            for (std::size_t k = 0; i != 0 && k != transactions; ++k) some.push_back(f.report(i * transactions + k));
            auto const block = f.next(c, sealer, std::move(some));
            must_not(c.push(block, block.head().time, [](auto&) { return fault{}; }), "growing");
            batch.blocks.push_back(encode(block));
            if (batch.blocks.size() != 100) continue;
            must_not(s.commit(std::exchange(batch, {})), "commit");
            snapshots.follow(c, out, [] { return std::uint64_t(1); });
            settle();
        }
    }
    static grown const& once() {
        static grown const made;
        return made;
    }
};

template <class Body>
void start_by(std::string policy, Body body) {
    add({.group = "start with a million transactions", .policy = std::move(policy), .body = [=](benchmark::State& state) {
             auto const& made = grown::once();
             for (auto _ : state) body(made);
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .by = timed::wall, .item = "start"});
}

/// The chain alone, of a store that is opened, with the threads of a pool.
void start_chain(grown const& made, role::snapshot_policy policy) {
    auto s = must(file::block_store::open(made.store()), "opening");
    threads::pool pool;
    auto begun = must(desk(s, policy).restore(made.genesis), "restoring");
    auto const read = [&](std::uint64_t h) -> result<std::optional<bytes>> {
        if (h > s.height()) return std::optional<bytes>();
        return std::optional(must(s.read(h), "reading"));
    };
    auto const checked = ledger::validate<P>(std::move(begun), read, [] { return host::verifier(); }, pool, {.now = ~std::uint64_t(0) / 2, .own = true}, [](auto&) {});
    must_not(checked.refused, "checking");
    if (checked.chain.height() != blocks) throw std::runtime_error("a block is missing");
}

void start_node(grown const& made) {
    auto s = must(file::block_store::open(made.store()), "opening");
    auto tiles = must(file::tile_store::open(made.tiles()), "opening");
    auto key = must(host::signer::generate(), "a key");
    host::entropy entropy;
    threads::pool pool;
    role::ledger_node<P, host> node({.genesis = made.genesis}, key, s, entropy, tiles);
    must_not(node.restore(file::clock().now(), pool), "restoring");
    if (node.chain().height() != blocks) throw std::runtime_error("a block is missing");
}

} // namespace

int main(int argc, char** argv) {
    start_by("chain, from the newest snapshot", [](grown const& made) { start_chain(made, {}); });
    start_by("whole node, with proof_desk's index", [](grown const& made) { start_node(made); });
    start_by("chain, from genesis", [](grown const& made) { start_chain(made, {.from_genesis = true}); });
    return benchmarks::run(argc, argv);
}
