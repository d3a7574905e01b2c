#pragma once

#include <daicho/consensus/best_search.hpp>
#include <daicho/hash_arm/search_sha2.hpp>

namespace daicho::hash_arm {

/// The fastest search of a 64-bit ARM processor, chosen where it runs; on another architecture the scalar one.
#if defined(__aarch64__)
using search = best_search<sha2_kernel>;
#else
using search = best_search<>;
#endif

} // namespace daicho::hash_arm
