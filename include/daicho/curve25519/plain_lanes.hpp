#pragma once

#include <daicho/curve25519/packed.hpp>

#include <cstddef>

/// Eight lanes in plain C++: what the instructions of AVX-512 IFMA do, for every processor. Slow; it is there so that the text of the
/// arithmetic in eight lanes is tested everywhere.
namespace daicho::curve25519 {

struct plain_lanes {
    struct word {
        std::uint64_t at[8];
    };
    static word load(std::uint64_t const (&from)[8]) noexcept {
        word r;
        for (std::size_t i = 0; i != 8; ++i) r.at[i] = from[i];
        return r;
    }
    static void store(std::uint64_t (&to)[8], word const& w) noexcept {
        for (std::size_t i = 0; i != 8; ++i) to[i] = w.at[i];
    }
    static word broadcast(std::uint64_t v) noexcept { return {{v, v, v, v, v, v, v, v}}; }
    static word add(word a, word const& b) noexcept {
        for (std::size_t i = 0; i != 8; ++i) a.at[i] += b.at[i];
        return a;
    }
    static word sub(word a, word const& b) noexcept {
        for (std::size_t i = 0; i != 8; ++i) a.at[i] -= b.at[i];
        return a;
    }
    static word both(word a, word const& b) noexcept {
        for (std::size_t i = 0; i != 8; ++i) a.at[i] &= b.at[i];
        return a;
    }
    static word either(word a, word const& b) noexcept {
        for (std::size_t i = 0; i != 8; ++i) a.at[i] |= b.at[i];
        return a;
    }
    template <int Bits>
    static word up(word a) noexcept {
        for (auto& v : a.at) v <<= Bits;
        return a;
    }
    template <int Bits>
    static word down(word a) noexcept {
        for (auto& v : a.at) v >>= Bits;
        return a;
    }
    /// VPMADD52LUQ, VPMADD52HUQ: the sum and one half of the product of the operands' low 52 bits.
    static word low(word sum, word const& a, word const& b) noexcept {
        for (std::size_t i = 0; i != 8; ++i) sum.at[i] += std::uint64_t(product(a.at[i], b.at[i])) & full;
        return sum;
    }
    static word high(word sum, word const& a, word const& b) noexcept {
        for (std::size_t i = 0; i != 8; ++i) sum.at[i] += std::uint64_t(product(a.at[i], b.at[i]) >> 52);
        return sum;
    }
    /// a where the mask has a one, else b.
    static word choose(std::uint8_t where, word const& a, word b) noexcept {
        for (std::size_t i = 0; i != 8; ++i)
            if (where >> i & 1) b.at[i] = a.at[i];
        return b;
    }
    /// Word k of each lane's number.
    static void columns(word& w0, word& w1, word& w2, word& w3, packed const* const (&from)[8]) noexcept {
        for (std::size_t i = 0; i != 8; ++i) {
            w0.at[i] = from[i]->word[0];
            w1.at[i] = from[i]->word[1];
            w2.at[i] = from[i]->word[2];
            w3.at[i] = from[i]->word[3];
        }
    }

private:
    __extension__ typedef unsigned __int128 wide;
    static constexpr std::uint64_t full = (std::uint64_t(1) << 52) - 1;
    static wide product(std::uint64_t a, std::uint64_t b) noexcept { return wide(a & full) * (b & full); }
};

#define DAICHO_FIELD plain_field52
#define DAICHO_LANES plain_lanes
#define DAICHO_WITH
#include <daicho/curve25519/radix52.hpp>

} // namespace daicho::curve25519
