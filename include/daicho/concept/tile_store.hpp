#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <concepts>
#include <cstdint>
#include <span>

namespace daicho {

/// A full tile: 256 hashes of one level of a tree (C2SP tlog-tiles), and behind them the nodes over them, level by level up to the one
/// that is their head.
inline constexpr std::size_t tile_hashes = 256, tile_nodes = 2 * tile_hashes - 1;

/// Keeps full tiles one behind another (docs/concepts/tile_store.md). What they are tiles of, and in which order, it does not know.
///   count()              tiles kept, those of an earlier run too
///   append(nodes)        one more, as a whole; after a fault none more
///   read(t, first, out)  fills `out` with the nodes from `first` on of tile t; out_of_range beyond the last tile or its nodes
///   cut(n)               forgets the tiles from n on
/// What it loses in a power cut it loses from the end, tile by tile: the rest is as it was appended.
template <class S>
concept tile_store = requires(S& s, S const& c, std::span<digest const, tile_nodes> nodes, std::span<digest> out, std::uint64_t t, std::size_t first) {
    { c.count() } -> std::convertible_to<std::uint64_t>;
    { s.append(nodes) } -> std::same_as<fault>;
    { c.read(t, first, out) } -> std::same_as<fault>;
    { s.cut(t) } -> std::same_as<fault>;
};

} // namespace daicho
