#pragma once

#include <daicho/curve25519/field51.hpp>

#include <cstddef>

#if defined(__x86_64__)
#include <immintrin.h>

namespace daicho::curve25519 {

/// The field of 2^255 - 19 in four lanes by AVX2, whose multiplier takes 32 bits by 32. Only to be called where the processor has it.
/// A number is the sum of limb[i] 2^(25.5 i rounded up). Bounds, which no operation checks, even limbs / odd limbs:
///   product   a result of mul, sqr, load: below 2^26 + 2^17 / 2^25 + 2^17
///   operand   what mul and sqr take: below 2^27.7 / 2^26.7; the first factor of mul also below 2^28.4 / 2^27.4
/// add and sub do not carry. A sum of two products and a product taken from one are operands; twice a square and a difference is a
/// first factor; sqr_from_sum, which takes a square from a sum of two, carries. The second argument of sub must be a product. point.hpp
/// needs no more.
struct avx2_field25 {
    static constexpr std::size_t lanes = 4;
    using mask = std::uint8_t;
    struct element {
        alignas(32) std::uint64_t limb[10][4];
    };

    /// Two odd limbs meet half a bit above their place, so their products count twice; 2^255 = 19. Column 0, the largest, has
    /// 77 products of even and 190 of odd limbs: below 77 2^56.1 + 190 2^54.1 < 2^63.4. And 19 2^27.7 is below 2^32.
    [[gnu::target("avx2")]] static void mul(element& r, element const& a, element const& b) noexcept {
        word const a0 = at(a, 0), b0 = at(b, 0);
        word const a1 = at(a, 1), b1 = at(b, 1);
        word const a2 = at(a, 2), b2 = at(b, 2);
        word const a3 = at(a, 3), b3 = at(b, 3);
        word const a4 = at(a, 4), b4 = at(b, 4);
        word const a5 = at(a, 5), b5 = at(b, 5);
        word const a6 = at(a, 6), b6 = at(b, 6);
        word const a7 = at(a, 7), b7 = at(b, 7);
        word const a8 = at(a, 8), b8 = at(b, 8);
        word const a9 = at(a, 9), b9 = at(b, 9);
        word const by19 = all(19);
        word b1x = product(b1, by19), b2x = product(b2, by19), b3x = product(b3, by19), b4x = product(b4, by19), b5x = product(b5, by19), b6x = product(b6, by19), b7x = product(b7, by19), b8x = product(b8, by19), b9x = product(b9, by19);
        word a1d = sum(a1, a1), a3d = sum(a3, a3), a5d = sum(a5, a5), a7d = sum(a7, a7), a9d = sum(a9, a9);
        word r0 = sum(sum(sum(sum(product(a0, b0), product(a1d, b9x)), sum(product(a2, b8x), product(a3d, b7x))), sum(sum(product(a4, b6x), product(a5d, b5x)), sum(product(a6, b4x), product(a7d, b3x)))), sum(product(a8, b2x), product(a9d, b1x)));
        word r1 = sum(sum(sum(sum(product(a0, b1), product(a1, b0)), sum(product(a2, b9x), product(a3, b8x))), sum(sum(product(a4, b7x), product(a5, b6x)), sum(product(a6, b5x), product(a7, b4x)))), sum(product(a8, b3x), product(a9, b2x)));
        word r2 = sum(sum(sum(sum(product(a0, b2), product(a1d, b1)), sum(product(a2, b0), product(a3d, b9x))), sum(sum(product(a4, b8x), product(a5d, b7x)), sum(product(a6, b6x), product(a7d, b5x)))), sum(product(a8, b4x), product(a9d, b3x)));
        word r3 = sum(sum(sum(sum(product(a0, b3), product(a1, b2)), sum(product(a2, b1), product(a3, b0))), sum(sum(product(a4, b9x), product(a5, b8x)), sum(product(a6, b7x), product(a7, b6x)))), sum(product(a8, b5x), product(a9, b4x)));
        word r4 = sum(sum(sum(sum(product(a0, b4), product(a1d, b3)), sum(product(a2, b2), product(a3d, b1))), sum(sum(product(a4, b0), product(a5d, b9x)), sum(product(a6, b8x), product(a7d, b7x)))), sum(product(a8, b6x), product(a9d, b5x)));
        word r5 = sum(sum(sum(sum(product(a0, b5), product(a1, b4)), sum(product(a2, b3), product(a3, b2))), sum(sum(product(a4, b1), product(a5, b0)), sum(product(a6, b9x), product(a7, b8x)))), sum(product(a8, b7x), product(a9, b6x)));
        word r6 = sum(sum(sum(sum(product(a0, b6), product(a1d, b5)), sum(product(a2, b4), product(a3d, b3))), sum(sum(product(a4, b2), product(a5d, b1)), sum(product(a6, b0), product(a7d, b9x)))), sum(product(a8, b8x), product(a9d, b7x)));
        word r7 = sum(sum(sum(sum(product(a0, b7), product(a1, b6)), sum(product(a2, b5), product(a3, b4))), sum(sum(product(a4, b3), product(a5, b2)), sum(product(a6, b1), product(a7, b0)))), sum(product(a8, b9x), product(a9, b8x)));
        word r8 = sum(sum(sum(sum(product(a0, b8), product(a1d, b7)), sum(product(a2, b6), product(a3d, b5))), sum(sum(product(a4, b4), product(a5d, b3)), sum(product(a6, b2), product(a7d, b1)))), sum(product(a8, b0), product(a9d, b9x)));
        word r9 = sum(sum(sum(sum(product(a0, b9), product(a1, b8)), sum(product(a2, b7), product(a3, b6))), sum(sum(product(a4, b5), product(a5, b4)), sum(product(a6, b3), product(a7, b2)))), sum(product(a8, b1), product(a9, b0)));
        carry(r, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9);
    }
    [[gnu::target("avx2")]] static void sqr(element& r, element const& a) noexcept {
        word const a0 = at(a, 0);
        word const a1 = at(a, 1);
        word const a2 = at(a, 2);
        word const a3 = at(a, 3);
        word const a4 = at(a, 4);
        word const a5 = at(a, 5);
        word const a6 = at(a, 6);
        word const a7 = at(a, 7);
        word const a8 = at(a, 8);
        word const a9 = at(a, 9);
        word const by19 = all(19);
        word const a5x = product(a5, by19), a6x = product(a6, by19), a7x = product(a7, by19), a8x = product(a8, by19), a9x = product(a9, by19);
        word const a0d = sum(a0, a0), a1d = sum(a1, a1), a2d = sum(a2, a2), a3d = sum(a3, a3), a4d = sum(a4, a4), a5d = sum(a5, a5), a6d = sum(a6, a6), a7d = sum(a7, a7), a8d = sum(a8, a8), a9d = sum(a9, a9);
        word const a1q = sum(a1d, a1d), a3q = sum(a3d, a3d), a5q = sum(a5d, a5d), a7q = sum(a7d, a7d);
        word r0 = sum(sum(sum(product(a0, a0), product(a1q, a9x)), sum(product(a2d, a8x), product(a3q, a7x))), sum(product(a4d, a6x), product(a5d, a5x)));
        word r1 = sum(sum(sum(product(a0d, a1), product(a2d, a9x)), sum(product(a3d, a8x), product(a4d, a7x))), product(a5d, a6x));
        word r2 = sum(sum(sum(product(a0d, a2), product(a1d, a1)), sum(product(a3q, a9x), product(a4d, a8x))), sum(product(a5q, a7x), product(a6, a6x)));
        word r3 = sum(sum(sum(product(a0d, a3), product(a1d, a2)), sum(product(a4d, a9x), product(a5d, a8x))), product(a6d, a7x));
        word r4 = sum(sum(sum(product(a0d, a4), product(a1q, a3)), sum(product(a2, a2), product(a5q, a9x))), sum(product(a6d, a8x), product(a7d, a7x)));
        word r5 = sum(sum(sum(product(a0d, a5), product(a1d, a4)), sum(product(a2d, a3), product(a6d, a9x))), product(a7d, a8x));
        word r6 = sum(sum(sum(product(a0d, a6), product(a1q, a5)), sum(product(a2d, a4), product(a3d, a3))), sum(product(a7q, a9x), product(a8, a8x)));
        word r7 = sum(sum(sum(product(a0d, a7), product(a1d, a6)), sum(product(a2d, a5), product(a3d, a4))), product(a8d, a9x));
        word r8 = sum(sum(sum(product(a0d, a8), product(a1q, a7)), sum(product(a2d, a6), product(a3q, a5))), sum(product(a4, a4), product(a9d, a9x)));
        word r9 = sum(sum(sum(product(a0d, a9), product(a1d, a8)), sum(product(a2d, a7), product(a3d, a6))), product(a4d, a5));
        carry(r, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9);
    }
    [[gnu::target("avx2")]] static void add(element& r, element const& a, element const& b) noexcept {
        for (std::size_t i = 0; i != 10; ++i) set(r, i, sum(at(a, i), at(b, i)));
    }
    [[gnu::target("avx2")]] static void sub(element& r, element const& a, element const& b) noexcept {
        for (std::size_t i = 0; i != 10; ++i) set(r, i, difference(i, at(a, i), at(b, i)));
    }
    /// 2 a^2 + b
    [[gnu::target("avx2")]] static void twice_sqr_and(element& r, element const& a, element const& b) noexcept {
        element s;
        sqr(s, a);
        for (std::size_t i = 0; i != 10; ++i) set(r, i, sum(sum(at(s, i), at(s, i)), at(b, i)));
    }
    /// b - a^2. Every limb, below 2^28 / 2^27 here, gives its carry, below 2^2, to the next at once.
    [[gnu::target("avx2")]] static void sqr_from_sum(element& r, element const& a, element const& b) noexcept {
        element s;
        sqr(s, a);
        sub(r, b, s);
        word const low26 = all(0x3ffffff), low25 = all(0x1ffffff);
        word carried = product(_mm256_srli_epi64(at(r, 9), 25), all(19));
        for (std::size_t i = 0; i != 10; i += 2) {
            word const even = at(r, i), odd = at(r, i + 1);
            set(r, i, sum(_mm256_and_si256(even, low26), carried));
            set(r, i + 1, sum(_mm256_and_si256(odd, low25), _mm256_srli_epi64(even, 26)));
            carried = _mm256_srli_epi64(odd, 25);
        }
    }
    /// x y + a b and x y - a b
    [[gnu::target("avx2")]] static void sum_and_difference(element& plus, element& minus, element const& x, element const& y,
                                                           element const& a, element const& b) noexcept {
        element xy;
        mul(xy, x, y);
        sum_and_difference(plus, minus, xy, a, b);
    }
    /// d + a b and d - a b
    [[gnu::target("avx2")]] static void sum_and_difference(element& plus, element& minus, element const& d, element const& a,
                                                           element const& b) noexcept {
        element ab;
        mul(ab, a, b);
#pragma GCC unroll 10
        for (std::size_t i = 0; i != 10; ++i) {
            word const to = at(d, i), by = at(ab, i);
            set(plus, i, sum(to, by));
            set(minus, i, difference(i, to, by));
        }
    }
    /// Exchanges a and b in the lanes where the mask has a one.
    [[gnu::target("avx2")]] static void exchange(element& a, element& b, mask where) noexcept {
        word const bit = _mm256_setr_epi64x(1, 2, 4, 8), lane = _mm256_cmpeq_epi64(_mm256_and_si256(all(where), bit), bit);
        for (std::size_t i = 0; i != 10; ++i) {
            word const from_a = at(a, i), from_b = at(b, i);
            set(a, i, _mm256_blendv_epi8(from_a, from_b, lane));
            set(b, i, _mm256_blendv_epi8(from_b, from_a, lane));
        }
    }
    /// Of numbers below 2^255, one for each lane.
    [[gnu::target("avx2")]] static void load(element& r, packed const* const (&from)[4]) noexcept {
        word const n0 = number(from[0]), n1 = number(from[1]), n2 = number(from[2]), n3 = number(from[3]);
        word const even01 = _mm256_unpacklo_epi64(n0, n1), odd01 = _mm256_unpackhi_epi64(n0, n1);
        word const even23 = _mm256_unpacklo_epi64(n2, n3), odd23 = _mm256_unpackhi_epi64(n2, n3);
        word const w0 = _mm256_permute2x128_si256(even01, even23, 0x20), w1 = _mm256_permute2x128_si256(odd01, odd23, 0x20);
        word const w2 = _mm256_permute2x128_si256(even01, even23, 0x31), w3 = _mm256_permute2x128_si256(odd01, odd23, 0x31);
        word const low26 = all(0x3ffffff), low25 = all(0x1ffffff);
        set(r, 0, _mm256_and_si256(w0, low26));
        set(r, 1, _mm256_and_si256(_mm256_srli_epi64(w0, 26), low25));
        set(r, 2, _mm256_and_si256(_mm256_or_si256(_mm256_srli_epi64(w0, 51), _mm256_slli_epi64(w1, 13)), low26));
        set(r, 3, _mm256_and_si256(_mm256_srli_epi64(w1, 13), low25));
        set(r, 4, _mm256_srli_epi64(w1, 38));
        set(r, 5, _mm256_and_si256(w2, low25));
        set(r, 6, _mm256_and_si256(_mm256_srli_epi64(w2, 25), low26));
        set(r, 7, _mm256_and_si256(_mm256_or_si256(_mm256_srli_epi64(w2, 51), _mm256_slli_epi64(w3, 13)), low25));
        set(r, 8, _mm256_and_si256(_mm256_srli_epi64(w3, 12), low26));
        set(r, 9, _mm256_srli_epi64(w3, 38));
    }
    /// The representatives below p, of operands.
    static void store(packed (&to)[4], element const& a) noexcept {
        for (std::size_t lane = 0; lane != 4; ++lane) {
            field51::element wide;
            for (std::size_t i = 0; i != 5; ++i) wide.limb[i] = a.limb[2 * i][lane] + (a.limb[2 * i + 1][lane] << 26);
            packed out[1];
            field51::store(out, wide);
            to[lane] = out[0];
        }
    }

private:
    using word = __m256i;

#define DAICHO_AVX2 [[gnu::target("avx2"), gnu::always_inline]] static inline
    DAICHO_AVX2 word at(element const& a, std::size_t i) noexcept { return _mm256_load_si256(reinterpret_cast<word const*>(a.limb[i])); }
    DAICHO_AVX2 void set(element& a, std::size_t i, word w) noexcept { _mm256_store_si256(reinterpret_cast<word*>(a.limb[i]), w); }
    DAICHO_AVX2 word number(packed const* p) noexcept { return _mm256_loadu_si256(reinterpret_cast<word const*>(p->word)); }
    DAICHO_AVX2 word all(std::uint64_t v) noexcept { return _mm256_set1_epi64x(static_cast<long long>(v)); }
    DAICHO_AVX2 word sum(word a, word b) noexcept { return _mm256_add_epi64(a, b); }
    DAICHO_AVX2 word product(word a, word b) noexcept { return _mm256_mul_epu32(a, b); }
    /// Of limbs i. Adds 2p, whose limbs are above any product's.
    DAICHO_AVX2 word difference(std::size_t i, word a, word b) noexcept {
        word const twice_p = all(i == 0 ? 0x7ffffda : i % 2 == 0 ? 0x7fffffe : 0x3fffffe);
        return _mm256_sub_epi64(sum(a, twice_p), b);
    }
    template <int Bits>
    DAICHO_AVX2 void pass(word& from, word& to) noexcept {
        to = sum(to, _mm256_srli_epi64(from, Bits));
        from = _mm256_and_si256(from, all((std::uint64_t(1) << Bits) - 1));
    }
    /// Columns below 2^63.5 become a product, in two chains that do not wait for each other. What limb 9 carries out is below 2^39,
    /// so 19 of it bring limb 0 below 2^43.3, and that brings limb 1 less than 2^17.4 beyond its 25 bits.
    DAICHO_AVX2 void carry(element& r, word r0, word r1, word r2, word r3, word r4, word r5, word r6, word r7, word r8, word r9) noexcept {
        pass<26>(r0, r1), pass<26>(r4, r5);
        pass<25>(r1, r2), pass<25>(r5, r6);
        pass<26>(r2, r3), pass<26>(r6, r7);
        pass<25>(r3, r4), pass<25>(r7, r8);
        pass<26>(r4, r5), pass<26>(r8, r9);
        word over = all(0);
        pass<25>(r9, over);
        r0 = sum(r0, sum(sum(over, _mm256_slli_epi64(over, 1)), _mm256_slli_epi64(over, 4)));
        pass<26>(r0, r1);
        set(r, 0, r0), set(r, 1, r1), set(r, 2, r2), set(r, 3, r3), set(r, 4, r4);
        set(r, 5, r5), set(r, 6, r6), set(r, 7, r7), set(r, 8, r8), set(r, 9, r9);
    }
#undef DAICHO_AVX2
};

} // namespace daicho::curve25519
#endif
