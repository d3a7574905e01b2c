#pragma once

#include <daicho/base/bytes.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace daicho {

/// Where a message of `length` bytes behind a prefix lies in blocks of 64 (FIPS 180-4, 5.1.1). The same for every message of that
/// length, so it is worked out once for all.
struct padded_block {
    byte around[64] = {};        ///< what the block holds besides the message: prefix, 0x80, zeros, the length in bits
    std::size_t begin = 0;       ///< the message's bytes in it are [begin, end)
    std::size_t end = 0;
    std::ptrdiff_t from = 0;     ///< the place in the message that lies at the block's first byte; below zero behind a prefix

    /// Block `b` of count(prefix.size() + length).
    padded_block(byte_view prefix, std::size_t length, std::size_t b) noexcept : from(std::ptrdiff_t(64 * b) - std::ptrdiff_t(prefix.size())) {
        std::size_t const first = 64 * b, whole = prefix.size() + length;
        auto const inside = [&](std::size_t at) { return at < first ? 0 : std::min<std::size_t>(at - first, 64); };
        begin = inside(prefix.size());
        end = inside(whole);
        for (std::size_t i = 0; i != begin; ++i) around[i] = prefix[first + i];
        if (whole >= first && whole < first + 64) around[end] = 0x80;
        if (b + 1 == count(whole)) store_be64(around + 56, std::uint64_t(whole) * 8);
    }

    /// Blocks that so many bytes take.
    static constexpr std::size_t count(std::size_t whole) noexcept { return (whole + 9 + 63) / 64; }

    std::array<std::uint32_t, 16> words_around() const noexcept {
        std::array<std::uint32_t, 16> w;
        for (std::size_t i = 0; i != 16; ++i) w[i] = load_be32(around + 4 * i);
        return w;
    }

    void put(byte const* message, byte* to) const noexcept {
        std::memcpy(to, around, 64);
        if (begin != end) std::memcpy(to + begin, message + (from + std::ptrdiff_t(begin)), end - begin);
    }
};

/// All blocks of such messages: what prefix and padding share with them is worked out once.
class padded_blocks {
public:
    padded_blocks(byte_view prefix, std::size_t length) noexcept
        : prefix_(prefix), length_(length), count_(padded_block::count(prefix.size() + length)), first_(prefix, length, 0),
          before_last_(prefix, length, count_ < 2 ? 0 : count_ - 2), last_(prefix, length, count_ - 1) {}

    std::size_t count() const noexcept { return count_; }

    /// Block `b` of a message: where it lies, or put together in `room`, which takes 64 bytes.
    byte const* of(byte const* message, std::size_t b, byte* room) const noexcept {
        if (64 * b >= prefix_.size() && 64 * (b + 1) <= prefix_.size() + length_) return message + (64 * b - prefix_.size());
        if (b + 1 == count_) last_.put(message, room);
        else if (b + 2 == count_) before_last_.put(message, room);
        else if (b == 0) first_.put(message, room);
        else padded_block(prefix_, length_, b).put(message, room);  // of a long prefix
        return room;
    }

private:
    byte_view prefix_;
    std::size_t length_, count_;
    padded_block first_, before_last_, last_;
};

} // namespace daicho
