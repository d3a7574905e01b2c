#pragma once

#include <daicho/concept/clock.hpp>
#include <daicho/laws/law.hpp>

namespace daicho::laws {

/// The laws of docs/concepts/clock.md, for a clock that nobody sets meanwhile. `present` is the time as the caller knows it, in seconds
/// since 1970-01-01 UTC; ten minutes more or less are forgiven.
template <daicho::clock Clock>
void clock(verdict& v, Clock& c, std::uint64_t present) {
    constexpr std::uint64_t forgiven = 600;
    auto const near = [](std::uint64_t a, std::uint64_t b) { return a < b ? b - a <= forgiven : a - b <= forgiven; };
    std::uint64_t const first = c.now();
    v.law("It counts seconds since 1970-01-01 UTC.", near(first, present));
    bool still = true;
    for (int i = 0; i != 10'000; ++i) still = still && near(c.now(), first);
    v.law("Asking does not move it.", still);
}

/// And for one whose time a test can let pass: `wait(seconds)`.
template <daicho::clock Clock, class Wait>
void clock(verdict& v, Clock& c, std::uint64_t present, Wait wait) {
    clock(v, c, present);
    for (std::uint64_t n : {1u, 59u, 86'400u}) {
        std::uint64_t const before = c.now();
        wait(n);
        std::uint64_t const after = c.now();
        v.law("It goes on as time does.", after >= before + n - 1 && after <= before + n + 60);
    }
}

} // namespace daicho::laws
