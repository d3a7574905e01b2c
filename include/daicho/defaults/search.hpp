#pragma once

#if defined(__aarch64__)
#include <daicho/hash_arm/search.hpp>
#else
#include <daicho/hash_x86/search.hpp>
#endif

namespace daicho::defaults {

/// The search for proof of work by the best that this processor has; plain C++ where it has nothing better.
#if defined(__aarch64__)
using fastest_search = hash_arm::search;
#else
using fastest_search = hash_x86::search;
#endif

} // namespace daicho::defaults
