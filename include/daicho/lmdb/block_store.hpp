#pragma once

#include <daicho/concept/block_store.hpp>
#include <daicho/file/crc32c.hpp>
#include <daicho/file/lock.hpp>
#include <daicho/lmdb/environment.hpp>

#include <algorithm>

namespace daicho::lmdb {

struct block_store_options {
    /// Bytes of address space to begin with; the file is only as large as it must be.
    std::size_t map_size = std::size_t(64) << 20;
    /// The map grows up to this; then store_full.
    std::size_t map_limit = std::size_t(1) << (sizeof(void*) > 4 ? 40 : 30);
};

/// A block_store in an LMDB environment: one durable transaction a commit. LMDB keeps no checksums, so each value carries
/// one over its key and itself: what the disk altered is store_corrupt, not a block.
class block_store {
public:
    using options = block_store_options;
    static constexpr std::uint32_t version = 1;

    /// Makes the directory and an empty store where there is none.
    /// Errors: busy (somebody else has it open), store_corrupt, store_too_new, and the operating system's.
    static result<block_store> open(std::filesystem::path const& directory, options o = {}) {
        if (auto f = file::make_directory(directory)) return f;
        auto held = file::lock::take(directory / "lock");
        if (!held) return held.error();
        MDB_env* raw = nullptr;
        if (auto f = fault_of(mdb_env_create(&raw), "lmdb")) return f;
        block_store s(std::move(*held), environment(raw), o);
        if (auto f = open_in(s.env_, directory, 5, 0, s.map_size_)) return f;
        if (auto f = s.begin()) return f;
        return s;
    }

    fault commit(store_batch const& batch) {
        if (batch.empty()) return {};
        for (auto& [name, b] : batch.cells)
            if (auto f = check_cell_name(name)) return f;
        if (batch.keep < pruned_) return {errc::pruned, "batch.keep", pruned_};
        return while_growing(env_, map_size_, options_.map_limit, "lmdb commit", [&] { return try_commit(batch); });
    }

    std::uint64_t height() const noexcept { return height_; }

    result<bytes> read(std::uint64_t h) const {
        if (h == 0 || h > height_) return fault{errc::not_found, "block", h};
        if (h <= pruned_) return fault{errc::pruned, "block", h};
        auto b = get(blocks_, number(h));
        return b.error() == errc::not_found ? fault{errc::store_corrupt, "block", h} : b;
    }

    fault pending(std::function<void(digest const&, byte_view)> const& visit) const {
        transaction t(env_, MDB_RDONLY);
        if (t.code()) return fault_of(t.code(), "pending");
        return each(t, pending_, [&](byte_view key, byte_view value) -> fault {
            auto const b = checked(key, value);
            if (!b || b->size() < sizeof(digest)) return {errc::store_corrupt, "pending"};
            digest id;
            std::copy_n(b->begin(), id.size(), id.begin());
            visit(id, b->subspan(id.size()));
            return {};
        });
    }

    result<bytes> cell(std::string_view name) const {
        if (name.size() > store_batch::max_cell_name) return bytes{};
        auto b = get(cells_, cell_key(name));
        return b.error() == errc::not_found ? result<bytes>(bytes{}) : b;
    }

private:
    using key8 = std::array<byte, 8>;

    block_store(file::lock held, environment env, options o)
        : lock_(std::move(held)), env_(std::move(env)), options_(o), map_size_(std::min(o.map_size, o.map_limit)) {}

    static key8 number(std::uint64_t n) noexcept {
        key8 k;
        store_be64(k.data(), n);
        return k;
    }
    /// LMDB takes no empty keys.
    static std::string cell_key(std::string_view name) { return "=" + std::string(name); }
    static byte_view view(std::string const& s) noexcept { return as_bytes(s); }
    static byte_view view(byte_view b) noexcept { return b; }

    static std::optional<byte_view> checked(byte_view key, byte_view value) noexcept {
        if (value.size() < 4) return std::nullopt;
        auto const b = value.subspan(4);
        if (load_be32(value.data()) != file::crc32c(b, file::crc32c(key))) return std::nullopt;
        return b;
    }

    /// The version is written with the first tables.
    fault begin() {
        transaction t(env_, 0);
        if (t.code()) return fault_of(t.code(), "lmdb open");
        auto const created = lmdb::open_tables(t, {{"meta", &meta_}, {"blocks", &blocks_}, {"pending", &pending_}, {"ids", &ids_}, {"cells", &cells_}});
        if (!created) return created.error();
        std::array<byte, 4> wanted;
        store_be32(wanted.data(), version);
        auto key = to_val(as_bytes("version"));
        auto value = to_val(wanted);
        if (*created) {
            if (auto f = fault_of(mdb_put(t.get(), meta_, &key, &value, 0), "version")) return f;
            return fault_of(t.commit(), "lmdb open");
        }
        if (mdb_get(t.get(), meta_, &key, &value) != 0 || value.mv_size != 4) return {errc::store_corrupt, "version"};
        if (auto const v = load_be32(to_view(value).data()); v != version) return {errc::store_too_new, "version", v};
        if (auto f = count_blocks(t)) return f;
        return fault_of(t.commit(), "lmdb open");
    }

    /// Heights run without a gap from 1 on, or from what was pruned.
    fault count_blocks(transaction const& t) {
        auto key = to_val(as_bytes("pruned"));
        MDB_val value{};
        auto const code = mdb_get(t.get(), meta_, &key, &value);
        if (code && code != MDB_NOTFOUND) return fault_of(code, "pruned");
        if (!code) {
            auto const b = checked(as_bytes("pruned"), to_view(value));
            if (!b || b->size() != 8) return {errc::store_corrupt, "pruned"};
            pruned_ = load_be64(b->data());
        }
        MDB_stat stat;
        if (auto f = fault_of(mdb_stat(t.get(), blocks_, &stat), "blocks")) return f;
        height_ = pruned_ + stat.ms_entries;
        auto const last = last_number(t.get(), blocks_);
        if (!last) return last.error();
        return stat.ms_entries == 0 || *last == height_ ? fault{} : fault{errc::store_corrupt, "blocks", *last};
    }

    static result<std::uint64_t> last_number(MDB_txn* t, MDB_dbi table) {
        MDB_cursor* c = nullptr;
        if (auto f = fault_of(mdb_cursor_open(t, table, &c), "lmdb")) return f;
        MDB_val key{}, value{};
        auto const code = mdb_cursor_get(c, &key, &value, MDB_LAST);
        mdb_cursor_close(c);
        if (code == MDB_NOTFOUND) return std::uint64_t(0);
        if (code) return fault_of(code, "lmdb");
        if (key.mv_size != 8) return fault{errc::store_corrupt, "lmdb"};
        return load_be64(to_view(key).data());
    }

    template <class F>
    static fault each(transaction const& t, MDB_dbi table, F&& f) {
        MDB_cursor* c = nullptr;
        if (auto g = fault_of(mdb_cursor_open(t.get(), table, &c), "lmdb")) return g;
        std::unique_ptr<MDB_cursor, decltype(&mdb_cursor_close)> const closing(c, mdb_cursor_close);
        MDB_val key{}, value{};
        int code;
        while ((code = mdb_cursor_get(c, &key, &value, MDB_NEXT)) == 0)
            if (auto g = f(to_view(key), to_view(value))) return g;
        return code == MDB_NOTFOUND ? fault{} : fault_of(code, "lmdb");
    }

    template <class Key>
    result<bytes> get(MDB_dbi table, Key const& key) const {
        transaction t(env_, MDB_RDONLY);
        if (t.code()) return fault_of(t.code(), "lmdb");
        auto k = to_val(view(key));
        MDB_val v{};
        if (auto f = fault_of(mdb_get(t.get(), table, &k, &v), "lmdb")) return f;
        auto const b = checked(view(key), to_view(v));
        if (!b) return fault{errc::store_corrupt, "lmdb"};
        return bytes(b->begin(), b->end());
    }

    /// Writes checksum, prefix and value without a buffer in between.
    static int put(transaction const& t, MDB_dbi table, byte_view key, byte_view prefix, byte_view b) noexcept {
        auto k = to_val(key);
        MDB_val v{4 + prefix.size() + b.size(), nullptr};
        if (auto const code = mdb_put(t.get(), table, &k, &v, MDB_RESERVE)) return code;
        auto* const to = static_cast<byte*>(v.mv_data);
        store_be32(to, file::crc32c(b, file::crc32c(prefix, file::crc32c(key))));
        std::copy(b.begin(), b.end(), std::copy(prefix.begin(), prefix.end(), to + 4));
        return 0;
    }
    static int del(transaction const& t, MDB_dbi table, byte_view key) noexcept {
        auto k = to_val(key);
        return mdb_del(t.get(), table, &k, nullptr);
    }

    int try_commit(store_batch const& batch) {
        transaction t(env_, 0);
        if (t.code()) return t.code();
        auto height = height_;
        for (; height > batch.keep; --height)
            if (auto const code = del(t, blocks_, number(height))) return code;
        for (auto& b : batch.blocks)
            if (auto const code = put(t, blocks_, number(++height), {}, b)) return code;
        if (auto const code = commit_pending(t, batch)) return code;
        for (auto& [name, b] : batch.cells)
            if (auto const code = put(t, cells_, view(cell_key(name)), {}, b)) return code;
        auto pruned = pruned_;
        for (; pruned < std::min(batch.prune, height); ++pruned)
            if (auto const code = del(t, blocks_, number(pruned + 1))) return code;
        if (pruned != pruned_)
            if (auto const code = put(t, meta_, as_bytes("pruned"), {}, number(pruned))) return code;
        if (auto const code = t.commit()) return code;
        height_ = height;
        pruned_ = pruned;
        return 0;
    }

    int commit_pending(transaction const& t, store_batch const& batch) {
        auto const last = last_number(t.get(), pending_);
        if (!last) return MDB_CORRUPTED;
        auto next = *last + 1;
        for (auto& [id, b] : batch.add_pending) {
            auto order = number(next);
            auto k = to_val(id), v = to_val(order);
            auto const code = mdb_put(t.get(), ids_, &k, &v, MDB_NOOVERWRITE);
            if (code == MDB_KEYEXIST) {
                if (v.mv_size != 8) return MDB_CORRUPTED;
                std::copy_n(to_view(v).begin(), 8, order.begin());
            } else if (code) {
                return code;
            } else {
                ++next;
            }
            if (auto const failed = put(t, pending_, order, id, b)) return failed;
        }
        for (auto& id : batch.drop_pending) {
            auto k = to_val(id);
            MDB_val v{};
            auto const code = mdb_get(t.get(), ids_, &k, &v);
            if (code == MDB_NOTFOUND) continue;
            if (code) return code;
            if (v.mv_size != 8) return MDB_CORRUPTED;
            key8 order;
            std::copy_n(to_view(v).begin(), 8, order.begin());
            if (auto const failed = del(t, pending_, order); failed && failed != MDB_NOTFOUND) return failed;
            if (auto const failed = del(t, ids_, id)) return failed;
        }
        return 0;
    }

    file::lock lock_;
    environment env_;  // closed before the lock is let go
    options options_;
    std::size_t map_size_;
    std::uint64_t height_ = 0, pruned_ = 0;
    MDB_dbi meta_ = 0, blocks_ = 0, pending_ = 0, ids_ = 0, cells_ = 0;
};

static_assert(daicho::block_store<block_store>);

} // namespace daicho::lmdb
