#pragma once

#include <daicho/concept/index_store.hpp>

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace daicho::ledger {

/// An index in memory, a node of a tree for each key and of a table for each name: for small chains and tests.
class index_list {
public:
    std::uint64_t upto() const noexcept { return upto_; }
    fault append(index_batch const& batch) {
        if (auto f = unfit(batch, upto_)) return f;
        for (auto& k : batch.keys) keys_.emplace(as_text(k));
        for (auto name : batch.names) places_.emplace(name, upto_++);
        upto_ = batch.upto;
        return {};
    }
    fault scan(byte_view from, std::function<bool(byte_view)> const& visit) const {
        for (auto it = keys_.lower_bound(as_text(from)); it != keys_.end() && visit(as_bytes(*it)); ++it) {}
        return {};
    }
    fault find(std::uint64_t name, std::function<bool(std::uint64_t)> const& visit) const {
        auto const [first, last] = places_.equal_range(name);
        for (auto it = first; it != last && visit(it->second); ++it) {}
        return {};
    }
    fault clear() {
        keys_.clear();
        places_.clear();
        upto_ = 0;
        return {};
    }

private:
    std::set<std::string, std::less<>> keys_;  // char_traits<char> compares as unsigned bytes
    std::unordered_multimap<std::uint64_t, std::uint64_t> places_;
    std::uint64_t upto_ = 0;
};

static_assert(index_store<index_list>);

} // namespace daicho::ledger
