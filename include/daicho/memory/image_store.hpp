#pragma once

#include <daicho/memory/boot_record.hpp>
#include <daicho/memory/power.hpp>

#include <algorithm>
#include <array>

namespace daicho::memory {

/// Two slots of `Capacity` bytes inside the object: a flash chip for tests and simulations. The object is the flash, so it
/// outlives a reset: after a power cut a test calls reboot() on it and builds a new device around it.
/// A write that the `power` cuts is half done, as on a real chip; the boot record is one atomic write.
template <std::size_t Capacity = 64 * 1024>
class image_store {
public:
    static constexpr std::size_t capacity = Capacity;

    image_store() = default;
    explicit image_store(power& supply) noexcept : power_(&supply) {}

    /// The image that left the factory: fills the running slot.
    fault provision(byte_view image) {
        if (image.size() > Capacity) return {errc::store_full, "slot", image.size()};
        auto const slot = record_.running();
        std::copy(image.begin(), image.end(), slots_[slot].begin());
        sizes_[slot] = image.size();
        return {};
    }

    /// What the boot process does after a reset: a marked slot runs on trial once; an unconfirmed trial is reverted.
    fault reboot() { return become(record_.booted()); }

    /// The image that runs now; empty when there was never one.
    byte_view running() const noexcept { return byte_view(slots_[record_.running()]).first(sizes_[record_.running()]); }

    fault begin(std::uint64_t size) {
        if (record_.on_trial()) return {errc::busy, "trial"};
        if (size > Capacity) return {errc::store_full, "slot", size};
        if (auto f = become(record_.begun())) return f;
        if (!draw()) return lost();
        expected_ = 0;
        sizes_[record_.other()] = 0;
        slots_[record_.other()].fill(0xff);
        if (!draw()) return lost();
        expected_ = size;
        begun_ = record_.other();
        return {};
    }

    fault write(std::uint64_t offset, byte_view b) {
        if (record_.marked) return {errc::busy, "marked slot"};
        auto const slot = record_.other();
        if (offset != written() || begun_ != slot || b.size() > expected_ - offset) return {errc::out_of_range, "slot", offset};
        auto const was_on = !power_ || power_->on();
        auto const whole = draw();
        auto const done = whole ? b.size() : was_on ? b.size() / 2 : 0;
        std::copy_n(b.begin(), done, slots_[slot].begin() + std::ptrdiff_t(offset));
        if (!whole) return lost();
        sizes_[slot] = std::size_t(offset) + b.size();
        return {};
    }

    std::uint64_t written() const noexcept { return expected_ != 0 && begun_ == record_.other() ? sizes_[begun_] : 0; }

    fault read(std::uint64_t offset, byte_span out) const { return read_slot(record_.other(), offset, out); }
    /// The same for the slot that runs: a delta's base, a digest at start.
    fault read_running(std::uint64_t offset, byte_span out) const { return read_slot(record_.running(), offset, out); }
    std::uint64_t running_size() const noexcept { return sizes_[record_.running()]; }

    fault mark() {
        if (record_.on_trial()) return {errc::busy, "trial"};
        if (expected_ == 0 || written() != expected_) return {errc::wrong_size, "slot", written()};
        return become(record_.mark_set());
    }
    boot_state state() const noexcept { return record_.state(); }
    fault confirm() { return become(record_.trial_confirmed()); }
    fault revert() { return become(record_.trial_reverted()); }

private:
    bool draw() noexcept { return !power_ || power_->draw(); }
    static fault lost() noexcept { return {errc::io_failed, "power"}; }

    fault become(boot_record next) {
        if (next == record_) return {};
        if (!draw()) return lost();
        record_ = next;
        return {};
    }
    fault read_slot(std::uint8_t slot, std::uint64_t offset, byte_span out) const {
        if (power_ && !power_->on()) return lost();
        if (offset > sizes_[slot] || out.size() > sizes_[slot] - offset) return {errc::out_of_range, "slot", offset};
        std::copy_n(slots_[slot].begin() + std::ptrdiff_t(offset), out.size(), out.begin());
        return {};
    }

    std::array<std::array<byte, Capacity>, 2> slots_{};
    std::array<std::size_t, 2> sizes_{};
    boot_record record_;
    std::uint64_t expected_ = 0;  ///< what begin() announced; 0 when nothing was begun
    std::uint8_t begun_ = 0;      ///< the slot it was announced for
    power* power_ = nullptr;
};

static_assert(daicho::image_store<image_store<>>);

} // namespace daicho::memory
