// expect: Platform::entropy must be an entropy: docs/concepts/entropy.md
#include <daicho/role/device.hpp>

#include "../archetypes.hpp"

struct always_sure : archetypes::entropy {
#ifndef DAICHO_CONTROL
    void fill(daicho::byte_span) {}
#endif
};
struct board : archetypes::platform {
    using entropy = always_sure;
};

constexpr std::size_t bytes_of_a_device = sizeof(daicho::device<archetypes::protocol, board>);
