#pragma once

#include <daicho/consensus/search_lanes.hpp>
#include <daicho/hash_x86/cpu.hpp>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>

namespace daicho::hash_x86 {

/// Sixteen nonces at once in AVX-512's registers, which rotate in one instruction and do any function of three in one.
struct avx512_kernel {
    static constexpr std::string_view name = "AVX-512, 16 lanes";
    static bool usable() noexcept { return cpu::avx512f(); }

    template <unsigned Word, bool Twice>
    [[gnu::target("avx512f")]] static std::uint64_t first(search_plan const& p, std::uint32_t low, std::uint64_t count) noexcept {
        using lanes [[gnu::vector_size(64)]] = std::uint32_t;
        lanes nonces = lanes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} + low;
        for (std::uint64_t i = 0; i < count; i += 16, nonces += 16) {
            lanes word;
            search_lanes<lanes>::template deciding<Word, Twice>(word, p, nonces);
            if (unsigned const hits = _mm512_testn_epi32_mask(__m512i(word), _mm512_set1_epi32(int(p.zeros))); hits != 0) [[unlikely]]
                return std::min(count, i + unsigned(std::countr_zero(hits)));
        }
        return count;
    }
};

} // namespace daicho::hash_x86
#endif
