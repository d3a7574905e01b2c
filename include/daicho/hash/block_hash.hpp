#pragma once

#include <daicho/base/bytes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace daicho {

/// The part that SHA-256 and SHA-512/256 share (FIPS 180-4, 5.1 and 6): input of any length is cut into blocks, the last one padded.
/// Copying it copies the midstate, so a common prefix is hashed once. The Kernel compresses:
///   word, state_type, block_size, initial     the state's shape and its first value
///   compress(state, blocks, count)            takes in `count` whole blocks
template <class Kernel>
class block_hash {
public:
    static constexpr std::size_t block_size = Kernel::block_size;

    constexpr void update(byte_view input) noexcept {
        seen_ += input.size();
        if (held_ != 0) {
            std::size_t const n = std::min(input.size(), block_size - held_);
            std::copy_n(input.begin(), n, block_.begin() + std::ptrdiff_t(held_));
            held_ += n;
            input = input.subspan(n);
            if (held_ != block_size) return;
            Kernel::compress(state_, block_.data(), 1);
            held_ = 0;
        }
        if (std::size_t const whole = input.size() / block_size) {
            Kernel::compress(state_, input.data(), whole);
            input = input.subspan(whole * block_size);
        }
        std::copy(input.begin(), input.end(), block_.begin());
        held_ = input.size();
    }

    /// The digest of everything seen. Afterwards the hash has seen nothing again.
    constexpr digest finish() noexcept {
        constexpr std::size_t length_bytes = 2 * sizeof(typename Kernel::word);
        block_[held_++] = 0x80;
        if (held_ > block_size - length_bytes) {
            std::fill(block_.begin() + std::ptrdiff_t(held_), block_.end(), byte(0));
            Kernel::compress(state_, block_.data(), 1);
            held_ = 0;
        }
        std::fill(block_.begin() + std::ptrdiff_t(held_), block_.end(), byte(0));
        store_be64(block_.data() + block_size - 8, seen_ << 3);
        block_[block_size - 9] = byte(block_[block_size - 9] | seen_ >> 61);
        Kernel::compress(state_, block_.data(), 1);

        digest const out = first_bytes(state_);
        *this = block_hash{};
        return out;
    }

    /// The digest of prefix || left || right: the padded blocks at once, with nothing held back between them.
    static constexpr digest of_pair(byte prefix, digest const& left, digest const& right) noexcept {
        constexpr std::size_t length = 1 + 2 * sizeof(digest), count = (length + 1 + 2 * sizeof(typename Kernel::word) + block_size - 1) / block_size;
        std::array<byte, count * block_size> blocks{prefix};
        std::copy(right.begin(), right.end(), std::copy(left.begin(), left.end(), blocks.begin() + 1));
        blocks[length] = 0x80;
        store_be64(blocks.data() + blocks.size() - 8, 8 * length);
        auto state = Kernel::initial;
        Kernel::compress(state, blocks.data(), count);
        return first_bytes(state);
    }

private:
    static constexpr digest first_bytes(typename Kernel::state_type const& state) noexcept {
        digest out{};
        constexpr std::size_t each = sizeof(typename Kernel::word);
        for (std::size_t i = 0; i != out.size() / each; ++i) {
            if constexpr (each == 4) store_be32(out.data() + each * i, state[i]);
            else store_be64(out.data() + each * i, state[i]);
        }
        return out;
    }

    typename Kernel::state_type state_ = Kernel::initial;
    std::array<byte, block_size> block_{};
    std::size_t held_ = 0;
    std::uint64_t seen_ = 0;
};

} // namespace daicho
