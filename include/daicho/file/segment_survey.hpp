#pragma once

#include <daicho/file/height_table.hpp>
#include <daicho/file/segment_file.hpp>

#include <vector>

namespace daicho::file {

inline result<std::pair<descriptor, mapping>> map_file(result<descriptor> file) {
    if (!file) return file.error();
    auto const size = size_of(*file);
    if (!size) return size.error();
    auto map = mapping::of(*file, std::size_t(*size));
    if (!map) return map.error();
    return std::pair(std::move(*file), std::move(*map));
}

/// What a settled segment's table must say, from the segment alone: every byte of it is read.
struct segment_survey {
    height_table::summary summary;
    std::vector<place> blocks;

    /// Errors: store_corrupt, store_too_new.
    static result<segment_survey> of(byte_view segment, std::uint32_t number) {
        auto const head = segment_head::of(segment, number);
        if (!head) return head.error();
        auto const salt = head->salt();
        auto const start = record_head::of(segment.subspan(segment_head::size), salt);
        if (!start) return segment_corrupt(number, segment_head::size);
        segment_survey s{.summary = {.number = number, .salt = salt}, .blocks = {}};
        counting each{s};
        auto const found = scan_records(segment, salt, start->sequence, head->first != 0,
                                        [&](std::uint64_t at, byte_view record) { return walk_record(record, number, at, each); });
        if (!found) return found.error();
        if (found->end == segment_head::size || end_of_content(segment) > found->end) return segment_corrupt(number, found->end);
        s.summary.end = std::uint32_t(found->end);
        s.summary.sequence = head->first != 0 ? start->sequence + 1 : found->sequence;
        return s;
    }

    /// Errors: store_corrupt, where the table says something else.
    fault compare(height_table const& table, std::uint32_t number) const {
        if (summary.end != table.end() || summary.sequence != table.sequence()) return segment_corrupt(number, summary.end);
        if (table.count() > blocks.size()) return segment_corrupt(number);
        if (table.count() != 0 && table.base() != summary.base) return segment_corrupt(number);
        for (std::uint32_t i = 0; i != table.count(); ++i) {
            auto const a = blocks[i], b = table.at(table.base() + i + 1);
            if (a.offset != b.offset || a.size != b.size || a.sum != b.sum) return segment_corrupt(number, a.offset);
        }
        return {};
    }

private:
    struct counting {
        segment_survey& s;
        bool any = false;
        fault base(std::uint64_t h) {
            auto& to = s.summary.base;
            if (!any || h < to) to = h, s.blocks.clear();
            else if (h - to > s.blocks.size()) return {errc::store_corrupt, "blocks", h};
            else s.blocks.resize(std::size_t(h - to));
            any = true;
            return {};
        }
        void block(place p) { s.blocks.push_back(p); }
        void add(std::uint64_t, digest const&, place) {}
        void drop(digest const&) {}
        void cell(std::string_view, place) {}
    };
};

/// The table of a settled segment, from its file, or made again. Errors: those of a survey.
template <class System>
result<height_table> table_of(std::filesystem::path const& directory, segment_head const& head, byte_view segment, bool make_again) {
    if (!make_again)
        if (auto file = map_file(daicho::file::open<System>(segment_path(directory, head.number, ".heights"), O_RDONLY)))
            if (auto t = height_table::of(std::move(file->second), head.number, head.salt())) return std::move(*t);
    auto const found = segment_survey::of(segment, head.number);
    if (!found) return found.error();
    auto made = height_table::encoded(found->summary, found->blocks);
    (void)write_table<System>(directory, head.number, made);
    return height_table(std::move(made));
}

} // namespace daicho::file
