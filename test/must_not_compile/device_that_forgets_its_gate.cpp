// expect: a device whose Platform names a light_client is made with its gate
#include <daicho/role/device.hpp>

#include "../archetypes.hpp"

struct board {
    using image_store = archetypes::image_store;
    using state_store = archetypes::state_store;
    using link = archetypes::link;
    using signer = archetypes::signer;
    using entropy = archetypes::entropy;
    using light_client = archetypes::light_client;
    static constexpr std::size_t chunk = 64;
};
using device_type = daicho::device<archetypes::protocol, board>;

device_type made(board::image_store& images, board::state_store& state, board::link& link, board::signer& key, board::entropy& random,
                 [[maybe_unused]] device_type::proof_type::gate_type& gate) {
    return device_type({.model = "lamp", .trust = {}, .images = images, .state = state, .uplink = link, .key = key, .random = random,
#ifdef DAICHO_CONTROL
                        .ledger = gate
#endif
    });
}
