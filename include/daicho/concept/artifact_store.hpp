#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <concepts>
#include <cstdint>
#include <string>

namespace daicho {

/// Keeps artifacts under their digests (docs/concepts/artifact_store.md). It does not hash: whoever puts has checked.
///   put(d, b)             all of `b` is durable and visible under d, or nothing is; duplicate when d is there, and what is there stays
///   size(d)               bytes of artifact d; not_found
///   read(d, offset, out)  fills `out` from there; out_of_range when the artifact ends before
template <class S>
concept artifact_store = requires(S& s, digest const& d, std::uint64_t offset, byte_view in, byte_span out) {
    { s.put(d, in) } -> std::same_as<fault>;
    { s.size(d) } -> std::same_as<result<std::uint64_t>>;
    { s.read(d, offset, out) } -> std::same_as<fault>;
};

/// A store whose artifacts are files that a server can stream by itself.
///   path(d)   where artifact d lies; its bytes never change while it is there
template <class S>
concept artifact_files = artifact_store<S> && requires(S& s, digest const& d) {
    { s.path(d) } -> std::convertible_to<std::string>;
};

} // namespace daicho
