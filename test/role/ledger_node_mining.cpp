/// A ledger node of the paper's composition whose blocks come from threads::mining_sealer.
#include <daicho/role/ledger_node.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/defaults/host.hpp>
#include <daicho/defaults/paper.hpp>
#include <daicho/threads/mining_sealer.hpp>

#include <atomic>

#include "role/node_bench.hpp"

using namespace fixture;

namespace {

using P = paper_protocol;

struct fleet : defaults::paper {};
static_assert(std::is_same_v<defaults::host<fleet>::sealer::type, threads::mining_sealer<fleet, hash_x86::search>>, "what ships is what is tried here");

/// The search that ships, and how often it was asked.
struct counted_search : hash_x86::search {
    static inline std::atomic<int> asked = 0;

    template <class Target, class Digest>
    static std::optional<std::uint64_t> search(work_preimage const& p, std::uint32_t target, std::uint64_t first, std::uint64_t count) noexcept {
        ++asked;
        return hash_x86::search::search<Target, Digest>(p, target, first, count);
    }
};

/// Transactions wait, and the node has asked for a seal.
struct asked : bench<P> {
    asked() : bench<P>(disk) {
        seals_at_once = false;
        start();
        for (auto& tx : everybody()) BOOST_TEST(status(submit(tx)) == 201u);
        order(command(node_command::mine));
        wait();
    }
    void wait() {
        for (int i = 0; i != 60 && seals.empty(); ++i) tick();
        BOOST_TEST_REQUIRE(!seals.empty());
    }
    /// The job that it asks for, sealed and given back.
    template <class Sealer>
    seal_job seal_by(Sealer& sealer) {
        auto const job = seals.front();
        seals.clear();
        step(role::sealed<work_proof>{job.epoch, sealer.seal(job, {})});
        return job;
    }
    memory::block_store disk;
};

} // namespace

BOOST_AUTO_TEST_SUITE(ledger_node_mining)

BOOST_AUTO_TEST_CASE(its_blocks_are_sealed_by_the_best_kernel_of_this_processor) {
    asked b;
    threads::mining_sealer<P, counted_search> sealer({.threads = 2});
    BOOST_TEST(sealer.kernel() == hash_x86::search::kernel());
    counted_search::asked = 0;
    b.seal_by(sealer);
    BOOST_TEST(counted_search::asked != 0);
    BOOST_TEST(b.node->chain().height() == 1u);
}

// docs/adr/0017-nonces-run-out.md
BOOST_AUTO_TEST_CASE(when_nonces_run_out_it_asks_again_with_a_later_header) {
    asked b;
    threads::mining_sealer<P> sealer({.threads = 1}), spent({.threads = 1, .first_nonce = 1, .last_nonce = 0});
    auto const first = b.seal_by(spent);
    BOOST_TEST(b.node->chain().height() == 0u);
    BOOST_TEST_REQUIRE(!b.notes.empty());
    BOOST_TEST(b.notes.back().detail.find("seal.nonce") != std::string::npos);
    b.wait();
    auto const second = b.seal_by(sealer);
    BOOST_TEST(second.epoch > first.epoch);
    BOOST_TEST(second.body.time > first.body.time);  // another preimage: all nonces are new
    BOOST_TEST(b.node->chain().height() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
