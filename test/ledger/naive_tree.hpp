#pragma once

#include <daicho/hash.hpp>
#include <daicho/ledger/tree.hpp>

/// Heads and proofs as RFC 9162 defines them, slowly: what everything that is faster is held against.
namespace naive {

using namespace daicho;
using paths = std::vector<digest>;

/// MTH, PATH and PROOF as RFC 9162 2.1.1, 2.1.3.1 and 2.1.4.1 write them.
inline digest head(std::span<digest const> leaves) {
    if (leaves.size() == 1) return leaves[0];
    std::size_t const k = std::bit_floor(leaves.size() - 1);
    return ledger::node_hash<sha256>(head(leaves.first(k)), head(leaves.subspan(k)));
}
inline paths path_of(std::size_t m, std::span<digest const> leaves) {
    if (leaves.size() == 1) return {};
    std::size_t const k = std::bit_floor(leaves.size() - 1);
    auto p = m < k ? path_of(m, leaves.first(k)) : path_of(m - k, leaves.subspan(k));
    p.push_back(m < k ? head(leaves.subspan(k)) : head(leaves.first(k)));
    return p;
}
inline paths growth(std::size_t m, std::span<digest const> leaves, bool whole = true) {
    if (m == leaves.size()) return whole ? paths{} : paths{head(leaves)};
    std::size_t const k = std::bit_floor(leaves.size() - 1);
    auto p = m <= k ? growth(m, leaves.first(k), whole) : growth(m - k, leaves.subspan(k), false);
    p.push_back(m <= k ? head(leaves.subspan(k)) : head(leaves.first(k)));
    return p;
}

} // namespace naive
