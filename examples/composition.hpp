#pragma once

#include <daicho/asio/shared_store.hpp>
#include <daicho/defaults/hardened.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/defaults/paper.hpp>
#include <daicho/file/artifact_cache.hpp>
#include <daicho/file/tile_store.hpp>
#include <daicho/lmdb/index_store.hpp>
#include <daicho/trust/witnessed_log.hpp>

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

/// Where genesis names the log's keys and witnesses, a release must be shown to be in the ledger: by them, whatever else is signed with.
using witnessed_log = daicho::trust::witnessed_log<protocol, daicho::cryptopp::ed25519>;
