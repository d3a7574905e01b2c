#pragma once

#include <daicho/role/action.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>

namespace daicho::role {

/// What a role has decided but the disk does not hold yet. Decisions made while a commit is under way travel together in
/// the next one (group commit); what depends on a decision is said only when it is durable; when the disk refuses, the
/// decisions are undone, newest first.
class outbox {
public:
    struct decision {
        store_batch batch;
        std::function<void(fault)> done;     ///< told how it ended
        std::function<fault()> undo;         ///< takes it back in memory
    };

    void put(decision d) { staged_.push_back(std::move(d)); }
    bool idle() const noexcept { return staged_.empty() && inflight_.empty(); }
    bool waits_for(std::uint64_t id) const noexcept { return id == last_id_ && !inflight_.empty(); }
    std::size_t waiting() const noexcept { return staged_.size() + inflight_.size(); }

    /// The next commit, when none is under way. `stored_height`: blocks that the store holds now.
    std::optional<persist> next(std::uint64_t stored_height) {
        if (staged_.empty() || !inflight_.empty()) return std::nullopt;
        inflight_.swap(staged_);
        persist p{++last_id_, {}};
        last_words const said(inflight_);
        std::size_t n = 0;  // words about what waits, so far
        for (auto& d : inflight_) {
            merge_blocks(p.batch, d.batch, stored_height);
            for (auto& added : d.batch.add_pending)
                if (said.stands_added(added.first, ++n)) p.batch.add_pending.push_back(std::move(added));
            for (auto& dropped : d.batch.drop_pending)
                if (said.stands_dropped(dropped, ++n)) p.batch.drop_pending.push_back(dropped);
        }
        return p;
    }

    /// How the commit under way ended. Errors: that a decision could not be undone; the role must then start over.
    fault finish(std::uint64_t id, fault outcome) {
        if (!waits_for(id)) return {};
        auto ended = std::exchange(inflight_, {});
        if (outcome) {
            std::move(staged_.begin(), staged_.end(), std::back_inserter(ended));
            staged_.clear();
            for (auto d = ended.rbegin(); d != ended.rend(); ++d)
                if (d->undo)
                    if (auto f = d->undo()) return f;
        }
        for (auto& d : ended)
            if (d.done) d.done(outcome);
        return {};
    }

private:
    /// Of several words about one transaction, that it waits or no longer does, the last stands.
    class last_words {
    public:
        explicit last_words(std::vector<decision> const& all) {
            for (auto& d : all) dropped_any_ = dropped_any_ || !d.batch.drop_pending.empty();
            if (!dropped_any_) return;
            std::size_t n = 0;
            for (auto& d : all) {
                for (auto& [id, canonical] : d.batch.add_pending) last_[id].added = ++n;
                for (auto& id : d.batch.drop_pending) last_[id].dropped = ++n;
            }
        }
        bool stands_added(digest const& id, std::size_t n) const { return !dropped_any_ || last_.find(id)->second.dropped < n; }
        bool stands_dropped(digest const& id, std::size_t n) const { return last_.find(id)->second.added < n; }

    private:
        struct words {
            std::size_t added = 0, dropped = 0;
        };
        std::unordered_map<digest, words, digest_hash> last_;
        bool dropped_any_ = false;
    };

    static void merge_blocks(store_batch& into, store_batch& from, std::uint64_t stored_height) {
        constexpr auto everything = store_batch{}.keep;
        if (from.keep != everything) {
            std::uint64_t const base = std::min(into.keep, stored_height);
            if (from.keep >= base) {
                into.blocks.resize(std::min<std::size_t>(into.blocks.size(), std::size_t(from.keep - base)));
            } else {
                into.blocks.clear();
                into.keep = from.keep;
            }
        }
        std::move(from.blocks.begin(), from.blocks.end(), std::back_inserter(into.blocks));
        std::move(from.cells.begin(), from.cells.end(), std::back_inserter(into.cells));
        into.prune = std::max(into.prune, from.prune);
    }

    std::vector<decision> staged_;
    std::vector<decision> inflight_;
    std::uint64_t last_id_ = 0;
};

} // namespace daicho::role
