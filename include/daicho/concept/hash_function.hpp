#pragma once

#include <daicho/base/bytes.hpp>

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

} // namespace daicho
