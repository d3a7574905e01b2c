#pragma once

#include <daicho/concept/clock.hpp>

#include <ctime>

namespace daicho::file {

/// The operating system's clock. It may be wrong and may jump: whoever needs more keeps a floor.
struct clock {
    std::uint64_t now() const noexcept {
        auto const t = std::time(nullptr);
        return t < 0 ? 0 : std::uint64_t(t);
    }
};

static_assert(daicho::clock<clock>);

} // namespace daicho::file
