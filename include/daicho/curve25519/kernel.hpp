#pragma once

#include <daicho/curve25519/avx2.hpp>
#include <daicho/curve25519/avx512.hpp>
#include <daicho/curve25519/avx512_sha512.hpp>
#include <daicho/curve25519/field51.hpp>
#include <daicho/curve25519/plain_lanes.hpp>
#include <daicho/hash_x86/cpu.hpp>

#include <string_view>

/// What may do the arithmetic: a form of the field, how many lanes it has, and whether this processor can. Only the operations of a
/// field use instructions that not every processor has; what is built of them is the same text for all.
namespace daicho::curve25519 {

/// One signature at a time, on any processor of 64 bits.
struct portable {
    using field = field51;
    static constexpr std::string_view name = "portable";
    static bool runs_here() noexcept { return true; }
};

/// The eight lanes of avx512, computed in plain C++.
struct emulated {
    using field = plain_field52;
    static constexpr std::string_view name = "emulated";
    static bool runs_here() noexcept { return true; }
};

#if defined(__x86_64__)
/// Four signatures at a time.
struct avx2 {
    using field = avx2_field25;
    static constexpr std::string_view name = "avx2";
    static bool runs_here() noexcept { return hash_x86::cpu::avx2(); }
};

/// Eight signatures at a time.
struct avx512 {
    using field = avx512_field52;
    using sha512 = avx512_sha512;
    static constexpr std::string_view name = "avx512 ifma";
    static bool runs_here() noexcept { return hash_x86::cpu::avx512f() && hash_x86::cpu::avx512bw() && hash_x86::cpu::avx512ifma(); }
};
#endif

} // namespace daicho::curve25519
