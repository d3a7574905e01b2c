#pragma once

#include <daicho/ledger/validate.hpp>

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

namespace daicho::role {

/// Searches the ledger (paper 2.1: "the chain can be searched: which device runs which version, in which state"). Feed it a
/// chain from genesis, block by block: every answer is about blocks that were checked here.
template <class P>
class observer {
public:
    using transaction_type = transaction_of<P>;

    explicit observer(genesis_of<P> g) : chain_(std::move(g)) {}

    ledger::chain<P> const& chain() const noexcept { return chain_; }

    /// Checks and takes in the next block. Errors: those of chain::push. `now`: time ahead is judged by it.
    fault take(block_of<P> const& block, std::uint64_t now) {
        if (auto f = chain_.push(block, now)) return f;
        file(block);
        return {};
    }

    struct reading {
        fault refused{};                        ///< the first fault in the order of the chain
        std::uint64_t height = 0;               ///< of the block that was refused, or of the tip
    };

    /// Checks a whole chain from its genesis with the threads of `pool` and takes it in, in place of what was taken in before;
    /// of a chain with a fault, nothing. The verdict is that of take(), block by block.
    ///   source(height), make_verifier()   as for ledger::validate; `each(block)` is told of each block that was found good
    template <class Source, class MakeVerifier, executor Executor, class Each>
    reading take_all(Source&& source, MakeVerifier&& make_verifier, Executor& pool, ledger::validate_options const& o, Each&& each) {
        observer fresh(chain_.genesis());
        auto checked = ledger::validate<P>(chain_.genesis(), source, make_verifier, pool, o, [&](block_of<P> const& block) {
            fresh.file(block);
            each(block);
        });
        if (checked.refused) {
            *this = observer(chain_.genesis());
        } else {
            fresh.chain_ = std::move(checked.chain);
            *this = std::move(fresh);
        }
        return {checked.refused, checked.height};
    }

    struct entry {
        std::uint64_t height = 0;
        std::uint64_t block_time = 0;
        digest id{};
        transaction_body<scheme_of<P>> body{};
        bool gap = false;                       ///< sequence numbers before it never reached the ledger
    };

    struct fleet_row {
        node_id device{};
        model_name model;
        std::uint64_t version = 0;
        state last{};
        std::uint64_t when = 0;                 ///< time of the block
        std::uint64_t height = 0;
        bool expelled = false;
    };

    /// One row a device, by model and name: what it runs as it says itself, and the last thing it said.
    std::vector<fleet_row> fleet() const {
        std::map<node_id, fleet_row> rows;
        for (auto& e : entries_) {
            auto const& b = e.body;
            if (b.state == state::enrolled && b.enrolment->role == member_role::device)
                rows[b.recipient] = {b.recipient, b.enrolment->models[0], 0, b.state, e.block_time, e.height, false};
            if (b.state == state::expelled)
                if (auto it = rows.find(b.recipient); it != rows.end()) it->second.expelled = true;
            auto it = rows.find(b.sender);
            if (it == rows.end()) continue;
            auto& row = it->second;
            row.last = b.state;
            row.when = e.block_time;
            row.height = e.height;
            // What failed or was rolled back is not what runs.
            if (b.state == state::installed || b.state == state::running || b.state == state::unchanged) row.version = b.ver;
        }
        std::vector<fleet_row> out;
        for (auto& [id, row] : rows) out.push_back(row);
        std::sort(out.begin(), out.end(), [](auto& a, auto& b) { return std::tie(a.model, a.device) < std::tie(b.model, b.device); });
        return out;
    }

    /// Everything a member said or that was said of it, oldest first.
    std::vector<entry> history(node_id const& member) const {
        std::vector<entry> out;
        for (auto& e : entries_)
            if (e.body.sender == member || ((e.body.state == state::enrolled || e.body.state == state::expelled) && e.body.recipient == member))
                out.push_back(e);
        return out;
    }

    struct release_row {
        daicho::release release;
        std::uint64_t height = 0;
        bool withdrawn = false;
        std::size_t gateways = 0;               ///< that said they keep it
        std::size_t devices = 0;                ///< that run it now
    };

    std::vector<release_row> releases() const {
        std::vector<release_row> out;
        for (auto& e : entries_) {
            auto const& b = e.body;
            auto const same = [&](release_row const& r) { return r.release.model == b.model && r.release.version == b.ver; };
            if (b.state == state::released) out.push_back({b.release->body, e.height});
            auto row = std::find_if(out.begin(), out.end(), same);
            if (row == out.end()) continue;
            if (b.state == state::withdrawn) row->withdrawn = true;
            if (b.state == state::cached) ++row->gateways;
        }
        for (auto& device : fleet())
            for (auto& row : out)
                if (row.release.model == device.model && row.release.version == device.version) ++row.devices;
        return out;
    }

    std::vector<entry> const& entries() const noexcept { return entries_; }

private:
    /// Keeps what a block that was found good says.
    void file(block_of<P> const& block) {
        for (auto& tx : block.transactions) {
            entries_.push_back({block.head().index, block.head().time, digest_of<hash_of<P>>(tx), tx.body});
            auto& last = last_sequence_[tx.body.sender];
            entries_.back().gap = last != 0 && tx.body.sequence > last + 1;
            last = tx.body.sequence;
        }
    }

    ledger::chain<P> chain_;
    std::vector<entry> entries_;
    std::map<node_id, std::uint64_t> last_sequence_;
};

} // namespace daicho::role
