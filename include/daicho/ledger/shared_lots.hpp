#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace daicho::ledger {

/// Shares out signatures to several verifiers by their lots (claims::lot), so that each meets its own keys only: then their tables are
/// made once, as many are kept as all verifiers have room for, and those of one key are used one after another. A lot stays with the
/// verifier that had the fewest signatures when it first came.
class shared_lots {
public:
    struct part {
        std::size_t home = 0;          ///< the verifier
        std::size_t from = 0, to = 0;  ///< in the order
        bool empty() const noexcept { return from == to; }
    };

    explicit shared_lots(std::size_t verifiers) : given_(std::max<std::size_t>(verifiers, 1)) { home_.fill(nowhere); }

    /// Writes the order in which they are verified, and returns it in parts of at most `at_once`, one home each. As few as one part holds
    /// are not divided.
    std::vector<part> share_out(std::span<std::uint8_t const> lot, std::vector<std::uint32_t>& order, std::size_t at_once) {
        at_once = std::max<std::size_t>(at_once, 1);
        std::array<std::size_t, lots> count{};
        for (auto l : lot) ++count[l];
        order.resize(lot.size());
        std::vector<part> parts;
        std::array<std::size_t, lots> next{};
        std::size_t placed = 0;
        bool const divided = lot.size() > at_once;
        if (divided) find_homes(count);
        for (std::size_t home = 0; home != (divided ? given_.size() : 1); ++home) {
            std::size_t const from = placed;
            for (std::size_t l = 0; l != lots; ++l)
                if (!divided || home_[l] == home) next[l] = placed, placed += count[l];
            std::size_t const n = placed - from, equal = (n + at_once - 1) / at_once;
            for (std::size_t k = 0; k != equal; ++k) parts.push_back({home, from + n * k / equal, from + n * (k + 1) / equal});
        }
        for (std::uint32_t i = 0; i != lot.size(); ++i) order[next[lot[i]]++] = i;
        return parts;
    }

private:
    static constexpr std::size_t lots = 256, nowhere = std::numeric_limits<std::size_t>::max();

    void find_homes(std::array<std::size_t, lots> const& count) {
        for (std::size_t l = 0; l != lots; ++l) {
            if (count[l] == 0) continue;
            if (home_[l] == nowhere) home_[l] = std::size_t(std::min_element(given_.begin(), given_.end()) - given_.begin());
            given_[home_[l]] += count[l];
        }
    }

    std::vector<std::uint64_t> given_;       // signatures so far, to each verifier
    std::array<std::size_t, lots> home_;     // of each lot
};

} // namespace daicho::ledger
