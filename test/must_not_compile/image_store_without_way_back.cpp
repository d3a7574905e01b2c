// expect: Platform::image_store must be an image_store: docs/concepts/image_store.md
#include <daicho/role/device.hpp>

#include "../archetypes.hpp"

struct one_way : archetypes::image_store {
#ifndef DAICHO_CONTROL
    daicho::fault revert() = delete;
#endif
};
struct board : archetypes::platform {
    using image_store = one_way;
};

constexpr std::size_t bytes_of_a_device = sizeof(daicho::device<archetypes::protocol, board>);
