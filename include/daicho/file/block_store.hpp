#pragma once

#include <daicho/file/lock.hpp>
#include <daicho/file/segment_ahead.hpp>
#include <daicho/file/segment_copy.hpp>
#include <daicho/file/segment_recovery.hpp>
#include <daicho/file/stored_places.hpp>

namespace daicho::file {

struct block_store_options {
    std::uint32_t first_segment = 1u << 20;     ///< bytes of the first segments; later ones are as large as what the store holds,
    std::uint32_t largest_segment = 32u << 20;  ///< and at most this, unless one batch needs more
    std::uint64_t reserve = 64u << 20;          ///< bytes of zeros that are kept ready, once the store holds eight times as many
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
        if (auto f = s.recover()) return f;
        return s;
    }

    fault commit(store_batch const& batch) {
        if (batch.empty()) return {};
        for (auto& [name, b] : batch.cells)
            if (auto f = check_cell_name(name)) return f;
        if (batch.keep < places_.pruned) return {errc::pruned, "batch.keep", places_.pruned};
        batch_record record(std::min(batch.keep, height()));
        for (auto& b : batch.blocks) record.block(b);
        auto fresh = places_.pending.next();
        for (auto& [id, b] : batch.add_pending) {
            auto const order = places_.pending.order_of(id);
            record.add(order == places_.pending.next() ? fresh++ : order, id, b);
        }
        for (auto& id : batch.drop_pending) record.drop(id);
        for (auto& [name, b] : batch.cells) record.cell(name, b);
        auto const pruned = std::min(batch.prune, std::min(batch.keep, height()) + batch.blocks.size());
        std::array<byte, 8> pruned_bytes;
        store_be64(pruned_bytes.data(), pruned);
        if (pruned > places_.pruned) record.cell(stored_places::pruned_cell, pruned_bytes);
        if (record.size() > options_.max_record) return {errc::oversized, "batch", record.size()};
        if (auto f = append(record)) return f;
        if (pruned > places_.pruned) places_.pruned = pruned, drop_pruned();
        look_ahead();
        settle_some(record.size());
        return {};
    }

    std::uint64_t height() const noexcept { return places_.height(); }

    result<bytes> read(std::uint64_t h) const {
        auto const p = places_.of_block(h);
        if (!p) return p.error();
        return places_.bytes_at(*p);
    }

    /// Block h where it lies, its checksum not looked at, until the next commit. For who checks what it reads, as by its digest.
    result<byte_view> view(std::uint64_t h) const {
        auto const p = places_.of_block(h);
        if (!p) return p.error();
        return places_.lying_at(*p);
    }

    fault pending(std::function<void(digest const&, byte_view)> const& visit) const {
        for (auto& [order, item] : places_.pending) {
            auto const b = places_.checked_at(item.second);
            if (!b) return b.error();
            visit(item.first, *b);
        }
        return {};
    }

    result<bytes> cell(std::string_view name) const {
        auto const found = places_.cells.find(name);
        return found == places_.cells.end() ? bytes{} : places_.bytes_at(found->second);
    }

    /// Reads every byte of every segment again, and compares the height tables with what the segments hold.
    /// Errors: store_corrupt; where is `segment`, at its number times segment_stride, plus the byte.
    fault check() const { return places_.check(); }

    /// Bytes of all its segments, with what is zeroed for later.
    std::uint64_t size() const noexcept { return places_.size(); }

private:
    static constexpr std::uint32_t piece = 64 * 1024;  ///< bytes that are copied at once, so as not to delay a commit

    basic_block_store(lock held, std::filesystem::path directory, options o)
        : lock_(std::move(held)), directory_(std::move(directory)), options_(o) {}

    std::filesystem::path path_of(std::uint32_t number, char const* kind) const { return segment_path(directory_, number, kind); }

    void remove(std::uint32_t number, char const* kind) const { remove_segment<System>(directory_, number, kind); }

    fault recover() {
        auto const next = segment_recovery<System>(directory_, options_.rebuild_index, places_).run();
        if (!next) return next.error();
        sequence_ = *next;
        may_settle_ = places_.logs.size() > 1;
        if (places_.logs.empty()) return begin_store();
        drop_pruned();
        return {};
    }
    fault begin_store() {
        auto made = make_segment(1, options_.first_segment);
        if (!made) return made.error();
        made->first_sequence = sequence_;
        places_.logs.push_back(std::move(*made));
        return {};
    }

    /// A copy of blocks that are dropped is of no use.
    struct applying : stored_places::applying {
        basic_block_store& store;
        fault base(std::uint64_t h) {
            if (store.copy_ && store.copy_->what().last > h) store.give_up_copy();
            return stored_places::applying::base(h);
        }
    };

    fault append(batch_record const& record) {
        if (broken_) return {errc::io_failed, "segment"};
        if (record.size() > places_.logs.back().room())
            if (auto f = next_segment(record.size())) return f;
        auto& s = places_.logs.back();
        record.write(sequence_, s.salt, buffer_);
        if (auto f = write_all<System>(s.file, s.end, buffer_)) return unwritten(f);
        if (System::fdatasync(s.file.get()) != 0) {
            auto const f = unwritten(last_fault("fdatasync"));
            broken_ = true;  // nobody knows what the disk holds
            return {errc::io_failed, f.where, f.at};
        }
        if (auto f = walk_record(buffer_, s.number, s.end, applying{{places_}, *this})) return f;
        s.end += buffer_.size();
        ++sequence_;
        if (buffer_.capacity() > (4u << 20)) buffer_ = {};
        return {};
    }

    /// The space behind the end becomes zeros again.
    fault unwritten(fault f) {
        std::fill(buffer_.begin(), buffer_.end(), byte(0));
        if (!write_all<System>(places_.logs.back().file, places_.logs.back().end, buffer_)) return f;
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
        auto const unused = places_.logs.back().end == segment_head::size;  // and too small: another takes its place
        auto const number = places_.logs.back().number + (unused ? 0 : 1);
        auto const least = segment_head::size + needed;
        if (next_ && (unused || next_.size() < least)) next_.drop();
        auto made = next_ ? next_.take() : result<log_segment>(fault{errc::not_found});
        if (!made) made = make_segment(number, std::max<std::uint64_t>(next_size(), least));
        if (made.error() == errc::store_full) made = make_segment(number, least);
        if (!made) return made.error();
        made->first_sequence = sequence_;
        if (unused) places_.logs.pop_back();
        else places_.logs.back().file = {};
        places_.logs.push_back(std::move(*made));
        may_look_ahead_ = may_settle_ = true;
        return {};
    }

    /// Has the next segments made while there is time: one as soon as a part of the newest is full, so that a store of little takes little,
    /// and more when it holds much.
    void look_ahead() {
        auto const& newest = places_.logs.back();
        if (!next_.committed(newest.room())) may_look_ahead_ = false;
        if (!may_look_ahead_ || next_.working()) return;
        auto const part_full = newest.end >= newest.map.view().size() / 8;
        auto const ready = newest.room() + next_.ready(), held = size() - newest.room();
        if (ready < std::min(options_.reserve, held / 8) || (part_full && !next_))
            next_.begin(directory_, newest.number + 1 + next_.count(), next_size());
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
        for (auto& s : places_.logs) full += s.end;
        full -= places_.logs.back().end;
        for (auto& [order, item] : places_.pending) waiting += item.second.size + std::uint64_t(64);
        for (auto& [name, p] : places_.cells) waiting += p.size + std::uint64_t(64);
        return full > 2 * waiting && full != 0;
    }

    fault settle_oldest() {
        auto const& oldest = places_.logs.front();
        std::uint64_t needed = 0, blocks = 0;
        for (; blocks != places_.recent.size() && places_.recent[std::size_t(blocks)].segment == oldest.number; ++blocks)
            needed += places_.recent[std::size_t(blocks)].size + std::uint64_t(8);
        auto const used = oldest.end - segment_head::size;
        if (used - std::min(used, needed) <= used / 8) return settle_in_place(blocks);
        typename segment_copy<System>::plan p{.number = oldest.number, .first = oldest.number, .base = places_.settled_height(),
                                             .last = places_.settled_height() + blocks, .sequence = places_.logs[1].first_sequence - 1};
        if (!places_.settled.empty() && places_.settled.back().table.end() + needed <= options_.largest_segment) {  // joined with the one before
            p.first = places_.settled.back().first;
            p.base = places_.settled.back().table.base();
        }
        auto c = segment_copy<System>::begin(directory_, p);
        if (!c) return c.error();
        copy_.emplace(std::move(*c));
        return {};
    }

    fault settle_in_place(std::uint64_t blocks) {
        auto const number = places_.logs.front().number;
        if (auto f = move_on(number)) return f;
        auto& s = places_.logs.front();
        auto table = height_table::encoded({.number = number, .salt = s.salt, .end = std::uint32_t(s.end), .base = places_.settled_height(),
                                            .sequence = places_.logs[1].first_sequence}, std::span(places_.recent).first(std::size_t(blocks)));
        (void)write_table<System>(directory_, number, table);
        if (System::rename(path_of(number, ".log").c_str(), path_of(number, ".blocks").c_str()) != 0) return last_fault("rename");
        if (auto f = sync_directory<System>(directory_)) {
            broken_ = true;  // nobody knows its name
            return f;
        }
        if (auto const file = daicho::file::open<System>(path_of(number, ".blocks"), O_RDWR)) (void)System::ftruncate(file->get(), off_t(s.end));
        settle({number, number, places_.settled_height() + blocks, std::move(s.map), height_table(std::move(table))});
        return {};
    }

    fault copy_some(std::uint64_t budget) {
        if (!copy_->complete()) {
            std::vector<byte_view> some;
            for (auto h = copy_->next(); h <= copy_->what().last; ++h) {
                auto const b = places_.checked_at(places_.at(h));
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
        places_.recent.erase(places_.recent.begin(), places_.recent.begin() + std::ptrdiff_t(places_.recent.size() - std::size_t(all - s.last)));
        while (!places_.settled.empty() && places_.settled.back().number >= s.first) places_.settled.pop_back();
        places_.settled.push_back(std::move(s));
        places_.logs.erase(places_.logs.begin());
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
            auto const b = places_.checked_at(p);
            if (!b) return b.error();
            into(*b);
            return record.size() < std::min<std::uint64_t>(options_.max_record / 2, 1u << 20) ? fault{} : flush();
        };
        for (auto& [order, item] : places_.pending)
            if (auto f = move(item.second, [&, &to = order, &id = item.first](byte_view b) { record.add(to, id, b); })) return f;
        for (auto& [name, p] : places_.cells)
            if (auto f = move(p, [&, &to = name](byte_view b) { record.cell(to, b); })) return f;
        return flush();
    }

    // --- pruning ------------------------------------------------------------------------------------------------------------

    /// Removes the settled segments that hold no other blocks, except the newest. What a crash leaves of them the next opening removes.
    void drop_pruned() {
        auto last = places_.settled.begin();
        while (last != places_.settled.end() && last + 1 != places_.settled.end() && last->last <= places_.pruned) {
            for (auto n = last->first; n != (last + 1)->first; ++n) remove(n, ".heights"), remove(n, ".blocks");  // those too that a fork emptied
            ++last;
        }
        places_.settled.erase(places_.settled.begin(), last);
    }

    lock lock_;
    std::filesystem::path directory_;
    options options_;
    stored_places places_;
    segment_ahead<System> next_;
    std::optional<segment_copy<System>> copy_;
    bytes buffer_;
    std::uint64_t sequence_ = 1;
    std::uint64_t behind_ = 0;              ///< bytes of copies that are due
    bool broken_ = false, may_look_ahead_ = true, may_settle_ = false;
};

using block_store = basic_block_store<>;
static_assert(daicho::block_store<block_store>);

} // namespace daicho::file
