// expect: Retarget of proof_of_work must be a retarget: docs/concepts/retarget.md
#include <daicho/consensus/work.hpp>
#include <daicho/ledger/chain.hpp>

#include "../archetypes.hpp"

struct sure : archetypes::retarget {
#ifndef DAICHO_CONTROL
    template <class Target, class View>
    static std::uint32_t next(View const&);  // a genesis may ask for what it cannot do
#endif
};
struct agreed : archetypes::protocol {
    using consensus = daicho::proof_of_work<daicho::little_endian_target, daicho::double_sha256, sure>;
};

auto begin(daicho::ledger::chain<agreed>& c) { return c.prepare("", 0, {}); }
