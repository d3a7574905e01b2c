// expect: Platform::clock must be a clock: docs/concepts/clock.md
#include <daicho/role/publisher.hpp>

#include "../archetypes.hpp"

#include <chrono>

struct chronic : archetypes::clock {
#ifndef DAICHO_CONTROL
    std::chrono::system_clock::time_point now();
#endif
};
struct board : archetypes::platform {
    using clock = chronic;
};

constexpr std::size_t bytes_of_a_publisher = sizeof(daicho::publisher<archetypes::protocol, board>);
