// expect: Protocol::consensus must be a consensus: docs/concepts/consensus.md
#include <daicho/ledger/chain.hpp>

#include "../archetypes.hpp"

struct endless : archetypes::consensus {
#ifndef DAICHO_CONTROL
    template <class View>
    static std::uint64_t final_height(View const&) = delete;
#endif
};
struct agreed : archetypes::protocol {
    using consensus = endless;
};

auto begin(daicho::genesis_of<agreed> const& g) { return daicho::ledger::chain<agreed>(g).height(); }
