#pragma once

#include <daicho/concept/index_store.hpp>

#include <set>
#include <string>
#include <string_view>

namespace daicho::ledger {

/// An index in memory, a node of a tree for each key: for small chains and tests.
class index_list {
public:
    std::uint64_t upto() const noexcept { return upto_; }
    fault append(index_batch const& batch) {
        if (auto f = unfit(batch)) return f;
        for (auto& k : batch.keys) keys_.emplace(as_text(k));
        upto_ = batch.upto;
        return {};
    }
    fault scan(byte_view from, std::function<bool(byte_view)> const& visit) const {
        for (auto it = keys_.lower_bound(as_text(from)); it != keys_.end() && visit(as_bytes(*it)); ++it) {}
        return {};
    }
    fault clear() {
        keys_.clear();
        upto_ = 0;
        return {};
    }

private:
    std::set<std::string, std::less<>> keys_;  // char_traits<char> compares as unsigned bytes
    std::uint64_t upto_ = 0;
};

static_assert(index_store<index_list>);

} // namespace daicho::ledger
