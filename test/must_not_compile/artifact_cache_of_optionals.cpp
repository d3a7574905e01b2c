// expect: Platform::artifact_cache must be an artifact_cache: docs/concepts/artifact_cache.md
#include <daicho/role/gateway.hpp>

#include "../archetypes.hpp"

struct optional_size : archetypes::artifact_cache {
#ifndef DAICHO_CONTROL
    std::optional<std::uint64_t> size(daicho::digest const&);
#endif
};
struct board : archetypes::platform {
    using artifact_cache = optional_size;
};

constexpr std::size_t bytes_of_a_gateway = sizeof(daicho::role::gateway<archetypes::protocol, board>);
