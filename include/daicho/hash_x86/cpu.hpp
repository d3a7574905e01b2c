#pragma once

#include <cstdint>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

namespace daicho::hash_x86 {

/// What this processor can do and its system lets it do: the registers that an extension adds must be saved by the system
/// too. Asked once. Elsewhere than on x86 all of it is false, so that whoever chooses needs no conditional compilation.
struct cpu {
    static bool sha_ni() noexcept { return found().sha_ni; }        ///< SHA extensions, with SSSE3 and SSE4.1 beside them
    static bool avx2() noexcept { return found().avx2; }            ///< eight lanes of 32 bits
    static bool avx512f() noexcept { return found().avx512f; }      ///< sixteen lanes, ternary logic, rotations
    static bool avx512bw() noexcept { return found().avx512bw; }    ///< bytes of 512 bits in another order
    static bool avx512dq() noexcept { return found().avx512dq; }
    static bool avx512vl() noexcept { return found().avx512vl; }
    static bool avx512ifma() noexcept { return found().avx512ifma; }  ///< eight products of 52 bits (with avx512f)

private:
    struct features {
        bool sha_ni = false, avx2 = false, avx512f = false, avx512bw = false, avx512dq = false, avx512vl = false, avx512ifma = false;
    };

    static features const& found() noexcept {
        static features const f = ask();
        return f;
    }

#if defined(__x86_64__) || defined(__i386__)
    /// Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, CPUID, leaves 1 and 7; volume 1, 14.3 and 15.2.
    static features ask() noexcept {
        features f;
        unsigned a = 0, b = 0, c = 0, d = 0;
        if (__get_cpuid(1, &a, &b, &c, &d) == 0) return f;
        bool const ssse3 = bit(c, 9), sse41 = bit(c, 19), osxsave = bit(c, 27), avx = bit(c, 28);
        if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return f;
        f.sha_ni = bit(b, 29) && ssse3 && sse41;
        if (!osxsave || !avx) return f;
        std::uint32_t low, high;
        __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
        if ((low & 0x06) != 0x06) return f;  // XCR0: SSE and AVX registers
        f.avx2 = bit(b, 5);
        if ((low & 0xe6) != 0xe6) return f;  // and masks, upper halves, sixteen more
        f.avx512f = bit(b, 16);
        f.avx512dq = f.avx512f && bit(b, 17);
        f.avx512ifma = f.avx512f && bit(b, 21);
        f.avx512bw = f.avx512f && bit(b, 30);
        f.avx512vl = f.avx512f && bit(b, 31);
        return f;
    }
    static constexpr bool bit(unsigned word, unsigned n) noexcept { return (word >> n & 1) != 0; }
#else
    static features ask() noexcept { return {}; }
#endif
};

} // namespace daicho::hash_x86
