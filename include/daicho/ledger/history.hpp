#pragma once

#include <daicho/concept/tile_store.hpp>
#include <daicho/ledger/proof.hpp>
#include <daicho/record/proof.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <utility>
#include <vector>

namespace daicho::ledger {

/// Where a tree's full tiles lie that are written one behind another, each as soon as it is full: its place follows from its level and
/// index, so nobody keeps an index of them.
struct tile_order {
    /// Full tiles of every level in a tree with so many full tiles of leaves.
    static constexpr std::uint64_t count(std::uint64_t of_leaves) noexcept {
        std::uint64_t n = 0;
        for (; of_leaves != 0; of_leaves >>= 8) n += of_leaves;
        return n;
    }
    /// The place of a full tile, counted from 0. It is written after the tile of leaves that completes it, and those between.
    static constexpr std::uint64_t place(unsigned level, std::uint64_t index) noexcept {
        return count(((index + 1) << (8 * level)) - 1) + level;
    }
    /// The most full tiles of leaves that come with all their upper tiles among the first n.
    static constexpr std::uint64_t leaves_in(std::uint64_t n) noexcept {
        std::uint64_t k = n - n / 256;  // of 256 tiles at most one or two are upper ones
        while (count(k) > n) --k;
        while (count(k + 1) <= n) ++k;
        return k;
    }
    /// Where a tile's nodes of one level above its hashes begin: 0 for the hashes, 510 for the head.
    static constexpr std::size_t row(unsigned above) noexcept { return 2 * tile_hashes - (2 * tile_hashes >> above); }
};

/// Tiles in memory.
class tile_list {
public:
    std::uint64_t count() const noexcept { return tiles_.size(); }
    fault append(std::span<digest const, tile_nodes> nodes) {
        tiles_.push_back(std::make_unique<tile_type>());
        std::copy(nodes.begin(), nodes.end(), tiles_.back()->begin());
        return {};
    }
    fault read(std::uint64_t t, std::size_t first, std::span<digest> out) const {
        if (t >= tiles_.size() || first > tile_nodes || out.size() > tile_nodes - first) return {errc::out_of_range, "tile", t};
        std::copy_n(tiles_[std::size_t(t)]->begin() + std::ptrdiff_t(first), out.size(), out.begin());
        return {};
    }
    fault cut(std::uint64_t n) {
        if (n < tiles_.size()) tiles_.resize(std::size_t(n));
        return {};
    }

private:
    using tile_type = std::array<digest, tile_nodes>;
    std::vector<std::unique_ptr<tile_type>> tiles_;
};

/// Every node of a growing tree over the leaves' digests, kept so that any proof about any size it has had is read, not computed
/// (RFC 9162 2.1.3.1, 2.1.4.1). Full tiles are the store's; the right edge, at most 255 hashes a level, is in memory.
///
/// After a fault of its store it answers with that fault until it is opened again.
template <hash_function H, class Store, many_hash<H> M = many_of<H>>
class history {
    static_assert(tile_store<Store>, "a history keeps its tiles in a tile_store: docs/concepts/tile_store.md");

public:
    explicit history(Store& store, M many = {}) : store_(store), many_(std::move(many)) {}

    /// Takes up what the store kept: whole tiles. The leaves from size() on, at most 255 and what a power cut took, are to be appended
    /// again. Reads the right edge, at most 255 digests a level.
    fault open() {
        edges_.clear();
        std::uint64_t const kept = store_.count(), full = tile_order::leaves_in(kept);
        size_ = full * tile_hashes;
        broken_ = kept == tile_order::count(full) ? fault{} : store_.cut(tile_order::count(full));
        for (unsigned level = 1; !broken_ && (full >> (8 * (level - 1))) != 0; ++level) {
            std::uint64_t const below = full >> (8 * (level - 1));
            std::array<digest, tile_hashes> heads;
            std::size_t n = 0;
            for (std::uint64_t i = below / tile_hashes * tile_hashes; i != below && !broken_; ++i)
                broken_ = store_.read(tile_order::place(level - 1, i), tile_nodes - 1, {&heads[n++], 1});
            if (!broken_) fill(edge_at(level), std::span(heads).first(n));
        }
        return broken_;
    }

    /// Forgets everything.
    fault clear() {
        if (auto f = store_.cut(0)) return broken_ = f;
        return open();
    }

    std::uint64_t size() const noexcept { return size_; }

    /// Takes amortised one node hash for each leaf. Errors: the store's.
    fault append(std::span<digest const> leaves) {
        while (!broken_ && !leaves.empty()) {
            auto& edge = edge_at(0);
            std::size_t const n = std::min(leaves.size(), tile_hashes - edge.width);
            fill(edge, leaves.first(n));
            size_ += n;
            leaves = leaves.subspan(n);
            for (unsigned level = 0; !broken_ && edges_[level]->width == tile_hashes; ++level) {
                edge_at(level + 1);
                auto& whole = *edges_[level];
                if ((broken_ = store_.append(whole.nodes))) break;
                whole.width = 0;
                fill(*edges_[level + 1], {&whole.nodes.back(), 1});
            }
        }
        return broken_;
    }

    /// The head of the tree when it had `size` leaves. Errors: out_of_range, the store's.
    result<digest> root(std::uint64_t size) const {
        if (broken_) return broken_;
        if (size > size_) return fault{errc::out_of_range, "proof.size", size};
        if (size == 0) return H{}.finish();
        digest d;
        if (auto f = head_of(0, size, d)) return f;
        return d;
    }
    result<digest> root() const { return root(size_); }

    /// From a leaf to the head of the tree of `size` leaves (RFC 9162 2.1.3.1). Errors: out_of_range, the store's.
    result<proof_path> inclusion(std::uint64_t index, std::uint64_t size) const {
        if (broken_) return broken_;
        if (size > size_) return fault{errc::out_of_range, "proof.size", size};
        if (index >= size) return fault{errc::out_of_range, "proof.index", index};
        proof_path path;
        std::uint64_t first = 0, last = size;
        while (last - first > 1) {
            std::uint64_t const k = first + std::bit_floor(last - first - 1);
            bool const left = index < k;
            if (auto f = add(path, left ? k : first, left ? last : k)) return f;
            (left ? last : first) = k;
        }
        std::reverse(path.begin(), path.end());
        return path;
    }

    /// From the tree of `old_size` leaves to that of `size` (RFC 9162 2.1.4.1). Errors: out_of_range (nothing is proven of the empty
    /// tree), the store's.
    result<proof_path> consistency(std::uint64_t old_size, std::uint64_t size) const {
        if (broken_) return broken_;
        if (size > size_) return fault{errc::out_of_range, "proof.size", size};
        if (old_size == 0 || old_size > size) return fault{errc::out_of_range, "proof.old", old_size};
        proof_path path;
        std::uint64_t first = 0, last = size;
        while (last != old_size) {
            std::uint64_t const k = first + std::bit_floor(last - first - 1);
            bool const left = old_size <= k;
            if (auto f = add(path, left ? k : first, left ? last : k)) return f;
            (left ? last : first) = k;
        }
        if (first != 0)  // else it is the old root, which the other side has
            if (auto f = add(path, first, last)) return f;
        std::reverse(path.begin(), path.end());
        return path;
    }

    /// The hashes of a tile of a level, as many as `out` has room for. Errors: out_of_range (the tree has not as many), the store's.
    fault hashes(unsigned level, std::uint64_t index, std::span<digest> out) const {
        if (broken_) return broken_;
        std::uint64_t const there = level < 8 ? size_ >> (8 * level) : 0;
        if (out.size() > tile_hashes || index > there / tile_hashes || there - index * tile_hashes < out.size()) return {errc::out_of_range, "tile", index};
        return nodes_of(level, index, 0, out);
    }

private:
    struct edge_tile {
        std::array<digest, tile_nodes> nodes;  // of each row those over whole pairs
        std::size_t width = 0;
    };

    edge_tile& edge_at(unsigned level) {
        while (edges_.size() <= level) edges_.push_back(std::make_unique<edge_tile>());
        return *edges_[level];
    }

    /// Appends hashes to a tile that has room for them, and the nodes that they complete, row by row.
    void fill(edge_tile& t, std::span<digest const> more) {
        std::copy(more.begin(), more.end(), t.nodes.begin() + std::ptrdiff_t(t.width));
        std::size_t const before = std::exchange(t.width, t.width + more.size());
        for (unsigned above = 1; above <= 8; ++above) {
            std::size_t const from = before >> above, n = (t.width >> above) - from;
            if (n == 0) return;
            auto const* pairs = &t.nodes[tile_order::row(above - 1) + 2 * from];
            many_.hash(node_prefix, {pairs->data(), 2 * n * sizeof(digest)}, 2 * sizeof(digest), std::span(t.nodes).subspan(tile_order::row(above) + from, n));
        }
    }

    fault nodes_of(unsigned tile_level, std::uint64_t index, std::size_t first, std::span<digest> out) const {
        if (out.empty()) return {};
        if (index != size_ >> (8 * tile_level) >> 8) return store_.read(tile_order::place(tile_level, index), first, out);
        std::copy_n(edges_[tile_level]->nodes.begin() + std::ptrdiff_t(first), out.size(), out.begin());
        return {};
    }

    /// The head of the perfect subtree of `n` leaves from `first` on: one node.
    fault node(std::uint64_t first, std::uint64_t n, digest& d) const {
        auto const level = unsigned(std::bit_width(n)) - 1;
        unsigned const tile_level = level / 8, above = level % 8;
        std::uint64_t const here = first >> level;
        std::size_t const in_row = std::size_t(here & ((tile_hashes >> above) - 1));
        return nodes_of(tile_level, here >> (8 - above), tile_order::row(above) + in_row, {&d, 1});
    }

    /// The head of leaves first to last, that side of a split as RFC 9162 2.1.1 makes it: perfect subtrees, larger ones first. But for
    /// the tree's right edge it is one.
    fault head_of(std::uint64_t first, std::uint64_t last, digest& d) const {
        auto const n = std::bit_floor(last - first);
        if (auto f = node(first, n, d)) return f;
        if (first + n == last) return {};
        digest right;
        if (auto f = head_of(first + n, last, right)) return f;
        d = node_hash<H>(d, right);
        return {};
    }

    fault add(proof_path& path, std::uint64_t first, std::uint64_t last) const {
        digest d;
        if (auto f = head_of(first, last, d)) return f;
        path.push_back(d);
        return {};
    }

    Store& store_;
    [[no_unique_address]] M many_;
    std::vector<std::unique_ptr<edge_tile>> edges_;  // one a level
    std::uint64_t size_ = 0;
    fault broken_{};
};

} // namespace daicho::ledger
