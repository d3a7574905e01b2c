#pragma once

#include <daicho/consensus/search_lanes.hpp>
#include <daicho/hash_x86/cpu.hpp>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>

namespace daicho::hash_x86 {

/// Eight nonces at once in AVX2's registers.
struct avx2_kernel {
    static constexpr std::string_view name = "AVX2, 8 lanes";
    static bool usable() noexcept { return cpu::avx2(); }

    template <unsigned Word, bool Twice>
    [[gnu::target("avx2")]] static std::uint64_t first(search_plan const& p, std::uint32_t low, std::uint64_t count) noexcept {
        using lanes [[gnu::vector_size(32)]] = std::uint32_t;
        lanes nonces = lanes{0, 1, 2, 3, 4, 5, 6, 7} + low;
        for (std::uint64_t i = 0; i < count; i += 8, nonces += 8) {
            lanes word;
            search_lanes<lanes>::template deciding<Word, Twice>(word, p, nonces);
            __m256i const zero = _mm256_cmpeq_epi32(__m256i(word & p.zeros), _mm256_setzero_si256());
            if (unsigned const hits = unsigned(_mm256_movemask_ps(_mm256_castsi256_ps(zero))); hits != 0) [[unlikely]]
                return std::min(count, i + unsigned(std::countr_zero(hits)));
        }
        return count;
    }
};

} // namespace daicho::hash_x86
#endif
