#pragma once

#include <daicho/concept/hash_function.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace daicho::ledger {

/// RFC 9162 2.1.1: a leaf is hashed after 0x00, a node after 0x01, so that neither can pass for the other.
template <hash_function H>
digest leaf_hash(byte_view leaf) {
    H h;
    byte const prefix[] = {0x00};
    h.update(prefix);
    h.update(leaf);
    return h.finish();
}

template <hash_function H>
digest node_hash(digest const& left, digest const& right) {
    H h;
    byte const prefix[] = {0x01};
    h.update(prefix);
    h.update(left);
    h.update(right);
    return h.finish();
}

/// The Merkle tree head of RFC 9162 2.1.1, fed leaf by leaf; keeps one digest a level.
template <hash_function H>
class tree_head {
public:
    void append(byte_view leaf) { append_hash(leaf_hash<H>(leaf)); }

    void append_hash(digest d) {
        for (std::uint64_t n = size_; n & 1; n >>= 1) {  // equal neighbours merge
            d = node_hash<H>(stack_.back(), d);
            stack_.pop_back();
        }
        stack_.push_back(d);
        ++size_;
    }

    std::uint64_t size() const noexcept { return size_; }

    /// RFC 9162 2.1.1: the head of no leaves is the hash of nothing.
    digest root() const {
        if (stack_.empty()) return H{}.finish();
        digest d = stack_.back();
        for (auto it = stack_.rbegin() + 1; it != stack_.rend(); ++it) d = node_hash<H>(*it, d);
        return d;
    }

private:
    std::vector<digest> stack_;  // heads of perfect subtrees, largest first
    std::uint64_t size_ = 0;
};

} // namespace daicho::ledger
