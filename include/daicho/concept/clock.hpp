#pragma once

#include <concepts>
#include <cstdint>

namespace daicho {

/// Seconds since 1970-01-01 UTC (docs/concepts/clock.md). It may jump: whoever needs more keeps a floor.
template <class C>
concept clock = requires(C& c) {
    { c.now() } -> std::convertible_to<std::uint64_t>;
};

} // namespace daicho
