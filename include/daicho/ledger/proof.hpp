#pragma once

#include <daicho/base/result.hpp>
#include <daicho/ledger/tree.hpp>

/// Proofs about the trees of RFC 9162, section 2.1, verified. What they are checked against (leaf, sizes, roots) the caller has from
/// elsewhere: a block's header, a checkpoint that was signed.
namespace daicho::ledger {

namespace detail {

/// The way from a leaf, or a subtree, up to the root: fn and sn of RFC 9162 2.1.3.2 and 2.1.4.2.
struct way_up {
    std::uint64_t here = 0, last = 0;

    /// Whether the next node of the path lies to the left; then one level up. Only while !arrived().
    bool next_is_left() noexcept {
        bool const left = (here & 1) || here == last;
        if (left)
            while (!(here & 1) && here != 0) here >>= 1, last >>= 1;
        here >>= 1;
        last >>= 1;
        return left;
    }
    bool arrived() const noexcept { return last == 0; }
};

} // namespace detail

/// What somebody says of a leaf: where it is, and the nodes from there to the root (RFC 9162 2.1.3.1), lowest first. Never owns.
struct inclusion {
    digest leaf{};  ///< leaf_hash of it
    std::uint64_t index = 0;
    std::span<digest const> path;
};

/// Whether a leaf is in the tree of `size` leaves with this root (RFC 9162 2.1.3.2). Errors: out_of_range (the index), wrong_size (of
/// the path), wrong_root.
template <hash_function H>
fault verify_inclusion(inclusion const& claim, std::uint64_t size, digest const& root) {
    if (claim.index >= size) return {errc::out_of_range, "proof.index", claim.index};
    detail::way_up way{claim.index, size - 1};
    std::uint64_t lefts = 0;
    std::size_t levels = 0;  // no more than a size has bits
    for (; !way.arrived(); ++levels) lefts |= std::uint64_t(way.next_is_left()) << levels;
    if (claim.path.size() != levels) return {errc::wrong_size, "proof.path", claim.path.size()};
    if (path_digest<H>(node_prefix[0], claim.leaf, claim.path, lefts) != root) return {errc::wrong_root, "proof.root"};
    return {};
}

/// Many claims about one tree, each with the verdict of verify_inclusion, level by level in lanes. Both have the same length.
template <hash_function H, many_hash<H> M = many_of<H>>
void verify_inclusions(std::span<inclusion const> claims, std::uint64_t size, digest const& root, std::span<fault> verdicts, M const& many = {}) {
    constexpr std::size_t at_once = 64;
    for (; claims.size() > at_once; claims = claims.subspan(at_once), verdicts = verdicts.subspan(at_once))
        verify_inclusions<H>(claims.first(at_once), size, root, verdicts.first(at_once), many);

    struct climber {
        detail::way_up way;
        std::size_t claim;
    };
    std::array<digest, 2 * at_once> pairs;
    std::array<climber, at_once> climbing;
    std::size_t n = 0;
    for (std::size_t i = 0; i != claims.size(); ++i) {
        if (claims[i].index >= size) {
            verdicts[i] = {errc::out_of_range, "proof.index", claims[i].index};
            continue;
        }
        pairs[n] = claims[i].leaf;
        climbing[n++] = {{claims[i].index, size - 1}, i};
    }
    for (std::size_t level = 0; n != 0; ++level) {
        std::size_t left = 0;  // of those that climb, how many are not yet at their end
        for (std::size_t k = 0; k != n; ++k) {
            auto const [way, i] = climbing[k];
            auto const& path = claims[i].path;
            if (level != path.size() && !way.arrived()) {
                climbing[left] = climbing[k];
                pairs[left++] = pairs[k];
            } else if (level != path.size() || !way.arrived()) {
                verdicts[i] = {errc::wrong_size, "proof.path", path.size()};
            } else {
                verdicts[i] = pairs[k] == root ? fault{} : fault{errc::wrong_root, "proof.root"};
            }
        }
        n = left;
        for (std::size_t k = n; k-- != 0;) {  // from behind: a pair takes the place of two digests
            digest const d = pairs[k], node = claims[climbing[k].claim].path[level];
            bool const node_is_left = climbing[k].way.next_is_left();
            pairs[2 * k] = node_is_left ? node : d;
            pairs[2 * k + 1] = node_is_left ? d : node;
        }
        many.hash(node_prefix, {pairs.front().data(), 2 * n * sizeof(digest)}, 2 * sizeof(digest), std::span(pairs).first(n));
    }
}

/// Whether the tree of `size` leaves with `root` continues the one of `old_size` leaves with `old_root` (RFC 9162 2.1.4.2).
/// Nothing continues the empty tree: a proof of that would say nothing. Errors: out_of_range (the sizes), wrong_size (of the path),
/// wrong_root.
template <hash_function H>
fault verify_consistency(std::uint64_t old_size, digest const& old_root, std::uint64_t size, digest const& root, std::span<digest const> path) {
    if (old_size == 0 || old_size > size) return {errc::out_of_range, "proof.size", old_size};
    if (old_size == size) {
        if (!path.empty()) return {errc::wrong_size, "proof.path", path.size()};
        if (old_root != root) return {errc::wrong_root, "proof.root"};
        return {};
    }
    bool const whole_subtree = std::has_single_bit(old_size);  // step 2: its root is then not sent
    if (path.empty()) return {errc::wrong_size, "proof.path", 0};
    detail::way_up way{old_size - 1, size - 1};
    while (way.here & 1) way.here >>= 1, way.last >>= 1;  // step 4
    digest old_here = whole_subtree ? old_root : path.front(), here = old_here;
    for (auto& node : whole_subtree ? path : path.subspan(1)) {
        if (way.arrived()) return {errc::wrong_size, "proof.path", path.size()};
        if (way.next_is_left()) {
            old_here = node_hash<H>(node, old_here);
            here = node_hash<H>(node, here);
        } else {
            here = node_hash<H>(here, node);
        }
    }
    if (!way.arrived()) return {errc::wrong_size, "proof.path", path.size()};
    if (old_here != old_root || here != root) return {errc::wrong_root, "proof.root"};
    return {};
}

} // namespace daicho::ledger
