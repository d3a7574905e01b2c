#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daicho {

/// Everything that must become durable together. Blocks and transactions are canonical bytes: a store knows no records.
struct store_batch {
    static constexpr std::size_t max_cell_name = 255;      ///< bytes; a batch with a longer name is refused as oversized, and one
                                                           ///< that begins with a zero byte, which are a store's own, as invalid_text

    std::uint64_t keep = ~std::uint64_t(0);                ///< blocks above this height are dropped first (a fork's tail)
    std::vector<bytes> blocks;                             ///< then these follow, in order
    std::vector<std::pair<digest, bytes>> add_pending;     ///< transactions acknowledged but not yet in a block
    std::vector<digest> drop_pending;                      ///< transactions that need not be kept any more
    std::vector<std::pair<std::string, bytes>> cells;      ///< small named values, replaced
    std::uint64_t prune = 0;                               ///< blocks up to this height need not be kept any more

    bool empty() const noexcept {
        return keep == ~std::uint64_t(0) && blocks.empty() && add_pending.empty() && drop_pending.empty() && cells.empty() && prune == 0;
    }
};

/// Keeps a chain's blocks, its pool and a few cells (docs/concepts/block_store.md). Heights start at 1: genesis is not stored.
///   commit(batch)   the batch's members take effect in the order they are declared; after it says ok, reopening finds all of
///                   it; after a refusal nothing of it; after io_failed or a power cut, reopening finds all or nothing of it
///   height()        blocks kept
///   read(h)         the bytes of block h, 1 <= h <= height(); not_found beyond; pruned up to where a batch said so. Heights stay
///                   what they are, and a batch that keeps less than was pruned is refused as pruned
///   pending(f)      calls f(id, bytes) for each pending transaction, in the order they were added; an id that is added
///                   again keeps its place; dropping an unknown id is nothing
///   cell(name)      a cell's bytes, empty when it was never written
template <class S>
concept block_store = requires(S& s, store_batch const& batch, std::uint64_t h, std::string_view name,
                               std::function<void(digest const&, byte_view)> const& visit) {
    { s.commit(batch) } -> std::same_as<fault>;
    { s.height() } -> std::convertible_to<std::uint64_t>;
    { s.read(h) } -> std::same_as<result<bytes>>;
    { s.pending(visit) } -> std::same_as<fault>;
    { s.cell(name) } -> std::same_as<result<bytes>>;
};

/// Why no store takes such a cell; ok for all others.
inline fault check_cell_name(std::string_view name) noexcept {
    if (name.size() > store_batch::max_cell_name) return {errc::oversized, "cell name", name.size()};
    if (!name.empty() && name[0] == 0) return {errc::invalid_text, "cell name"};
    return {};
}

/// Up to which height a store has pruned its blocks; 0: it has them all. Reads some.
template <block_store S>
std::uint64_t pruned_height(S& s) {
    std::uint64_t low = 0, high = s.height();
    while (low < high) {
        std::uint64_t const middle = low + (high - low + 1) / 2;
        if (s.read(middle).error() == errc::pruned) low = middle;
        else high = middle - 1;
    }
    return low;
}

} // namespace daicho
