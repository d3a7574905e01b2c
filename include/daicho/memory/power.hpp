#pragma once

#include <cstddef>
#include <limits>

namespace daicho::memory {

/// The power of a simulated device. Stores ask before every write; the one that is refused, and everything after it,
/// does not happen until the device is rebooted. A test cuts at write 1, 2, 3, ... until an update runs through
/// (MCUboot's simulator does the same).
class power {
public:
    static constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

    /// Counting starts anew: the write after `writes` more is cut.
    void cut_after(std::size_t writes) noexcept {
        written_ = 0;
        cut_ = writes;
        on_ = true;
    }
    void restore() noexcept { cut_after(never); }

    bool on() const noexcept { return on_; }
    std::size_t writes() const noexcept { return written_; }

    /// Called by a store before it writes. False: the power is gone.
    bool draw() noexcept {
        if (on_ && written_ == cut_) on_ = false;
        if (on_) ++written_;
        return on_;
    }

private:
    std::size_t written_ = 0;
    std::size_t cut_ = never;
    bool on_ = true;
};

} // namespace daicho::memory
