#pragma once

#include <daicho/record/enrolment.hpp>
#include <daicho/record/log_watch.hpp>

namespace daicho {

/// Where a chain starts: a runtime value that every role pins by its digest, the chain id.
/// Protocol holds types and bounds; this holds parameters and root keys.
template <class Scheme>
struct genesis {
    using public_key_type = typename Scheme::public_key_type;
    using key_list = inline_list<public_key_type, limits::signers>;
    using name_type = inline_string<64>;
    static constexpr schema::tag schema{0x01, 3, "genesis"};
    DAICHO_RECORD(genesis<Scheme>,
        (name_type, name),
        (std::uint64_t, time),
        (public_key_type, management),      // enrols, expels, attests time
        (channel_key, management_channel),  // the management server's key of the secure channel
        (public_key_type, recovery),        // kept offline; replaces a lost or stolen management key
        (key_list, signers),                // first authorities; empty where work decides
        (std::uint32_t, target),            // work: the compact target (docs/wire.md)
        (std::uint64_t, final_depth),       // work: a block is final under so many others
        (std::uint64_t, slot_seconds),      // authority: length of a slot; work: the time wanted between blocks, where a retarget asks
        (log_watch, watch));                // light clients: whom they believe about the log
    friend bool operator==(genesis const&, genesis const&) = default;
};

} // namespace daicho
