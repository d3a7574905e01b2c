#pragma once

#include "ledger_node.hpp"

#include <daicho/ledger/validate.hpp>
#include <daicho/role/verifier.hpp>
#include <daicho/threads/pool.hpp>

#include <cstdio>

/// Reads a store that no node uses at the moment, and changes nothing of the chain that it keeps: its checksums, then every block as
/// whoever receives the chain for the first time would check it, then what waits.
inline process::ending inspect(node_options const& o) {
    auto const genesis = daicho::file::read_record<daicho::genesis_of<protocol>>(o.genesis);
    if (!genesis) return {genesis.error(), o.genesis};
    auto const place = std::filesystem::path(o.home) / "chain";
    if (!std::filesystem::exists(place)) return {daicho::errc::not_found, place};
    auto store = chosen_store::open(o.store, place, o.rebuild_index);
    if (!store) return {store.error(), place.string() + (store.error() == daicho::errc::busy ? ", where a node is at work" : "")};
    if (auto f = store->check()) return {f, place};
    auto const index = std::filesystem::path(o.home) / "index";
    if (o.rebuild_index)
        if (auto emptied = platform::index_store::open(index, {.rebuild = true}); !emptied) return {emptied.error(), index};

    daicho::fault unread;
    auto const read = [&](std::uint64_t h) -> daicho::result<std::optional<daicho::bytes>> {
        if (h > store->height()) return std::optional<daicho::bytes>();
        auto raw = store->read(h);
        if (raw) return std::optional(std::move(*raw));
        return unread = raw.error();
    };
    daicho::threads::pool threads;
    daicho::ledger::validate_options how;
    how.now = daicho::file::clock().now();
    how.own = true;
    daicho::role::snapshot_desk<protocol, chosen_store> snapshots(*store, {.from_genesis = true});
    auto begun = snapshots.restore(*genesis);  // where blocks were pruned, at the oldest snapshot
    if (!begun) return {begun.error(), place};
    auto const from = begun->height();
    auto const checked = daicho::ledger::validate<protocol>(std::move(*begun), read, [] { return daicho::role::verifier_of<protocol, platform>(); }, threads, how,
                                                            [](daicho::block_of<protocol> const&) {});
    if (unread) return {unread, place};
    if (checked.refused) return {checked.refused, place.string() + ", block " + std::to_string(checked.height)};

    std::size_t waiting = 0;
    auto const altered = store->pending([&](daicho::digest const&, daicho::byte_view) { ++waiting; });
    if (altered) return {altered, place};
    std::printf("%s: height %llu, head %s, %zu waiting: every checksum, link, rule and signature holds", place.c_str(),
                static_cast<unsigned long long>(checked.height), daicho::to_hex(checked.chain.head()).c_str(), waiting);
    if (from != 0) std::printf(", from the snapshot at height %llu on: the blocks before it were pruned", static_cast<unsigned long long>(from));
    std::printf("\n");
    return {};
}
