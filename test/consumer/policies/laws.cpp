/// An outsider's three policies keep daicho's laws, and a chain that is made of them takes its own blocks and no others.
#include "notary.hpp"
#include "p256.hpp"
#include "snapshot_store.hpp"

#include <daicho/benchmarks/fleet.hpp>
#include <daicho/benchmarks/store.hpp>
#include <daicho/defaults/hardened.hpp>
#include <daicho/laws/block_store.hpp>
#include <daicho/laws/signature_scheme.hpp>

#include <cstdio>

namespace {

struct town : daicho::defaults::hardened {
    using signature = outsider::p256;
    using consensus = outsider::notary;
};
using town_sealer = outsider::notary_sealer<town, outsider::p256_signer>;

bool report(char const* what, daicho::laws::verdict const& v) {
    std::printf("%s: %zu checks, %zu laws broken\n", what, v.checked, v.broken.size());
    for (auto const& b : v.broken) std::printf("  broken: %s\n", b.c_str());
    return v.holds();
}

bool chain_of_a_notary() {
    daicho::benchmarks::fleet<town, outsider::p256_signer> f(outsider::p256_signer::generate, 2);
    town_sealer sealer(*f.sealing), impostor(*f.devices[0]);
    daicho::ledger::chain<town> c(f.genesis);
    auto const forged = f.next(c, impostor, f.enrolments());
    auto const good = f.next(c, sealer, forged.transactions);
    bool const refused = c.push(forged, good.head().time) == daicho::errc::bad_signature && c.height() == 0;
    bool const taken = !c.push(good, good.head().time) && !c.push(f.next(c, sealer, f.reports(4)), good.head().time + 1);
    std::printf("a chain of a notary: %s\n", refused && taken && c.final_height() == 2 ? "takes its own blocks and no others" : "WRONG");
    return refused && taken && c.final_height() == 2;
}

} // namespace

int main() {
    auto one = *outsider::p256_signer::generate(), other = *outsider::p256_signer::generate();
    daicho::laws::verdict signature, store;
    daicho::laws::signature_scheme<outsider::p256>(signature, one, other);
    daicho::benchmarks::folder const place;
    daicho::laws::block_store(store, [&] { return outsider::snapshot_store::open(place.path()); });
    bool const scheme_holds = report("signature scheme p256", signature), store_holds = report("block store snapshot", store);
    bool const chain_holds = chain_of_a_notary();
    return scheme_holds && store_holds && chain_holds ? 0 : 1;
}
