// expect: a history keeps its tiles in a tile_store: docs/concepts/tile_store.md
#include <daicho/ledger/history.hpp>

#include "../archetypes.hpp"

struct overwrites : archetypes::tile_store {
#ifndef DAICHO_CONTROL
    daicho::fault append(std::uint64_t place, std::span<daicho::digest const, daicho::tile_nodes> nodes);  // where it likes
#endif
};

constexpr std::size_t bytes_of_a_history = sizeof(daicho::ledger::history<archetypes::hash_function, overwrites>);
