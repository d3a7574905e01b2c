#pragma once

#include <daicho/file/lock.hpp>
#include <daicho/file/segment_ahead.hpp>
#include <daicho/file/segment_copy.hpp>
#include <daicho/file/segment_folder.hpp>
#include <daicho/file/segment_survey.hpp>
#include <daicho/memory/pending_order.hpp>

#include <map>

namespace daicho::file {

struct block_store_options {
    std::uint32_t first_segment = 1u << 20;     ///< bytes of the first segments; later ones are as large as what the store holds,
    std::uint32_t largest_segment = 32u << 20;  ///< and at most this, unless one batch needs more
    std::uint32_t max_record = 256u << 20;      ///< bytes of one batch
    bool rebuild_index = false;                 ///< open() makes the height tables again from the segments
};

/// A block_store in plain files, for a node that lives for years (docs/store.md): batches are appended to preallocated segments
/// of zeros, so that a commit is one write and one fdatasync. A full segment is settled: what still waits moves on to the newest
/// one, its garbage is left behind, and a mapped table says where its blocks lie. Memory holds 16 bytes for each block of the
/// last segments, and nothing for those settled; opening reads the last segments only.
template <class System = posix>
class basic_block_store {
public:
    using options = block_store_options;

    /// Makes the directory and an empty store where there is none.
    /// Errors: busy (somebody else has it open), store_corrupt, store_too_new, and the operating system's.
    static result<basic_block_store> open(std::filesystem::path const& directory, options o = {}) {
        if (auto f = make_directory(directory)) return f;
        auto held = lock::take(directory / "lock");
        if (!held) return held.error();
        basic_block_store s(std::move(*held), directory, o);
        if (auto f = s.read_segments()) return f;
        return s;
    }

    fault commit(store_batch const& batch) {
        if (batch.empty()) return {};
        for (auto& [name, b] : batch.cells)
            if (auto f = check_cell_name(name)) return f;
        if (batch.keep < pruned_) return {errc::pruned, "batch.keep", pruned_};
        batch_record record(std::min(batch.keep, height()));
        for (auto& b : batch.blocks) record.block(b);
        auto fresh = pending_.next();
        for (auto& [id, b] : batch.add_pending) {
            auto const order = pending_.order_of(id);
            record.add(order == pending_.next() ? fresh++ : order, id, b);
        }
        for (auto& id : batch.drop_pending) record.drop(id);
        for (auto& [name, b] : batch.cells) record.cell(name, b);
        auto const pruned = std::min(batch.prune, std::min(batch.keep, height()) + batch.blocks.size());
        std::array<byte, 8> pruned_bytes;
        store_be64(pruned_bytes.data(), pruned);
        if (pruned > pruned_) record.cell(pruned_cell, pruned_bytes);
        if (record.size() > options_.max_record) return {errc::oversized, "batch", record.size()};
        if (auto f = append(record)) return f;
        if (pruned > pruned_) pruned_ = pruned, drop_pruned();
        look_ahead();
        settle_some(record.size());
        return {};
    }

    std::uint64_t height() const noexcept { return settled_height() + gap_ + recent_.size(); }

    result<bytes> read(std::uint64_t h) const {
        if (h == 0 || h > height()) return fault{errc::not_found, "block", h};
        if (h <= pruned_) return fault{errc::pruned, "block", h};
        return bytes_at(place_of(h));
    }

    /// Block h where it lies, its checksum not looked at, until the next commit. For who checks what it reads, as by its digest.
    result<byte_view> view(std::uint64_t h) const {
        if (h == 0 || h > height()) return fault{errc::not_found, "block", h};
        if (h <= pruned_) return fault{errc::pruned, "block", h};
        return lying_at(place_of(h));
    }

    fault pending(std::function<void(digest const&, byte_view)> const& visit) const {
        for (auto& [order, item] : pending_) {
            auto const b = checked_at(item.second);
            if (!b) return b.error();
            visit(item.first, *b);
        }
        return {};
    }

    result<bytes> cell(std::string_view name) const {
        auto const found = cells_.find(name);
        return found == cells_.end() ? bytes{} : bytes_at(found->second);
    }

    /// Reads every byte of every segment again, and compares the height tables with what the segments hold.
    /// Errors: store_corrupt; where is `segment`, at its number times segment_stride, plus the byte.
    fault check() const {
        for (auto& s : settled_) {
            auto const found = segment_survey::of(s.map.view().first(s.table.end()), s.number);
            if (!found) return found.error();
            if (auto f = found->compare(s.table, s.number)) return f;
        }
        for (auto& s : logs_) {
            auto const found = scan_records(s.map.view(), s.salt, s.first_sequence, false, [](std::uint64_t, byte_view) { return fault{}; });
            if (!found) return found.error();
            if (found->end != s.end || end_of_content(s.map.view()) > s.end) return segment_corrupt(s.number, found->end);
        }
        return {};
    }

    /// Bytes of all its segments, with what is zeroed for later.
    std::uint64_t size() const noexcept {
        std::uint64_t n = 0;
        for (auto& s : settled_) n += s.table.end();
        for (auto& s : logs_) n += s.map.view().size();
        return n;
    }

private:
    /// Up to which height blocks were pruned: 8 bytes, durable with the batch that said so.
    static constexpr std::string_view pruned_cell{"\0pruned", 7};
    static constexpr std::uint32_t piece = 64 * 1024;  ///< bytes that are copied at once, so as not to delay a commit

    basic_block_store(lock held, std::filesystem::path directory, options o)
        : lock_(std::move(held)), directory_(std::move(directory)), options_(o) {}

    std::filesystem::path path_of(std::uint32_t number, char const* kind) const { return segment_path(directory_, number, kind); }

    // --- where things lie ---------------------------------------------------------------------------------------------------

    std::uint64_t settled_height() const noexcept { return settled_.empty() ? 0 : settled_.back().last; }

    place place_of(std::uint64_t h) const noexcept {
        if (h > settled_height()) return recent_[std::size_t(h - settled_height() - 1)];
        return std::lower_bound(settled_.begin(), settled_.end(), h, [](auto& s, std::uint64_t x) { return s.last < x; })->table.at(h);
    }
    result<byte_view> lying_at(place p) const noexcept {
        byte_view whole;
        if (!logs_.empty() && p.segment >= logs_.front().number) {
            whole = logs_[p.segment - logs_.front().number].map.view();
        } else {
            whole = std::lower_bound(settled_.begin(), settled_.end(), p.segment, [](auto& s, std::uint32_t n) { return s.number < n; })->map.view();
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

    // --- what a record does -------------------------------------------------------------------------------------------------

    struct applying {
        basic_block_store& s;
        bool first = false;  ///< the first record behind the settled segments

        /// Blocks that a later record drops may be gone already when their segment was settled.
        fault base(std::uint64_t h) {
            if (h > s.height() && !first) return {errc::store_corrupt, "blocks", h};
            if (h > s.height()) s.gap_ = h - s.height();
            s.drop_above(h);
            return {};
        }
        void block(place p) { s.recent_.push_back(p); }
        void add(std::uint64_t order, digest const& id, place p) { s.pending_.add_at(order, id, p, [](place) {}); }
        void drop(digest const& id) { s.pending_.drop(id, [](place) {}); }
        void cell(std::string_view name, place p) { s.cells_[std::string(name)] = p; }
    };

    void drop_above(std::uint64_t h) {
        if (copy_ && copy_->what().last > h) give_up_copy();
        if (h >= settled_height() + gap_) {
            recent_.resize(std::size_t(h - settled_height() - gap_));
            return;
        }
        recent_.clear();
        gap_ = h > settled_height() ? h - settled_height() : 0;
        auto const first = [&] { return settled_.size() == 1 && settled_[0].first != 1; };  // it tells where the pruned ones end
        while (!settled_.empty() && settled_.back().table.base() >= h && settled_.back().last > h && !first()) settled_.pop_back();
        if (!settled_.empty()) settled_.back().last = std::min(settled_.back().last, h);
    }

    fault append(batch_record const& record) {
        if (broken_) return {errc::io_failed, "segment"};
        if (record.size() > logs_.back().room())
            if (auto f = next_segment(record.size())) return f;
        auto& s = logs_.back();
        record.write(sequence_, s.salt, buffer_);
        if (auto f = write_all<System>(s.file, s.end, buffer_)) return unwritten(f);
        if (System::fdatasync(s.file.get()) != 0) {
            auto const f = unwritten(last_fault("fdatasync"));
            broken_ = true;  // nobody knows what the disk holds
            return {errc::io_failed, f.where, f.at};
        }
        if (auto f = walk_record(buffer_, s.number, s.end, applying{*this})) return f;
        s.end += buffer_.size();
        ++sequence_;
        if (buffer_.capacity() > (4u << 20)) buffer_ = {};
        return {};
    }

    /// The space behind the end becomes zeros again.
    fault unwritten(fault f) {
        std::fill(buffer_.begin(), buffer_.end(), byte(0));
        if (!write_all<System>(logs_.back().file, logs_.back().end, buffer_)) return f;
        broken_ = true;
        return {errc::io_failed, f.where, f.at};
    }

    // --- segments to come ---------------------------------------------------------------------------------------------------

    std::uint32_t next_size() const noexcept {
        return std::uint32_t(std::clamp<std::uint64_t>(size(), options_.first_segment, std::max(options_.first_segment, options_.largest_segment)));
    }
    result<log_segment> make_segment(std::uint32_t number, std::uint64_t size) const {
        auto b = blank_segment<System>::begin(directory_, number, std::uint32_t(size));
        if (!b) return b.error();
        return b->finish();
    }

    fault next_segment(std::uint64_t needed) {
        auto const unused = logs_.back().end == segment_head::size;  // and too small: another takes its place
        auto const number = logs_.back().number + (unused ? 0 : 1);
        auto const least = segment_head::size + needed;
        if (next_ && (unused || next_.size() < least)) next_.drop();
        auto made = next_ ? next_.take() : result<log_segment>(fault{errc::not_found});
        if (!made) made = make_segment(number, std::max<std::uint64_t>(next_size(), least));
        if (made.error() == errc::store_full) made = make_segment(number, least);
        if (!made) return made.error();
        made->first_sequence = sequence_;
        if (unused) logs_.pop_back();
        else logs_.back().file = {};
        logs_.push_back(std::move(*made));
        may_look_ahead_ = may_settle_ = true;
        return {};
    }

    /// Has the next segment made while there is time: as soon as a part of this one is full, so that a store of little takes little.
    void look_ahead() {
        if (!may_look_ahead_ || logs_.back().end < logs_.back().map.view().size() / 8) return;
        may_look_ahead_ = false;
        next_.begin(directory_, logs_.back().number + 1, next_size());
    }

    // --- segments to settle -------------------------------------------------------------------------------------------------

    /// Settles the oldest full segment, or goes on with it. A failure is tried again at the next segment.
    void settle_some(std::uint64_t written) {
        if (broken_) return;
        if (copy_) {
            if ((behind_ += 4 * written) < std::min(piece, options_.first_segment)) return;
            if (!copy_some(std::exchange(behind_, 0))) return;
            give_up_copy();
            may_settle_ = false;
        } else if (may_settle_) {
            may_settle_ = worth_settling() && !settle_oldest();
        }
    }

    /// What waits is written again when its segment is settled: not before as much again has come that does not wait.
    bool worth_settling() const {
        std::uint64_t full = 0, waiting = 0;
        for (auto& s : logs_) full += s.end;
        full -= logs_.back().end;
        for (auto& [order, item] : pending_) waiting += item.second.size + std::uint64_t(64);
        for (auto& [name, p] : cells_) waiting += p.size + std::uint64_t(64);
        return full > 2 * waiting && full != 0;
    }

    fault settle_oldest() {
        auto const& oldest = logs_.front();
        std::uint64_t needed = 0, blocks = 0;
        for (; blocks != recent_.size() && recent_[std::size_t(blocks)].segment == oldest.number; ++blocks)
            needed += recent_[std::size_t(blocks)].size + std::uint64_t(8);
        auto const used = oldest.end - segment_head::size;
        if (used - std::min(used, needed) <= used / 8) return settle_in_place(blocks);
        typename segment_copy<System>::plan p{.number = oldest.number, .first = oldest.number, .base = settled_height(),
                                             .last = settled_height() + blocks, .sequence = logs_[1].first_sequence - 1};
        if (!settled_.empty() && settled_.back().table.end() + needed <= options_.largest_segment) {  // joined with the one before
            p.first = settled_.back().first;
            p.base = settled_.back().table.base();
        }
        auto c = segment_copy<System>::begin(directory_, p);
        if (!c) return c.error();
        copy_.emplace(std::move(*c));
        return {};
    }

    fault settle_in_place(std::uint64_t blocks) {
        auto const number = logs_.front().number;
        if (auto f = move_on(number)) return f;
        auto& s = logs_.front();
        auto table = height_table::encoded({.number = number, .salt = s.salt, .end = std::uint32_t(s.end), .base = settled_height(),
                                            .sequence = logs_[1].first_sequence}, std::span(recent_).first(std::size_t(blocks)));
        (void)write_table<System>(directory_, number, table);
        if (System::rename(path_of(number, ".log").c_str(), path_of(number, ".blocks").c_str()) != 0) return last_fault("rename");
        if (auto f = sync_directory<System>(directory_)) {
            broken_ = true;  // nobody knows its name
            return f;
        }
        if (auto const file = daicho::file::open<System>(path_of(number, ".blocks"), O_RDWR)) (void)System::ftruncate(file->get(), off_t(s.end));
        settle({number, number, settled_height() + blocks, std::move(s.map), height_table(std::move(table))});
        return {};
    }

    fault copy_some(std::uint64_t budget) {
        if (!copy_->complete()) {
            std::vector<byte_view> some;
            for (auto h = copy_->next(); h <= copy_->what().last; ++h) {
                auto const b = checked_at(place_of(h));
                if (!b) return b.error();
                some.push_back(*b);
                if (budget <= b->size()) break;
                budget -= b->size();
            }
            return copy_->add(some);
        }
        if (auto f = copy_->finish()) return f;
        if (auto f = move_on(copy_->what().number)) return f;
        auto made = copy_->publish();
        if (!made) return made.error();
        copy_.reset();
        for (auto n = made->first; n < made->number; ++n) {
            System::unlink(path_of(n, ".blocks").c_str());
            System::unlink(path_of(n, ".heights").c_str());
        }
        System::unlink(path_of(made->number, ".log").c_str());
        settle(std::move(*made));
        return {};
    }

    void give_up_copy() {
        (void)copy_->dropped({});
        copy_.reset();
    }

    void settle(settled_segment s) {
        auto const all = height();
        recent_.erase(recent_.begin(), recent_.begin() + std::ptrdiff_t(recent_.size() - std::size_t(all - s.last)));
        while (!settled_.empty() && settled_.back().number >= s.first) settled_.pop_back();
        settled_.push_back(std::move(s));
        logs_.erase(logs_.begin());
        may_settle_ = true;
    }

    /// Writes what waits in a segment once more, to the newest one.
    fault move_on(std::uint32_t number) {
        batch_record record(height());
        auto const flush = [&] {
            auto const f = record.empty() ? fault{} : append(record);
            record = batch_record(height());
            return f;
        };
        auto const move = [&](place p, auto&& into) -> fault {
            if (p.segment != number) return {};
            auto const b = checked_at(p);
            if (!b) return b.error();
            into(*b);
            return record.size() < std::min<std::uint64_t>(options_.max_record / 2, 1u << 20) ? fault{} : flush();
        };
        for (auto& [order, item] : pending_)
            if (auto f = move(item.second, [&, &to = order, &id = item.first](byte_view b) { record.add(to, id, b); })) return f;
        for (auto& [name, p] : cells_)
            if (auto f = move(p, [&, &to = name](byte_view b) { record.cell(to, b); })) return f;
        return flush();
    }

    // --- pruning ------------------------------------------------------------------------------------------------------------

    /// Removes the settled segments that hold no other blocks, except the newest. What a crash leaves of them the next opening removes.
    void drop_pruned() {
        auto last = settled_.begin();
        while (last != settled_.end() && last + 1 != settled_.end() && last->last <= pruned_) {
            for (auto n = last->first; n != (last + 1)->first; ++n) remove(n, ".heights"), remove(n, ".blocks");  // those too that a fork emptied
            ++last;
        }
        settled_.erase(settled_.begin(), last);
    }

    /// After the logs: where segments are missing, their blocks must have been pruned.
    fault judge_missing(std::uint32_t missing, std::vector<std::uint32_t> const& remains) {
        auto const at = cells_.find(pruned_cell);
        if (at != cells_.end()) {
            auto const b = checked_at(at->second);
            if (!b) return b.error();
            if (b->size() != 8 || load_be64(b->data()) > height()) return {errc::store_corrupt, "pruned"};
            pruned_ = load_be64(b->data());
        }
        if (missing != 0 && settled_.front().table.base() > pruned_) return segment_corrupt(missing);
        for (auto n : remains) remove(n, ".heights"), remove(n, ".blocks");
        drop_pruned();
        return {};
    }

    // --- opening ------------------------------------------------------------------------------------------------------------

    fault read_segments() {
        auto const found = segment_folder::read<System>(directory_);
        if (!found) return found.error();
        if (found->empty()) return begin_store();
        for (auto& head : found->settled)
            if (auto f = read_settled(head)) return f;
        for (auto n : found->replaced) remove(n, ".blocks"), remove(n, ".heights");
        for (auto n : found->copied) remove(n, ".log");
        if (auto f = read_logs(found->logs)) return f;
        return judge_missing(found->missing, found->remains);
    }

    fault begin_store() {
        auto made = make_segment(1, options_.first_segment);
        if (!made) return made.error();
        made->first_sequence = sequence_;
        logs_.push_back(std::move(*made));
        return {};
    }

    void remove(std::uint32_t number, char const* kind) const { System::unlink(path_of(number, kind).c_str()); }

    fault read_settled(segment_head const& head) {
        auto const first = segment_folder::first_of(head);
        auto file = map_file(daicho::file::open<System>(path_of(head.number, ".blocks"), O_RDONLY));
        if (!file) return file.error();
        auto& map = file->second;
        auto table = table_of<System>(directory_, head, map.view(), options_.rebuild_index);
        if (!table) return table.error();
        if (!settled_.empty() && settled_[0].first != 1 && table->base() < settled_[0].table.base()) settled_.clear();  // a fork emptied them
        bool const begins = settled_.empty() && first != 1;  // what was before it was pruned, as the logs will say
        if (table->end() > map.view().size() || (!begins && table->base() > height())) return segment_corrupt(head.number, map.view().size());
        if (!begins) drop_above(table->base());
        auto const last = table->last();
        sequence_ = table->sequence();
        settled_.push_back({head.number, first, last, std::move(map), std::move(*table)});
        return {};
    }

    fault read_logs(std::vector<std::uint32_t> const& numbers) {
        for (auto n : numbers) {
            auto file = map_file(daicho::file::open<System>(path_of(n, ".log"), O_RDWR));
            if (!file) return file.error();
            auto const head = segment_head::of(file->second.view(), n);
            if (!head) return head.error();
            if (head->first != 0 || head->room != file->second.view().size()) return segment_corrupt(n, file->second.view().size());
            logs_.push_back({.number = n, .salt = head->salt(), .map = std::move(file->second), .file = std::move(file->first)});
        }
        while (logs_.size() > 1 && end_of_content(logs_.back().map.view()) <= segment_head::size) {  // never used
            remove(logs_.back().number, ".log");
            logs_.pop_back();
        }
        for (auto& s : logs_)
            if (auto f = read_log(s, &s == &logs_.front(), &s == &logs_.back())) return f;
        if (gap_ != 0) return {errc::store_corrupt, "blocks", settled_height() + 1};
        may_settle_ = logs_.size() > 1;
        if (logs_.back().end == segment_head::size) return {};
        // A record that was written and not synced is shown from now on, so it must stay.
        return System::fdatasync(logs_.back().file.get()) == 0 ? fault{} : last_fault("fdatasync");
    }

    fault read_log(log_segment& s, bool oldest, bool newest) {
        s.first_sequence = sequence_;
        auto const whole = s.map.view();
        auto const found = scan_records(whole, s.salt, sequence_, false,
                                        [&](std::uint64_t at, byte_view record) { return walk_record(record, s.number, at, applying{*this, oldest && at == segment_head::size}); });
        if (!found) return found.error();
        s.end = found->end;
        sequence_ = found->sequence;
        auto const rest = newest ? judge_tail(whole, *found, s.salt) : end_of_content(whole) > s.end ? tail::altered : tail::clean;
        if (rest == tail::altered) return segment_corrupt(s.number, s.end);
        if (!newest) s.file = {};
        if (rest == tail::clean) return {};
        buffer_.resize(std::size_t(end_of_content(whole) - s.end));
        if (auto f = unwritten({})) return f;
        return System::fdatasync(s.file.get()) == 0 ? fault{} : last_fault("fdatasync");
    }

    lock lock_;
    std::filesystem::path directory_;
    options options_;
    std::vector<settled_segment> settled_;
    std::vector<log_segment> logs_;         ///< the last one takes records
    std::uint64_t gap_ = 0;                 ///< while opening: blocks that are in no segment, above settled_height()
    std::vector<place> recent_;             ///< blocks above these
    memory::pending_order<place> pending_;
    std::map<std::string, place, std::less<>> cells_;
    segment_ahead<System> next_;
    std::optional<segment_copy<System>> copy_;
    bytes buffer_;
    std::uint64_t sequence_ = 1;
    std::uint64_t pruned_ = 0;              ///< height
    std::uint64_t behind_ = 0;              ///< bytes of copies that are due
    bool broken_ = false, may_look_ahead_ = true, may_settle_ = false;
};

using block_store = basic_block_store<>;
static_assert(daicho::block_store<block_store>);

} // namespace daicho::file
