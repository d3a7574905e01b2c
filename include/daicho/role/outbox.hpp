#pragma once

#include <daicho/role/action.hpp>

#include <algorithm>
#include <functional>
#include <optional>
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
        for (auto& d : inflight_) merge(p.batch, d.batch, stored_height);
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
    static void merge(store_batch& into, store_batch& from, std::uint64_t stored_height) {
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
        for (auto& added : from.add_pending) {
            std::erase(into.drop_pending, added.first);
            into.add_pending.push_back(std::move(added));
        }
        for (auto& dropped : from.drop_pending) {
            std::erase_if(into.add_pending, [&](auto& a) { return a.first == dropped; });
            into.drop_pending.push_back(dropped);
        }
        std::move(from.cells.begin(), from.cells.end(), std::back_inserter(into.cells));
        into.prune = std::max(into.prune, from.prune);
    }

    std::vector<decision> staged_;
    std::vector<decision> inflight_;
    std::uint64_t last_id_ = 0;
};

} // namespace daicho::role
