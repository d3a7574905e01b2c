#pragma once

#include <daicho/consensus/search_lanes.hpp>
#include <daicho/consensus/target.hpp>

#include <string_view>

namespace daicho {

/// Searches with the first of its kernels that this processor can run; the scalar one always can. Every kernel finds the
/// same nonce, so the choice shows in the time alone.
///     using search = best_search<hash_x86::avx512_kernel, hash_x86::sha_ni_kernel, hash_x86::avx2_kernel>;
///     search::kernel();                           // its name, for a log
///     best_search<hash_x86::avx2_kernel>          // forced, as far as the processor has it: for a test or a benchmark
template <class... Kernels>
struct best_search {
    static constexpr std::string_view name = "best of this processor";

    /// The name of the kernel that runs here.
    static std::string_view kernel() noexcept {
        std::string_view chosen = scalar_kernel::name;
        (void)((Kernels::usable() && (chosen = Kernels::name, true)) || ...);
        return chosen;
    }

    /// The first nonce in [first, first + count) that reaches the target.
    template <class Target, class Digest = double_sha256>
    static std::optional<std::uint64_t> search(work_preimage const& p, std::uint32_t target, std::uint64_t first, std::uint64_t count) noexcept {
        std::optional<std::uint64_t> found;
        bool const done = ((Kernels::usable() && (found = planned_search<Kernels>::template search<Target, Digest>(p, target, first, count), true)) || ...);
        return done ? found : planned_search<scalar_kernel>::search<Target, Digest>(p, target, first, count);
    }
};

} // namespace daicho
