#pragma once

namespace daicho {
namespace hash_arm {}
namespace hash_x86 {}
} // namespace daicho

namespace daicho::defaults {

/// The room whose kernels know this architecture. Which of them the processor has, they find out themselves; without any they take
/// plain C++, so that each room's names are there everywhere.
#if defined(__aarch64__)
namespace kernels = hash_arm;
#else
namespace kernels = hash_x86;
#endif

} // namespace daicho::defaults
