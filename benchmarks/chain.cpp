/// Whole chains of the paper's shape (proof of work) with Ed25519, checked from genesis by all processors: 10,000 blocks of one
/// transaction each, and blocks of 1,000; beside the same signatures, verified by as many threads, and nothing else.
#include "suite/run.hpp"
#include "suite/validation.hpp"

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/curve25519/verifier.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/defaults/paper.hpp>

namespace {

using namespace daicho;

struct paper_with_ed25519 : defaults::paper {
    using signature = cryptopp::ed25519;
};
using host = defaults::host<paper_with_ed25519>;

template <class MakeVerifier>
void rows(std::string const& policy, MakeVerifier make_verifier, std::size_t blocks, std::size_t transactions, std::size_t devices) {
    benchmarks::validation<paper_with_ed25519, host::signer>(policy, make_verifier, host::signer::generate, host::sealer::make, blocks, transactions, devices);
}

} // namespace

int main(int argc, char** argv) {
    auto const in_lanes = [] { return curve25519::verifier<cryptopp::ed25519>(); };
    for (auto [blocks, transactions, devices] : {std::array<std::size_t, 3>{10'000, 1, 4}, {33, 1'000, 64}})
        rows("curve25519::verifier", in_lanes, blocks, transactions, devices);
    return benchmarks::run(argc, argv);
}
