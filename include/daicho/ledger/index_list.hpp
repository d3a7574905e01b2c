#pragma once

#include <daicho/concept/index_store.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace daicho::ledger {

/// An index in memory, a node of a tree for each key and 16 bytes for each name: for chains that fit, and for tests.
class index_list {
public:
    std::uint64_t upto() const noexcept { return upto_; }
    fault append(index_batch const& batch) {
        if (auto f = unfit(batch, upto_)) return f;
        for (auto& k : batch.keys) keys_.emplace(as_text(k));
        add(batch.names);
        upto_ = batch.upto;
        return {};
    }
    fault scan(byte_view from, std::function<bool(byte_view)> const& visit) const {
        for (auto it = keys_.lower_bound(as_text(from)); it != keys_.end() && visit(as_bytes(*it)); ++it) {}
        return {};
    }
    fault find(std::uint64_t name, std::function<bool(std::uint64_t)> const& visit) const {
        for (auto& run : runs_)
            for (auto it = std::lower_bound(run.begin(), run.end(), place{name, 0}); it != run.end() && it->first == name; ++it)
                if (!visit(it->second)) return {};
        return {};
    }
    fault clear() {
        keys_.clear();
        runs_.clear();
        upto_ = 0;
        return {};
    }

private:
    using place = std::pair<std::uint64_t, std::uint64_t>;  // under a name

    /// Merges what it has with as much that is new: no name is moved more often than their number has bits, and all of it one after another.
    void add(std::vector<std::uint64_t> const& names) {
        if (names.empty()) return;
        std::vector<place> run;
        run.reserve(names.size());
        for (auto name : names) run.emplace_back(name, upto_ + run.size());
        std::sort(run.begin(), run.end());
        while (!runs_.empty() && runs_.back().size() < 2 * run.size()) {
            std::vector<place> both(runs_.back().size() + run.size());
            std::merge(runs_.back().begin(), runs_.back().end(), run.begin(), run.end(), both.begin());
            run = std::move(both);
            runs_.pop_back();
        }
        runs_.push_back(std::move(run));
    }

    std::set<std::string, std::less<>> keys_;  // char_traits<char> compares as unsigned bytes
    std::vector<std::vector<place>> runs_;     // in order; each at least twice as long as the next
    std::uint64_t upto_ = 0;
};

static_assert(index_store<index_list>);

} // namespace daicho::ledger
