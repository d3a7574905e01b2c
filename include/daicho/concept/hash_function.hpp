#pragma once

#include <daicho/base/bytes.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
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

} // namespace daicho
