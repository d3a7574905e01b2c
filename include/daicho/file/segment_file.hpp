#pragma once

#include <daicho/file/height_table.hpp>

#include <charconv>

namespace daicho::file {

/// The name of a segment's file: eight digits or more, and what it is.
inline std::filesystem::path segment_path(std::filesystem::path const& directory, std::uint32_t number, char const* kind) {
    auto digits = std::to_string(number);
    if (digits.size() < 8) digits.insert(0, 8 - digits.size(), '0');
    return directory / (digits + kind);
}

/// The number that such a name begins with; 0 when it is not one of that kind.
inline std::uint32_t segment_number(std::string_view name, std::string_view kind) noexcept {
    if (name.size() < 8 + kind.size() || !name.ends_with(kind)) return 0;
    std::uint32_t n = 0;
    auto const end = name.data() + name.size() - kind.size();
    auto const [at, code] = std::from_chars(name.data(), end, n);
    return code == std::errc{} && at == end ? n : 0;
}

template <class System>
void remove_segment(std::filesystem::path const& directory, std::uint32_t number, char const* kind) {
    System::unlink(segment_path(directory, number, kind).c_str());
}

/// A segment with room for records, or one that had it.
struct log_segment {
    std::uint32_t number = 0, salt = 0;
    std::uint64_t first_sequence = 0;
    std::uint64_t end = segment_head::size;  ///< where the next record goes
    mapping map;
    descriptor file;                         ///< open while records follow

    std::uint64_t room() const noexcept { return map.view().size() - end; }
};

inline constexpr std::uint64_t zero_piece = 256u << 10;  ///< bytes of zeros that are written at once, and that the system keeps as one

/// A segment in the making: zeros, written bit by bit, and durable under its name once it is finished.
/// So the space a record goes to is there before the record, and its sync has no metadata to wait for.
template <class System>
class blank_segment {
public:
    static result<blank_segment> begin(std::filesystem::path const& directory, std::uint32_t number, std::uint32_t size) {
        auto head = segment_head::fresh(number, 0, size);
        if (!head) return head.error();
        blank_segment b(directory, *head, size);
        auto file = daicho::file::open<System>(b.fresh(), O_RDWR | O_CREAT | O_TRUNC);
        if (!file) return file.error();
        b.file_ = std::move(*file);
        if (auto f = write_all<System>(b.file_, 0, head->encoded())) return b.dropped(f);
        return b;
    }

    std::uint32_t size() const noexcept { return size_; }
    std::uint32_t missing() const noexcept { return size_ - zeroed_; }
    bool zeroed() const noexcept { return zeroed_ == size_; }

    /// In whole large pieces of the file: the system keeps such a piece as one, and a record that is written to it later costs less.
    fault zero(std::uint64_t n) {
        static bytes const zeros(zero_piece);
        for (n = std::min<std::uint64_t>(n, missing()); n != 0;) {
            auto const some = std::min(n, zero_piece - zeroed_ % zero_piece);
            if (auto f = write_all<System>(file_, zeroed_, byte_view(zeros).first(std::size_t(some)))) return f;
            zeroed_ += std::uint32_t(some);
            n -= some;
        }
        return {};
    }

    fault sync() {
        if (System::fdatasync(file_.get()) != 0) return last_fault("fdatasync");
        synced_ = zeroed_;
        return {};
    }

    /// On a fault nothing of it is used, whether or not its name is there.
    result<log_segment> finish() {
        if (auto f = zero(size_)) return dropped(f);
        if (synced_ != size_)
            if (auto f = sync()) return dropped(f);
        auto map = mapping::of(file_, size_);
        if (!map) return dropped(map.error());
        if (auto f = rename_durably<System>(fresh(), segment_path(directory_, head_.number, ".log"))) return dropped(f);
        return log_segment{.number = head_.number, .salt = head_.salt(), .map = std::move(*map), .file = std::move(file_)};
    }

    fault dropped(fault why) const {
        System::unlink(fresh().c_str());
        return why;
    }

private:
    blank_segment(std::filesystem::path directory, segment_head h, std::uint32_t size)
        : directory_(std::move(directory)), head_(h), size_(size) {}

    std::filesystem::path fresh() const { return segment_path(directory_, head_.number, ".log.new"); }

    std::filesystem::path directory_;
    segment_head head_;
    descriptor file_;
    std::uint32_t size_, zeroed_ = segment_head::size, synced_ = 0;
};

/// Not synced: a table that a crash leaves half-written does not add up, and is made again.
template <class System>
fault write_table(std::filesystem::path const& directory, std::uint32_t number, byte_view table) {
    auto const file = open<System>(segment_path(directory, number, ".heights"), O_WRONLY | O_CREAT | O_TRUNC);
    return file ? write_all<System>(*file, 0, table) : file.error();
}

/// A segment whose pending transactions and cells have moved on: only its blocks count, and a table says where they are.
struct settled_segment {
    std::uint32_t number = 0, first = 0;  ///< it stands for the segments first to number
    std::uint64_t last = 0;               ///< height of its last block that is not dropped
    mapping map;
    height_table table;
};

} // namespace daicho::file
