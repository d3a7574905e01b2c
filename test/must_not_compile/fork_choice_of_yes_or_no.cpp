// expect: Protocol::consensus must prefer one branch as a fork_choice does: docs/concepts/fork_choice.md
#include <daicho/ledger/chain.hpp>

#include "../archetypes.hpp"

struct undecided : archetypes::consensus {
#ifndef DAICHO_CONTROL
    static bool prefer(daicho::branch const&, daicho::branch const&);  // of equals, both or none
#endif
};
struct agreed : archetypes::protocol {
    using consensus = undecided;
};

auto begin(daicho::genesis_of<agreed> const& g) { return daicho::ledger::chain<agreed>(g).height(); }
