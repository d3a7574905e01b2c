#pragma once

#include <daicho/base/result.hpp>
#include <daicho/record/block.hpp>

#include <concepts>
#include <stop_token>

namespace daicho {

/// What a sealer works on: an immutable header, the epoch in which it was asked for, and the chain that it is for.
/// A proof that comes back with an older epoch is checked again against the tip and most likely dropped.
struct seal_job {
    std::uint64_t epoch = 0;
    header body;
    digest chain_id{};
};

/// Finds the proof for a header: searches for a nonce or signs (docs/concepts/sealer.md). May take long; runs on any
/// thread, so it can be moved there; returns soon after a stop was requested, with errc::busy.
template <class S, class Proof>
concept sealer = std::move_constructible<S> && requires(S& s, seal_job const& job, std::stop_token stop) {
    { s.seal(job, stop) } -> std::same_as<result<Proof>>;
};

} // namespace daicho
