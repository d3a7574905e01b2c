/// A block of 40 transactions and one cell made durable by each shipped store; beside LMDB called directly.
#include "suite/run.hpp"
#include "suite/store.hpp"

#include <daicho/file/block_store.hpp>
#include <daicho/lmdb/block_store.hpp>
#include <daicho/memory/block_store.hpp>

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

} // namespace

int main(int argc, char** argv) {
    store_by("LMDB called directly", [](auto const& place) { return std::make_unique<bare_lmdb>(place); });
    store<lmdb::block_store>("lmdb::block_store", [](auto const& place) { return lmdb::block_store::open(place); });
    store<file::block_store>("file::block_store", [](auto const& place) { return file::block_store::open(place); });
    store<memory::block_store>("memory::block_store (not durable)", [](auto const&) { return std::make_unique<memory::block_store>(); });
    return run(argc, argv);
}
