/// Many Ed25519 signatures at once: one after another by each library, and by each kernel of curve25519/ that runs here.
#include "suite/batch_verifier.hpp"
#include "suite/run.hpp"

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/curve25519/verifier.hpp>
#include <daicho/openssl/ed25519.hpp>

namespace {

using namespace daicho;
using scheme = cryptopp::ed25519;

template <class Kernel>
void kernel() {
    if (!Kernel::runs_here()) return (void)std::printf("SKIPPED: this processor has no %s\n", std::string(Kernel::name).c_str());
    benchmarks::batch_verifier<scheme, cryptopp::ed25519_signer>(
        "curve25519::verifier, " + std::string(Kernel::name), [] { return curve25519::verifier<scheme, Kernel>(); },
        cryptopp::ed25519_signer::generate);
}

} // namespace

int main(int argc, char** argv) {
    benchmarks::batch_verifier<scheme, cryptopp::ed25519_signer>("one_by_one<cryptopp::ed25519>", [] { return one_by_one<scheme>(); },
                                                                 cryptopp::ed25519_signer::generate);
    benchmarks::batch_verifier<openssl::ed25519, openssl::ed25519_signer>(
        "one_by_one<openssl::ed25519>", [] { return one_by_one<openssl::ed25519>(); }, openssl::ed25519_signer::generate);
    kernel<curve25519::portable>();
#if defined(__x86_64__)
    kernel<curve25519::avx2>();
    kernel<curve25519::avx512>();
#endif
    return benchmarks::run(argc, argv);
}
