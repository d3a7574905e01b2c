#pragma once

#include <daicho/curve25519/avx2.hpp>
#include <daicho/curve25519/avx512.hpp>
#include <daicho/curve25519/field51.hpp>
#include <daicho/curve25519/plain_lanes.hpp>
#include <daicho/hash_x86/cpu.hpp>

#include <string_view>
#include <utility>

/// Where arithmetic may run. A kernel is a field and a way to run steps with the instructions that the field wants:
///   field                what computes, and how many lanes it has
///   name, runs_here()    for people; whether this processor can
///   run<Step>(...)       Step::apply(...), compiled for those instructions
namespace daicho::curve25519 {

/// One signature at a time, on any processor of 64 bits.
struct portable {
    using field = field51;
    static constexpr std::string_view name = "portable";
    static bool runs_here() noexcept { return true; }
    template <class Step, class... Arguments>
    static auto run(Arguments&&... arguments) noexcept {
        return Step::apply(std::forward<Arguments>(arguments)...);
    }
};

/// The eight lanes of avx512, computed in plain C++.
struct emulated {
    using field = plain_field52;
    static constexpr std::string_view name = "emulated";
    static bool runs_here() noexcept { return true; }
    template <class Step, class... Arguments>
    static auto run(Arguments&&... arguments) noexcept {
        return Step::apply(std::forward<Arguments>(arguments)...);
    }
};

#if defined(__x86_64__)
/// Four signatures at a time.
struct avx2 {
    using field = avx2_field25;
    static constexpr std::string_view name = "avx2";
    static bool runs_here() noexcept { return hash_x86::cpu::avx2(); }
    template <class Step, class... Arguments>
    [[gnu::target("avx2"), gnu::flatten, gnu::noinline]] static auto run(Arguments&&... arguments) noexcept {
        return Step::apply(std::forward<Arguments>(arguments)...);
    }
};

/// Eight signatures at a time.
struct avx512 {
    using field = avx512_field52;
    static constexpr std::string_view name = "avx512 ifma";
    static bool runs_here() noexcept { return hash_x86::cpu::avx512f() && hash_x86::cpu::avx512ifma(); }
    template <class Step, class... Arguments>
    [[gnu::target("avx512f,avx512ifma"), gnu::flatten, gnu::noinline]] static auto run(Arguments&&... arguments) noexcept {
        return Step::apply(std::forward<Arguments>(arguments)...);
    }
};
#endif

} // namespace daicho::curve25519
