#pragma once

#include <cstdint>
#include <string_view>

namespace daicho::update {

/// How one look for an update ended.
enum class outcome : std::uint8_t {
    unchanged,    ///< the newest release runs already
    installed,    ///< the last update was confirmed by its health check, and is reported
    rolled_back,  ///< the last update failed its health check; the old image runs
    reboot,       ///< a verified image is marked: boot it
    on_trial,     ///< it is running on trial: the boot process has not decided yet
};

constexpr std::string_view name(outcome o) noexcept {
    constexpr std::string_view names[] = {"unchanged", "installed", "rolled back", "reboot", "on trial"};
    return names[std::size_t(o)];
}

} // namespace daicho::update
