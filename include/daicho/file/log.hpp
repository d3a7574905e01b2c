#pragma once

#include <daicho/file/crc32c.hpp>
#include <daicho/file/posix.hpp>

#include <algorithm>
#include <limits>

namespace daicho::file {

struct log_options {
    std::uint32_t max_record = 256u << 20;  ///< bytes of one payload
    std::uint64_t reserve = 1u << 20;       ///< bytes zeroed at a time
};

/// A file of checksummed records that only grows. append() is one write and one sync; the space for it was zeroed before,
/// so the sync has no metadata to wait for. open() replays what was acknowledged, cuts off the one record that a crash may
/// have left unfinished, and reports anything else as store_corrupt rather than dropping it.
///
/// File: "daicholg", version, salt, checksum; then records; then zeros.
/// Record: length, sequence, checksum of these two; payload; checksum of everything; 0xff. Integers are big-endian;
/// checksums start from the salt, so that nothing a user stored looks like a record.
template <class System = posix>
class log {
public:
    static constexpr std::uint32_t version = 1;

    /// A log without records in the place of whatever is at `path`; durable once it returns.
    static fault create(std::filesystem::path const& path) {
        std::array<byte, start> head{};
        std::copy(magic.begin(), magic.end(), head.begin());
        store_be32(&head[8], version);
        if (::getentropy(&head[12], 8) != 0) return {errc::no_entropy, "log"};
        store_be32(&head[20], crc32c(byte_view(head).first(20)));
        return replace_file<System>(path, head);
    }

    /// Calls replay(offset, payload) -> fault for each record. Errors: not_found, store_corrupt, store_too_new.
    template <class Replay>
    static result<log> open(std::filesystem::path const& path, log_options o, Replay&& replay) {
        auto file = daicho::file::open<System>(path, O_RDWR);
        if (!file) return file.error();
        auto const size = size_of(*file);
        if (!size) return size.error();
        log l(std::move(*file), o);
        l.zeroed_ = *size;
        if (auto f = l.read_head()) return f;
        if (auto f = l.read_records(replay)) return f;
        l.record_ = {};
        return l;
    }

    /// Durable when it returns the payload's offset. A fault leaves the log as it was; only after a failed sync nobody knows
    /// what the disk holds, and the log takes nothing more until it is opened again.
    result<std::uint64_t> append(byte_view payload, bool sync = true) {
        if (broken_) return fault{errc::io_failed, "log"};
        if (payload.empty() || payload.size() > options_.max_record) return fault{errc::oversized, "record", payload.size()};
        record_.resize(head_size + payload.size() + tail_size);
        store_be32(record_.data(), std::uint32_t(payload.size()));
        store_be64(&record_[4], sequence_);
        store_be32(&record_[12], crc32c(byte_view(record_).first(12), salt_));
        std::copy(payload.begin(), payload.end(), record_.begin() + head_size);
        auto const body = head_size + payload.size();
        store_be32(&record_[body], crc32c(byte_view(record_).first(body), salt_));
        record_[body + 4] = end_mark;
        auto f = make_room(end_ + record_.size());
        if (!f) f = write_all<System>(file_, end_, record_);
        if (f) return undone(f);
        if (sync)
            if (auto g = this->sync()) return g;
        auto const offset = end_ + head_size;
        end_ += record_.size();
        ++sequence_;
        return offset;
    }

    fault sync() {
        if (System::fdatasync(file_.get()) == 0) return {};
        auto const f = last_fault("fdatasync");
        broken_ = true;
        (void)System::ftruncate(file_.get(), off_t(end_));
        return {errc::io_failed, f.where, f.at};
    }

    /// Nothing more is taken until it is opened again.
    void close() noexcept { broken_ = true; }

    /// Fills `out` from an offset that append or replay gave.
    fault read(std::uint64_t offset, byte_span out) const {
        auto f = read_all(file_, offset, out);
        return f.code == errc::truncated ? fault{errc::store_corrupt, "log", offset} : f;
    }

    /// Bytes used, records and their frames.
    std::uint64_t size() const noexcept { return end_; }

private:
    static constexpr std::string_view magic = "daicholg";
    static constexpr std::size_t start = 24, head_size = 16, tail_size = 5, sector = 512, window = 64 * 1024;
    static constexpr byte end_mark = 0xff;

    log(descriptor file, log_options o) : file_(std::move(file)), options_(o) {}

    static bool zero(byte_view b) noexcept {
        return std::all_of(b.begin(), b.end(), [](byte x) { return x == 0; });
    }
    static fault corrupt(std::uint64_t at) noexcept { return {errc::store_corrupt, "log", at}; }

    fault read_head() {
        std::array<byte, start> head{};
        if (auto f = read_all(file_, 0, head)) return f.code == errc::truncated ? corrupt(0) : f;
        if (!equal(byte_view(head).first(magic.size()), as_bytes(magic))) return corrupt(0);
        if (load_be32(&head[20]) != crc32c(byte_view(head).first(20))) return corrupt(0);
        if (auto const v = load_be32(&head[8]); v != version) return {errc::store_too_new, "log", v};
        salt_ = crc32c(byte_view(head).subspan(12, 8));
        return {};
    }

    bool is_head(byte_view b) const noexcept { return crc32c(b.first(12), salt_) == load_be32(&b[12]); }

    template <class Replay>
    fault read_records(Replay& replay) {
        for (;;) {
            auto const left = zeroed_ - end_;
            if (left < head_size) break;
            std::array<byte, head_size> head{};
            if (auto f = read_all(file_, end_, head)) return f;
            std::uint64_t const length = load_be32(head.data());
            if (!is_head(head) || load_be64(&head[4]) != sequence_ || left < head_size + length + tail_size) break;
            record_.resize(std::size_t(head_size + length + tail_size));
            if (auto f = read_all(file_, end_, record_)) return f;
            auto const body = record_.size() - tail_size;
            if (load_be32(&record_[body]) != crc32c(byte_view(record_).first(body), salt_) || record_.back() != end_mark) break;
            if (auto f = replay(end_ + head_size, byte_view(record_).subspan(head_size, std::size_t(length)))) return f;
            end_ += record_.size();
            ++sequence_;
        }
        return cut_unfinished();
    }

    /// What follows the last good record must be zeros, or the one record that was being written when everything stopped.
    fault cut_unfinished() {
        bool later = false;
        std::uint64_t last = end_;  // behind the last byte that is not zero
        if (auto f = scan_tail(last, later)) return f;
        if (last == end_) return {};
        if (later) return corrupt(end_);
        auto const finished = looks_finished(last);
        if (!finished) return finished.error();
        if (*finished) return corrupt(end_);
        if (System::ftruncate(file_.get(), off_t(end_)) != 0) return last_fault("ftruncate");
        if (System::fdatasync(file_.get()) != 0) return last_fault("fdatasync");
        zeroed_ = end_;
        return {};
    }

    /// Is there a record with a later number behind the end? Then the one at the end was acknowledged.
    fault scan_tail(std::uint64_t& last, bool& later) {
        bytes piece;
        for (auto at = end_; at < zeroed_; at += window) {
            auto const n = std::size_t(std::min<std::uint64_t>(zeroed_ - at, window + head_size - 1));
            piece.resize(n);
            if (auto f = read_all(file_, at, piece)) return f;
            for (std::size_t i = 0; i != n; ++i)
                if (piece[i] != 0) last = std::max(last, at + i + 1);
            for (std::size_t i = 0; i + head_size <= n && !later; ++i) {
                auto const number = load_be64(&piece[i + 4]);
                later = number > sequence_ && number - sequence_ < (std::uint64_t(1) << 40) &&
                        is_head(byte_view(piece).subspan(i, head_size));
            }
            if (later) return {};
        }
        return {};
    }

    /// A write that a crash interrupted leaves zeros: behind some byte, or in whole sectors. Bytes that were all written and
    /// still do not add up were altered later. `last` is where zeros begin.
    result<bool> looks_finished(std::uint64_t last) {
        std::array<byte, head_size> head{};
        auto const n = std::size_t(std::min<std::uint64_t>(head_size, zeroed_ - end_));
        if (auto f = read_all(file_, end_, byte_span(head).first(n))) return f;
        auto const known = n == head_size && is_head(head);
        auto const extent = end_ + (known ? head_size + load_be32(head.data()) + tail_size : head_size);
        if (!known && last <= extent) return false;
        if (known && last > extent) return true;
        if (known && last < extent) return false;
        record_.resize(std::size_t(extent - end_));
        if (auto f = read_all(file_, end_, record_)) return f;
        for (std::size_t i = 0; i < record_.size();) {
            auto const piece = std::min<std::size_t>(sector - std::size_t((end_ + i) % sector), record_.size() - i);
            if (zero(byte_view(record_).subspan(i, piece))) return false;
            i += piece;
        }
        return true;
    }

    fault make_room(std::uint64_t needed) {
        if (needed <= zeroed_) return {};
        auto f = zero_until(needed + options_.reserve);
        if (f.code == errc::store_full) f = zero_until(needed);
        return f;
    }
    fault zero_until(std::uint64_t size) {
        bytes const zeros(std::size_t(std::min<std::uint64_t>(size - zeroed_, window)));
        for (auto at = zeroed_; at < size; at += zeros.size()) {
            auto const n = std::size_t(std::min<std::uint64_t>(zeros.size(), size - at));
            if (auto f = write_all<System>(file_, at, byte_view(zeros).first(n))) return f;
        }
        zeroed_ = size;
        return {};
    }
    /// A write failed half-way: the space behind the end becomes zeros again.
    fault undone(fault f) {
        if (System::ftruncate(file_.get(), off_t(end_)) != 0) {
            broken_ = true;
            return {errc::io_failed, f.where, f.at};
        }
        zeroed_ = end_;
        return f;
    }

    descriptor file_;
    log_options options_;
    bytes record_;
    std::uint64_t zeroed_ = 0;     ///< the file's size
    std::uint64_t end_ = start;    ///< where the next record goes
    std::uint64_t sequence_ = 1;
    std::uint32_t salt_ = 0;
    bool broken_ = false;
};

} // namespace daicho::file
