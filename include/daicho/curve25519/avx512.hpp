#pragma once

#include <daicho/curve25519/packed.hpp>

#include <cstddef>

#if defined(__x86_64__)
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"        // g++ 12's own header leaves registers undefined on purpose
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

/// Eight lanes by AVX-512 IFMA. Only to be called where the processor has it.
namespace daicho::curve25519 {

#define DAICHO_AVX512 [[gnu::target("avx512f,avx512ifma"), gnu::always_inline]] static inline

struct avx512_lanes {
    using word = __m512i;
    DAICHO_AVX512 word load(std::uint64_t const (&from)[8]) noexcept { return _mm512_load_si512(from); }
    DAICHO_AVX512 void store(std::uint64_t (&to)[8], word w) noexcept { _mm512_store_si512(to, w); }
    DAICHO_AVX512 word broadcast(std::uint64_t v) noexcept { return _mm512_set1_epi64(static_cast<long long>(v)); }
    DAICHO_AVX512 word add(word a, word b) noexcept { return _mm512_add_epi64(a, b); }
    DAICHO_AVX512 word sub(word a, word b) noexcept { return _mm512_sub_epi64(a, b); }
    DAICHO_AVX512 word both(word a, word b) noexcept { return _mm512_and_si512(a, b); }
    DAICHO_AVX512 word either(word a, word b) noexcept { return _mm512_or_si512(a, b); }
    template <int Bits>
    DAICHO_AVX512 word up(word a) noexcept {
        return _mm512_slli_epi64(a, Bits);
    }
    template <int Bits>
    DAICHO_AVX512 word down(word a) noexcept {
        return _mm512_srli_epi64(a, Bits);
    }
    DAICHO_AVX512 word low(word sum, word a, word b) noexcept { return _mm512_madd52lo_epu64(sum, a, b); }
    DAICHO_AVX512 word high(word sum, word a, word b) noexcept { return _mm512_madd52hi_epu64(sum, a, b); }
    DAICHO_AVX512 word choose(std::uint8_t where, word a, word b) noexcept { return _mm512_mask_mov_epi64(b, where, a); }
    DAICHO_AVX512 void columns(word& w0, word& w1, word& w2, word& w3, packed const* const (&from)[8]) noexcept {
        // Rows 0 and 4, 1 and 5, ...: pairs of words come together within 128 bits, then the pairs are set in order.
        word const r0 = rows(from[0], from[4]), r1 = rows(from[1], from[5]), r2 = rows(from[2], from[6]), r3 = rows(from[3], from[7]);
        word const even01 = _mm512_unpacklo_epi64(r0, r1), odd01 = _mm512_unpackhi_epi64(r0, r1);
        word const even23 = _mm512_unpacklo_epi64(r2, r3), odd23 = _mm512_unpackhi_epi64(r2, r3);
        word const first = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), second = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
        w0 = _mm512_permutex2var_epi64(even01, first, even23);
        w1 = _mm512_permutex2var_epi64(odd01, first, odd23);
        w2 = _mm512_permutex2var_epi64(even01, second, even23);
        w3 = _mm512_permutex2var_epi64(odd01, second, odd23);
    }

private:
    DAICHO_AVX512 word rows(packed const* low, packed const* high) noexcept {
        __m256i const a = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(low->word));
        __m256i const b = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(high->word));
        return _mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1);
    }
};

#undef DAICHO_AVX512

#define DAICHO_FIELD avx512_field52
#define DAICHO_LANES avx512_lanes
#define DAICHO_WITH [[gnu::target("avx512f,avx512ifma")]]
#include <daicho/curve25519/radix52.hpp>

} // namespace daicho::curve25519

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#endif
