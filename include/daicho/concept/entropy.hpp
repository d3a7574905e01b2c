#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/errc.hpp>

#include <concepts>

namespace daicho {

/// Unpredictable bytes, or a fault: never predictable ones (docs/concepts/entropy.md).
template <class E>
concept entropy = requires(E& e, byte_span out) {
    { e.fill(out) } -> std::same_as<fault>;
};

} // namespace daicho
