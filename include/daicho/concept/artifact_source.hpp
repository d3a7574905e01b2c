#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>

namespace daicho {

/// Bytes of an artifact, from an offset, so that a cut transfer resumes (docs/concepts/artifact_source.md).
/// Nothing here is trusted: whoever fetches hashes what came.
///   fetch(where, digest, offset, size, sink)   calls sink(byte_view) -> fault with the bytes [offset, size) in order;
///                                              a fault of the sink ends the transfer and is returned
template <class S, class Sink = fault (*)(byte_view)>
concept artifact_source = requires(S& s, std::string_view where, digest const& d, std::uint64_t n, Sink sink) {
    { s.fetch(where, d, n, n, sink) } -> std::same_as<fault>;
};

} // namespace daicho
