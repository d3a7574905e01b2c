#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace daicho::ledger {

/// Counts how often each sender speaks in one block. Knows a sender by where the registry holds it.
class sender_count {
public:
    /// Forgets all. At most `speeches` are counted until the next time.
    void begin(std::size_t speeches) { counts_.assign(std::bit_ceil(2 * speeches + 1), {}); }  // never more than half full

    /// How often this one has spoken, this time included.
    std::size_t add(void const* sender) noexcept {
        std::size_t const mask = counts_.size() - 1;
        std::size_t i = std::size_t((reinterpret_cast<std::uintptr_t>(sender) * 0x9e3779b97f4a7c15u) >> 20) & mask;
        while (counts_[i].first && counts_[i].first != sender) i = (i + 1) & mask;
        counts_[i].first = sender;
        return ++counts_[i].second;
    }

private:
    std::vector<std::pair<void const*, std::size_t>> counts_;
};

} // namespace daicho::ledger
