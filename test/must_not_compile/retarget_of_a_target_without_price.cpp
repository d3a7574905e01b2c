// expect: it needs Target::work and Target::of_work (docs/concepts/retarget.md)
#include <daicho/consensus/weighted_retarget.hpp>
#include <daicho/consensus/work.hpp>
#include <daicho/ledger/chain.hpp>

#include "../archetypes.hpp"

struct unpriced : daicho::leading_zeros {
#ifndef DAICHO_CONTROL
    static std::uint32_t of_work(daicho::weight) = delete;
#endif
};
struct agreed : archetypes::protocol {
    using consensus = daicho::proof_of_work<unpriced, daicho::double_sha256, daicho::weighted_retarget<>>;
};

auto begin(daicho::ledger::chain<agreed>& c) { return c.prepare("", 0, {}); }
