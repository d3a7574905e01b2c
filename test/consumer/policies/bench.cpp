/// An outsider's policies beside the shipped ones: the suites that daicho's own benchmarks are made of.
///     ./bench --policy outsider
#include "notary.hpp"
#include "p256.hpp"
#include "snapshot_store.hpp"

#include <daicho/benchmarks/chain.hpp>
#include <daicho/benchmarks/run.hpp>
#include <daicho/benchmarks/signature.hpp>
#include <daicho/benchmarks/store.hpp>
#include <daicho/defaults/hardened.hpp>
#include <daicho/file/block_store.hpp>

namespace {

struct shipped : daicho::defaults::hardened {};
struct town : daicho::defaults::hardened {
    using signature = outsider::p256;
    using consensus = outsider::notary;
};

} // namespace

int main(int argc, char** argv) {
    using namespace daicho;
    using key = outsider::p256_signer;
    benchmarks::signature<cryptopp::ed25519, cryptopp::ed25519_signer>("cryptopp::ed25519", cryptopp::ed25519_signer::generate);
    benchmarks::signature<outsider::p256, key>("outsider::p256", key::generate);
    auto const authority_of = [](auto const& k) { return authority_sealer<shipped, cryptopp::ed25519_signer>(k); };
    auto const notary_of = [](auto const& k) { return outsider::notary_sealer<town, key>(k); };
    benchmarks::chain<shipped, cryptopp::ed25519_signer>("defaults::hardened", cryptopp::ed25519_signer::generate, authority_of, 20);
    benchmarks::chain<town, key>("outsider::notary with outsider::p256", key::generate, notary_of, 20);
    auto const open_file = [](auto const& place) { return file::block_store::open(place); };
    auto const open_snapshot = [](auto const& place) { return outsider::snapshot_store::open(place); };
    benchmarks::store<file::block_store>("file::block_store", open_file);
    benchmarks::store<outsider::snapshot_store>("outsider::snapshot_store", open_snapshot);
    return benchmarks::run(argc, argv);
}
