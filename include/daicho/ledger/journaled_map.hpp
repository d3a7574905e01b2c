#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>

namespace daicho::ledger {

/// A map that can go back: every change is journaled until it is forgotten.
/// `mark()` names a moment, `rollback(mark)` returns to it, `forget(mark)` makes everything before it permanent.
template <class Key, class Value, class Hash>
class journaled_map {
public:
    using mark_type = std::size_t;

    Value const* find(Key const& key) const {
        auto const it = map_.find(key);
        return it == map_.end() ? nullptr : &it->second;
    }

    void set(Key const& key, Value value) {
        auto [it, inserted] = map_.try_emplace(key);
        if (inserted) {
            journal_.emplace_back(key, std::nullopt);
        } else {
            journal_.emplace_back(key, std::move(it->second));
        }
        it->second = std::move(value);
    }

    mark_type mark() const noexcept { return forgotten_ + journal_.size(); }

    /// Undoes the changes since `m`, newest first.
    void rollback(mark_type m) {
        while (mark() > m && !journal_.empty()) {
            auto& [key, old] = journal_.back();
            if (old) {
                map_.find(key)->second = std::move(*old);
            } else {
                map_.erase(key);
            }
            journal_.pop_back();
        }
    }

    void forget(mark_type m) {
        if (m <= forgotten_) return;
        std::size_t const n = m - forgotten_;
        journal_.erase(journal_.begin(), journal_.begin() + std::ptrdiff_t(n < journal_.size() ? n : journal_.size()));
        forgotten_ = m;
    }

    /// Calls f(key, value) for all that stood at `m`, which is not forgotten, in any order.
    template <class F>
    void each_at(mark_type m, F&& f) const {
        std::unordered_map<Key, Value const*, Hash> before;  // of what was changed since: the oldest is what stood
        for (std::size_t i = m - forgotten_; i < journal_.size(); ++i) before.try_emplace(journal_[i].first, journal_[i].second ? &*journal_[i].second : nullptr);
        for (auto& [key, value] : map_) {
            auto const changed = before.find(key);
            if (changed == before.end()) f(key, value);
            else if (changed->second) f(key, *changed->second);
        }
    }

    /// Puts in what stands already: as set() with everything before it forgotten.
    void put(Key const& key, Value value) { map_.insert_or_assign(key, std::move(value)); }

    std::size_t size() const noexcept { return map_.size(); }
    auto begin() const noexcept { return map_.begin(); }
    auto end() const noexcept { return map_.end(); }

private:
    std::unordered_map<Key, Value, Hash> map_;
    std::deque<std::pair<Key, std::optional<Value>>> journal_;  // forgotten from the front, without moving what stays
    mark_type forgotten_ = 0;
};

} // namespace daicho::ledger
