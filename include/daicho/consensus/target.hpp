#pragma once

#include <daicho/concept/consensus.hpp>

#include <algorithm>
#include <array>
#include <bit>

/// How a digest is held against a target. Part of the Protocol: all machines compare alike.
namespace daicho {

/// The digest as a little-endian number must not exceed the target, which is written compactly: a byte of exponent e
/// and three of mantissa m, worth m * 256^(e-3). The digest's last word decides first, so that a search can stop early.
struct little_endian_target {
    static constexpr std::string_view name = "little-endian compact";

    /// 20 <= e <= 32 keeps a block's weight within 128 bits; 0x008000 <= m <= 0x7fffff makes the form unique.
    static constexpr bool valid(std::uint32_t target) noexcept {
        std::uint32_t const e = target >> 24, m = target & 0xffffff;
        return e >= 20 && e <= 32 && m >= 0x8000 && m <= 0x7fffff;
    }
    /// The target as bytes, least significant first, as the digest is read.
    static constexpr digest expand(std::uint32_t target) noexcept {
        digest d{};
        std::uint32_t const e = target >> 24, m = target & 0xffffff;
        for (std::uint32_t i = 0; i != 3; ++i) d[e - 3 + i] = byte(m >> (8 * i));
        return d;
    }
    static constexpr bool reached(digest const& found, std::uint32_t target) noexcept {
        digest const limit = expand(target);
        for (int i = 31; i >= 0; --i)
            if (found[std::size_t(i)] != limit[std::size_t(i)]) return found[std::size_t(i)] < limit[std::size_t(i)];
        return true;
    }
    /// The last word decides first, and a search needs no other: its bits above the target's are zero (daicho::early_target).
    static constexpr unsigned deciding_word = 7;
    static constexpr std::uint32_t deciding_zeros(std::uint32_t target) noexcept {
        auto const highest = std::uint32_t(ceiling(target) >> 32);
        std::uint32_t const zeros = ~std::uint32_t((std::uint64_t(1) << std::bit_width(highest)) - 1);
        return zeros >> 24 | (zeros >> 8 & 0xff00) | (zeros << 8 & 0xff0000) | zeros << 24;  // as the digest's big-endian word
    }
    /// The last eight bytes of a digest that could reach the target, as a number: a kernel's early reject.
    static constexpr std::uint64_t ceiling(std::uint32_t target) noexcept {
        digest const limit = expand(target);
        std::uint64_t v = 0;
        for (int i = 31; i >= 24; --i) v = v << 8 | limit[std::size_t(i)];
        return v;
    }
    /// Expected number of digests: 2^256 / target.
    static constexpr weight work(std::uint32_t target) noexcept {
        std::uint32_t const e = target >> 24, m = target & 0xffffff;
        unsigned const shift = 256 - 8 * (e - 3);
        return (weight(1) << shift) / m;
    }
    /// The valid target that takes so many digests or hardly more (one in 2^15); the easiest or hardest that is valid beyond those.
    static constexpr std::uint32_t of_work(weight wanted) noexcept {
        unsigned const width = bit_width(wanted), drop = width > 31 ? width - 31 : 0;
        auto const w = std::uint32_t((wanted >> drop).low);
        if (w < 2) return 0x207fffff;
        for (std::uint32_t e = 32; e >= 20; --e) {
            unsigned const shift = 256 - 8 * (e - 3);
            if (shift < drop) continue;
            weight const m = (weight(1) << (shift - drop)) / w;
            if (m >= 0x8000) return e << 24 | std::uint32_t(std::min(m, weight(0x7fffff)).low);
        }
        return 0x14008000;
    }
};

/// The paper's kind of rule: the digest starts with so many zero bits (its base asks for four hex zeros: 16).
struct leading_zeros {
    static constexpr std::string_view name = "leading zero bits";

    static constexpr bool valid(std::uint32_t bits) noexcept { return bits >= 1 && bits <= 120; }
    static constexpr bool reached(digest const& found, std::uint32_t bits) noexcept {
        for (std::uint32_t i = 0; i != bits / 8; ++i)
            if (found[i] != 0) return false;
        return bits % 8 == 0 || found[bits / 8] >> (8 - bits % 8) == 0;
    }
    /// The first word decides first (daicho::early_target); it is complete only after the last round.
    static constexpr unsigned deciding_word = 0;
    static constexpr std::uint32_t deciding_zeros(std::uint32_t bits) noexcept { return bits >= 32 ? ~0u : ~(~0u >> bits); }
    static constexpr weight work(std::uint32_t bits) noexcept { return weight(1) << bits; }
    /// The number of bits whose work is nearest: at best within a third, for a bit is a factor of two.
    static constexpr std::uint32_t of_work(weight wanted) noexcept {
        unsigned const width = bit_width(wanted);
        if (width < 2) return 1;
        unsigned const bits = width - 1 + unsigned((wanted >> (width - 2)).low & 1);
        return std::clamp<std::uint32_t>(std::uint32_t(bits), 1, 120);
    }
};

} // namespace daicho
