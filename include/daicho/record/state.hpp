#pragma once

#include <daicho/schema/reflect.hpp>

#include <array>
#include <cstdint>

namespace daicho {

/// What a transaction says happened (paper table 3 "state"; docs/wire.md has who signs and who carries each).
enum class state : std::uint8_t {
    released,     ///< a publisher's signed release may be installed
    withdrawn,    ///< it may no longer be installed
    cached,       ///< a gateway keeps the file, verified
    installed,    ///< a device runs it, confirmed by its health check
    unchanged,    ///< a device asked and was up to date
    failed,       ///< a device refused or could not write it
    rolled_back,  ///< it did not pass the health check; the old image runs
    running,      ///< a device's operating state, reported from time to time
    enrolled,     ///< a member's key was admitted
    expelled,     ///< and taken away, for good
};

/// What a member may do. One key has one role.
enum class member_role : std::uint8_t { management, recovery, publisher, gateway, device, ledger_node, signer };

/// Gateways may: in the paper they mine.
constexpr bool keeps_a_chain(member_role r) noexcept {
    return r == member_role::ledger_node || r == member_role::signer || r == member_role::gateway;
}

} // namespace daicho

template <>
inline constexpr auto daicho::schema::names_of<daicho::state> = std::to_array<std::string_view>(
    {"released", "withdrawn", "cached", "installed", "unchanged", "failed", "rolled_back", "running", "enrolled", "expelled"});

template <>
inline constexpr auto daicho::schema::names_of<daicho::member_role> =
    std::to_array<std::string_view>({"management", "recovery", "publisher", "gateway", "device", "ledger_node", "signer"});
