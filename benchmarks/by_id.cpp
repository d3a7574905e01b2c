/// Blocks that are found by their height and transactions that are found by their id: what it takes to make a block durable so, in a ledger
/// that has grown, and to find a transaction with its block. Beside LMDB and RocksDB, which keep both in tables, called directly.
#include "peer_stores.hpp"
#include "suite/run.hpp"
#include "suite/store.hpp"

#include <daicho/file/block_store.hpp>
#include <daicho/lmdb/block_store.hpp>
#include <daicho/lmdb/index_store.hpp>

#include <map>

namespace {

using namespace daicho;
using namespace daicho::benchmarks;

inline constexpr std::size_t before = 100'000;  ///< transactions that are there already
inline constexpr std::size_t height_size = 8, place_size = 12;

/// Any number's, and as good as a digest to who files it.
digest id_of(std::uint64_t number) {
    digest d;
    for (std::size_t i = 0; i != 4; ++i) {
        std::uint64_t x = number * 4 + i + 1;  // splitmix64
        x *= 0x9e3779b97f4a7c15;
        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
        x = (x ^ x >> 27) * 0x94d049bb133111eb;
        store_be64(d.data() + 8 * i, x ^ x >> 31);
    }
    return d;
}
std::array<byte, height_size> key_of(std::uint64_t height) {
    std::array<byte, height_size> key;
    store_be64(key.data(), height);
    return key;
}
std::array<byte, place_size> place_of(std::uint64_t height, std::size_t in_block) {
    std::array<byte, place_size> place;
    store_be64(place.data(), height);
    store_be32(place.data() + 8, std::uint32_t(in_block));
    return place;
}

/// Two tables: blocks by their height, places by their id.
class by_lmdb : peer_lmdb {
public:
    explicit by_lmdb(std::filesystem::path const& place) : env_(open(place, std::size_t(4) << 30, 2)) {
        write(env_, [&](auto* t) {
            check(mdb_dbi_open(t, "blocks", MDB_CREATE, &blocks_));
            check(mdb_dbi_open(t, "places", MDB_CREATE, &places_));
        });
    }
    ~by_lmdb() {
        if (reading_) mdb_txn_abort(reading_);
    }
    void keep(std::uint64_t height, bytes const& block, std::span<digest const> ids) {
        write(env_, [&](auto* t) {
            put(t, blocks_, key_of(height), block);
            for (std::size_t i = 0; i != ids.size(); ++i) put(t, places_, ids[i], place_of(height, i));
        });
    }
    byte_view find(digest const& id, std::size_t) {
        if (!reading_) check(mdb_txn_begin(env_.get(), nullptr, MDB_RDONLY, &reading_));
        return get(reading_, blocks_, get(reading_, places_, id).first(height_size));
    }

private:
    MDB_txn* reading_ = nullptr;
    lmdb::environment env_;
    MDB_dbi blocks_{}, places_{};
};

#if DAICHO_HAS_ROCKSDB
/// The same in one table: a height and an id have not the same length.
class by_rocksdb : peer_rocksdb {
public:
    explicit by_rocksdb(std::filesystem::path const& place) : db_(open(place)) {}
    void keep(std::uint64_t height, bytes const& block, std::span<digest const> ids) {
        ::rocksdb::WriteBatch batch;
        check(batch.Put(slice(key_of(height)), slice(block)));
        for (std::size_t i = 0; i != ids.size(); ++i) check(batch.Put(slice(ids[i]), slice(place_of(height, i))));
        write(*db_, batch);
    }
    byte_view find(digest const& id, std::size_t) { return get(*db_, get(*db_, id, place_).first(height_size), block_); }

private:
    std::unique_ptr<::rocksdb::DB> db_;
    ::rocksdb::PinnableSlice place_, block_;
};
#endif

/// As a ledger node keeps them: blocks are durable one by one; ids enter the index when so many wait, or with each block, and what a power cut
/// takes of them is made again from the blocks.
template <std::size_t AtOnce>
class by_daicho {
public:
    explicit by_daicho(std::filesystem::path const& place)
        : blocks_(must(file::block_store::open(place / "blocks"), "opening")), index_(must(lmdb::index_store::open(place / "index"), "opening")) {}

    void keep(std::uint64_t, bytes const& block, std::span<digest const> ids) {
        batch_.blocks[0] = block;
        must_not(blocks_.commit(batch_), "commit");
        for (auto& id : ids) names_.names.push_back(load_be64(id.data()));
        names_.upto += ids.size();
        if (names_.names.size() < AtOnce) return;
        must_not(index_.append(names_), "append");
        names_.names.clear();
    }
    /// In a node `role::final_blocks` knows which block a place is in; here all have as many.
    byte_view find(digest const& id, std::size_t in_a_block) {
        byte_view found;
        must_not(index_.find(load_be64(id.data()), [&](std::uint64_t place) {
            found = must(blocks_.view(place / in_a_block + 1), "view");
            return false;
        }), "find");
        return found;
    }

private:
    file::block_store blocks_;
    lmdb::index_store index_;
    store_batch batch_{.blocks = {{}}};
    index_batch names_;
};

/// A ledger of blocks of so many transactions.
template <class Kept>
class ledger_of {
public:
    ledger_of(std::filesystem::path const& place, std::size_t in_a_block) : kept_(place), ids_(in_a_block), block_(in_a_block * stored_transaction) {
        while (size() < before + 4096) next();  // what waits is not in the index yet
    }
    void next() {
        ++height_;
        for (std::size_t i = 0; i != ids_.size(); ++i) ids_[i] = id_of((height_ - 1) * ids_.size() + i);
        store_be64(block_.data(), height_);
        kept_.keep(height_, block_, ids_);
    }
    /// Finds the block that transaction n is in. False when it is another one.
    bool finds(std::uint64_t n) { return load_be64(kept_.find(id_of(n), ids_.size()).data()) == n / ids_.size() + 1; }
    std::uint64_t size() const noexcept { return height_ * ids_.size(); }

private:
    Kept kept_;
    std::vector<digest> ids_;
    bytes block_;
    std::uint64_t height_ = 0;
};

/// Ledgers of blocks of one size each, made when a row first asks for them: those to commit to grow, that to find in stays as it is.
template <class Kept>
class ledgers {
public:
    ledger_of<Kept>& to_commit_to(std::size_t in_a_block) { return made(growing_[in_a_block], in_a_block); }
    ledger_of<Kept>& to_find_in() { return made(still_, 400); }

private:
    struct there {
        folder place;
        ledger_of<Kept> ledger;
        explicit there(std::size_t n) : ledger(place.path(), n) {}
    };
    using one = std::unique_ptr<there>;
    static ledger_of<Kept>& made(one& o, std::size_t in_a_block) {
        if (!o) o = std::make_unique<there>(in_a_block);
        return o->ledger;
    }
    std::map<std::size_t, one> growing_;
    one still_;
};

/// What is returned is to live as long as its rows are run.
template <class Kept>
std::unique_ptr<ledgers<Kept>> rows_of(std::string const& policy) {
    auto made = std::make_unique<ledgers<Kept>>();
    for (std::size_t const n : {40u, 400u})
        add({.group = "commit a block of " + std::to_string(n) + " transactions, each found by its id", .policy = policy, .body = [n, all = made.get()](benchmark::State& state) {
                 auto& ledger = all->to_commit_to(n);
                 for (auto _ : state) ledger.next();
                 state.SetItemsProcessed(std::int64_t(state.iterations()));
             }, .by = timed::wall, .item = "block"});
    add({.group = "find a transaction's block by its id", .policy = policy, .body = [all = made.get()](benchmark::State& state) {
             auto& ledger = all->to_find_in();
             std::uint64_t at = 1, right = 0;
             for (auto _ : state) {
                 at = at * 6364136223846793005u + 1442695040888963407u;
                 right += ledger.finds((at >> 33) % before);
             }
             if (right != std::uint64_t(state.iterations())) throw std::runtime_error("another block was found");
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .by = timed::work, .item = "transaction"});
    return made;
}

} // namespace

int main(int argc, char** argv) {
    auto const lmdb = rows_of<by_lmdb>("LMDB called directly");
#if DAICHO_HAS_ROCKSDB
    auto const rocksdb = rows_of<by_rocksdb>("RocksDB called directly");
#endif
    auto const by_block = rows_of<by_daicho<1>>("file::block_store, lmdb::index_store with each block");
    auto const by_batch = rows_of<by_daicho<2048>>("file::block_store, lmdb::index_store after 2,048");
    return run(argc, argv);
}
