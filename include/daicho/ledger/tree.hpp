#pragma once

#include <daicho/concept/many_hash.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace daicho::ledger {

/// RFC 9162 2.1.1: a leaf is hashed after 0x00, a node after 0x01, so that neither can pass for the other.
inline constexpr std::array<byte, 1> leaf_prefix{0x00}, node_prefix{0x01};

template <hash_function H>
digest leaf_hash(byte_view leaf) {
    H h;
    h.update(leaf_prefix);
    h.update(leaf);
    return h.finish();
}

template <hash_function H>
digest node_hash(digest const& left, digest const& right) {
    return pair_digest<H>(node_prefix[0], left, right);
}

/// Of the digests of leaves, the head of the tree over them (RFC 9162 2.1.1), level by level in the memory they lie in: afterwards
/// they are gone.
template <hash_function H, many_hash<H> M = many_of<H>>
digest root_over(std::span<digest> level, M const& many = {}) {
    if (level.empty()) return H{}.finish();  // RFC 9162 2.1.1: the head of no leaves is the hash of nothing
    while (level.size() != 1) {
        std::size_t const pairs = level.size() / 2;
        bool const one_is_left = level.size() % 2 != 0;
        many.hash(node_prefix, {level.front().data(), 2 * pairs * sizeof(digest)}, 2 * sizeof(digest), level.first(pairs));
        if (one_is_left) level[pairs] = level.back();
        level = level.first(pairs + one_is_left);
    }
    return level.front();
}

/// The Merkle tree head of RFC 9162 2.1.1, fed leaf by leaf or many at a time; keeps one digest a level.
template <hash_function H>
class tree_head {
public:
    /// Leaves that are hashed together: their digests and those above them stay in the processor's nearest memory.
    static constexpr std::size_t at_once = 1024;

    void append(byte_view leaf) { append_hash(leaf_hash<H>(leaf)); }

    void append_hash(digest const& d) { append_perfect(d, 1); }

    /// Appends many leaves of `length` bytes that lie one after another: one perfect subtree after another.
    template <many_hash<H> M = many_of<H>>
    void append_all(byte_view leaves, std::size_t length, M const& many = {}) {
        for (std::size_t left = leaves.size() / length; left != 0;) {
            std::size_t const n = next_subtree(left);
            std::array<digest, at_once> level;
            many.hash(leaf_prefix, leaves.first(n * length), length, std::span(level).first(n));
            append_perfect(root_over<H>(std::span(level).first(n), many), n);
            leaves = leaves.subspan(n * length);
            left -= n;
        }
    }

    /// Appends many leaves by their digests, likewise.
    template <many_hash<H> M = many_of<H>>
    void append_hashes(std::span<digest const> leaves, M const& many = {}) {
        while (!leaves.empty()) {
            std::size_t const n = next_subtree(leaves.size());
            std::array<digest, at_once> level;
            std::copy_n(leaves.begin(), n, level.begin());
            append_perfect(root_over<H>(std::span(level).first(n), many), n);
            leaves = leaves.subspan(n);
        }
    }

    std::uint64_t size() const noexcept { return size_; }
    /// Of the perfect subtrees that it is made of, largest first.
    std::span<digest const> heads() const noexcept { return stack_; }

    /// Heads of the perfect subtrees that it stands on, largest first: all that it keeps.
    std::vector<digest> const& frontier() const noexcept { return stack_; }
    /// As it was with that many leaves and that frontier; nothing when these do not fit.
    static std::optional<tree_head> of(std::uint64_t size, std::span<digest const> frontier) {
        if (std::size_t(std::popcount(size)) != frontier.size()) return std::nullopt;
        tree_head t;
        t.stack_.assign(frontier.begin(), frontier.end());
        t.size_ = size;
        return t;
    }

    /// RFC 9162 2.1.1: the head of no leaves is the hash of nothing.
    digest root() const {
        if (stack_.empty()) return H{}.finish();
        digest d = stack_.back();
        for (auto it = stack_.rbegin() + 1; it != stack_.rend(); ++it) d = node_hash<H>(*it, d);
        return d;
    }

private:
    /// The most leaves, a power of two, that make a subtree where the tree ends now.
    std::size_t next_subtree(std::size_t left) const noexcept {
        std::size_t n = std::bit_floor(std::min(left, at_once));
        while (size_ % n != 0) n /= 2;
        return n;
    }

    /// Appends a perfect subtree of n leaves; size_ is a multiple of n.
    void append_perfect(digest d, std::uint64_t n) {
        for (std::uint64_t k = size_ / n; k & 1; k >>= 1) {  // equal neighbours merge
            d = node_hash<H>(stack_.back(), d);
            stack_.pop_back();
        }
        stack_.push_back(d);
        size_ += n;
    }

    std::vector<digest> stack_;  // heads of perfect subtrees, largest first
    std::uint64_t size_ = 0;
};

} // namespace daicho::ledger
