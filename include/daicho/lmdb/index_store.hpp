#pragma once

#include <daicho/concept/index_store.hpp>
#include <daicho/file/crc32c.hpp>
#include <daicho/file/lock.hpp>
#include <daicho/lmdb/environment.hpp>

#include <algorithm>

namespace daicho::lmdb {

struct index_store_options {
    /// Bytes of address space to begin with; the file is only as large as it must be.
    std::size_t map_size = std::size_t(64) << 20;
    /// The map grows up to this; then store_full.
    std::size_t map_limit = std::size_t(1) << (sizeof(void*) > 4 ? 40 : 30);
    /// open() forgets what is there.
    bool rebuild = false;
};

/// An index_store in an LMDB environment of its own, one transaction a batch. The last one may be lost in a power cut, never a part of
/// one (MDB_NOMETASYNC). Each key has a checksum and the number of keys is kept, so a scan finds what the disk altered and open() what it lost.
class index_store {
public:
    using options = index_store_options;
    static constexpr std::uint32_t version = 1;
    static constexpr std::size_t unsynced = 1;  ///< batches that a power cut may take, from the end

    /// Makes the directory and an empty index where there is none. One that was altered is emptied: it is made again from the blocks.
    /// Errors: busy (somebody else has it open), store_too_new, store_corrupt (it is no index of ours: left alone), and the operating system's.
    static result<index_store> open(std::filesystem::path const& directory, options o = {}) {
        if (auto f = file::make_directory(directory)) return f;
        auto held = file::lock::take(directory / "lock");
        if (!held) return held.error();
        MDB_env* raw = nullptr;
        if (auto f = fault_of(mdb_env_create(&raw), "lmdb")) return f;
        index_store s(std::move(*held), environment(raw), o);
        if (auto f = open_in(s.env_, directory, 2, MDB_NOMETASYNC, s.map_size_)) return f;
        if (auto f = s.begin()) return f;
        if (o.rebuild)
            if (auto f = s.clear()) return f;
        return s;
    }

    std::uint64_t upto() const noexcept { return upto_; }

    fault append(index_batch const& batch) {
        if (auto f = unfit(batch)) return f;
        std::vector<byte_view> keys(batch.keys.begin(), batch.keys.end());  // in order, pages are filled one after another
        std::sort(keys.begin(), keys.end(), [](auto a, auto b) { return as_text(a) < as_text(b); });
        return while_growing(env_, map_size_, options_.map_limit, "lmdb index", [&] { return try_append(batch.upto, keys); });
    }

    fault scan(byte_view from, std::function<bool(byte_view)> const& visit) const {
        if (from.size() > most_index_key) return scan_behind(from, visit);
        if (!reader_.looking()) return scan_by(reader_, from, visit);
        reader another;  // a visit looks again
        return scan_by(another, from, visit);
    }

    fault clear() {
        return while_growing(env_, map_size_, options_.map_limit, "lmdb index", [&] { return try_clear(); });
    }

private:
    index_store(file::lock held, environment env, options o)
        : lock_(std::move(held)), env_(std::move(env)), options_(o), map_size_(std::min(o.map_size, o.map_limit)) {}

    fault scan_by(reader& r, byte_view from, std::function<bool(byte_view)> const& visit) const {
        if (auto f = fault_of(r.begin(env_, keys_), "lmdb index")) return f;
        struct ending {
            reader& r;
            ~ending() { r.end(); }
        } const at_the_end{r};
        MDB_val key = to_val(from), value{};
        int code = mdb_cursor_get(r.cursor(), &key, &value, from.empty() ? MDB_FIRST : MDB_SET_RANGE);
        for (; code == 0; code = mdb_cursor_get(r.cursor(), &key, &value, MDB_NEXT)) {
            auto const k = to_view(key);
            if (value.mv_size != 4 || k.size() > most_index_key || load_be32(to_view(value).data()) != file::crc32c(k)) return {errc::store_corrupt, "lmdb index"};
            if (!visit(k)) return {};
        }
        return code == MDB_NOTFOUND ? fault{} : fault_of(code, "lmdb index");
    }

    /// No key is so long: what comes after its beginning, and is not that.
    fault scan_behind(byte_view from, std::function<bool(byte_view)> const& visit) const {
        auto const first = from.first(most_index_key);
        return scan(first, [&](byte_view k) { return equal(k, first) || visit(k); });
    }

    /// The version is written with the first tables.
    fault begin() {
        transaction t(env_, 0);
        if (t.code()) return fault_of(t.code(), "lmdb open");
        auto const created = lmdb::open_tables(t, {{"index meta", &meta_}, {"index keys", &keys_}});
        if (!created) return created.error();
        if (*created) {
            std::array<byte, 4> wanted;
            store_be32(wanted.data(), version);
            if (auto const code = put(t, "version", wanted)) return fault_of(code, "version");
            if (auto const code = put_upto(t, 0)) return fault_of(code, "upto");
            return fault_of(t.commit(), "lmdb open");
        }
        auto key = to_val(as_bytes("version"));
        MDB_val value{};
        if (mdb_get(t.get(), meta_, &key, &value) != 0 || value.mv_size != 4) return {errc::store_corrupt, "version"};
        if (auto const v = load_be32(to_view(value).data()); v != version) return {v > version ? errc::store_too_new : errc::store_corrupt, "version", v};
        if (auto const upto = whole(t)) upto_ = *upto;
        else if (auto const code = empty(t)) return fault_of(code, "lmdb index");
        return fault_of(t.commit(), "lmdb open");
    }

    /// How far it has come, when nothing of it is missing.
    std::optional<std::uint64_t> whole(transaction const& t) const {
        auto key = to_val(as_bytes("upto"));
        MDB_val value{};
        MDB_stat stat;
        if (mdb_get(t.get(), meta_, &key, &value) != 0 || value.mv_size != 20 || mdb_stat(t.get(), keys_, &stat) != 0) return std::nullopt;
        auto const v = to_view(value);
        if (load_be32(v.data() + 16) != file::crc32c(v.first(16)) || load_be64(v.data() + 8) != stat.ms_entries) return std::nullopt;
        return load_be64(v.data());
    }

    int put(transaction const& t, std::string_view name, byte_view value) const noexcept {
        auto k = to_val(as_bytes(name)), v = to_val(value);
        return mdb_put(t.get(), meta_, &k, &v, 0);
    }
    /// With the number of keys, and a checksum over both.
    int put_upto(transaction const& t, std::uint64_t upto) const noexcept {
        MDB_stat stat;
        if (auto const code = mdb_stat(t.get(), keys_, &stat)) return code;
        std::array<byte, 20> value;
        store_be64(value.data(), upto);
        store_be64(value.data() + 8, stat.ms_entries);
        store_be32(value.data() + 16, file::crc32c(byte_view(value).first(16)));
        return put(t, "upto", value);
    }

    int try_append(std::uint64_t upto, std::vector<byte_view> const& keys) {
        transaction t(env_, 0);
        if (t.code()) return t.code();
        MDB_cursor* c = nullptr;  // closed with the transaction
        if (auto const code = mdb_cursor_open(t.get(), keys_, &c)) return code;
        for (auto key : keys) {
            std::array<byte, 4> sum;
            store_be32(sum.data(), file::crc32c(key));
            auto k = to_val(key), v = to_val(sum);
            if (auto const code = mdb_cursor_put(c, &k, &v, MDB_NOOVERWRITE); code && code != MDB_KEYEXIST) return code;
        }
        if (auto const code = put_upto(t, upto)) return code;
        if (auto const code = t.commit()) return code;
        upto_ = upto;
        return 0;
    }

    int empty(transaction const& t) {
        if (auto const code = mdb_drop(t.get(), keys_, 0)) return code;
        if (auto const code = put_upto(t, 0)) return code;
        return 0;
    }
    int try_clear() {
        transaction t(env_, 0);
        if (t.code()) return t.code();
        if (auto const code = empty(t)) return code;
        if (auto const code = t.commit()) return code;
        upto_ = 0;
        return 0;
    }

    file::lock lock_;
    environment env_;  // closed before the lock is let go, and after its reader
    options options_;
    std::size_t map_size_;
    std::uint64_t upto_ = 0;
    MDB_dbi meta_ = 0, keys_ = 0;
    mutable reader reader_;  // of keys_
};

static_assert(daicho::index_store<index_store>);

} // namespace daicho::lmdb
