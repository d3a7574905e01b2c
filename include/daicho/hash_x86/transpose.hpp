#pragma once

#include <cstddef>
#include <cstdint>
#include <immintrin.h>

/// Rows become columns: what turns messages side by side into registers that hold one word of each.
namespace daicho::hash_x86 {

/// Eight rows of eight words.
[[gnu::target("avx2")]] inline void transpose(__m256i (&r)[8]) noexcept {
    __m256i p[8], q[8];
    for (std::size_t i = 0; i != 8; i += 2) {
        p[i] = _mm256_unpacklo_epi32(r[i], r[i + 1]);
        p[i + 1] = _mm256_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (std::size_t i = 0; i != 8; i += 4) {
        q[i] = _mm256_unpacklo_epi64(p[i], p[i + 2]);
        q[i + 1] = _mm256_unpackhi_epi64(p[i], p[i + 2]);
        q[i + 2] = _mm256_unpacklo_epi64(p[i + 1], p[i + 3]);
        q[i + 3] = _mm256_unpackhi_epi64(p[i + 1], p[i + 3]);
    }
    for (std::size_t i = 0; i != 4; ++i) {
        r[i] = _mm256_permute2x128_si256(q[i], q[i + 4], 0x20);
        r[i + 4] = _mm256_permute2x128_si256(q[i], q[i + 4], 0x31);
    }
}

} // namespace daicho::hash_x86
