#pragma once

#include <daicho/lmdb/environment.hpp>

#include <stdexcept>

#if DAICHO_HAS_ROCKSDB
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#endif

/// LMDB and RocksDB as their manuals show them, which stores are compared with.
namespace daicho::benchmarks {

struct peer_lmdb {
    static void check(int code) {
        if (code) throw std::runtime_error(mdb_strerror(code));
    }
    static lmdb::environment open(std::filesystem::path const& place, std::size_t map_size, unsigned tables) {
        MDB_env* made = nullptr;
        check(mdb_env_create(&made));
        lmdb::environment env(made);
        check(mdb_env_set_mapsize(made, map_size));
        check(mdb_env_set_maxdbs(made, tables));
        check(mdb_env_open(made, place.c_str(), 0, 0644));
        return env;
    }
    /// `change(transaction)`, durable.
    template <class Change>
    static void write(lmdb::environment const& env, Change change) {
        MDB_txn* t = nullptr;
        check(mdb_txn_begin(env.get(), nullptr, 0, &t));
        change(t);
        check(mdb_txn_commit(t));
    }
    static void put(MDB_txn* t, MDB_dbi table, byte_view key, byte_view value) {
        MDB_val k = lmdb::to_val(key), v = lmdb::to_val(value);
        check(mdb_put(t, table, &k, &v, 0));
    }
    static byte_view get(MDB_txn* t, MDB_dbi table, byte_view key) {
        MDB_val k = lmdb::to_val(key), v{};
        check(mdb_get(t, table, &k, &v));
        return lmdb::to_view(v);
    }
};

#if DAICHO_HAS_ROCKSDB
struct peer_rocksdb {
    static ::rocksdb::Slice slice(byte_view b) { return {reinterpret_cast<char const*>(b.data()), b.size()}; }
    static byte_view view(::rocksdb::PinnableSlice const& s) { return {reinterpret_cast<byte const*>(s.data()), s.size()}; }
    static void check(::rocksdb::Status const& s) {
        if (!s.ok()) throw std::runtime_error(s.ToString());
    }
    static std::unique_ptr<::rocksdb::DB> open(std::filesystem::path const& place) {
        ::rocksdb::Options options;
        options.create_if_missing = true;
        ::rocksdb::DB* made = nullptr;
        check(::rocksdb::DB::Open(options, place.string(), &made));
        return std::unique_ptr<::rocksdb::DB>(made);
    }
    /// Durable when it returns.
    static void write(::rocksdb::DB& db, ::rocksdb::WriteBatch& batch) {
        ::rocksdb::WriteOptions durable;
        durable.sync = true;
        check(db.Write(durable, &batch));
    }
    static byte_view get(::rocksdb::DB& db, byte_view key, ::rocksdb::PinnableSlice& to) {
        to.Reset();
        check(db.Get({}, db.DefaultColumnFamily(), slice(key), &to));
        return view(to);
    }
};
#endif

} // namespace daicho::benchmarks
