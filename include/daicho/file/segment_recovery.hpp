#pragma once

#include <daicho/file/segment_folder.hpp>
#include <daicho/file/segment_survey.hpp>
#include <daicho/file/stored_places.hpp>

namespace daicho::file {

/// Takes up what the files of a block_store hold, however the process before ended (docs/store.md): tables that do not add up are made again,
/// a record that was not written to its end becomes zeros, and what a copy or pruning left behind is removed. Bytes that were altered later
/// are never mended.
template <class System>
class segment_recovery {
public:
    /// `make_tables_again`: whatever tables are there.
    segment_recovery(std::filesystem::path const& directory, bool make_tables_again, stored_places& to)
        : directory_(directory), make_tables_again_(make_tables_again), to_(to) {}

    /// Gives the sequence of the next record. An empty directory leaves the places empty. Errors: store_corrupt, store_too_new, and the
    /// operating system's.
    result<std::uint64_t> run() {
        auto const f = read_segments();
        if (f) return f;
        return sequence_;
    }

private:
    fault read_segments() {
        auto const found = segment_folder::read<System>(directory_);
        if (!found) return found.error();
        if (found->empty()) return {};
        for (auto& head : found->settled)
            if (auto f = read_settled(head)) return f;
        for (auto n : found->replaced) remove(n, ".blocks"), remove(n, ".heights");
        for (auto n : found->copied) remove(n, ".log");
        if (auto f = read_logs(found->logs)) return f;
        return judge_missing(found->missing, found->remains);
    }

    void remove(std::uint32_t number, char const* kind) const { remove_segment<System>(directory_, number, kind); }

    fault read_settled(segment_head const& head) {
        auto const first = segment_folder::first_of(head);
        auto file = map_file(daicho::file::open<System>(segment_path(directory_, head.number, ".blocks"), O_RDONLY));
        if (!file) return file.error();
        auto& map = file->second;
        auto table = table_of<System>(directory_, head, map.view(), make_tables_again_);
        if (!table) return table.error();
        if (!to_.settled.empty() && to_.settled[0].first != 1 && table->base() < to_.settled[0].table.base()) to_.settled.clear();  // a fork emptied them
        bool const begins = to_.settled.empty() && first != 1;  // what was before it was pruned, as the logs will say
        if (table->end() > map.view().size() || (!begins && table->base() > to_.height())) return segment_corrupt(head.number, map.view().size());
        if (!begins) to_.drop_above(table->base());
        auto const last = table->last();
        sequence_ = table->sequence();
        to_.settled.push_back({head.number, first, last, std::move(map), std::move(*table)});
        return {};
    }

    fault read_logs(std::vector<std::uint32_t> const& numbers) {
        for (auto n : numbers) {
            auto file = map_file(daicho::file::open<System>(segment_path(directory_, n, ".log"), O_RDWR));
            if (!file) return file.error();
            auto const head = segment_head::of(file->second.view(), n);
            if (!head) return head.error();
            if (head->first != 0 || head->room != file->second.view().size()) return segment_corrupt(n, file->second.view().size());
            to_.logs.push_back({.number = n, .salt = head->salt(), .map = std::move(file->second), .file = std::move(file->first)});
        }
        while (to_.logs.size() > 1 && end_of_content(to_.logs.back().map.view()) <= segment_head::size) {  // never used
            remove(to_.logs.back().number, ".log");
            to_.logs.pop_back();
        }
        for (auto& s : to_.logs)
            if (auto f = read_log(s, &s == &to_.logs.front(), &s == &to_.logs.back())) return f;
        if (to_.gap != 0) return {errc::store_corrupt, "blocks", to_.settled_height() + 1};
        if (to_.logs.back().end == segment_head::size) return {};
        // A record that was written and not synced is shown from now on, so it must stay.
        return System::fdatasync(to_.logs.back().file.get()) == 0 ? fault{} : last_fault("fdatasync");
    }

    fault read_log(log_segment& s, bool oldest, bool newest) {
        s.first_sequence = sequence_;
        auto const whole = s.map.view();
        auto const found = scan_records(whole, s.salt, sequence_, false,
                                        [&](std::uint64_t at, byte_view record) { return walk_record(record, s.number, at, stored_places::applying{to_, oldest && at == segment_head::size}); });
        if (!found) return found.error();
        s.end = found->end;
        sequence_ = found->sequence;
        auto const rest = newest ? judge_tail(whole, *found, s.salt) : end_of_content(whole) > s.end ? tail::altered : tail::clean;
        if (rest == tail::altered) return segment_corrupt(s.number, s.end);
        if (!newest) s.file = {};
        if (rest == tail::clean) return {};
        bytes const zeros(std::size_t(end_of_content(whole) - s.end));
        if (auto f = write_all<System>(s.file, s.end, zeros)) return {errc::io_failed, f.where, f.at};
        return System::fdatasync(s.file.get()) == 0 ? fault{} : last_fault("fdatasync");
    }

    /// After the logs: where segments are missing, their blocks must have been pruned.
    fault judge_missing(std::uint32_t missing, std::vector<std::uint32_t> const& remains) {
        auto const at = to_.cells.find(stored_places::pruned_cell);
        if (at != to_.cells.end()) {
            auto const b = to_.checked_at(at->second);
            if (!b) return b.error();
            if (b->size() != 8 || load_be64(b->data()) > to_.height()) return {errc::store_corrupt, "pruned"};
            to_.pruned = load_be64(b->data());
        }
        if (missing != 0 && to_.settled.front().table.base() > to_.pruned) return segment_corrupt(missing);
        for (auto n : remains) remove(n, ".heights"), remove(n, ".blocks");
        return {};
    }

    std::filesystem::path const& directory_;
    bool make_tables_again_;
    stored_places& to_;
    std::uint64_t sequence_ = 1;
};

} // namespace daicho::file
