#pragma once

#include <daicho/concept/block_store.hpp>
#include <daicho/file/crc32c.hpp>

#include <algorithm>
#include <limits>

/// How one batch lies in a segment (docs/store.md): a head, a directory of what it holds, the bodies, a mark. Integers are
/// big-endian. The directory has a checksum of each body, head and directory have one together, so every byte is summed once.
namespace daicho::file {

/// Where the bytes of one block, transaction or cell lie.
struct place {
    std::uint32_t segment = 0;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    std::uint32_t sum = 0;
};

struct record_head {
    static constexpr std::size_t size = 20, tail = 5;
    static constexpr byte end_mark = 0xff;

    std::uint32_t length = 0;     ///< bytes, from the head to the mark
    std::uint32_t directory = 0;  ///< bytes of the directory
    std::uint64_t sequence = 0;

    /// What the first bytes of a record say; nothing when they are none. `salt` is the segment's.
    static std::optional<record_head> of(byte_view b, std::uint32_t salt) noexcept {
        if (b.size() < size || load_be32(&b[16]) != crc32c(b.first(16), salt)) return std::nullopt;
        record_head const h{load_be32(b.data()), load_be32(&b[4]), load_be64(&b[8])};
        if (h.length < size + tail || h.directory > h.length - size - tail) return std::nullopt;
        return h;
    }
};

/// Gathers what one record will hold, in this order: blocks, added and dropped transactions, cells. What it is given must
/// stay where it is until write().
class batch_record {
public:
    /// The blocks follow the one at height `base`; whatever was above is dropped.
    explicit batch_record(std::uint64_t base) : directory_(24) { store_be64(directory_.data(), base); }

    void block(byte_view b) {
        count(0);
        body(b);
    }
    void add(std::uint64_t order, digest const& id, byte_view b) {
        count(1);
        put64(order);
        put(id);
        body(b);
    }
    void drop(digest const& id) {
        count(2);
        put(id);
    }
    void cell(std::string_view name, byte_view b) {
        count(3);
        directory_.push_back(byte(name.size()));
        put(as_bytes(name));
        body(b);
    }

    bool empty() const noexcept { return directory_.size() == 24; }
    std::uint64_t size() const noexcept { return record_head::size + directory_.size() + held_ + record_head::tail; }

    void write(std::uint64_t sequence, std::uint32_t salt, bytes& out) const {
        out.clear();
        out.reserve(std::size_t(size()));
        out.resize(record_head::size);
        store_be32(out.data(), std::uint32_t(size()));
        store_be32(&out[4], std::uint32_t(directory_.size()));
        store_be64(&out[8], sequence);
        store_be32(&out[16], crc32c(byte_view(out).first(16), salt));
        out.insert(out.end(), directory_.begin(), directory_.end());
        auto const sum = crc32c(out, salt);
        for (auto b : bodies_) out.insert(out.end(), b.begin(), b.end());
        out.resize(out.size() + record_head::tail, record_head::end_mark);
        store_be32(&out[out.size() - record_head::tail], sum);
    }

private:
    void count(std::size_t which) { store_be32(&directory_[8 + 4 * which], load_be32(&directory_[8 + 4 * which]) + 1); }
    void put(byte_view b) { directory_.insert(directory_.end(), b.begin(), b.end()); }
    void put64(std::uint64_t n) {
        directory_.resize(directory_.size() + 8);
        store_be64(&directory_[directory_.size() - 8], n);
    }
    void body(byte_view b) {
        directory_.resize(directory_.size() + 8);
        store_be32(&directory_[directory_.size() - 8], std::uint32_t(b.size()));
        store_be32(&directory_[directory_.size() - 4], crc32c(b));
        bodies_.push_back(b);
        held_ += b.size();
    }

    bytes directory_;
    std::vector<byte_view> bodies_;
    std::uint64_t held_ = 0;
};

/// Tells `to` what a record at `start` of segment `number` does, in order:
///   to.base(height) -> fault  to.block(place)  to.add(order, id, place)  to.drop(id)  to.cell(name, place)
/// Errors: store_corrupt when its directory does not add up, and what to.base says.
template <class To>
fault walk_record(byte_view record, std::uint32_t number, std::uint64_t start, To&& to) {
    bool good = true;
    auto in = record.subspan(record_head::size, load_be32(&record[4]));
    std::uint64_t body = record_head::size + in.size();
    auto const take = [&](std::size_t n) {
        good = good && n <= in.size();
        auto const piece = good ? in.first(n) : byte_view{};
        in = good ? in.subspan(n) : byte_view{};
        return piece;
    };
    auto const take_id = [&] {
        digest id{};
        auto const b = take(id.size());
        std::copy(b.begin(), b.end(), id.begin());
        return id;
    };
    auto const take_place = [&] {
        auto const b = take(8);
        if (!good) return place{};
        place const p{number, std::uint32_t(start + body), load_be32(b.data()), load_be32(&b[4])};
        body += p.size;
        good = body <= record.size() - record_head::tail;
        return p;
    };
    auto const head = take(24);
    if (!good) return {errc::store_corrupt, "record"};
    if (auto f = to.base(load_be64(head.data()))) return f;
    auto const each = [&](std::size_t which, auto&& one) {
        for (auto n = load_be32(&head[8 + 4 * which]); n != 0 && good; --n) one();
    };
    each(0, [&] {
        if (auto const p = take_place(); good) to.block(p);
    });
    each(1, [&] {
        auto const order = take(8);
        auto const id = take_id();
        if (auto const p = take_place(); good) to.add(load_be64(order.data()), id, p);
    });
    each(2, [&] {
        if (auto const id = take_id(); good) to.drop(id);
    });
    each(3, [&] {
        auto const length = take(1);
        auto const name = take(good ? length[0] : 0);
        if (auto const p = take_place(); good) to.cell(as_text(name), p);
    });
    return good && in.empty() && body == record.size() - record_head::tail ? fault{} : fault{errc::store_corrupt, "record"};
}

/// Calls f(offset in the record, size, sum) for each body. False when the directory does not add up.
template <class F>
bool each_body(byte_view record, F&& f) {
    struct bodies {
        F& each;
        fault base(std::uint64_t) { return {}; }
        void block(place p) { each(p); }
        void add(std::uint64_t, digest const&, place p) { each(p); }
        void drop(digest const&) {}
        void cell(std::string_view, place p) { each(p); }
    };
    return !walk_record(record, 0, 0, bodies{f});
}

/// Head, directory and mark are as they were written.
inline bool framed(byte_view record, std::uint32_t salt) noexcept {
    auto const frame = record_head::size + load_be32(&record[4]);
    return record.back() == record_head::end_mark && load_be32(&record[record.size() - record_head::tail]) == crc32c(record.first(frame), salt);
}

/// Every byte of it is as it was written.
inline bool unaltered(byte_view record, std::uint32_t salt) {
    bool good = framed(record, salt);
    return good && each_body(record, [&](place p) { good = good && crc32c(record.subspan(p.offset, p.size)) == p.sum; }) && good;
}

} // namespace daicho::file
