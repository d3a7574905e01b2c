#pragma once

#include <daicho/consensus/best_search.hpp>
#include <daicho/hash_x86/search_avx2.hpp>
#include <daicho/hash_x86/search_avx512.hpp>
#include <daicho/hash_x86/search_sha_ni.hpp>

#include <algorithm>
#include <chrono>

namespace daicho::hash_x86 {

#if defined(__x86_64__) || defined(__i386__)
/// Kernel where it is quicker than Other, or Other is not there; found out when first asked, in under a millisecond. Processors that
/// have both disagree: one that works through 512 bits in two halves does fewer nonces in lanes than by its SHA instructions, one with
/// whole units does more (docs/adr/0032-which-kernel-for-which-work.md).
template <class Kernel, class Other>
struct if_quicker : Kernel {
    static bool usable() noexcept {
        static bool const is = Kernel::usable() && (!Other::usable() || time<Kernel>() < time<Other>());
        return is;
    }

private:
    /// The shortest of a few tries at as many nonces: what else the machine does makes a try longer, never shorter.
    template <class K>
    static auto time() noexcept {
        using clock = std::chrono::steady_clock;
        auto const plan = search_plan::of({}, 0, ~std::uint32_t(0));
        auto shortest = clock::duration::max();
        for (int tries = 0; tries != 6; ++tries) {
            auto const began = clock::now();
            std::uint64_t volatile const tried = K::template first<7, true>(plan, 0, 2048);
            (void)tried;
            shortest = std::min(shortest, clock::now() - began);
        }
        return shortest;
    }
};

/// The fastest search of an x86 processor, chosen where it runs; on another architecture the scalar one.
using search = best_search<if_quicker<avx512_kernel, sha_ni_wide_kernel>, sha_ni_wide_kernel, sha_ni_kernel, avx2_kernel>;
#else
using search = best_search<>;
#endif

} // namespace daicho::hash_x86
