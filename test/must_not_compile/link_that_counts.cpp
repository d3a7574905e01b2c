// expect: Platform::link must be a link: docs/concepts/link.md
#include <daicho/role/device.hpp>

#include "../archetypes.hpp"

struct counts : archetypes::link {
#ifndef DAICHO_CONTROL
    std::size_t exchange(daicho::byte_view, daicho::byte_span);  // how many, not which
#endif
};
struct board : archetypes::platform {
    using link = counts;
};

constexpr std::size_t bytes_of_a_device = sizeof(daicho::device<archetypes::protocol, board>);
