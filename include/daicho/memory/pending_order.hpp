#pragma once

#include <daicho/base/bytes.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>

namespace daicho::memory {

/// Remembers what was added in the order it was added, found again by id. Adding an id a second time replaces its value
/// and keeps its place. Block stores order their pending transactions with it.
template <class T>
class pending_order {
public:
    /// The value that was replaced goes to `replaced`.
    template <class F>
    void add(digest const& id, T value, F&& replaced) { add_at(next_, id, std::move(value), replaced); }

    /// A new id gets this number in the order, or comes last where another id has it.
    template <class F>
    void add_at(std::uint64_t order, digest const& id, T value, F&& replaced) {
        if (items_.find(order) != items_.end()) order = next_;
        auto const [found, fresh] = places_.try_emplace(id, order);
        if (fresh) {
            items_.emplace(order, std::pair(id, std::move(value)));
            next_ = std::max(next_, order + 1);
        } else {
            auto& old = items_.find(found->second)->second.second;
            replaced(old);
            old = std::move(value);
        }
    }

    /// The value that was dropped goes to `dropped`. An unknown id is nothing.
    template <class F>
    void drop(digest const& id, F&& dropped) {
        auto const found = places_.find(id);
        if (found == places_.end()) return;
        auto const item = items_.find(found->second);
        dropped(item->second.second);
        items_.erase(item);
        places_.erase(found);
    }

    /// The number that comes after all there were.
    std::uint64_t next() const noexcept { return next_; }
    /// The number of an id, or next().
    std::uint64_t order_of(digest const& id) const {
        auto const found = places_.find(id);
        return found == places_.end() ? next_ : found->second;
    }

    T const* find(digest const& id) const {
        auto const found = places_.find(id);
        return found == places_.end() ? nullptr : &items_.find(found->second)->second.second;
    }

    std::size_t size() const noexcept { return items_.size(); }
    auto begin() const noexcept { return items_.begin(); }
    auto end() const noexcept { return items_.end(); }

private:
    std::map<std::uint64_t, std::pair<digest, T>> items_;
    std::unordered_map<digest, std::uint64_t, digest_hash> places_;
    std::uint64_t next_ = 0;
};

} // namespace daicho::memory
