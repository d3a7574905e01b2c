#pragma once

#include <daicho/base/bytes.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace daicho {

/// Same bytes, same digest, however they are chunked (docs/concepts/hash_function.md).
/// A hash is a value: default-constructed it has seen nothing; copied it continues on both sides (a midstate).
template <class H>
concept hash_function = std::semiregular<H> && requires(H h, byte_view b) {
    { H::name } -> std::convertible_to<std::string_view>;
    { h.update(b) } -> std::same_as<void>;
    { h.finish() } -> std::same_as<digest>;
};

/// One that HMAC can be made of (RFC 2104): it says how many bytes it compresses at once.
template <class H>
concept block_hash_function = hash_function<H> && requires {
    { H::block_size } -> std::convertible_to<std::size_t>;
};

/// One that has a shorter way to hash two digests behind a byte, which a node of a tree is (RFC 9162 2.1.1), than update() and finish().
template <class H>
concept pair_hash_function = hash_function<H> && requires(byte prefix, digest const& left, digest const& right) {
    { H::of_pair(prefix, left, right) } noexcept -> std::same_as<digest>;
};

/// One that climbs a path, whose every node waits for the one below, by a shorter way than node by node.
template <class H>
concept path_hash_function = hash_function<H> && requires(byte prefix, digest const& from, std::span<digest const> path, std::uint64_t lefts) {
    { H::of_path(prefix, from, path, lefts) } noexcept -> std::same_as<digest>;
};

/// H(prefix || left || right): by H::of_pair where H names it.
template <hash_function H>
constexpr digest pair_digest(byte prefix, digest const& left, digest const& right) {
    if constexpr (requires { &H::of_pair; }) {
        static_assert(pair_hash_function<H>, "H::of_pair must make a digest of a byte and two digests, and not throw: docs/concepts/hash_function.md");
        return H::of_pair(prefix, left, right);
    } else {
        std::array<byte, 1 + 2 * sizeof(digest)> both{prefix};
        std::copy(right.begin(), right.end(), std::copy(left.begin(), left.end(), both.begin() + 1));
        H h;
        h.update(both);
        return h.finish();
    }
}

namespace detail {
template <hash_function H>
constexpr digest pair_by_pair(byte prefix, digest d, std::span<digest const> path, std::uint64_t lefts) {
    for (auto& node : path) {
        d = lefts & 1 ? pair_digest<H>(prefix, node, d) : pair_digest<H>(prefix, d, node);
        lefts >>= 1;
    }
    return d;
}
} // namespace detail

/// Where a path of at most 64 digests leads from `from`: a pair's digest a level, path[k] its left where bit k of `lefts` is set, its
/// right otherwise. By H::of_path where H names it.
template <hash_function H>
constexpr digest path_digest(byte prefix, digest const& from, std::span<digest const> path, std::uint64_t lefts) {
    if constexpr (requires { &H::of_path; }) {
        static_assert(path_hash_function<H>, "H::of_path must make a digest of a byte, a digest, a path and its lefts, and not throw: docs/concepts/hash_function.md");
        return H::of_path(prefix, from, path, lefts);
    } else {
        return detail::pair_by_pair<H>(prefix, from, path, lefts);
    }
}

} // namespace daicho
