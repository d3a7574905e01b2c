// expect: Platform::state_store must be a state_store: docs/concepts/state_store.md
#include <daicho/role/device.hpp>

#include "../archetypes.hpp"

struct counts : archetypes::state_store {
#ifndef DAICHO_CONTROL
    daicho::result<std::size_t> load(daicho::byte_span);  // how many, not which
#endif
};
struct board : archetypes::platform {
    using state_store = counts;
};

constexpr std::size_t bytes_of_a_device = sizeof(daicho::device<archetypes::protocol, board>);
