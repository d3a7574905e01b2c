#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <concepts>
#include <cstdint>

namespace daicho {

/// Whole artifacts that a gateway keeps, by digest (docs/concepts/artifact_cache.md). Whoever fills it has checked the digest;
/// whoever serves from it hashes again.
///   size(d)              bytes of a whole artifact; not_found when it is not there, or only in part
///   read(d, offset, out) fills `out`; out_of_range beyond the end
///   drop(d)              forgets it, and any part of it; nothing when it was not there
template <class C>
concept artifact_cache = requires(C& c, digest const& d, std::uint64_t offset, byte_span out) {
    { c.size(d) } -> std::same_as<result<std::uint64_t>>;
    { c.read(d, offset, out) } -> std::same_as<fault>;
    { c.drop(d) } -> std::same_as<fault>;
};

/// An artifact_cache that can be filled piece by piece.
///   begun(d)                   bytes that have come so far, also after a restart
///   append(d, offset, b)       the next piece; offset == begun(d), else out_of_range
///   read_part(d, offset, out)  reads what has come
///   finish(d)                  it is whole and was checked: from now on read() finds it; durable
template <class C>
concept fillable_cache = artifact_cache<C> && requires(C& c, digest const& d, std::uint64_t n, byte_view in, byte_span out) {
    { c.begun(d) } -> std::convertible_to<std::uint64_t>;
    { c.append(d, n, in) } -> std::same_as<fault>;
    { c.read_part(d, n, out) } -> std::same_as<fault>;
    { c.finish(d) } -> std::same_as<fault>;
};

} // namespace daicho
