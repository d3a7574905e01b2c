/// A block of 40 transactions and one cell made durable by each shipped store; beside LMDB and RocksDB called directly.
#include "suite/run.hpp"
#include "suite/store.hpp"

#include <daicho/file/block_store.hpp>
#include <daicho/lmdb/block_store.hpp>
#include <daicho/memory/block_store.hpp>

#if DAICHO_HAS_ROCKSDB
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#endif

namespace {

using namespace daicho;
using namespace daicho::benchmarks;

/// What the LMDB manual shows: a transaction, two puts, commit.
class bare_lmdb {
public:
    explicit bare_lmdb(std::filesystem::path const& place) {
        MDB_env* made = nullptr;
        check(mdb_env_create(&made));
        env_.reset(made);
        check(mdb_env_set_mapsize(made, std::size_t(1) << 30));
        check(mdb_env_open(made, place.c_str(), 0, 0644));
        MDB_txn* t = nullptr;
        check(mdb_txn_begin(made, nullptr, 0, &t));
        check(mdb_dbi_open(t, nullptr, 0, &table_));
        check(mdb_txn_commit(t));
    }
    void keep(std::uint64_t height, bytes const& block, bytes const& cell) {
        MDB_txn* t = nullptr;
        check(mdb_txn_begin(env_.get(), nullptr, 0, &t));
        std::array<byte, 8> key;
        store_be64(key.data(), height);
        MDB_val k = lmdb::to_val(key), v = lmdb::to_val(block);
        check(mdb_put(t, table_, &k, &v, 0));
        k = lmdb::to_val(as_bytes("\xff" "final"));
        v = lmdb::to_val(cell);
        check(mdb_put(t, table_, &k, &v, 0));
        check(mdb_txn_commit(t));
    }

private:
    static void check(int code) {
        if (code) throw std::runtime_error(mdb_strerror(code));
    }
    lmdb::environment env_;
    MDB_dbi table_{};
};

#if DAICHO_HAS_ROCKSDB
/// What its manual shows: a batch of two puts, written with sync.
class bare_rocksdb {
public:
    explicit bare_rocksdb(std::filesystem::path const& place) {
        ::rocksdb::Options options;
        options.create_if_missing = true;
        ::rocksdb::DB* made = nullptr;
        check(::rocksdb::DB::Open(options, place.string(), &made));
        db_.reset(made);
    }
    void keep(std::uint64_t height, bytes const& block, bytes const& cell) {
        std::array<byte, 8> key;
        store_be64(key.data(), height);
        ::rocksdb::WriteBatch batch;
        check(batch.Put(slice(key), slice(block)));
        check(batch.Put("final", slice(cell)));
        ::rocksdb::WriteOptions durable;
        durable.sync = true;
        check(db_->Write(durable, &batch));
    }

private:
    static ::rocksdb::Slice slice(byte_view b) { return {reinterpret_cast<char const*>(b.data()), b.size()}; }
    static void check(::rocksdb::Status const& s) {
        if (!s.ok()) throw std::runtime_error(s.ToString());
    }
    std::unique_ptr<::rocksdb::DB> db_;
};
#endif

} // namespace

int main(int argc, char** argv) {
    store_by("LMDB called directly", [](auto const& place) { return std::make_unique<bare_lmdb>(place); });
#if DAICHO_HAS_ROCKSDB
    store_by("RocksDB called directly", [](auto const& place) { return std::make_unique<bare_rocksdb>(place); });
#endif
    store<lmdb::block_store>("lmdb::block_store", [](auto const& place) { return lmdb::block_store::open(place); });
    store<file::block_store>("file::block_store", [](auto const& place) { return file::block_store::open(place); });
    store<memory::block_store>("memory::block_store (not durable)", [](auto const&) { return std::make_unique<memory::block_store>(); });
    return run(argc, argv);
}
