// expect: C must be a light_client: docs/concepts/light_client.md
#include <daicho/trust/bundle_gate.hpp>

#include "../archetypes.hpp"

struct says_yes : archetypes::light_client {
#ifndef DAICHO_CONTROL
    bool follow(head_type const&, daicho::digest const&, evidence_type const&) const;  // and what is to be kept?
#endif
};

constexpr std::size_t bytes_of_a_gate = sizeof(daicho::trust::bundle_gate<archetypes::protocol, says_yes, archetypes::state_store>);
