#pragma once

#include <daicho/curve25519/packed.hpp>

#include <array>

/// The field of 2^255 - 19 for one number at a time, in plain C++ with a 64 x 64 to 128 bit product. Public numbers only: its time
/// is nobody's secret.
namespace daicho::curve25519 {

/// A number is the sum of limb[i] 2^(51 i). Bounds, which no operation checks:
///   product   a result of mul, sqr, load: every limb below 2^51 + 2^13
///   operand   what mul and sqr take: every limb below 2^54
/// add and sub do not carry. What point.hpp makes of products stays an operand: the second argument of sub is always a product, a
/// square may be taken from a sum of two, and no more than a sum and a difference are added.
/// All of it is written where it is used, in a program of any size: a call would pass ten words through memory, which costs a tenth.
struct field51 {
    static constexpr std::size_t lanes = 1;
    using mask = std::uint8_t;
    struct element {
        std::uint64_t limb[5];
    };

    /// 77 products of 2^108 are below 2^115, so what is carried fits 64 bits; 19 times the last carry is below 2^63.7.
    [[gnu::always_inline]] static constexpr void mul(element& r, element const& a, element const& b) noexcept {
        auto const [a0, a1, a2, a3, a4] = a.limb;
        auto const [b0, b1, b2, b3, b4] = b.limb;
        std::uint64_t const b1x = 19 * b1, b2x = 19 * b2, b3x = 19 * b3, b4x = 19 * b4;
        carry(r, product(a0, b0) + product(a1, b4x) + product(a2, b3x) + product(a3, b2x) + product(a4, b1x),
              product(a0, b1) + product(a1, b0) + product(a2, b4x) + product(a3, b3x) + product(a4, b2x),
              product(a0, b2) + product(a1, b1) + product(a2, b0) + product(a3, b4x) + product(a4, b3x),
              product(a0, b3) + product(a1, b2) + product(a2, b1) + product(a3, b0) + product(a4, b4x),
              product(a0, b4) + product(a1, b3) + product(a2, b2) + product(a3, b1) + product(a4, b0));
    }
    [[gnu::always_inline]] static constexpr void sqr(element& r, element const& a) noexcept {
        auto const [a0, a1, a2, a3, a4] = a.limb;
        std::uint64_t const d0 = 2 * a0, d1 = 2 * a1, d2 = 2 * a2, a3x = 19 * a3, a4x = 19 * a4;
        carry(r, product(a0, a0) + product(d1, a4x) + product(d2, a3x), product(d0, a1) + product(d2, a4x) + product(a3, a3x),
              product(d0, a2) + product(a1, a1) + product(2 * a3, a4x), product(d0, a3) + product(d1, a2) + product(a4, a4x),
              product(d0, a4) + product(d1, a3) + product(a2, a2));
    }
    [[gnu::always_inline]] static constexpr void add(element& r, element const& a, element const& b) noexcept {
        for (std::size_t i = 0; i != 5; ++i) r.limb[i] = a.limb[i] + b.limb[i];
    }
    /// Adds 2p, whose limbs are above any product's.
    [[gnu::always_inline]] static constexpr void sub(element& r, element const& a, element const& b) noexcept {
        r.limb[0] = a.limb[0] + 0xfffffffffffda - b.limb[0];
        for (std::size_t i = 1; i != 5; ++i) r.limb[i] = a.limb[i] + 0xffffffffffffe - b.limb[i];
    }
    /// 2 a^2 + b
    [[gnu::always_inline]] static constexpr void twice_sqr_and(element& r, element const& a, element const& b) noexcept {
        element s;
        sqr(s, a);
        for (std::size_t i = 0; i != 5; ++i) r.limb[i] = 2 * s.limb[i] + b.limb[i];
    }
    /// b - a^2
    [[gnu::always_inline]] static constexpr void sqr_from_sum(element& r, element const& a, element const& b) noexcept {
        element s;
        sqr(s, a);
        sub(r, b, s);
    }
    /// x y + a b and x y - a b
    [[gnu::always_inline]] static constexpr void sum_and_difference(element& plus, element& minus, element const& x, element const& y,
                                                                    element const& a, element const& b) noexcept {
        element xy;
        mul(xy, x, y);
        sum_and_difference(plus, minus, xy, a, b);
    }
    /// d + a b and d - a b
    [[gnu::always_inline]] static constexpr void sum_and_difference(element& plus, element& minus, element const& d, element const& a,
                                                                    element const& b) noexcept {
        element ab, to = d;  // d may be one of the results
        mul(ab, a, b);
        add(plus, to, ab);
        sub(minus, to, ab);
    }
    /// Exchanges a and b where the mask has a one.
    [[gnu::always_inline]] static constexpr void exchange(element& a, element& b, mask where) noexcept {
        std::uint64_t const all = 0 - std::uint64_t(where & 1);
        for (std::size_t i = 0; i != 5; ++i) {
            std::uint64_t const difference = (a.limb[i] ^ b.limb[i]) & all;
            a.limb[i] ^= difference;
            b.limb[i] ^= difference;
        }
    }
    /// Of numbers below 2^255.
    [[gnu::always_inline]] static constexpr void load(element& r, packed const* const (&from)[1]) noexcept {
        auto const [w0, w1, w2, w3] = from[0]->word;
        r = {{w0 & low51, (w0 >> 51 | w1 << 13) & low51, (w1 >> 38 | w2 << 26) & low51, (w2 >> 25 | w3 << 39) & low51, w3 >> 12}};
    }
    /// The representatives below p, of operands.
    static constexpr void store(packed (&to)[1], element const& a) noexcept {
        element t = a;
        std::uint64_t c = 0;
        // Once brings it below 2^255 + 2^8, so that what a second round carries out leaves less than 2^8 behind.
        for (int round = 0; round != 2; ++round) {
            for (auto& limb : t.limb) {
                limb += c;
                c = limb >> 51;
                limb &= low51;
            }
            c *= 19;
        }
        t.limb[0] += c;
        for (std::size_t i = 0; i != 4; ++i) {
            t.limb[i + 1] += t.limb[i] >> 51;
            t.limb[i] &= low51;
        }
        auto const [t0, t1, t2, t3, t4] = t.limb;
        to[0] = canonical({{t0 | t1 << 51, t1 >> 13 | t2 << 38, t2 >> 26 | t3 << 25, t3 >> 39 | t4 << 12}});
    }

private:
    __extension__ typedef unsigned __int128 wide;
    static constexpr std::uint64_t low51 = (std::uint64_t(1) << 51) - 1;

    [[gnu::always_inline]] static constexpr wide product(std::uint64_t a, std::uint64_t b) noexcept { return wide(a) * b; }
    [[gnu::always_inline]] static constexpr void carry(element& r, wide t0, wide t1, wide t2, wide t3, wide t4) noexcept {
        t1 += std::uint64_t(t0 >> 51);
        t2 += std::uint64_t(t1 >> 51);
        t3 += std::uint64_t(t2 >> 51);
        t4 += std::uint64_t(t3 >> 51);
        std::uint64_t const r0 = (std::uint64_t(t0) & low51) + 19 * std::uint64_t(t4 >> 51);
        r = {{r0 & low51, (std::uint64_t(t1) & low51) + (r0 >> 51), std::uint64_t(t2) & low51, std::uint64_t(t3) & low51,
              std::uint64_t(t4) & low51}};
    }
};

} // namespace daicho::curve25519
