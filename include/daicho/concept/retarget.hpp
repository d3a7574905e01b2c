#pragma once

#include <daicho/base/result.hpp>
#include <daicho/base/weight.hpp>
#include <daicho/record/block.hpp>

#include <concepts>
#include <cstdint>

namespace daicho {

/// What a retarget looks at: the times and targets of the headers before a block. Every chain_view (concept/consensus.hpp) is one.
template <class V>
concept work_history = requires(V const& v, std::uint64_t distance) {
    { v.genesis().target } -> std::convertible_to<std::uint32_t>;
    { v.genesis().time } -> std::convertible_to<std::uint64_t>;
    { v.genesis().slot_seconds } -> std::convertible_to<std::uint64_t>;  // the wanted time between two blocks
    { v.height() } -> std::convertible_to<std::uint64_t>;
    { v.depth() } -> std::convertible_to<std::uint64_t>;
    { v.at(distance).body } -> std::convertible_to<header const&>;       // the parent first, distance < depth()
};

/// How hard the next block is (docs/concepts/retarget.md). Static: the chain is all it decides on.
///   next<Target>(view)   the target of the block after the view's tip; a fault when the genesis asks for what it cannot do
///   step                 work changes at most by this factor from one block to the next; 1: not at all
template <class R, class Target, class View>
concept retarget = work_history<View> && requires(View const& view) {
    { R::step } -> std::convertible_to<std::uint32_t>;
    { R::template next<Target>(view) } -> std::same_as<result<std::uint32_t>>;
};

/// A target that can be chosen by what it costs.
template <class Target>
concept priced_target = requires(std::uint32_t target, weight w) {
    { Target::work(target) } -> std::same_as<weight>;
    { Target::of_work(w) } -> std::same_as<std::uint32_t>;  // the valid target nearest to that work
};

} // namespace daicho
