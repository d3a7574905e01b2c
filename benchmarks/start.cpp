/// A node with a million transactions of a thousand devices starts: its chain from the newest snapshot, and the whole node with history tree, tiles and
/// index. And with --memory [TRANSACTIONS], ten million unless said otherwise, what each of its parts takes in memory and on disk.
///
/// What nothing reads again bears no signature: all but the blocks above the snapshots. They take the room of one.
#include "suite/chain.hpp"
#include "suite/run.hpp"
#include "suite/store.hpp"

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/defaults/paper.hpp>
#include <daicho/file/block_store.hpp>
#include <daicho/file/record_file.hpp>
#include <daicho/file/tile_store.hpp>
#include <daicho/lmdb/index_store.hpp>
#include <daicho/role/ledger_node.hpp>
#include <daicho/threads/pool.hpp>

#include <sys/wait.h>

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
    using index_store = lmdb::index_store;
};
using snapshots_type = role::snapshot_desk<P, file::block_store>;
using proofs_type = role::proof_desk<P, file::block_store, file::tile_store, lmdb::index_store>;

constexpr std::size_t transactions = 40, devices = 1'000;
constexpr std::uint64_t checked_blocks = 600;  // more than a start checks again

/// The folder of such a node.
struct home {
    std::filesystem::path place;
    result<file::block_store> store() const { return file::block_store::open(place / "chain"); }
    result<file::tile_store> tiles() const { return file::tile_store::open(place / "tiles"); }
    result<lmdb::index_store> index() const { return lmdb::index_store::open(place / "index"); }
    genesis_of<P> genesis() const { return must(file::read_record<genesis_of<P>>(place / "genesis"), "reading genesis"); }
};

/// Lives through so many blocks, as a node does that follows a chain. Returns the bytes of its blocks.
std::uint64_t grow(home const& at, std::uint64_t blocks) {
    fleet<P, host::signer> f(host::signer::generate, devices);
    must_not(file::replace_file<file::posix>(at.place / "genesis", encode(f.genesis)), "writing genesis");
    std::vector<node_id> ids;
    for (auto& d : f.devices) ids.push_back(id_of<P>(d->public_key()));
    auto const unsigned_report = [&](std::uint64_t i) {
        transaction_of<P> tx{};
        tx.body = {.chain_id = f.chain_id, .state = state::running, .recipient = id_of<P>(f.genesis.management), .sender = ids[i % ids.size()],
                   .model = "lamp", .ver = 2, .sequence = ++f.sequence, .time = fleet_start};
        tx.body.verifier.fill(0x77);
        tx.signature.fill(byte(f.sequence));
        return tx;
    };
    auto sealer = host::sealer::make(*f.sealing);
    ledger::chain<P> c(f.genesis);
    auto s = must(at.store(), "opening");
    auto tiles = must(at.tiles(), "opening");
    auto index = must(at.index(), "opening");
    proofs_type proofs(s, tiles, index, "benchmark", {});
    must_not(proofs.open(c), "opening");
    snapshots_type snapshots(s, {});
    role::outbox out;
    std::uint64_t written = 0;
    store_batch batch;
    for (std::uint64_t i = 1; i <= blocks; ++i) {
        auto some = i == 1 ? f.enrolments() : std::vector<transaction_of<P>>();
        for (std::size_t k = 0; i != 1 && k != transactions; ++k) some.push_back(i + checked_blocks > blocks ? f.report(i * transactions + k) : unsigned_report(i * transactions + k));
        auto const block = f.next(c, sealer, std::move(some));
        must_not(c.push(block, block.head().time, [](auto&) { return fault{}; }), "growing");
        written += batch.blocks.emplace_back(encode(block)).size();
        if (i % 100 != 0 && i != blocks) continue;
        must_not(s.commit(std::exchange(batch, {})), "commit");
        must_not(proofs.follow(c), "following");
        proofs.keep(out);
        snapshots.follow(c, out, [] { return std::uint64_t(1); });
        while (auto p = out.next(s.height())) must_not(out.finish(p->id, s.commit(p->batch)), "commit");
    }
    return written;
}

/// In a process of its own, so that nothing of it is left in this one's memory.
std::uint64_t grow_aside(home const& at, std::uint64_t blocks) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    auto const child = ::fork();
    if (child == 0) {
        std::uint64_t written = 0;
        try {
            written = grow(at, blocks);
        } catch (std::exception const& e) {
            std::fprintf(stderr, "%s\n", e.what());
        }
        (void)!::write(ends[1], &written, sizeof written);
        ::_exit(0);
    }
    std::uint64_t written = 0;
    (void)!::read(ends[0], &written, sizeof written);
    ::waitpid(child, nullptr, 0);
    if (written == 0) throw std::runtime_error("no chain was made");
    return written;
}

constexpr std::uint64_t million = 1'000'000;

home const& once() {
    static folder const place;
    static home const made = [] {
        home h{place.path()};
        (void)grow_aside(h, million / transactions);
        return h;
    }();
    return made;
}

template <class Body>
void start_by(std::string policy, Body body) {
    add({.group = "start with a million transactions", .policy = std::move(policy), .body = [=](benchmark::State& state) {
             auto const& made = once();
             for (auto _ : state) body(made);
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .by = timed::wall, .item = "start"});
}

/// The chain alone, of a store that is opened, with the threads of a pool.
ledger::chain<P> start_chain(home const& made, file::block_store& s) {
    threads::pool pool;
    auto begun = must(snapshots_type(s, {}).restore(made.genesis()), "restoring");
    auto const read = [&](std::uint64_t h) -> result<std::optional<bytes>> {
        if (h > s.height()) return std::optional<bytes>();
        return std::optional(must(s.read(h), "reading"));
    };
    auto checked = ledger::validate<P>(std::move(begun), read, [] { return host::verifier(); }, pool, {.now = ~std::uint64_t(0) / 2, .own = true}, [](auto&) {});
    must_not(checked.refused, "checking");
    if (checked.chain.height() != s.height()) throw std::runtime_error("a block is missing");
    return std::move(checked.chain);
}

void start_node(home const& made) {
    auto s = must(made.store(), "opening");
    auto tiles = must(made.tiles(), "opening");
    auto index = must(made.index(), "opening");
    auto key = must(host::signer::generate(), "a key");
    host::entropy entropy;
    threads::pool pool;
    role::ledger_node<P, host> node({.genesis = made.genesis()}, key, s, entropy, tiles, index);
    must_not(node.restore(file::clock().now(), pool), "restoring");
    if (node.chain().height() != s.height()) throw std::runtime_error("a block is missing");
}

/// Random transactions of the million, found by their ids: where they lie in the history, and the block that holds them; then decoded,
/// and seen to be the one.
enum class found { place, block, transaction };
void find_by_id(benchmark::State& state, found what) {
    auto const& made = once();
    auto s = must(made.store(), "opening");
    auto index = must(made.index(), "opening");
    ledger::transaction_index<P, lmdb::index_store> ids(index);
    role::final_blocks<P, file::block_store> blocks(s);
    blocks.restore(s.height());
    std::vector<digest> wanted;
    std::uint64_t at = 1;
    auto const next = [&] { return (at = at * 6364136223846793005u + 1442695040888963407u) >> 33; };
    while (wanted.size() != 4096) {
        auto const block = must(decode<block_of<P>>(must(s.read(next() % blocks.height() + 1), "reading")), "decoding");
        wanted.push_back(digest_of<hash_of<P>>(block.transactions[next() % block.transactions.size()]));
    }
    std::size_t right = 0, i = 0;
    for (auto _ : state) {
        auto const& id = wanted[i++ % wanted.size()];
        must_not(ids.find(id, [&](std::uint64_t place) {
            if (what == found::place) return ++right, false;
            auto const height = blocks.holding(place);
            if (what == found::block) return right += !must(s.view(height), "reading").empty(), false;
            auto const block = must(blocks.read(height), "reading");
            bool const same = digest_of<hash_of<P>>(block.transactions[std::size_t(place - blocks.end(height - 1))]) == id;
            right += same;
            return !same;
        }), "looking");
    }
    if (right != std::size_t(state.iterations())) throw std::runtime_error("a transaction was not found");
    state.SetItemsProcessed(std::int64_t(state.iterations()));
}

/// Bytes of this process in memory: its own, and those of files that it has mapped, which the system takes back when it needs them.
struct resident {
    double own = 0, mapped = 0;
    static resident now() {
        resident r;
        std::ifstream about("/proc/self/status");
        for (std::string line; std::getline(about, line);) {
            if (line.starts_with("RssAnon:")) r.own = std::stod(line.substr(8)) * 1024;
            if (line.starts_with("RssFile:")) r.mapped = std::stod(line.substr(8)) * 1024;
        }
        return r;
    }
};

double disk(std::filesystem::path const& place, std::string const& end = "") {
    double n = 0;
    if (!std::filesystem::is_directory(place)) return double(std::filesystem::file_size(place));
    for (auto& e : std::filesystem::directory_iterator(place))
        if (e.path().string().ends_with(end)) n += double(e.file_size());
    return n;
}

int say_memory(std::uint64_t wanted) {
    folder const place;
    home const made{place.path()};
    auto const blocks = wanted / transactions;
    double const each = double(blocks * transactions), written = double(grow_aside(made, blocks));
    std::printf("%llu transactions of %zu devices in blocks of %zu\n\n%-48s %14s %14s\n", static_cast<unsigned long long>(blocks * transactions), devices, transactions,
                "in memory, after a start", "its own", "mapped files");
    auto before = resident::now();
    auto const say = [&](char const* what) {
        auto const now = resident::now();
        std::printf("%-48s %10.1f MB %11.1f MB\n", what, (now.own - before.own) / 1e6, (now.mapped - before.mapped) / 1e6);
        before = now;
    };
    say("(this program: 0)");
    auto s = must(made.store(), "opening");
    say("file::block_store");
    auto const chain = start_chain(made, s);
    say("chain: registry, fleet map, last blocks");
    auto tiles = must(made.tiles(), "opening");
    auto index = must(made.index(), "opening");
    say("tile_store, index_store");
    proofs_type proofs(s, tiles, index, "benchmark", {});
    must_not(proofs.open(chain), "opening");
    say("proof_desk: places of blocks, edge of the tree");
    auto const all = resident::now();
    std::printf("%-48s %10.1f MB %11.1f MB\n", "the process", all.own / 1e6, all.mapped / 1e6);
    auto const row = [&](char const* what, double n) { std::printf("%-48s %10.1f MB %9.2f bytes a transaction\n", what, n / 1e6, n / each); };
    std::printf("\non disk\n");
    row("blocks, as they are encoded", written);
    row("block log", disk(made.place / "chain") - disk(made.place / "chain", ".heights"));
    row("its tables of heights", disk(made.place / "chain", ".heights"));
    row("history's tiles", disk(made.place / "tiles"));
    row("index of transactions", disk(made.place / "index"));
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "--memory") return say_memory(argc > 2 ? std::stoull(argv[2]) : 10 * million);
    start_by("chain, from the newest snapshot", [](home const& made) {
        auto s = must(made.store(), "opening");
        (void)start_chain(made, s);
    });
    start_by("whole node, with its tiles and index", start_node);
    auto const find = [](std::string policy, found what) {
        add({.group = "find one of a million transactions by its id", .policy = std::move(policy), .body = [what](benchmark::State& state) { find_by_id(state, what); },
             .by = timed::work, .item = "transaction"});
    };
    find("its place, by lmdb::index_store", found::place);
    find("and its block where it lies", found::block);
    find("and the transaction, out of the whole block, checked", found::transaction);
    return benchmarks::run(argc, argv);
}
