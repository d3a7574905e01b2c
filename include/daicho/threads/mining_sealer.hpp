#pragma once

#include <daicho/concept/observer.hpp>
#include <daicho/concept/sealer.hpp>
#include <daicho/consensus/best_search.hpp>
#include <daicho/consensus/work.hpp>
#include <daicho/threads/mining_progress.hpp>
#include <daicho/threads/nonce_range.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace daicho::threads {

struct mining_options {
    unsigned threads = 0;                      ///< that search; 0: as many as there are processors for this program
    std::uint64_t first_nonce = 0;             ///< miners that share a header are given ranges apart
    std::uint64_t last_nonce = ~std::uint64_t(0);
    std::chrono::milliseconds interval{1000};  ///< the observer hears no more than a line in this time
};

/// Mines with several threads. Returns the nonce that one thread would find going up from the first: the lowest of the range,
/// however many threads look for it and whichever is ahead. It waits for the slices below, which are in work by then.
///     threads::mining_sealer<protocol, hash_x86::search> sealer({.threads = 2}, log);
/// Faults: busy, when stopped; out_of_range with "seal.nonce" and the last nonce, when none of the range will do
/// (docs/adr/0017-nonces-run-out.md); wrong_target.
/// A thread looks at the stop token between two slices, whose length follows the time that they take: one to four tenths of
/// a millisecond each. Longer ones would cost no less to hand out that shows, and whoever found a nonce waits for the others'. The threads live as long as a job; one whose proof lies in the first slice starts none.
template <class P, class Search = best_search<>>
class mining_sealer {
    using target = typename consensus_of<P>::target;
    using digest_type = typename consensus_of<P>::digest_type;
    using clock = std::chrono::steady_clock;

public:
    static constexpr std::uint64_t shortest_slice = 256, first_slice = 1024, longest_slice = std::uint64_t(1) << 20;  ///< in nonces

    explicit mining_sealer(mining_options o = {}) : options_(o) {}

    /// Tells `told`, which outlives it, how it goes: event "mining". Called on the thread that seals and on no other.
    template <observer Observer>
    mining_sealer(mining_options o, Observer& told) : options_(o), tell_([&told](std::string_view detail) { told.note("mining", detail); }) {}

    result<work_proof> seal(seal_job const& job, std::stop_token stop) {
        std::uint32_t const wanted = job.body.target;
        if (!target::valid(wanted)) return fault{errc::wrong_target, "seal.target", wanted};
        auto const p = work_preimage_of(digest_of<hash_of<P>>(job.body), job.body);
        nonce_range range(options_.first_nonce, options_.last_nonce);
        auto const began = clock::now();
        auto told = began;
        std::vector<std::jthread> others;  // after what they use
        bool alone = true;
        search(range, p, wanted, [&] { return stop.stop_requested(); }, [&] {
            if (std::exchange(alone, false)) others = join_in(range, p, wanted, stop);
            auto const now = clock::now();
            if (!tell_ || now - told < options_.interval) return;
            told = now;
            tell_(mining_progress{range.tried(), now - began, target::work(wanted)}.text());
        });
        others.clear();  // ends when each has settled the slice in its hands
        if (auto const found = range.lowest()) return work_proof{*found};
        if (stop.stop_requested()) return fault{errc::busy, "seal.stopped", range.tried()};
        return fault{errc::out_of_range, "seal.nonce", options_.last_nonce};
    }

    /// How many threads it searches with, that of seal() among them.
    unsigned threads() const noexcept { return std::max(1u, options_.threads ? options_.threads : std::thread::hardware_concurrency()); }

    /// The name of what searches on this processor, for a log.
    static std::string_view kernel() noexcept {
        if constexpr (requires { Search::kernel(); }) return Search::kernel();
        else return Search::name;
    }

private:
    /// Searches slice by slice until it is told to stop, or has found a nonce, or nothing is left; `after` each slice in vain.
    template <class Stopped, class After>
    static void search(nonce_range& range, work_preimage const& p, std::uint32_t wanted, Stopped stopped, After after) {
        for (std::uint64_t length = first_slice; !stopped();) {
            auto const slice = range.take(length);
            if (slice.count == 0) return;
            auto const began = clock::now();
            auto const found = Search::template search<target, digest_type>(p, wanted, slice.first, slice.count);
            range.settle(slice, found);
            if (found) return;
            length = next_length(length, clock::now() - began);
            after();
        }
    }

    static std::uint64_t next_length(std::uint64_t length, clock::duration taken) noexcept {
        using namespace std::chrono_literals;
        if (taken < 100us) return std::min(length * 2, longest_slice);
        if (taken > 400us) return std::max(length / 2, shortest_slice);
        return length;
    }

    /// The threads beside the one that seals; fewer than asked for where the system gives no more.
    std::vector<std::jthread> join_in(nonce_range& range, work_preimage const& p, std::uint32_t wanted, std::stop_token const& stop) const {
        std::vector<std::jthread> all;
        all.reserve(threads() - 1);
        try {
            while (all.size() != threads() - 1)
                all.emplace_back([&range, &p, wanted, stop](std::stop_token ending) {
                    search(range, p, wanted, [&] { return ending.stop_requested() || stop.stop_requested(); }, [] {});
                });
        } catch (std::system_error const&) {  // searches on with those there are
        }
        return all;
    }

    mining_options options_;
    std::function<void(std::string_view)> tell_;
};

} // namespace daicho::threads
