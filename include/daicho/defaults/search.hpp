#pragma once

#include <daicho/defaults/kernels.hpp>
#include <daicho/hash_arm/search.hpp>
#include <daicho/hash_x86/search.hpp>

namespace daicho::defaults {

/// The search for proof of work by the best that this processor has; plain C++ where it has nothing better.
using fastest_search = kernels::search;

} // namespace daicho::defaults
