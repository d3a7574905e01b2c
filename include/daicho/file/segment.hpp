#pragma once

#include <daicho/file/batch_record.hpp>
#include <daicho/file/mapping.hpp>

/// One file of a block store (docs/store.md): a head, records, and zeros, which were there before the records.
namespace daicho::file {

/// Segments have numbers, from 1; where one was altered is told as number times this, plus the byte.
inline constexpr std::uint64_t segment_stride = 10'000'000'000;

inline fault segment_corrupt(std::uint32_t number, std::uint64_t offset = 0) noexcept {
    return {errc::store_corrupt, "segment", number * segment_stride + offset};
}

struct segment_head {
    static constexpr std::size_t size = 36;
    static constexpr std::uint32_t version = 1;
    static constexpr std::string_view magic = "daichosg";

    std::uint32_t number = 0;
    std::uint32_t first = 0;          ///< a copy stands for the segments first to number; 0: the segment itself
    std::uint32_t room = 0;           ///< bytes of the whole file while it takes records; it is never shorter. 0 in a copy
    std::array<byte, 8> random{};     ///< checksums start from it, so that nothing a user stored looks like a record

    std::uint32_t salt() const noexcept { return crc32c(random); }

    static result<segment_head> fresh(std::uint32_t number, std::uint32_t first, std::uint32_t room) {
        segment_head h{.number = number, .first = first, .room = room};
        if (::getentropy(h.random.data(), h.random.size()) != 0) return fault{errc::no_entropy, "segment"};
        return h;
    }
    std::array<byte, size> encoded() const noexcept {
        std::array<byte, size> b{};
        std::copy(magic.begin(), magic.end(), b.begin());
        store_be32(&b[8], version);
        store_be32(&b[12], number);
        store_be32(&b[16], first);
        store_be32(&b[20], room);
        std::copy(random.begin(), random.end(), &b[24]);
        store_be32(&b[32], crc32c(byte_view(b).first(32)));
        return b;
    }
    /// Errors: store_corrupt, store_too_new.
    static result<segment_head> of(byte_view b, std::uint32_t number) noexcept {
        if (b.size() < size || !equal(b.first(magic.size()), as_bytes(magic)) || load_be32(&b[32]) != crc32c(b.first(32)))
            return segment_corrupt(number);
        if (auto const v = load_be32(&b[8]); v != version) return fault{errc::store_too_new, "segment", v};
        segment_head h{.number = load_be32(&b[12]), .first = load_be32(&b[16]), .room = load_be32(&b[20])};
        std::copy_n(&b[24], h.random.size(), h.random.begin());
        if (h.number != number || h.first > number) return segment_corrupt(number);
        return h;
    }
};

struct scanned {
    std::uint64_t end = segment_head::size;  ///< behind the last good record
    std::uint64_t sequence = 0;              ///< the next record's
};

/// Calls replay(offset, record) -> fault for each record up to the first that is not as it was written. The records of a copy
/// all have one sequence.
template <class Replay>
result<scanned> scan_records(byte_view segment, std::uint32_t salt, std::uint64_t sequence, bool copy, Replay&& replay) {
    scanned s{.sequence = sequence};
    for (;;) {
        auto const rest = segment.subspan(std::size_t(std::min<std::uint64_t>(s.end, segment.size())));
        auto const head = record_head::of(rest, salt);
        if (!head || head->sequence != s.sequence || head->length > rest.size()) return s;
        auto const record = rest.first(head->length);
        if (!unaltered(record, salt)) return s;
        if (auto f = replay(s.end, record)) return f;
        s.end += record.size();
        if (!copy) ++s.sequence;
    }
}

/// Behind the last byte that is not zero.
inline std::uint64_t end_of_content(byte_view b) noexcept {
    static constexpr std::array<byte, 4096> zeros{};
    auto n = b.size();
    while (n >= zeros.size() && std::memcmp(&b[n - zeros.size()], zeros.data(), zeros.size()) == 0) n -= zeros.size();
    while (n != 0 && b[n - 1] == 0) --n;
    return n;
}

enum class tail { clean, unfinished, altered };

/// What follows the last good record at `end` must be zeros, or the one record that was being written when everything stopped:
/// such a write leaves zeros behind some byte, or in whole sectors. Bytes that were all written and still do not add up were
/// altered later, and so was what a record with a later sequence follows (docs/adr/0007-a-log-tells-unfinished-from-altered.md).
inline tail judge_tail(byte_view segment, scanned s, std::uint32_t salt) {
    constexpr std::size_t sector = 512;
    auto const last = end_of_content(segment);
    if (last <= s.end) return tail::clean;
    auto const rest = segment.subspan(std::size_t(s.end));
    for (std::size_t i = 0; s.end + i < last; ++i) {
        auto const head = record_head::of(rest.subspan(i), salt);
        if (head && head->sequence > s.sequence && head->sequence - s.sequence < (std::uint64_t(1) << 40)) return tail::altered;
    }
    auto const lost = [&](std::uint64_t from, std::uint64_t to) {  // a sector's share of the record that is all zeros
        for (auto at = from; at < to; at += sector - at % sector)
            if (end_of_content(segment.subspan(std::size_t(at), std::size_t(std::min(to, at - at % sector + sector) - at))) == 0) return true;
        return false;
    };
    auto const head = record_head::of(rest, salt);
    if (!head) {
        auto const extent = std::min<std::uint64_t>(s.end + record_head::size, segment.size());
        return last <= extent || lost(s.end, extent) ? tail::unfinished : tail::altered;
    }
    if (head->sequence != s.sequence || head->length > rest.size() || last > s.end + head->length) return tail::altered;
    if (last < s.end + head->length) return tail::unfinished;
    auto const record = rest.first(head->length);
    bool torn = false;
    auto const end = s.end + record.size();
    auto const good_frame = framed(record, salt) && each_body(record, [&](place p) {
                                if (crc32c(record.subspan(p.offset, p.size)) == p.sum) return;
                                auto const from = s.end + p.offset;  // whole sectors, which may begin before and end behind it
                                torn = torn || lost(std::max(s.end, from - from % sector), std::min(end, (from + p.size + sector - 1) / sector * sector));
                            });
    if (!good_frame) torn = lost(s.end, end);
    return torn ? tail::unfinished : tail::altered;
}

} // namespace daicho::file
