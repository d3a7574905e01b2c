#pragma once

#include <daicho/concept/index_store.hpp>
#include <daicho/file/crc32c.hpp>
#include <daicho/file/lock.hpp>
#include <daicho/file/name_table.hpp>
#include <daicho/lmdb/environment.hpp>

#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

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
/// Names are kept there as they came, a batch in one value; a table of files beside it, made of them and made again when it is not whole,
/// finds the place of one.
class index_store {
public:
    using options = index_store_options;
    static constexpr std::uint32_t version = 2;
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
        if (auto f = open_in(s.env_, directory, 3, MDB_NOMETASYNC, s.map_size_)) return f;
        if (auto f = s.begin()) return f;
        s.places_ = file::name_table::open(directory, s.upto_);
        auto f = o.rebuild ? s.clear() : s.complete_places();
        if (f == errc::store_corrupt) f = s.clear();
        if (f) return f;
        return s;
    }

    std::uint64_t upto() const noexcept { return upto_; }

    fault append(index_batch const& batch) {
        if (auto f = unfit(batch, upto_)) return f;
        if (auto f = places_.reserve(batch.names.size())) return f;
        std::vector<byte_view> keys(batch.keys.begin(), batch.keys.end());  // in order, pages are filled one after another
        std::sort(keys.begin(), keys.end(), [](auto a, auto b) { return as_text(a) < as_text(b); });
        auto const f = while_growing(env_, map_size_, options_.map_limit, "lmdb index", [&] { return try_append(batch, keys); });
        if (!f) places_.add(batch.upto - batch.names.size(), batch.names);
        return f;
    }

    fault scan(byte_view from, std::function<bool(byte_view)> const& visit) const {
        if (from.size() > most_index_key) return scan_behind(from, visit);
        if (!reader_.looking()) return scan_by(reader_, from, visit);
        reader another;  // a visit looks again
        return scan_by(another, from, visit);
    }

    fault find(std::uint64_t name, std::function<bool(std::uint64_t)> const& visit) const {
        places_.find(name, visit);
        return {};
    }

    fault clear() {
        auto const f = while_growing(env_, map_size_, options_.map_limit, "lmdb index", [&] { return try_clear(); });
        if (!f) places_.clear();
        return f;
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
            if (auto f = fault_of(mdb_dbi_open(t.get(), "index names", MDB_CREATE, &names_), "lmdb open")) return f;
            return begin_anew(t);
        }
        auto key = to_val(as_bytes("version"));
        MDB_val value{};
        if (mdb_get(t.get(), meta_, &key, &value) != 0 || value.mv_size != 4) return {errc::store_corrupt, "version"};
        auto const v = load_be32(to_view(value).data());
        if (v > version || v == 0) return {v == 0 ? errc::store_corrupt : errc::store_too_new, "version", v};
        if (auto f = fault_of(mdb_dbi_open(t.get(), "index names", MDB_CREATE, &names_), "lmdb open")) return f;
        if (v != version) return begin_anew(t);  // it is made again from the blocks
        if (auto const kept = whole(t)) std::tie(upto_, sum_) = *kept;
        else if (auto const code = empty(t)) return fault_of(code, "lmdb index");
        return fault_of(t.commit(), "lmdb open");
    }

    fault begin_anew(transaction& t) {
        std::array<byte, 4> wanted;
        store_be32(wanted.data(), version);
        if (auto const code = put(t, "version", wanted)) return fault_of(code, "version");
        if (auto const code = empty(t)) return fault_of(code, "lmdb index");
        return fault_of(t.commit(), "lmdb open");
    }

    /// The table of places is what the log of names says, or is made of it. Errors: store_corrupt (the log), those of the table.
    fault complete_places() {
        if (auto f = restore_places(); f || places_.sum() == sum_) return f;
        places_.clear();  // another index's
        if (auto f = restore_places(); f || places_.sum() == sum_) return f;
        return {errc::store_corrupt, "lmdb index"};
    }
    /// Adds to the table what it lacks, as after a power cut.
    fault restore_places() {
        transaction t(env_, MDB_RDONLY);
        if (t.code()) return fault_of(t.code(), "lmdb index");
        MDB_cursor* c = nullptr;
        if (auto f = fault_of(mdb_cursor_open(t.get(), names_, &c), "lmdb index")) return f;
        std::unique_ptr<MDB_cursor, decltype(&mdb_cursor_close)> const closing(c, mdb_cursor_close);
        MDB_val key{}, value{};
        std::vector<std::uint64_t> names;
        int code = mdb_cursor_get(c, &key, &value, MDB_LAST);  // back to the batch with which the table ends
        while (code == 0 && key.mv_size == 8 && load_be64(to_view(key).data()) > places_.upto()) code = mdb_cursor_get(c, &key, &value, MDB_PREV);
        if (code == MDB_NOTFOUND) code = mdb_cursor_get(c, &key, &value, MDB_FIRST);
        for (; code == 0; code = mdb_cursor_get(c, &key, &value, MDB_NEXT)) {
            auto const v = to_view(value);
            if (key.mv_size != 8 || v.size() < 4 || v.size() % 8 != 4 || load_be32(v.data()) != file::crc32c(v.subspan(4), file::crc32c(to_view(key)))) return {errc::store_corrupt, "lmdb index"};
            std::uint64_t first = load_be64(to_view(key).data()), known = places_.upto() > first ? places_.upto() - first : 0;
            std::uint64_t const n = v.size() / 8;
            if (known >= n) continue;
            if (first + n > upto_) return {errc::store_corrupt, "lmdb index"};
            names.clear();
            for (auto i = known; i != n; ++i) names.push_back(load_be64(&v[std::size_t(4 + 8 * i)]));
            if (auto f = places_.reserve(names.size())) return f;
            places_.add(first + known, names);
        }
        return code == MDB_NOTFOUND ? fault{} : fault_of(code, "lmdb index");
    }

    /// How far it has come, and the sum of its names, when nothing of it is missing.
    std::optional<std::pair<std::uint64_t, std::uint64_t>> whole(transaction const& t) const {
        auto key = to_val(as_bytes("upto"));
        MDB_val value{};
        if (mdb_get(t.get(), meta_, &key, &value) != 0 || value.mv_size != sizeof(upto_type)) return std::nullopt;
        auto const v = to_view(value);
        upto_type counted;
        std::pair const kept(load_be64(v.data()), load_be64(v.data() + 8));
        if (count(t, kept.first, kept.second, counted) != 0 || !equal(counted, v)) return std::nullopt;
        return kept;
    }

    int put(transaction const& t, std::string_view name, byte_view value) const noexcept {
        auto k = to_val(as_bytes(name)), v = to_val(value);
        return mdb_put(t.get(), meta_, &k, &v, 0);
    }
    /// With the sum of names, the numbers of keys and of batches of names, and a checksum over all.
    using upto_type = std::array<byte, 36>;
    int count(transaction const& t, std::uint64_t upto, std::uint64_t sum, upto_type& value) const noexcept {
        MDB_stat keys, names;
        if (auto const code = mdb_stat(t.get(), keys_, &keys)) return code;
        if (auto const code = mdb_stat(t.get(), names_, &names)) return code;
        store_be64(value.data(), upto);
        store_be64(value.data() + 8, sum);
        store_be64(value.data() + 16, keys.ms_entries);
        store_be64(value.data() + 24, names.ms_entries);
        store_be32(value.data() + 32, file::crc32c(byte_view(value).first(32)));
        return 0;
    }
    int put_upto(transaction const& t, std::uint64_t upto, std::uint64_t sum) const noexcept {
        upto_type value;
        auto const code = count(t, upto, sum, value);
        return code ? code : put(t, "upto", value);
    }
    /// A checksum and the names, under the place of the first: the table of places is made of it.
    int put_names(transaction const& t, std::uint64_t upto, std::vector<std::uint64_t> const& names) const {
        std::array<byte, 8> first;
        store_be64(first.data(), upto - names.size());
        auto k = to_val(first);
        MDB_val v{4 + 8 * names.size(), nullptr};
        if (auto const code = mdb_put(t.get(), names_, &k, &v, MDB_RESERVE)) return code;
        auto* const to = static_cast<byte*>(v.mv_data);
        for (std::size_t i = 0; i != names.size(); ++i) store_be64(to + 4 + 8 * i, names[i]);
        store_be32(to, file::crc32c({to + 4, 8 * names.size()}, file::crc32c(first)));
        return 0;
    }

    int try_append(index_batch const& batch, std::vector<byte_view> const& keys) {
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
        if (!batch.names.empty())
            if (auto const code = put_names(t, batch.upto, batch.names)) return code;
        auto const sum = sum_ + file::name_table::sum_of(batch.upto - batch.names.size(), batch.names);
        if (auto const code = put_upto(t, batch.upto, sum)) return code;
        if (auto const code = t.commit()) return code;
        upto_ = batch.upto;
        sum_ = sum;
        return 0;
    }

    int empty(transaction const& t) {
        if (auto const code = mdb_drop(t.get(), keys_, 0)) return code;
        if (auto const code = mdb_drop(t.get(), names_, 0)) return code;
        return put_upto(t, 0, 0);
    }
    int try_clear() {
        transaction t(env_, 0);
        if (t.code()) return t.code();
        if (auto const code = empty(t)) return code;
        if (auto const code = t.commit()) return code;
        upto_ = sum_ = 0;
        return 0;
    }

    file::lock lock_;
    environment env_;  // closed before the lock is let go, and after its reader
    options options_;
    std::size_t map_size_;
    std::uint64_t upto_ = 0, sum_ = 0;
    MDB_dbi meta_ = 0, keys_ = 0, names_ = 0;
    file::name_table places_;  // made of the names
    mutable reader reader_;  // of keys_
};

static_assert(daicho::index_store<index_store>);

} // namespace daicho::lmdb
