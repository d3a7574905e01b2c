// expect: Platform::link must be a link: docs/concepts/link.md
#include <daicho/role/device.hpp>

#include "../archetypes.hpp"

struct board {
    using image_store = archetypes::image_store;
    using state_store = archetypes::state_store;
#ifdef DAICHO_CONTROL
    using link = archetypes::link;
#endif
    using signer = archetypes::signer;
    using entropy = archetypes::entropy;
    static constexpr std::size_t chunk = 64;
};

constexpr std::size_t bytes_of_a_device = sizeof(daicho::device<archetypes::protocol, board>);
