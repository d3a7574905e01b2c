#pragma once

#include <daicho/ledger/ring.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace daicho::ledger {

namespace detail {

struct no_part {};
template <class Value, auto Part>
struct part_of {
    using type = std::remove_cvref_t<decltype(std::declval<Value&>().*Part)>;
};
template <class Value>
struct part_of<Value, nullptr> {
    using type = no_part;
};

} // namespace detail

/// A map that can go back: every change is journaled until it is forgotten.
/// `mark()` names a moment, `rollback(mark)` returns to it, `forget(mark)` makes everything before it permanent.
/// `Part`: the member of Value that changes most; alone, it is changed and journaled without the rest.
template <class Key, class Value, class Hash, auto Part = nullptr>
class journaled_map {
public:
    using mark_type = std::size_t;
    using part_type = typename detail::part_of<Value, Part>::type;

    journaled_map() = default;
    journaled_map(journaled_map&&) = default;
    journaled_map& operator=(journaled_map&&) = default;
    journaled_map(journaled_map const& other)
        : map_(other.map_), journal_(other.journal_), added_(other.added_), replaced_(other.replaced_), forgotten_(other.forgotten_) {
        if (journal_.empty()) return;
        std::unordered_map<Value const*, Value*> ours;
        for (auto& [key, value] : other.map_) ours[&value] = &map_.find(key)->second;
        for (std::size_t i = 0; i != journal_.size(); ++i) journal_[i].value = ours[journal_[i].value];
    }
    journaled_map& operator=(journaled_map const& other) { return *this = journaled_map(other); }

    Value const* find(Key const& key) const {
        auto const it = map_.find(key);
        return it == map_.end() ? nullptr : &it->second;
    }

    void set(Key const& key, Value value) {
        auto [it, inserted] = map_.try_emplace(key);
        journal_.push_back({&it->second, inserted ? was::absent : was::another, {}});
        if (inserted) added_.push_back(key);
        else replaced_.push_back(std::move(it->second));
        it->second = std::move(value);
    }

    /// Changes only the part. `held`: what find() gave.
    void set_part(Value const& held, part_type to)
        requires(!std::same_as<part_type, detail::no_part>)
    {
        auto& value = const_cast<Value&>(held);  // of this map, whose values are not const
        journal_.push_back({&value, was::part, std::exchange(value.*Part, std::move(to))});
    }

    mark_type mark() const noexcept { return forgotten_ + journal_.size(); }

    /// Undoes the changes since `m`, newest first.
    void rollback(mark_type m) {
        while (mark() > m && !journal_.empty()) {
            auto& [value, before, part] = journal_.back();
            switch (before) {
            case was::absent:
                map_.erase(added_.back());
                added_.pop_back();
                break;
            case was::another:
                *value = std::move(replaced_.back());
                replaced_.pop_back();
                break;
            case was::part:
                if constexpr (!std::same_as<part_type, detail::no_part>) value->*Part = std::move(part);
                break;
            }
            journal_.pop_back();
        }
    }

    void forget(mark_type m) {
        if (m <= forgotten_) return;
        std::size_t const n = std::min(m - forgotten_, journal_.size());
        std::size_t added = 0, replaced = 0;
        for (std::size_t i = 0; i != n; ++i) {
            added += journal_[i].before == was::absent;
            replaced += journal_[i].before == was::another;
        }
        journal_.pop_front(n);
        added_.pop_front(added);
        replaced_.pop_front(replaced);
        forgotten_ = m;
    }

    /// Calls f(key, value) for all that stood at `m`, which is not forgotten, in any order.
    template <class F>
    void each_at(mark_type m, F&& f) const {
        struct stood {
            was before;                // its oldest change since
            Value const* value;        // the oldest value that was replaced since
            part_type const* part;
        };
        std::unordered_map<Value const*, stood> changed;
        std::size_t const from = m - forgotten_;
        std::size_t replaced = 0;
        for (std::size_t i = 0; i != journal_.size(); ++i) {
            auto const& c = journal_[i];
            auto const* const value = c.before == was::another ? &replaced_[replaced++] : nullptr;
            if (i < from) continue;
            auto const [it, first] = changed.try_emplace(c.value, stood{c.before, value, &c.part});
            if (!first && !it->second.value) it->second.value = value;
        }
        for (auto& [key, value] : map_) {
            auto const it = changed.find(&value);
            if (it == changed.end()) {
                f(key, value);
                continue;
            }
            auto const& [before, other, part] = it->second;
            if (before == was::another) f(key, *other);
            if constexpr (!std::same_as<part_type, detail::no_part>)
                if (before == was::part) {
                    Value then = other ? *other : value;
                    then.*Part = *part;
                    f(key, std::as_const(then));
                }
        }
    }

    /// Puts in what stands already: as set() with everything before it forgotten.
    void put(Key const& key, Value value) { map_.insert_or_assign(key, std::move(value)); }

    std::size_t size() const noexcept { return map_.size(); }
    auto begin() const noexcept { return map_.begin(); }
    auto end() const noexcept { return map_.end(); }

private:
    enum class was : unsigned char { absent, another, part };
    struct change {
        Value* value;
        was before;
        [[no_unique_address]] part_type part;
    };

    std::unordered_map<Key, Value, Hash> map_;  // whose values stay where they are
    ring<change> journal_;                      // forgotten from the front
    ring<Key> added_;                           // of each change of none, in the same order
    ring<Value> replaced_;                      // of each change of another
    mark_type forgotten_ = 0;
};

} // namespace daicho::ledger
