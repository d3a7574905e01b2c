#pragma once

#include <daicho/defaults/kernels.hpp>
#include <daicho/hash_arm/sha256.hpp>
#include <daicho/hash_x86/sha256.hpp>

namespace daicho::defaults {

/// SHA-256 by the instructions of this architecture where the processor has them, in plain C++ otherwise.
using fastest_sha256 = kernels::sha256;

} // namespace daicho::defaults
