// expect: Protocol::hash must be a hash_function: docs/concepts/hash_function.md
#include <daicho/role/device.hpp>

#include "../archetypes.hpp"

struct long_one : archetypes::hash_function {
#ifndef DAICHO_CONTROL
    daicho::bytes finish();
#endif
};
struct agreed : archetypes::protocol {
    using hash = long_one;
};

constexpr std::size_t bytes_of_a_device = sizeof(daicho::device<agreed, archetypes::platform>);
