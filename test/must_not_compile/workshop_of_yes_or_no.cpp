// expect: Platform::workshop must be a workshop: docs/concepts/workshop.md
#include <daicho/role/publisher.hpp>

#include "../archetypes.hpp"

struct yes_or_no : archetypes::workshop {
#ifndef DAICHO_CONTROL
    bool check(std::string const&);
#endif
};
struct board : archetypes::platform {
    using workshop = yes_or_no;
};

constexpr std::size_t bytes_of_a_publisher = sizeof(daicho::publisher<archetypes::protocol, board>);
