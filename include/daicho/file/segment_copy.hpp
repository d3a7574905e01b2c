#pragma once

#include <daicho/file/segment_file.hpp>

namespace daicho::file {

/// The blocks that are still needed of one segment and of those before it that it is joined with, written to a file of their
/// own, a few at a time. It counts once finish() said so; a file that was not finished is removed at the next opening.
template <class System>
class segment_copy {
public:
    struct plan {
        std::uint32_t number = 0, first = 0;   ///< it will stand for the segments first to number
        std::uint64_t base = 0, last = 0;      ///< and holds the blocks of heights base + 1 to last
        std::uint64_t sequence = 0;            ///< of the last record of segment `number`
    };

    static result<segment_copy> begin(std::filesystem::path const& directory, plan p) {
        auto head = segment_head::fresh(p.number, p.first, 0);
        if (!head) return head.error();
        segment_copy c(directory, p, *head);
        auto file = daicho::file::open<System>(c.fresh(), O_RDWR | O_CREAT | O_TRUNC);
        if (!file) return file.error();
        c.file_ = std::move(*file);
        if (auto f = write_all<System>(c.file_, 0, head->encoded())) return c.dropped(f);
        return c;
    }

    plan const& what() const noexcept { return plan_; }
    bool complete() const noexcept { return next() > plan_.last; }
    std::uint64_t next() const noexcept { return plan_.base + places_.size() + 1; }  ///< height of the block it wants

    /// Writes blocks next() and on.
    fault add(std::span<byte_view const> blocks) {
        batch_record record(next() - 1);
        for (auto b : blocks) record.block(b);
        if (end_ + record.size() > std::numeric_limits<std::uint32_t>::max()) return {errc::oversized, "segment", end_};
        bytes out;
        record.write(plan_.sequence, head_.salt(), out);
        if (auto f = write_all<System>(file_, end_, out)) return f;
        if (!each_body(out, [&](place p) {
                places_.push_back({plan_.number, std::uint32_t(end_ + p.offset), p.size, p.sum});
            }))
            return segment_corrupt(plan_.number, end_);
        end_ += out.size();
        return {};
    }

    /// Its content is durable; publish() gives it its name.
    fault finish() {
        if (end_ == segment_head::size)
            if (auto f = add({})) return f;  // a copy has a record, for the sequence it tells
        return System::fdatasync(file_.get()) == 0 ? fault{} : last_fault("fdatasync");
    }
    result<settled_segment> publish() {
        auto map = mapping::of(file_, std::size_t(end_));
        if (!map) return map.error();
        auto table = height_table::encoded({.number = plan_.number, .salt = head_.salt(), .end = std::uint32_t(end_), .base = plan_.base,
                                            .sequence = plan_.sequence + 1}, places_);
        (void)write_table<System>(directory_, plan_.number, table);
        if (auto f = rename_durably<System>(fresh(), segment_path(directory_, plan_.number, ".blocks"))) return f;
        return settled_segment{plan_.number, plan_.first, plan_.last, std::move(*map), height_table(std::move(table))};
    }

    fault dropped(fault why) const {
        System::unlink(fresh().c_str());
        return why;
    }

private:
    segment_copy(std::filesystem::path directory, plan p, segment_head h) : directory_(std::move(directory)), plan_(p), head_(h) {}

    std::filesystem::path fresh() const { return segment_path(directory_, plan_.number, ".blocks.new"); }

    std::filesystem::path directory_;
    plan plan_;
    segment_head head_;
    descriptor file_;
    std::uint64_t end_ = segment_head::size;
    std::vector<place> places_;
};

} // namespace daicho::file
