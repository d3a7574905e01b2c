#pragma once

#include <daicho/hash/sha256.hpp>

#include <array>

namespace daicho {

/// The second block of a tree's node, 0x01 || left || right (RFC 9162 2.1.1), for each of the 256 values of its only byte that is
/// not padding: the message schedule with the round constants already added (FIPS 180-4, 6.2.2, step 1). 64 KiB, made when first used.
class node_tails {
public:
    static std::uint32_t const* of(byte last) noexcept {
        static node_tails const all;
        return all.words_[last].data();
    }

private:
    node_tails() noexcept {
        for (std::uint32_t last = 0; last != 256; ++last) {
            auto& w = words_[last];
            w[0] = last << 24 | 0x800000;
            w[15] = 65 * 8;
            for (std::size_t i = 16; i != 64; ++i)
                w[i] = w[i - 16] + (std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ w[i - 15] >> 3) + w[i - 7] +
                       (std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ w[i - 2] >> 10);
            for (std::size_t i = 0; i != 64; ++i) w[i] += sha256_constants[i];
        }
    }
    alignas(64) std::array<std::array<std::uint32_t, 64>, 256> words_{};
};

} // namespace daicho
