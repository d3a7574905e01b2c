#pragma once

#include "row.hpp"

#include <daicho/consensus/work.hpp>

namespace daicho::benchmarks {

/// One in about 2^20 digests reaches it: a job takes tens of milliseconds, so that starting and stopping threads is not what is measured.
template <class Target>
inline constexpr std::uint32_t mining_target = 0x1e0fffff;
template <>
inline constexpr std::uint32_t mining_target<leading_zeros> = 20;

/// The headers that every miner here is given, in this order: they differ in nothing but their place.
template <class P>
header mining_header(std::uint64_t index) {
    header h{.index = index, .message = "benchmark", .time = 1'700'000'000 + index};
    h.target = mining_target<typename consensus_of<P>::target>;
    h.previous_hash.fill(0x5a);
    return h;
}

/// Adds a row of hashes (each a double SHA-256 of the 80-byte preimage) for `search(header) -> nonce`, which tries 0, 1, 2...
/// and gives the first that reaches the target. One with several threads is timed by the clock.
template <class P, class Search>
void mining_by(std::string policy, Search search, timed by = timed::work) {
    add({.group = "mine", .policy = std::move(policy), .body = [search](benchmark::State& state) mutable {
             std::int64_t hashes = 0;
             std::uint64_t index = 0;
             for (auto _ : state) hashes += std::int64_t(search(mining_header<P>(++index)) + 1);
             state.SetItemsProcessed(hashes);
         }, .by = by, .item = "hash"});
}

/// A Protocol's miner, as a node is given it: a sealer that starts at nonce 0 and goes up.
template <class P, class Sealer>
void mining(std::string policy, Sealer sealer = Sealer{}, timed by = timed::work) {
    static_assert(daicho::sealer<Sealer, work_proof>, "a miner is a sealer whose proof is work_proof: docs/concepts/sealer.md");
    mining_by<P>(std::move(policy), [sealer](header const& h) mutable { return must(sealer.seal({0, h}, {}), "mining").nonce; }, by);
}

} // namespace daicho::benchmarks
