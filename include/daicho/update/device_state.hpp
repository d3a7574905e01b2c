#pragma once

#include <daicho/record/transaction.hpp>

#include <optional>

namespace daicho::update {

/// How far an update has come. Durable: a device that lost power goes on from here.
enum class phase : std::uint8_t {
    idle,
    fetching,   ///< the other slot is being filled with `wanted`
    marked,     ///< it was verified and marked: the next boot decides
};

} // namespace daicho::update

template <>
inline constexpr auto daicho::schema::names_of<daicho::update::phase> = std::to_array<std::string_view>({"idle", "fetching", "marked"});

namespace daicho::update {

/// An outcome that the ledger does not know yet.
struct unreported {
    using state_type = daicho::state;
    DAICHO_RECORD(unreported,
        (state_type, state),
        (std::uint64_t, ver),
        (digest, verifier));
    friend bool operator==(unreported const&, unreported const&) = default;
};

/// The image that an update shall bring.
struct wanted_image {
    DAICHO_RECORD(wanted_image,
        (std::uint64_t, version),
        (std::uint64_t, size),
        (digest, verifier));
    friend bool operator==(wanted_image const&, wanted_image const&) = default;
};

/// What a device remembers over a power cut, in one atomic cell.
template <class Scheme>
struct device_state {
    using phase_type = daicho::update::phase;
    using key_type = std::optional<typename Scheme::public_key_type>;
    using report_type = std::optional<unreported>;
    static constexpr schema::tag schema{0x80, 1, "device_state"};
    DAICHO_RECORD(device_state<Scheme>,
        (std::uint64_t, version),       // of the confirmed image: the floor below which nothing is accepted
        (digest, verifier),
        (phase_type, phase),
        (wanted_image, wanted),
        (digest, bad),                  // an image that did not pass its health check or could not be used: not tried again
        (std::uint64_t, sequence),      // of the last transaction; saved before it is used
        (std::uint64_t, time_floor),    // the latest time that the management key ever vouched for
        (node_id, gateway),             // who served the update: recipient of its outcome
        (report_type, report),
        (key_type, management),         // when the recovery key has replaced genesis's
        (std::uint64_t, rotation));     // sequence of the transaction that did: an earlier one is never followed again
    friend bool operator==(device_state const&, device_state const&) = default;
};

} // namespace daicho::update
