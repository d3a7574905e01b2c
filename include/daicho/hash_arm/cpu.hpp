#pragma once

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace daicho::hash_arm {

/// What this processor can do, as its system tells. Asked once. Elsewhere than on 64-bit ARM all of it is false, so that
/// whoever chooses needs no conditional compilation.
struct cpu {
    /// The SHA-2 instructions of ARMv8-A's Cryptographic Extension. Known beforehand where the whole program is compiled for them.
    static bool sha2() noexcept {
        static bool const found = ask();
        return found;
    }

private:
    static bool ask() noexcept {
#if defined(__aarch64__) && defined(__ARM_FEATURE_SHA2)
        return true;
#elif defined(__aarch64__) && defined(__linux__)
        constexpr unsigned long hwcap_sha2 = 1ul << 6;  // Linux, arch/arm64/include/uapi/asm/hwcap.h
        return (getauxval(AT_HWCAP) & hwcap_sha2) != 0;
#else
        return false;
#endif
    }
};

} // namespace daicho::hash_arm
