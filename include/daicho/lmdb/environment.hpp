#pragma once

#include <daicho/file/posix.hpp>

#include <initializer_list>
#include <lmdb.h>
#include <memory>

namespace daicho::lmdb {

/// The one place where LMDB's return codes become faults.
inline fault fault_of(int code, char const* where) noexcept {
    switch (code) {
    case MDB_SUCCESS: return {};
    case MDB_NOTFOUND: return {errc::not_found, where};
    case MDB_MAP_FULL: return {errc::store_full, where};
    case MDB_CORRUPTED: case MDB_PAGE_NOTFOUND: case MDB_INVALID: case MDB_INCOMPATIBLE: return {errc::store_corrupt, where};
    case MDB_VERSION_MISMATCH: return {errc::store_too_new, where};
    case MDB_BAD_VALSIZE: case MDB_TXN_FULL: return {errc::oversized, where};
    case MDB_READERS_FULL: return {errc::busy, where};
    default: return code > 0 ? fault{file::errc_of(code), where, std::uint64_t(code)} : fault{errc::io_failed, where};
    }
}

struct close_environment {
    void operator()(MDB_env* e) const noexcept { mdb_env_close(e); }
};
using environment = std::unique_ptr<MDB_env, close_environment>;

/// A transaction that is undone unless commit() says ok.
class transaction {
public:
    explicit transaction(environment const& e, unsigned flags) noexcept { code_ = mdb_txn_begin(e.get(), nullptr, flags, &txn_); }
    transaction(transaction const&) = delete;
    transaction& operator=(transaction const&) = delete;
    ~transaction() {
        if (txn_) mdb_txn_abort(txn_);
    }

    int code() const noexcept { return code_; }
    MDB_txn* get() const noexcept { return txn_; }
    int commit() noexcept { return mdb_txn_commit(std::exchange(txn_, nullptr)); }

private:
    MDB_txn* txn_ = nullptr;
    int code_ = 0;
};

/// A read transaction and its cursor in one table, made once and renewed for each look. Ended before its environment is closed.
class reader {
public:
    reader() = default;
    reader(reader&& other) noexcept : txn_(std::exchange(other.txn_, nullptr)), cursor_(std::exchange(other.cursor_, nullptr)) {}  // not while it looks
    reader& operator=(reader&&) = delete;
    ~reader() {
        if (cursor_) mdb_cursor_close(cursor_);
        if (txn_) mdb_txn_abort(txn_);
    }

    /// What was committed last, until end(). Not begun again before that.
    int begin(environment const& e, MDB_dbi table) noexcept {
        if (auto const code = txn_ ? mdb_txn_renew(txn_) : mdb_txn_begin(e.get(), nullptr, MDB_RDONLY, &txn_)) return code;
        auto const code = cursor_ ? mdb_cursor_renew(txn_, cursor_) : mdb_cursor_open(txn_, table, &cursor_);
        looking_ = true;
        if (code) end();
        return code;
    }
    void end() noexcept {
        mdb_txn_reset(txn_);
        looking_ = false;
    }
    bool looking() const noexcept { return looking_; }
    MDB_cursor* cursor() const noexcept { return cursor_; }

private:
    MDB_txn* txn_ = nullptr;
    MDB_cursor* cursor_ = nullptr;
    bool looking_ = false;
};

/// Opens the environment in a directory, with room for so many tables. `map_size`: bytes of address space, what it has in the end. Pages
/// behind the end of a file cannot be read without a signal: LMDB may leave a few unused ones unwritten, so they become zeros, and so do
/// those that a damaged file lacks, which whoever reads them then finds.
inline fault open_in(environment const& e, std::filesystem::path const& directory, unsigned tables, unsigned flags, std::size_t& map_size) {
    mdb_env_set_maxdbs(e.get(), tables);
    if (auto f = fault_of(mdb_env_set_mapsize(e.get(), map_size), "lmdb map")) return f;
    if (auto f = fault_of(mdb_env_open(e.get(), directory.c_str(), MDB_NOTLS | flags, 0644), "lmdb open")) return f;
    MDB_envinfo info;
    MDB_stat stat;
    mdb_env_info(e.get(), &info);
    mdb_env_stat(e.get(), &stat);
    map_size = info.me_mapsize;
    int fd = -1;
    if (auto f = fault_of(mdb_env_get_fd(e.get(), &fd), "lmdb open")) return f;
    auto const needed = off_t((info.me_last_pgno + 1) * stat.ms_psize);
    struct stat s;
    if (::fstat(fd, &s) != 0) return file::last_fault("lmdb open");
    if (s.st_size < needed && ::ftruncate(fd, needed) != 0) return file::last_fault("lmdb open");
    return {};
}

/// Opens the tables, or makes them in an environment that has none yet: then it says true. Tables that are not these are somebody else's.
inline result<bool> open_tables(transaction const& t, std::initializer_list<std::pair<char const*, MDB_dbi*>> tables) {
    MDB_dbi root;
    MDB_stat stat;
    if (auto f = fault_of(mdb_dbi_open(t.get(), nullptr, 0, &root), "lmdb open")) return f;
    if (auto f = fault_of(mdb_stat(t.get(), root, &stat), "lmdb open")) return f;
    bool const create = stat.ms_entries == 0;
    for (auto [name, table] : tables)
        if (auto const code = mdb_dbi_open(t.get(), name, create ? unsigned(MDB_CREATE) : 0u, table))
            return code == MDB_NOTFOUND ? fault{errc::store_corrupt, name} : fault_of(code, name);
    return create;
}

/// Makes a change, `change() -> int`, LMDB's code, again with a map twice as large while it does not fit, up to `limit`.
template <class F>
fault while_growing(environment const& e, std::size_t& map_size, std::size_t limit, char const* where, F&& change) {
    for (;;) {
        auto const code = change();
        if (code != MDB_MAP_FULL || map_size >= limit) return fault_of(code, where);
        map_size = limit / 2 < map_size ? limit : map_size * 2;
        if (auto f = fault_of(mdb_env_set_mapsize(e.get(), map_size), "lmdb map")) return f;
    }
}

inline MDB_val to_val(byte_view b) noexcept { return {b.size(), const_cast<byte*>(b.data())}; }
inline byte_view to_view(MDB_val v) noexcept { return {static_cast<byte const*>(v.mv_data), v.mv_size}; }

} // namespace daicho::lmdb
