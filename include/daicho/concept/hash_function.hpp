#pragma once

#include <daicho/base/bytes.hpp>

#include <concepts>
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

} // namespace daicho
