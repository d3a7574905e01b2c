// expect: Platform::shelf must be a shelf: docs/concepts/shelf.md
#include <daicho/role/publisher.hpp>

#include "../archetypes.hpp"

struct takes_it : archetypes::shelf {
#ifndef DAICHO_CONTROL
    daicho::fault place(archetypes::workshop&&, daicho::measured_file const&);
#endif
};
struct board : archetypes::platform {
    using shelf = takes_it;
};

constexpr std::size_t bytes_of_a_publisher = sizeof(daicho::publisher<archetypes::protocol, board>);
