#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <concepts>

namespace daicho {

/// A small atomic cell (docs/concepts/state_store.md): what a role must remember over a power cut.
///   load(out)   the bytes of the last save that said ok, as a prefix of `out`; empty when there was none;
///               oversized when they do not fit into `out`
///   save(b)     all or nothing, durable when it says ok; store_full when the cell cannot hold it
template <class S>
concept state_store = requires(S& s, byte_view in, byte_span out) {
    { s.load(out) } -> std::same_as<result<byte_view>>;
    { s.save(in) } -> std::same_as<fault>;
};

} // namespace daicho
