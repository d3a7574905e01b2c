/// Roles and algorithms compile with archetypes alone, so that no concept asks for less than is used.
#include "archetypes.hpp"

#include <boost/test/unit_test.hpp>

#include <daicho/consensus/work.hpp>
#include <daicho/ledger/chain.hpp>
#include <daicho/ledger/history.hpp>
#include <daicho/ledger/transaction_index.hpp>
#include <daicho/memory/workshop.hpp>
#include <daicho/role/device.hpp>
#include <daicho/role/gateway.hpp>
#include <daicho/role/ledger_node.hpp>
#include <daicho/role/management_server.hpp>
#include <daicho/role/observer.hpp>
#include <daicho/role/publisher.hpp>
#include <daicho/role/repository.hpp>
#include <daicho/signature/compose.hpp>
#include <daicho/trust/bundle_gate.hpp>
#include <daicho/update/fetch.hpp>

namespace {

using agreed = archetypes::protocol;
struct claiming : agreed {  // claims are HMACs
    using hash = archetypes::block_hash_function;
};
using archetypes::platform;
struct worked : agreed {  // its target moves
    using consensus = daicho::proof_of_work<daicho::leading_zeros, daicho::double_sha256, archetypes::retarget>;
};

} // namespace

template class daicho::ledger::chain<agreed>;
template class daicho::ledger::chain<worked>;
template class daicho::ledger::history<archetypes::hash_function, archetypes::tile_store>;
template class daicho::ledger::transaction_index<agreed, archetypes::index_store>;
template class daicho::device<agreed, platform>;
template class daicho::publisher<agreed, platform>;
template class daicho::role::gateway<agreed, platform>;
template class daicho::role::ledger_node<agreed, platform>;
template class daicho::role::management_server<claiming, platform>;
template class daicho::role::observer<agreed>;
template class daicho::role::repository<archetypes::signature_scheme, archetypes::hash_function, archetypes::artifact_store>;
template class daicho::memory::workshop<archetypes::hash_function>;
template class daicho::trust::bundle_gate<agreed, archetypes::light_client, archetypes::state_store>;
template struct daicho::threshold<1, archetypes::signature_scheme, archetypes::signature_scheme>;

BOOST_AUTO_TEST_SUITE(archetypes_of_the_concepts)

using namespace daicho;
using chain = ledger::chain<agreed>;

static_assert(hash_function<archetypes::hash_function>);
static_assert(signature_scheme<archetypes::signature_scheme>);
static_assert(signer<archetypes::signer, archetypes::signature_scheme>);
static_assert(consensus<archetypes::consensus, chain> && fork_choice<archetypes::fork_choice>);
static_assert(retarget<archetypes::retarget, leading_zeros, ledger::chain<worked>>);
static_assert(rule<archetypes::rule, block_of<agreed>, chain>);
static_assert(secure_channel<archetypes::secure_channel>);
static_assert(sealer<archetypes::sealer, archetypes::consensus_proof>);
static_assert(entropy<archetypes::entropy> && daicho::clock<archetypes::clock> && observer<archetypes::observer>);
static_assert(block_store<archetypes::block_store> && image_store<archetypes::image_store> && state_store<archetypes::state_store>);
static_assert(daicho::link<archetypes::link> && light_client<archetypes::light_client> && tile_store<archetypes::tile_store> && index_store<archetypes::index_store>);
static_assert(artifact_store<archetypes::artifact_store> && artifact_cache<archetypes::artifact_cache> && !fillable_cache<archetypes::artifact_cache>);
static_assert(fillable_cache<archetypes::fillable_cache> && artifact_source<archetypes::artifact_source>);
static_assert(workshop<archetypes::workshop> && shelf<archetypes::shelf, archetypes::workshop>);

// The rest of this file is the test: it compiles.
BOOST_AUTO_TEST_CASE(a_fetch_over_archetypes_compiles_and_finds_nothing) {
    archetypes::fillable_cache cache;
    archetypes::artifact_source source;
    auto const f = update::fetch<archetypes::hash_function>(cache, source, release{}, {}, [](std::uint64_t, std::uint64_t) {});
    BOOST_TEST((f == errc::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
