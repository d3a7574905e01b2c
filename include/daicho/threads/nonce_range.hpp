#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>

namespace daicho::threads {

/// Nonces from `first` to `last`, both included, handed out in slices, in order, to any thread that asks. Once one of them
/// reached the target nothing more is handed out; the lowest is known when all slices that were taken are settled.
class nonce_range {
public:
    /// Some nonces in a row; none when `count` is 0.
    struct slice {
        std::uint64_t first = 0;
        std::uint64_t count = 0;
    };

    nonce_range(std::uint64_t first, std::uint64_t last) noexcept : next_(first), last_(last), over_(first > last) {}

    /// The next `wanted` nonces (at least 1), or the fewer that are left.
    slice take(std::uint64_t wanted) {
        std::lock_guard const hold(lock_);
        if (over_) return {};
        std::uint64_t const beyond = std::min(wanted - 1, last_ - next_);  // the first of the slice; no sum here leaves 64 bits
        slice const taken{next_, beyond + 1};
        over_ = beyond == last_ - next_;
        next_ += taken.count;
        return taken;
    }

    /// A slice was searched, and gave its first nonce that reaches the target, if any does.
    void settle(slice searched, std::optional<std::uint64_t> found) {
        std::lock_guard const hold(lock_);
        tried_ += found ? *found - searched.first + 1 : searched.count;
        if (!found) return;
        over_ = true;
        lowest_ = std::min(*found, lowest_.value_or(*found));
    }

    std::optional<std::uint64_t> lowest() const {
        std::lock_guard const hold(lock_);
        return lowest_;
    }
    /// How many were tried in the slices that are settled.
    std::uint64_t tried() const {
        std::lock_guard const hold(lock_);
        return tried_;
    }

private:
    mutable std::mutex lock_;
    std::uint64_t next_, last_, tried_ = 0;
    bool over_;
    std::optional<std::uint64_t> lowest_;
};

} // namespace daicho::threads
