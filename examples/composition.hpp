#pragma once

#include <daicho/asio/shared_store.hpp>
#include <daicho/defaults/hardened.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/defaults/paper.hpp>
#include <daicho/file/artifact_cache.hpp>
#include <daicho/file/tile_store.hpp>
#include <daicho/lmdb/index_store.hpp>
#include <daicho/trust/log_keys.hpp>
#include <daicho/trust/witnessed_log.hpp>
#if DAICHO_COMPOSITION_PAPER
#include <daicho/trust/work_headers.hpp>
#endif

#include "store.hpp"

/// What all machines of this fleet agree on. Every program here includes this file; the build makes each of them twice,
/// with either line.
#if DAICHO_COMPOSITION_PAPER
struct protocol : daicho::defaults::paper {};
#else
struct protocol : daicho::defaults::hardened {};
#endif

/// What this fleet's servers and gateways bring: keys in files, a store that commits on a thread of its own.
struct platform : daicho::defaults::host<protocol> {
    using block_store = daicho::asio::shared_store<chosen_store>;
    using artifact_cache = daicho::file::artifact_cache;
    using tile_store = daicho::file::tile_store;
    using index_store = daicho::lmdb::index_store;
    using note_scheme = daicho::cryptopp::ed25519;  // notes are signed so whatever else is
};

/// Whom genesis names: the log's keys and witnesses. What they signed shows a release to be in the ledger to who has a file and no network.
using witnessed_log = daicho::trust::witnessed_log<protocol, daicho::cryptopp::ed25519>;

/// By which proof gateways, and the devices behind them, demand it: where blocks are mined, by headers with their work; else by witnesses,
/// where genesis names some.
#if DAICHO_COMPOSITION_PAPER
using followed_ledger = daicho::trust::work_headers<protocol>;
#else
using followed_ledger = witnessed_log;
#endif
inline constexpr bool followed_by_work = std::is_same_v<followed_ledger::evidence_type, daicho::work_evidence>;

/// As genesis says. `keys` outlive it.
template <class Ledger>
Ledger follow_ledger(daicho::genesis_of<protocol> const& g, daicho::trust::log_keys const& keys) {
    if constexpr (std::is_same_v<Ledger, witnessed_log>) return {keys.log(), keys.quorum()};
    else return Ledger::of(daicho::digest_of<protocol::hash>(g), g);
}
