#pragma once

#if defined(__aarch64__)
#include <daicho/hash_arm/sha256.hpp>
#else
#include <daicho/hash_x86/sha256.hpp>
#endif

namespace daicho::defaults {

/// SHA-256 by the instructions of this architecture where the processor has them, in plain C++ otherwise.
#if defined(__aarch64__)
using fastest_sha256 = hash_arm::sha256;
#else
using fastest_sha256 = hash_x86::sha256;
#endif

} // namespace daicho::defaults
