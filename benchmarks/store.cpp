/// One transaction, a block of 40 and a block of 400 made durable by each shipped store, a block found by its height, and a store
/// of a million transactions opened; beside LMDB and RocksDB called directly, and what the disk itself takes.
#include "peer_stores.hpp"
#include "suite/run.hpp"
#include "suite/store.hpp"

#include <daicho/file/block_store.hpp>
#include <daicho/lmdb/block_store.hpp>
#include <daicho/memory/block_store.hpp>
#include <daicho/role/outbox.hpp>

#include <condition_variable>
#include <mutex>
#include <semaphore>
#include <thread>

namespace {

using namespace daicho;
using namespace daicho::benchmarks;

std::array<byte, 8> key_of(std::uint64_t height) {
    std::array<byte, 8> key;
    store_be64(key.data(), height);
    return key;
}

/// What the LMDB manual shows: a transaction, two puts, commit.
class bare_lmdb : peer_lmdb {
public:
    explicit bare_lmdb(std::filesystem::path const& place) : env_(open(place, std::size_t(1) << 30, 0)) {
        write(env_, [&](auto* t) { check(mdb_dbi_open(t, nullptr, 0, &table_)); });
    }
    void keep(std::uint64_t height, bytes const& block, bytes const& cell) {
        write(env_, [&](auto* t) {
            put(t, table_, key_of(height), block);
            put(t, table_, as_bytes("\xff" "final"), cell);
        });
    }

    void fill(std::vector<bytes> const& blocks) {
        write(env_, [&](auto* t) {
            for (std::size_t i = 0; i != blocks.size(); ++i) put(t, table_, key_of(i + 1), blocks[i]);
        });
    }
    byte_view find(std::uint64_t height) {
        if (reading_) mdb_txn_abort(reading_);  // what was found is there as long as its transaction
        check(mdb_txn_begin(env_.get(), nullptr, MDB_RDONLY, &reading_));
        return get(reading_, table_, key_of(height));
    }
    ~bare_lmdb() {
        if (reading_) mdb_txn_abort(reading_);
    }

private:
    MDB_txn* reading_ = nullptr;
    lmdb::environment env_;
    MDB_dbi table_{};
};

#if DAICHO_HAS_ROCKSDB
/// What its manual shows: a batch of two puts, written with sync.
class bare_rocksdb : peer_rocksdb {
public:
    explicit bare_rocksdb(std::filesystem::path const& place) : db_(open(place)) {}
    void keep(std::uint64_t height, bytes const& block, bytes const& cell) {
        ::rocksdb::WriteBatch batch;
        check(batch.Put(slice(key_of(height)), slice(block)));
        check(batch.Put("final", slice(cell)));
        write(*db_, batch);
    }

    void fill(std::vector<bytes> const& blocks) {
        for (std::size_t i = 0; i != blocks.size(); ++i) check(db_->Put({}, slice(key_of(i + 1)), slice(blocks[i])));
    }
    byte_view find(std::uint64_t height) { return get(*db_, key_of(height), found_); }

private:
    std::unique_ptr<::rocksdb::DB> db_;
    ::rocksdb::PinnableSlice found_;
};
#endif

/// The least that any store can do: one write into zeros that were there before, and one fdatasync.
class bare_disk {
public:
    explicit bare_disk(std::filesystem::path const& place) : file_(must(file::open(place / "file", O_RDWR | O_CREAT), "opening a file")) {
        bytes const zeros(1u << 20);
        for (std::uint64_t at = 0; at != size; at += zeros.size()) must_not(file::write_all(file_, at, zeros), "zeroing");
        if (::fsync(file_.get()) != 0) throw std::runtime_error("fsync failed");
    }
    void keep(std::uint64_t, bytes const& block, bytes const&) {
        if (at_ + block.size() > size) at_ = 0;
        must_not(file::write_all(file_, at_, block), "writing");
        if (::fdatasync(file_.get()) != 0) throw std::runtime_error("fdatasync failed");
        at_ += block.size();
    }

private:
    static constexpr std::uint64_t size = 32u << 20;
    file::descriptor file_;
    std::uint64_t at_ = 0;
};

/// So many threads each put one transaction after the other into the outbox of a role, and wait until it is durable; one thread
/// commits. What came while a commit was under way travels together in the next.
void producers(std::string policy, unsigned threads, std::function<result<file::block_store>(std::filesystem::path const&)> open) {
    constexpr unsigned each = 24;
    add({.group = "make a transaction durable, waiting for it", .policy = std::move(policy), .body = [=](benchmark::State& state) {
             for (auto _ : state) {
                 folder const place;
                 auto store = must(open(place.path()), "opening");
                 role::outbox outbox;
                 std::mutex lock;
                 std::condition_variable something_came;
                 unsigned durable = 0, refused = 0;
                 auto const committing = [&] {
                     for (std::unique_lock hold(lock); durable != threads * each;) {
                         auto next = outbox.next(0);
                         if (!next) {
                             something_came.wait(hold);
                             continue;
                         }
                         hold.unlock();
                         auto const outcome = store.commit(next->batch);
                         hold.lock();
                         must_not(outbox.finish(next->id, outcome), "finishing");
                     }
                 };
                 auto const producing = [&](unsigned who) {
                     std::binary_semaphore done(0);
                     for (unsigned n = 0; n != each; ++n) {
                         role::outbox::decision d;
                         d.batch.add_pending.emplace_back(digest{byte(who), byte(n)}, bytes(stored_transaction, byte(n)));
                         d.done = [&](fault f) {
                             ++durable;
                             refused += f ? 1 : 0;
                             done.release();
                         };
                         {
                             std::lock_guard const hold(lock);
                             outbox.put(std::move(d));
                         }
                         something_came.notify_one();
                         done.acquire();
                     }
                 };
                 auto const began = std::chrono::steady_clock::now();
                 std::vector<std::thread> all;
                 all.emplace_back(committing);
                 for (unsigned i = 0; i != threads; ++i) all.emplace_back(producing, i);
                 for (auto& t : all) t.join();
                 state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
                 if (refused) throw std::runtime_error("a transaction was refused");
             }
             state.SetItemsProcessed(std::int64_t(state.iterations()) * threads * each);
         }, .by = timed::measured, .item = "transaction"});
}

/// Opens a store of 25,000 blocks of 40 transactions, in the page cache.
void opening(std::string policy, std::function<void(std::filesystem::path const&)> make, std::function<std::uint64_t(std::filesystem::path const&)> open) {
    auto const made = std::make_shared<std::unique_ptr<folder>>();
    add({.group = "open a store of a million transactions", .policy = std::move(policy), .body = [=](benchmark::State& state) {
             if (!*made) {
                 *made = std::make_unique<folder>();
                 make((*made)->path());
             }
             for (auto _ : state)
                 if (open((*made)->path()) != 25'000) throw std::runtime_error("a block is missing");
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .by = timed::wall, .item = "opening"});
}
template <class Store>
void opening(std::string policy) {
    opening(
        std::move(policy),
        [](auto const& place) {
            auto s = must(Store::open(place), "opening");
            bytes const block(40 * stored_transaction, byte(7));
            for (int i = 0; i != 2500; ++i) must_not(s.commit({.blocks = std::vector<bytes>(10, block)}), "commit");
        },
        [](auto const& place) { return must(Store::open(place), "opening").height(); });
}

} // namespace

int main(int argc, char** argv) {
    auto const lmdb_itself = [](auto const& place) { return std::make_unique<bare_lmdb>(place); };
    store_by("LMDB called directly", lmdb_itself);
    store_read_by("LMDB called directly", lmdb_itself);
#if DAICHO_HAS_ROCKSDB
    auto const rocksdb_itself = [](auto const& place) { return std::make_unique<bare_rocksdb>(place); };
    store_by("RocksDB called directly", rocksdb_itself);
    store_read_by("RocksDB called directly", rocksdb_itself);
#endif
    store_by("one write and fdatasync, nothing else", [](auto const& place) { return std::make_unique<bare_disk>(place); });
    store<lmdb::block_store>("lmdb::block_store", [](auto const& place) { return lmdb::block_store::open(place); });
    store<file::block_store>("file::block_store", [](auto const& place) { return file::block_store::open(place); });
    store<memory::block_store>("memory::block_store (not durable)", [](auto const&) { return std::make_unique<memory::block_store>(); });
    auto const in_files = [](auto const& place) { return file::block_store::open(place); };
    producers("file::block_store, one producer", 1, in_files);
    producers("file::block_store, 64 producers", 64, in_files);
    opening<lmdb::block_store>("lmdb::block_store");
    opening<file::block_store>("file::block_store");
    return run(argc, argv);
}
