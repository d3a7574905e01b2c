#pragma once

#include <daicho/file/segment_file.hpp>
#include <daicho/file/segment_survey.hpp>
#include <daicho/memory/pending_order.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace daicho::file {

/// Where all that a block_store holds lies in its segments: blocks by height, what waits, and cells. Records change it, as they are written
/// and as they are read again; it writes nothing itself. Memory: 16 bytes for each block of segments that are not settled.
struct stored_places {
    /// Up to which height blocks were pruned: 8 bytes, durable with the batch that said so.
    static constexpr std::string_view pruned_cell{"\0pruned", 7};

    std::vector<settled_segment> settled;
    std::vector<log_segment> logs;          ///< behind these; the last one takes records
    std::uint64_t gap = 0;                  ///< while opening: blocks that are in no segment, above settled_height()
    std::vector<place> recent;              ///< blocks above these
    memory::pending_order<place> pending;
    std::map<std::string, place, std::less<>> cells;
    std::uint64_t pruned = 0;               ///< height

    std::uint64_t settled_height() const noexcept { return settled.empty() ? 0 : settled.back().last; }
    std::uint64_t height() const noexcept { return settled_height() + gap + recent.size(); }
    /// Bytes of all segments, with what is zeroed for later.
    std::uint64_t size() const noexcept {
        std::uint64_t n = 0;
        for (auto& s : settled) n += s.table.end();
        for (auto& s : logs) n += s.map.view().size();
        return n;
    }

    /// The block at a height. Errors: not_found, pruned.
    result<place> of_block(std::uint64_t h) const noexcept {
        if (h == 0 || h > height()) return fault{errc::not_found, "block", h};
        if (h <= pruned) return fault{errc::pruned, "block", h};
        return at(h);
    }
    /// The same where it is known to be there.
    place at(std::uint64_t h) const noexcept {
        if (h > settled_height()) return recent[std::size_t(h - settled_height() - 1)];
        return std::lower_bound(settled.begin(), settled.end(), h, [](auto& s, std::uint64_t x) { return s.last < x; })->table.at(h);
    }

    /// What lies there, its checksum not looked at. Errors: store_corrupt.
    result<byte_view> lying_at(place p) const noexcept {
        byte_view whole;
        if (!logs.empty() && p.segment >= logs.front().number) {
            whole = logs[p.segment - logs.front().number].map.view();
        } else {
            whole = std::lower_bound(settled.begin(), settled.end(), p.segment, [](auto& s, std::uint32_t n) { return s.number < n; })->map.view();
        }
        if (p.offset > whole.size() || p.size > whole.size() - p.offset) return segment_corrupt(p.segment, p.offset);
        return whole.subspan(p.offset, p.size);
    }
    result<byte_view> checked_at(place p) const noexcept {
        auto const b = lying_at(p);
        if (b && crc32c(*b) != p.sum) return segment_corrupt(p.segment, p.offset);
        return b;
    }
    result<bytes> bytes_at(place p) const {
        auto const b = checked_at(p);
        if (!b) return b.error();
        return bytes(b->begin(), b->end());
    }

    /// Takes in what a record says: for walk_record.
    struct applying {
        stored_places& s;
        bool first = false;  ///< the first record behind the settled segments

        /// Blocks that a later record drops may be gone already when their segment was settled.
        fault base(std::uint64_t h) {
            if (h > s.height() && !first) return {errc::store_corrupt, "blocks", h};
            if (h > s.height()) s.gap = h - s.height();
            s.drop_above(h);
            return {};
        }
        void block(place p) { s.recent.push_back(p); }
        void add(std::uint64_t order, digest const& id, place p) { s.pending.add_at(order, id, p, [](place) {}); }
        void drop(digest const& id) { s.pending.drop(id, [](place) {}); }
        void cell(std::string_view name, place p) { s.cells[std::string(name)] = p; }
    };

    void drop_above(std::uint64_t h) {
        if (h >= settled_height() + gap) {
            recent.resize(std::size_t(h - settled_height() - gap));
            return;
        }
        recent.clear();
        gap = h > settled_height() ? h - settled_height() : 0;
        auto const first = [&] { return settled.size() == 1 && settled[0].first != 1; };  // it tells where the pruned ones end
        while (!settled.empty() && settled.back().table.base() >= h && settled.back().last > h && !first()) settled.pop_back();
        if (!settled.empty()) settled.back().last = std::min(settled.back().last, h);
    }

    /// Reads every byte of every segment again, and compares the height tables with what the segments hold.
    /// Errors: store_corrupt; where is `segment`, at its number times segment_stride, plus the byte.
    fault check() const {
        for (auto& s : settled) {
            auto const found = segment_survey::of(s.map.view().first(s.table.end()), s.number);
            if (!found) return found.error();
            if (auto f = found->compare(s.table, s.number)) return f;
        }
        for (auto& s : logs) {
            auto const found = scan_records(s.map.view(), s.salt, s.first_sequence, false, [](std::uint64_t, byte_view) { return fault{}; });
            if (!found) return found.error();
            if (found->end != s.end || end_of_content(s.map.view()) > s.end) return segment_corrupt(s.number, found->end);
        }
        return {};
    }
};

} // namespace daicho::file
