#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/errc.hpp>
#include <daicho/base/weight.hpp>
#include <daicho/record/block.hpp>

#include <compare>
#include <concepts>
#include <cstdint>

namespace daicho {

/// A candidate chain in one glance: enough to prefer one over another.
struct branch {
    std::uint64_t height = 0;
    daicho::weight weight = 0;       ///< of all blocks since genesis
    std::uint64_t final_height = 0;  ///< as its own blocks make it; at most `height` while it is only being considered
    std::uint64_t vouched = 0;       ///< what consensus::vouched says of its tip; 0 for a consensus without it
    digest head{};
    friend bool operator==(branch const&, branch const&) = default;
};

/// Total, deterministic order on candidate chains (docs/concepts/fork_choice.md): every honest node picks the same one.
/// greater: `a` is preferred to `b`. Only a chain may equal itself.
template <class F>
concept fork_choice = requires(branch const& a, branch const& b) {
    { F::prefer(a, b) } -> std::same_as<std::strong_ordering>;
};

/// Where a block would stand: what rules, seals and finality look at. Never owns.
/// Blocks are seen through headers, by distance from the tip: at(0) is the parent of the block in question.
/// All that are not final are seen, and 64 at least of those there are; more differs between machines: decide nothing on it.
template <class V>
concept chain_view = requires(V const& v, std::uint64_t distance, digest const& id) {
    v.genesis();                                                    // the pinned genesis record
    { v.chain_id() } -> std::convertible_to<digest>;
    { v.height() } -> std::convertible_to<std::uint64_t>;           // of the tip, 0 at genesis
    { v.head() } -> std::convertible_to<digest>;                    // its hash, the chain id at genesis
    { v.depth() } -> std::convertible_to<std::uint64_t>;            // how many recent headers can be seen
    v.at(distance);                                                 // sealed header, distance < depth()
    v.signers();                                                    // node_ids of the authorities, in order
    v.members();                                                    // who they are: members().find(id)
    { v.now() } -> std::convertible_to<std::uint64_t>;              // this machine's clock
    { v.sealed_slot() } -> std::convertible_to<std::uint64_t>;      // the last slot this machine sealed, in whichever branch
    { v.vouched(distance) } -> std::convertible_to<std::uint64_t>;  // consensus::vouched as of that header, distance < depth()
};

/// A way to agree (docs/concepts/consensus.md). Static: the state it decides on is the view's.
///   proof                     a record: what a sealed header carries
///   check(sealed, view)       its rule: is this header sealed as it should be, on top of that view?
///   weigh(header)             what a header adds to its chain
///   prefer(a, b)              its fork choice
///   final_height(view)        no block at or below it is ever replaced
///   prepare(header, view, me) completes a header for a seal by `me` at its time; a fault when it is not to be sealed now
///   vouched(view, before)     optional: a number for prefer() that costs a look at several headers, kept for each block;
///                             `before` is the parent's
/// Sealing itself is a `sealer` (concept/sealer.hpp): it may take long and runs elsewhere.
template <class C, class View>
concept consensus = chain_view<View> && fork_choice<C> &&
                    requires(typename View::sealed_type const& sealed, header& h, View const& view,
                             node_id const& me) {
                        { C::check(sealed, view) } -> std::same_as<fault>;
                        { C::weigh(sealed) } -> std::same_as<weight>;
                        { C::final_height(view) } -> std::same_as<std::uint64_t>;
                        { C::prepare(h, view, me) } -> std::same_as<fault>;
                    };

} // namespace daicho
