/// The whole device role on a Cortex-M4: version check, verification, install, report; no heap, no exceptions, no RTTI.
/// The board's parts are outside this unit, as flash drivers and a secure element are: what is measured is ours.
#include "board.hpp"

using namespace board_parts;

extern "C" int look_for_an_update(std::uint8_t const* key, std::uint8_t const* chain_id, std::uint8_t const* management) {
    static flash images;
    static cell state;
    static radio uplink;
    static element_key own;
    static element_entropy random;
    std::memcpy(own.key.data(), key, own.key.size());
    static device<agreed, board> machine({.model = "thermostat-2", .trust = anchor_of<agreed>(chain_id, management), .images = images, .state = state, .uplink = uplink, .key = own, .random = random});
    auto const outcome = machine.update_once();
    return outcome ? int(*outcome) : -int(outcome.error().code);
}
