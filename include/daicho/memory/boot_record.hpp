#pragma once

#include <daicho/concept/image_store.hpp>

#include <cstdint>

namespace daicho::memory {

/// What a boot process must remember of two slots, and every decision about them, without any writing:
/// a store computes the next record here and then makes it durable, in one atomic write.
struct boot_record {
    std::uint8_t confirmed = 0;  ///< the slot that is known to be good: 0 or 1
    bool marked = false;         ///< the other slot boots next, or is on trial
    std::uint8_t trials = 0;     ///< boots of the marked slot so far: 0 or 1
    bool reverted = false;       ///< the last trial failed, and nobody has acknowledged it yet

    constexpr bool on_trial() const noexcept { return marked && trials != 0; }
    constexpr std::uint8_t running() const noexcept { return on_trial() ? other_than(confirmed) : confirmed; }
    constexpr std::uint8_t other() const noexcept { return other_than(running()); }
    constexpr boot_state state() const noexcept {
        return on_trial() ? boot_state::trial : reverted ? boot_state::reverted : boot_state::confirmed;
    }

    /// A reset: the marked slot gets one trial; a trial that nobody confirmed is over.
    constexpr boot_record booted() const noexcept {
        if (on_trial()) return {.confirmed = confirmed, .reverted = true};
        if (marked) return {.confirmed = confirmed, .marked = true, .trials = 1};
        return *this;
    }
    /// The other slot is about to change or has just been written.
    constexpr boot_record begun() const noexcept { return {.confirmed = confirmed}; }
    constexpr boot_record mark_set() const noexcept { return {.confirmed = confirmed, .marked = true}; }
    constexpr boot_record trial_confirmed() const noexcept { return {.confirmed = running(), .marked = marked && !on_trial()}; }
    constexpr boot_record trial_reverted() const noexcept {
        return {.confirmed = confirmed, .reverted = on_trial() || (reverted && !marked)};
    }

    friend constexpr bool operator==(boot_record const&, boot_record const&) = default;

private:
    static constexpr std::uint8_t other_than(std::uint8_t slot) noexcept { return std::uint8_t(1 - slot); }
};

} // namespace daicho::memory
