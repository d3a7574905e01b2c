/// Hashes per second of proof of work, each the double SHA-256 of the 80-byte preimage (docs/wire.md), through the sealers
/// that a ledger node can be given; beside the loop that anybody writes first with Crypto++.
#include "paper_rule.hpp"
#include "suite/mining.hpp"
#include "suite/run.hpp"

#include <cstdio>

#include <daicho/cryptopp/work_search.hpp>
#include <daicho/defaults/paper.hpp>
#include <daicho/defaults/search.hpp>
#include <daicho/threads/mining_sealer.hpp>

namespace {

using namespace daicho;

struct fleet_protocol : defaults::paper {};
using target = consensus_of<fleet_protocol>::target;

std::uint64_t naive(header const& h) {
    auto p = work_preimage_of(digest_of<fleet_protocol::hash>(h), h);
    ::CryptoPP::SHA256 hash;
    for (std::uint64_t nonce = 0;; ++nonce) {
        store_be64(p.data() + 72, nonce);
        digest once, twice;
        hash.CalculateDigest(once.data(), p.data(), p.size());
        hash.CalculateDigest(twice.data(), once.data(), once.size());
        if (target::reached(twice, h.target)) return nonce;
    }
}

/// A row for one kernel, forced; a processor without it says so.
template <class Kernel>
void forced() {
    if (!Kernel::usable()) return void(std::printf("SKIPPED: mine, %s: this processor has no such instructions\n", std::string(Kernel::name).c_str()));
    benchmarks::mining<fleet_protocol, work_sealer<fleet_protocol, best_search<Kernel>>>("work_sealer, " + std::string(Kernel::name));
}

} // namespace

int main(int argc, char** argv) {
    using shipped = threads::mining_sealer<fleet_protocol, defaults::fastest_search>;
    benchmarks::mining_by<fleet_protocol>("naive: Crypto++ SHA256, twice a nonce", naive);
    benchmarks::mining<fleet_protocol, work_sealer<fleet_protocol, portable_search>>("work_sealer, portable");
    benchmarks::mining<fleet_protocol, work_sealer<fleet_protocol, best_search<>>>("work_sealer, scalar, folded");
    benchmarks::mining<fleet_protocol, work_sealer<fleet_protocol, cryptopp::work_search>>("work_sealer, Crypto++ with midstate");
#if defined(__x86_64__)
    forced<hash_x86::avx2_kernel>();
    forced<hash_x86::sha_ni_kernel>();
    forced<hash_x86::sha_ni_wide_kernel>();
    forced<hash_x86::avx512_kernel>();
#elif defined(__aarch64__)
    forced<hash_arm::sha2_kernel>();
#endif
    auto const kernel = std::string(shipped::kernel());
    benchmarks::mining<fleet_protocol, work_sealer<fleet_protocol, defaults::fastest_search>>("work_sealer, best of this processor: " + kernel);
    benchmarks::mining<fleet_protocol>("mining_sealer, one thread: " + kernel, shipped({.threads = 1}), benchmarks::timed::wall);
    benchmarks::mining<fleet_protocol>("mining_sealer, two threads: " + kernel, shipped({.threads = 2}), benchmarks::timed::wall);
    benchmarks::mining_by_paper_rule();
    return benchmarks::run(argc, argv);
}
