// expect: Protocol::rules must be a rule: docs/concepts/rule.md
#include <daicho/ledger/chain.hpp>

#include "../archetypes.hpp"

struct silent {
    template <class Block, class View>
#ifdef DAICHO_CONTROL
    static daicho::fault check(Block const&, View const&) { return {}; }
#else
    static void check(Block const&, View const&) {}
#endif
};
struct agreed : archetypes::protocol {
    using rules = silent;
};

auto extend(daicho::ledger::chain<agreed>& c, daicho::block_of<agreed> const& b) { return c.push(b, 0).code; }
