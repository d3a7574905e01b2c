#pragma once

#include <daicho/record/enrolment.hpp>
#include <daicho/record/fleet.hpp>
#include <daicho/record/release.hpp>

/// What a chain holds at a final height, so that its node can start there (docs/adr/0030-snapshots-are-local.md). Written and read by one
/// node; never sent. It may be of any size, so it comes in parts, and a head that names them.
namespace daicho {

/// What the rules for the next blocks look at of one of the last headers, beside the block itself.
struct snapshot_header {
    DAICHO_RECORD(snapshot_header,
        (digest, hash),
        (std::uint64_t, total_high),        // what stands behind the chain up to and with it, 128 bits
        (std::uint64_t, total_low),
        (std::uint64_t, vouched));          // as consensus said with it as the tip
    friend bool operator==(snapshot_header const&, snapshot_header const&) = default;
};

struct snapshot_head {
    using header_list = bounded_list<snapshot_header, 64>;
    using frontier_type = inline_list<digest, limits::tree_path>;
    using signer_list = bounded_list<node_id, limits::signers>;
    static constexpr schema::tag schema{0x84, 1, "snapshot_head"};
    DAICHO_RECORD(snapshot_head,
        (digest, chain_id),
        (std::uint64_t, height),
        (header_list, headers),             // the last ones up to this height, oldest first
        (std::uint64_t, history_size),
        (frontier_type, frontier),          // heads of the history's perfect subtrees, largest first
        (signer_list, signers),             // in the order of their enrolment
        (std::uint64_t, parts),
        (digest, content));                 // over the digest of each part, in order
    friend bool operator==(snapshot_head const&, snapshot_head const&) = default;
};

template <class Scheme>
struct snapshot_member {
    using public_key_type = typename Scheme::public_key_type;
    DAICHO_RECORD(snapshot_member<Scheme>,
        (member_role, role),
        (public_key_type, key),
        (channel_key, channel),
        (model_list, models),
        (std::uint64_t, sequence),
        (std::uint64_t, since),
        (bool, expelled));
    friend bool operator==(snapshot_member const&, snapshot_member const&) = default;
};

template <class Scheme>
struct snapshot_release {
    using release_type = signed_release<Scheme>;
    DAICHO_RECORD(snapshot_release<Scheme>,
        (release_type, release),
        (std::uint64_t, height),
        (bool, withdrawn));
    friend bool operator==(snapshot_release const&, snapshot_release const&) = default;
};

/// The last thing a member reported about itself.
struct snapshot_report {
    DAICHO_RECORD(snapshot_report,
        (node_id, member),
        (daicho::state, state),
        (model_name, model),
        (std::uint64_t, ver),
        (digest, verifier),
        (std::uint64_t, time),
        (std::uint64_t, height));
    friend bool operator==(snapshot_report const&, snapshot_report const&) = default;
};

/// One of the devices that the fleet map holds.
struct snapshot_device {
    DAICHO_RECORD(snapshot_device,
        (model_name, model),
        (device_standing, standing));
    friend bool operator==(snapshot_device const&, snapshot_device const&) = default;
};

template <class Scheme>
struct snapshot_part {
    static constexpr std::size_t most = 4096;  ///< of each kind
    using member_list = bounded_list<snapshot_member<Scheme>, most>;
    using release_list = bounded_list<snapshot_release<Scheme>, most>;
    using report_list = bounded_list<snapshot_report, most>;
    using device_list = bounded_list<snapshot_device, most>;
    static constexpr schema::tag schema{0x85, 1, "snapshot_part"};
    DAICHO_RECORD(snapshot_part<Scheme>,
        (member_list, members),
        (release_list, releases),
        (report_list, reports),
        (device_list, devices));
    friend bool operator==(snapshot_part const&, snapshot_part const&) = default;
};

} // namespace daicho
