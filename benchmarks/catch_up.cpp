/// Transactions a second that a node takes in which was away: from a peer on loopback, both real asio::node_runners with the store of
/// defaults::host; headers first, every block checked in full and durable; beside the same signatures, verified by the same verifier and
/// nothing else, on one thread, as the node does it, and on as many as there are processors. By the clock, and how much of the processors'
/// time the node took (its disk's thread included) and how much its peer. `--million`: 1,000,000 transactions instead of 96,000.
#include "suite/chain.hpp"
#include "suite/run.hpp"
#include "suite/store.hpp"

#include <daicho/asio/node_runner.hpp>
#include <daicho/defaults/hardened.hpp>
#include <daicho/defaults/host.hpp>

#include <atomic>
#include <ctime>
#include <pthread.h>
#include <thread>

namespace {

using namespace daicho;
using namespace daicho::benchmarks;

struct fleet_protocol : defaults::hardened {};
using host = defaults::host<fleet_protocol>;
using node_type = role::ledger_node<fleet_protocol, host>;
using scheme = scheme_of<fleet_protocol>;

constexpr std::size_t devices = 64, in_block = devices * 15;  ///< within default_limits: 64 of one sender, 1024 in all

struct material {
    fleet<fleet_protocol, host::signer> who{host::signer::generate, devices};
    std::vector<bytes> blocks;
    ledger::claims<fleet_protocol> signatures;  ///< every one of it
};

material const& made_once(std::size_t blocks) {
    static std::unique_ptr<material> kept;
    if (kept) return *kept;
    kept = std::make_unique<material>();
    auto& f = kept->who;
    auto sealer = host::sealer::make(*f.sealing);
    ledger::chain<fleet_protocol> c(f.genesis);
    for (std::size_t i = 0; i != blocks + 1; ++i) {
        auto const block = f.next(c, sealer, i == 0 ? f.enrolments() : f.reports(in_block));
        must_not(c.push(block, block.head().time, [&](auto& claims) {
                     kept->signatures.append(claims);
                     return fault{};
                 }), "recording a block");
        kept->blocks.push_back(encode(block));
    }
    return *kept;
}

/// Which time a row tells: the clock's, or what the processors spent.
enum class told { by_the_clock, processor, processor_of_peer };

/// The processor's time that a thread took so far, in seconds.
double processor_time(pthread_t thread) {
    clockid_t clock{};
    timespec t{};
    if (pthread_getcpuclockid(thread, &clock) != 0 || clock_gettime(clock, &t) != 0) throw std::runtime_error("a thread's time cannot be read");
    return double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
}

void signatures_alone(benchmark::State& state, std::size_t blocks, std::size_t threads, told what) {
    auto const& all = made_once(blocks).signatures;
    auto const messages = all.messages(0, all.size());
    for (auto _ : state) {
        std::atomic<std::size_t> next = 0, bad = 0;
        auto const verify = [&] {
            host::verifier verifier;
            bool verdicts[128];
            for (std::size_t from; (from = next.fetch_add(128)) < messages.size();) {
                auto const batch = std::span(messages).subspan(from, std::min<std::size_t>(128, messages.size() - from));
                verifier.verify(batch, std::span<bool>(verdicts, batch.size()));
                bad += std::size_t(std::count(verdicts, verdicts + batch.size(), false));
            }
        };
        auto const began = std::chrono::steady_clock::now();
        auto const processors_began = std::clock();
        {
            std::vector<std::jthread> others;
            while (others.size() + 1 != threads) others.emplace_back(verify);
            verify();
        }
        double const passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        state.SetIterationTime(what == told::by_the_clock ? passed : double(std::clock() - processors_began) / CLOCKS_PER_SEC);
        if (bad != 0) throw std::runtime_error("a good signature was refused");
    }
    state.SetItemsProcessed(std::int64_t(state.iterations() * blocks * in_block));
}

/// A node that runs on a thread of its own.
struct running {
    running(std::filesystem::path const& place, material const& m, host::signer k, std::vector<bytes> const* held, std::vector<role::peer> peers)
        : key(std::move(k)), store(must(file::block_store::open(place), "opening a store")), node(options(m, std::move(peers)), key, store, entropy) {
        if (held) must_not(store.commit({.blocks = *held}), "filling a store");
        asio::node_runner_options o;
        o.tick = std::chrono::milliseconds(10);
        runner.emplace(io, node, store, host::sealer::make(key), nobody, o);
        must_not(runner->start(), "starting a node");
        thread = std::thread([this] { io.run(); });
    }
    ~running() {
        ::boost::asio::post(io, [this] { runner->stop(), io.stop(); });
        thread.join();
    }
    static node_type::options options(material const& m, std::vector<role::peer> peers) {
        node_type::options o{.genesis = m.who.genesis};
        o.peers = std::move(peers);
        return o;
    }

    host::signer key;
    host::block_store store;
    host::entropy entropy;
    node_type node;
    ::boost::asio::io_context io{1};
    silent_observer nobody;
    std::optional<asio::node_runner<node_type, host::block_store, decltype(host::sealer::make(std::declval<host::signer&>())), silent_observer>> runner;
    std::thread thread;
};

void from_a_peer(benchmark::State& state, std::size_t blocks, told what) {
    auto const& m = made_once(blocks);
    folder const there;
    running peer(there.path(), m, *m.who.sealing, &m.blocks, {});
    role::peer const known{id_of<fleet_protocol>(m.who.sealing->public_key()), "http://127.0.0.1:" + std::to_string(peer.runner->port())};
    for (auto _ : state) {
        folder const here;
        auto const began = std::chrono::steady_clock::now();
        auto const all_began = std::clock();
        auto const peer_began = processor_time(peer.thread.native_handle());
        running away(here.path(), m, must(host::signer::generate(), "making a key"), nullptr, {known});
        while (away.store.height() != m.blocks.size()) {
            if (std::chrono::steady_clock::now() - began > std::chrono::minutes(10)) throw std::runtime_error("it did not catch up");
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        double const of_peer = processor_time(peer.thread.native_handle()) - peer_began;
        double const of_node = double(std::clock() - all_began) / CLOCKS_PER_SEC - of_peer;  // who else is there sleeps
        double const passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        state.SetIterationTime(what == told::by_the_clock ? passed : what == told::processor ? of_node : of_peer);
    }
    state.SetItemsProcessed(std::int64_t(state.iterations() * blocks * in_block));
}

} // namespace

int main(int argc, char** argv) {
    std::size_t blocks = 100;
    int kept = 1;
    for (int i = 1; i < argc; ++i)
        if (std::string_view(argv[i]) == "--million") blocks = 1042;
        else argv[kept++] = argv[i];
    auto const group = "take in " + std::to_string(blocks * in_block) + " transactions";
    std::size_t const threads = std::max(1u, std::thread::hardware_concurrency());
    auto const alone = [=](std::string const& in, std::size_t n) {
        auto const what = in == group ? told::by_the_clock : told::processor;
        add({in, "their signatures alone, threads: " + std::to_string(n), [=](benchmark::State& s) { signatures_alone(s, blocks, n, what); }, timed::measured, "transaction"});
    };
    auto const followed = [=](std::string const& in, std::string const& by, told what) {
        add({in, by, [=](benchmark::State& s) { from_a_peer(s, blocks, what); }, timed::measured, "transaction"});
    };
    alone(group, 1);
    alone(group, threads);
    followed(group, "from a peer on loopback, asio::node_runner", told::by_the_clock);
    alone(group + ", processors' time", 1);
    followed(group + ", processors' time", "the node that takes them in", told::processor);
    followed(group + ", processors' time", "the peer that serves them", told::processor_of_peer);
    return run(kept, argv);
}
