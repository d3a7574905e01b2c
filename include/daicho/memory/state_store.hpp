#pragma once

#include <daicho/concept/state_store.hpp>
#include <daicho/memory/power.hpp>

#include <algorithm>
#include <array>

namespace daicho::memory {

/// A state_store in a fixed buffer: no heap, so a microcontroller can place one in RAM that survives a reset.
/// With a `power` it takes part in a simulated device's power cuts.
template <std::size_t Capacity = 512>
class state_store {
public:
    static constexpr std::size_t capacity = Capacity;

    state_store() = default;
    explicit state_store(power& supply) noexcept : power_(&supply) {}

    /// Errors: oversized when `out` is too small for what was saved.
    result<byte_view> load(byte_span out) const {
        if (power_ && !power_->on()) return fault{errc::io_failed, "power"};
        if (out.size() < size_) return fault{errc::oversized, "state", size_};
        std::copy_n(buffer_.begin(), size_, out.begin());
        return byte_view(out.first(size_));
    }

    fault save(byte_view b) {
        if (b.size() > Capacity) return {errc::store_full, "state", b.size()};
        if (power_ && !power_->draw()) return {errc::io_failed, "power"};
        std::copy(b.begin(), b.end(), buffer_.begin());
        size_ = b.size();
        return {};
    }

private:
    std::array<byte, Capacity> buffer_{};
    std::size_t size_ = 0;
    power* power_ = nullptr;
};

static_assert(daicho::state_store<state_store<>>);

} // namespace daicho::memory
