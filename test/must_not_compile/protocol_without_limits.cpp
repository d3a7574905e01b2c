// expect: a Protocol names hash, signature, consensus and limits: docs/architecture.md
#include <daicho/ledger/chain.hpp>

#include "../archetypes.hpp"

struct agreed {
    using hash = archetypes::hash_function;
    using signature = archetypes::signature_scheme;
    using consensus = archetypes::consensus;
#ifdef DAICHO_CONTROL
    using limits = daicho::default_limits;
#endif
};

auto begin(daicho::genesis_of<agreed> const& g) { return daicho::ledger::chain<agreed>(g).height(); }
