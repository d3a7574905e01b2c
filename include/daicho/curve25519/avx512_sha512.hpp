#pragma once

#include <daicho/curve25519/challenge.hpp>

#include <cstddef>

#if defined(__x86_64__)
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"        // g++ 12's own header leaves registers undefined on purpose
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

namespace daicho::curve25519 {

/// SHA-512 of eight messages side by side by AVX-512 F and BW. Only to be called where the processor has it.
struct avx512_sha512 {
    static constexpr std::size_t lanes = 8;
    struct states {
        alignas(64) std::uint64_t word[8][8];  ///< word, lane
    };

    static void begin(states& s) noexcept {
        for (std::size_t i = 0; i != 8; ++i)
            for (auto& lane : s.word[i]) lane = sha512_initial[i];
    }

    /// Takes in one block of 128 bytes in each lane where the mask has a one; FIPS 180-4, 6.4.2. Rounds are written out eight at a time,
    /// so that the variables change names instead of places.
    [[gnu::target("avx512f,avx512bw")]] static void compress(states& s, byte const* const (&blocks)[8], std::uint8_t where) noexcept {
        word w[16];
        eight_words(w, blocks, 0);
        eight_words(w + 8, blocks, 64);
        word a = _mm512_load_si512(s.word[0]), b = _mm512_load_si512(s.word[1]), c = _mm512_load_si512(s.word[2]), d = _mm512_load_si512(s.word[3]);
        word e = _mm512_load_si512(s.word[4]), f = _mm512_load_si512(s.word[5]), g = _mm512_load_si512(s.word[6]), h = _mm512_load_si512(s.word[7]);
        for (std::size_t t = 0; t != 80; t += 16) {
            if (t != 0) schedule(w);
            for (std::size_t i = 0; i != 16; i += 8) {
                round(a, b, c, d, e, f, g, h, w[i], t + i);
                round(h, a, b, c, d, e, f, g, w[i + 1], t + i + 1);
                round(g, h, a, b, c, d, e, f, w[i + 2], t + i + 2);
                round(f, g, h, a, b, c, d, e, w[i + 3], t + i + 3);
                round(e, f, g, h, a, b, c, d, w[i + 4], t + i + 4);
                round(d, e, f, g, h, a, b, c, w[i + 5], t + i + 5);
                round(c, d, e, f, g, h, a, b, w[i + 6], t + i + 6);
                round(b, c, d, e, f, g, h, a, w[i + 7], t + i + 7);
            }
        }
        add(s.word[0], a, where), add(s.word[1], b, where), add(s.word[2], c, where), add(s.word[3], d, where);
        add(s.word[4], e, where), add(s.word[5], f, where), add(s.word[6], g, where), add(s.word[7], h, where);
    }

private:
    using word = __m512i;

#define DAICHO_AVX512 [[gnu::target("avx512f,avx512bw"), gnu::always_inline]] static inline
    DAICHO_AVX512 void add(std::uint64_t (&to)[8], word v, std::uint8_t where) noexcept {
        word const before = _mm512_load_si512(to);
        _mm512_store_si512(to, _mm512_mask_add_epi64(before, where, before, v));
    }
    template <int A, int B, int C>
    DAICHO_AVX512 word turned(word x) noexcept {  // 0x96: exclusive or of three
        return _mm512_ternarylogic_epi64(_mm512_ror_epi64(x, A), _mm512_ror_epi64(x, B), _mm512_ror_epi64(x, C), 0x96);
    }
    template <int A, int B, int C>
    DAICHO_AVX512 word turned_and_shifted(word x) noexcept {
        return _mm512_ternarylogic_epi64(_mm512_ror_epi64(x, A), _mm512_ror_epi64(x, B), _mm512_srli_epi64(x, C), 0x96);
    }
    DAICHO_AVX512 void round(word a, word b, word c, word& d, word e, word f, word g, word& h, word w, std::size_t t) noexcept {
        word const choice = _mm512_ternarylogic_epi64(e, f, g, 0xca), majority = _mm512_ternarylogic_epi64(a, b, c, 0xe8);
        word const k = _mm512_add_epi64(w, _mm512_set1_epi64(static_cast<long long>(sha512_constants[t])));
        h = _mm512_add_epi64(_mm512_add_epi64(h, k), _mm512_add_epi64(turned<14, 18, 41>(e), choice));
        d = _mm512_add_epi64(d, h);
        h = _mm512_add_epi64(h, _mm512_add_epi64(turned<28, 34, 39>(a), majority));
    }
    DAICHO_AVX512 void schedule(word (&w)[16]) noexcept {
#pragma GCC unroll 16
        for (std::size_t i = 0; i != 16; ++i) {
            word const earlier = _mm512_add_epi64(w[i], w[(i + 9) & 15]);
            word const mixed = _mm512_add_epi64(turned_and_shifted<1, 8, 7>(w[(i + 1) & 15]), turned_and_shifted<19, 61, 6>(w[(i + 14) & 15]));
            w[i] = _mm512_add_epi64(earlier, mixed);
        }
    }
    /// Eight words of each block from `begin` on, word k of all lanes in to[k]: rows are transposed.
    DAICHO_AVX512 void eight_words(word* to, byte const* const (&blocks)[8], std::size_t begin) noexcept {
        word r[8], pairs[8], fours[8];
        word const big_endian = _mm512_set_epi64(0x08090a0b0c0d0e0f, 0x0001020304050607, 0x08090a0b0c0d0e0f, 0x0001020304050607, 0x08090a0b0c0d0e0f,
                                                 0x0001020304050607, 0x08090a0b0c0d0e0f, 0x0001020304050607);
        for (std::size_t i = 0; i != 8; ++i) r[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(blocks[i] + begin), big_endian);
        for (std::size_t i = 0; i != 8; i += 2) {
            pairs[i] = _mm512_unpacklo_epi64(r[i], r[i + 1]);
            pairs[i + 1] = _mm512_unpackhi_epi64(r[i], r[i + 1]);
        }
        for (std::size_t i = 0; i != 8; i += 4)
            for (std::size_t k = 0; k != 2; ++k) {
                fours[i + k] = _mm512_shuffle_i64x2(pairs[i + k], pairs[i + k + 2], 0x88);      // words k and k + 4
                fours[i + k + 2] = _mm512_shuffle_i64x2(pairs[i + k], pairs[i + k + 2], 0xdd);  // k + 2 and k + 6
            }
        for (std::size_t k = 0; k != 2; ++k) {
            to[k] = _mm512_shuffle_i64x2(fours[k], fours[k + 4], 0x88);
            to[k + 4] = _mm512_shuffle_i64x2(fours[k], fours[k + 4], 0xdd);
            to[k + 2] = _mm512_shuffle_i64x2(fours[k + 2], fours[k + 6], 0x88);
            to[k + 6] = _mm512_shuffle_i64x2(fours[k + 2], fours[k + 6], 0xdd);
        }
    }
#undef DAICHO_AVX512
};

} // namespace daicho::curve25519

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#endif
