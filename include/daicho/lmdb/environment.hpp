#pragma once

#include <daicho/file/posix.hpp>

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

/// Opens the environment in a directory. Pages behind the end of a file cannot be read without a signal: LMDB may leave a few unused
/// ones unwritten, so they become zeros, and so do those that a damaged file lacks, which whoever reads them then finds.
inline fault open_in(environment const& e, std::filesystem::path const& directory, unsigned flags) {
    if (auto f = fault_of(mdb_env_open(e.get(), directory.c_str(), MDB_NOTLS | flags, 0644), "lmdb open")) return f;
    MDB_envinfo info;
    MDB_stat stat;
    mdb_env_info(e.get(), &info);
    mdb_env_stat(e.get(), &stat);
    int fd = -1;
    if (auto f = fault_of(mdb_env_get_fd(e.get(), &fd), "lmdb open")) return f;
    auto const needed = off_t((info.me_last_pgno + 1) * stat.ms_psize);
    struct stat s;
    if (::fstat(fd, &s) != 0) return file::last_fault("lmdb open");
    if (s.st_size < needed && ::ftruncate(fd, needed) != 0) return file::last_fault("lmdb open");
    return {};
}

inline MDB_val to_val(byte_view b) noexcept { return {b.size(), const_cast<byte*>(b.data())}; }
inline byte_view to_view(MDB_val v) noexcept { return {static_cast<byte const*>(v.mv_data), v.mv_size}; }

} // namespace daicho::lmdb
