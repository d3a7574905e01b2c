#pragma once

#include <daicho/ledger/history.hpp>
#include <daicho/ledger/index_list.hpp>

/// What of its proofs a ledger node may have kept elsewhere than in memory: parts that a Platform can leave out.
namespace daicho::role {

namespace detail {

template <class Platform>
struct tile_store_choice {
    using type = ledger::tile_list;
};
template <class Platform>
    requires requires { typename Platform::tile_store; }
struct tile_store_choice<Platform> {
    static_assert(tile_store<typename Platform::tile_store>, "Platform::tile_store must be a tile_store: docs/concepts/tile_store.md");
    using type = typename Platform::tile_store;
};

template <class Platform>
struct index_store_choice {
    using type = ledger::index_list;
};
template <class Platform>
    requires requires { typename Platform::index_store; }
struct index_store_choice<Platform> {
    static_assert(index_store<typename Platform::index_store>, "Platform::index_store must be an index_store: docs/concepts/index_store.md");
    using type = typename Platform::index_store;
};

} // namespace detail

/// Where a node keeps its history's tiles: Platform's `tile_store`, or without one, memory.
template <class Platform>
using tile_store_of = typename detail::tile_store_choice<Platform>::type;

/// Where a node keeps its index: Platform's `index_store`, or without one, memory.
template <class Platform>
using index_store_of = typename detail::index_store_choice<Platform>::type;

} // namespace daicho::role
