#pragma once

#include <daicho/concept/block_store.hpp>
#include <daicho/ledger/snapshot.hpp>
#include <daicho/role/outbox.hpp>
#include <daicho/role/stored_headers.hpp>

#include <deque>

namespace daicho::role {

/// When a node writes a snapshot, and what it keeps below it.
struct snapshot_policy {
    std::uint64_t every = 500;              ///< final blocks between two snapshots; 0: none is written
    std::uint64_t transactions = 10'000;    ///< and transactions, or the entries of the last one where these are more: so a start checks
                                            ///< no more again, and blocks outweigh the snapshots between them
    std::uint64_t keep = 0;                 ///< final blocks whose bodies stay; 0: all of them
    bool from_genesis = false;              ///< at the start everything that is still kept is checked, whatever snapshots there are
};

/// Keeps the last two snapshots of a chain among the cells of its block_store, so that a start has only the tail to check, and bodies
/// below may be pruned. Each is written a part a commit, its head last: what was not finished is no snapshot, and the one before it is whole.
///
/// Cells: "snapshot/0" and "snapshot/1" are heads, "snapshot/0/7" is a part. Of pruned blocks the sealed headers are kept.
template <class P, class BlockStore>
class snapshot_desk {
    using snapshots = ledger::snapshots<P>;

public:
    static constexpr std::uint64_t most_pruned = 1024;  ///< blocks in one commit

    snapshot_desk(BlockStore& store, snapshot_policy policy) : store_(store), headers_(store), policy_(policy) {}

    /// The chain as the newest good snapshot has it, not above what the store holds; at genesis when there is none. One that is torn,
    /// altered, of another chain or of a newer version is passed over. Errors: pruned, when only a snapshot that is not good could tell
    /// what was before the blocks that are left.
    result<ledger::chain<P>> restore(genesis_of<P> const& genesis) {
        ledger::chain<P> fresh(genesis);
        std::array<std::uint64_t, 2> heights{};
        for (std::size_t slot : {0u, 1u})
            if (auto const head = head_in(slot, fresh.chain_id()); head && head->height <= store_.height()) {
                heights[slot] = head->height;
                if (head->history_size >= size_) size_ = head->history_size, entries_ = head->parts * part_entries;
            }
        pruned_ = pruned_height(store_);
        bool const older_first = policy_.from_genesis;
        std::size_t const newest = heights[1] > heights[0], first = older_first ? 1 - newest : newest;
        for (std::size_t slot : {first, 1 - first}) {
            if (heights[slot] == 0 || (policy_.from_genesis && pruned_ == 0)) continue;
            auto begun = open(slot, genesis);
            if (!begun) {
                heights[slot] = 0;
                continue;
            }
            heights_ = heights;
            return begun;
        }
        heights_ = policy_.from_genesis ? heights : std::array<std::uint64_t, 2>{};
        if (pruned_ != 0) return fault{errc::pruned, "snapshot", pruned_};
        return fresh;
    }

    /// Puts what is due into the outbox. `needed()`: the lowest height whose body somebody else here still needs.
    template <class Needed>
    void follow(ledger::chain<P> const& chain, outbox& out, Needed&& needed) {
        if (busy_ || chain.final_height() == 0) return;
        final_ = chain.final_height();
        if (policy_.every != 0 && final_ >= not_before_ && due(chain)) return begin(chain, out);
        auto const least = std::max<std::uint64_t>(pruned_ + 1, pruned_ + policy_.every / 8);
        if (auto const p = prunable(); p >= least)
            if (auto const n = std::uint64_t(needed()); n > least) prune(out, std::min(p, n - 1));
    }

    /// Of the two; 0 where there is none.
    std::array<std::uint64_t, 2> const& heights() const noexcept { return heights_; }

private:
    static std::string cell_of(std::size_t slot) { return "snapshot/" + std::to_string(slot); }
    static std::string cell_of(std::size_t slot, std::uint64_t part) { return cell_of(slot) + '/' + std::to_string(part); }

    result<snapshot_head> head_in(std::size_t slot, digest const& chain_id) const {
        auto const raw = store_.cell(cell_of(slot));
        if (!raw) return raw.error();
        return snapshots::head_of(chain_id, *raw);
    }
    result<ledger::chain<P>> open(std::size_t slot, genesis_of<P> const& genesis) const {
        auto const head = store_.cell(cell_of(slot));
        if (!head) return head.error();
        return snapshots::open(genesis, *head, [&](std::uint64_t i) { return store_.cell(cell_of(slot, i)); }, [&](std::uint64_t h) { return store_.read(h); });
    }

    bool due(ledger::chain<P> const& chain) {
        auto const newest = std::max(heights_[0], heights_[1]);
        if (final_ >= newest + policy_.every) return true;
        if (final_ == newest) return false;
        return transactions_upto(chain) >= size_ + std::max(policy_.transactions, entries_);
    }
    std::uint64_t transactions_upto(ledger::chain<P> const& chain) const {
        auto const distance = chain.height() - final_;  // of a large block only the header is at hand
        auto const said = distance < chain.depth() ? decode<commitments>(chain.at(distance).body.commitments) : result<commitments>(fault{errc::not_found});
        return said ? said->history_size : 0;
    }

    /// The older one is given up first: a part of the new beside its head would be neither.
    void begin(ledger::chain<P> const& chain, outbox& out) {
        auto taken = snapshots::take(chain);
        not_before_ = final_ + policy_.every / 8;  // unless it becomes one
        if (!taken) return;
        size_ = transactions_upto(chain);
        entries_ = taken->parts.size() * part_entries;
        slot_ = heights_[1] < heights_[0];
        heights_[slot_] = 0;
        height_ = taken->height;
        steps_.clear();
        steps_.emplace_back(cell_of(slot_), bytes{});
        for (std::size_t i = 0; i != taken->parts.size(); ++i) steps_.emplace_back(cell_of(slot_, i), std::move(taken->parts[i]));
        steps_.emplace_back(cell_of(slot_), std::move(taken->head));
        busy_ = true;
        go_on(out);
    }

    void go_on(outbox& out) {
        store_batch batch;
        batch.cells.push_back(std::move(steps_.front()));
        steps_.pop_front();
        out.put({std::move(batch),
                 [this, &out](fault f) {
                     if (!f && !steps_.empty()) return go_on(out);
                     if (!f) heights_[slot_] = height_, not_before_ = 0;
                     steps_.clear();
                     busy_ = false;
                 },
                 {}});
    }

    /// Bodies that both snapshots and the policy can do without.
    std::uint64_t prunable() const noexcept {
        auto const older = std::min(heights_[0], heights_[1]);
        if (policy_.keep == 0 || older <= ledger::chain<P>::kept_headers || final_ <= policy_.keep) return 0;
        return std::min(older - ledger::chain<P>::kept_headers, final_ - policy_.keep);
    }
    void prune(outbox& out, std::uint64_t prunable) {
        store_batch batch;
        auto const until = std::min(prunable, pruned_ + most_pruned);
        if (headers_.prune(batch, pruned_ + 1, until)) return void(policy_.keep = 0);  // a block that cannot be read is not given up
        busy_ = true;
        out.put({std::move(batch),
                 [this, until](fault f) {
                     if (!f) pruned_ = until;
                     busy_ = false;
                 },
                 {}});
    }

    static constexpr std::uint64_t part_entries = snapshot_part<scheme_of<P>>::most;

    BlockStore& store_;
    stored_headers<P, BlockStore> headers_;
    snapshot_policy policy_;
    std::array<std::uint64_t, 2> heights_{};                // of the snapshots that are whole
    std::deque<std::pair<std::string, bytes>> steps_;       // cells of the one that is being written
    std::size_t slot_ = 0;
    std::uint64_t height_ = 0, not_before_ = 0, pruned_ = 0, final_ = 0;
    std::uint64_t size_ = 0, entries_ = 0;                  // of the newest: transactions up to it, and at most so many entries in it
    bool busy_ = false;
};

} // namespace daicho::role
