// expect: Sealer must be a sealer of this proof: docs/concepts/sealer.md
#include <daicho/asio/sealing_thread.hpp>

#include "../archetypes.hpp"

struct lucky : archetypes::sealer {
#ifndef DAICHO_CONTROL
    archetypes::consensus_proof seal(daicho::seal_job const&, std::stop_token);
#endif
};

constexpr std::size_t bytes_of_a_thread = sizeof(daicho::asio::sealing_thread<lucky, archetypes::consensus_proof>);
