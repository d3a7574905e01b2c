#pragma once

#include <daicho/record/release.hpp>
#include <daicho/record/state.hpp>

#include <optional>
#include <variant>

/// What a ledger node shows somebody who holds 32 bytes, the root of the fleet map, and believes nothing else (docs/proofs.md).
namespace daicho {

/// How a device stands: what it runs as it says itself, and the last thing it said.
struct device_standing {
    static constexpr schema::tag schema{0x90, 1, "device_standing"};
    DAICHO_RECORD(device_standing,
        (node_id, device),
        (std::uint64_t, version),           // 0 until it reports one
        (std::uint64_t, height),            // of the block in which it last spoke, or was enrolled
        (daicho::state, state),             // the last thing it said; enrolled until it speaks
        (bool, expelled));                  // its key counts no more
    friend bool operator==(device_standing const&, device_standing const&) = default;
};

/// A part of the fleet, from afar: all that a node of the map commits to of each of its two sides.
struct fleet_summary {
    static constexpr std::uint64_t none = ~std::uint64_t(0);
    static constexpr schema::tag schema{0x91, 1, "fleet_summary"};
    DAICHO_RECORD(fleet_summary,
        (std::uint64_t, least),             // version of its devices; none (2^64 - 1) where all were expelled, or there are none
        (std::uint64_t, devices),           // how many, without those that were expelled
        (digest, hash));                    // of the node
    friend bool operator==(fleet_summary const&, fleet_summary const&) = default;
};

/// A node where two sides part: those whose key has this bit clear, and those that have it set.
struct fleet_fork {
    static constexpr schema::tag schema{0x92, 1, "fleet_fork"};
    DAICHO_RECORD(fleet_fork, (std::uint16_t, bit));  // 0 to 255 of the model's digest, 256 to 511 of the device's name
    friend bool operator==(fleet_fork const&, fleet_fork const&) = default;
};

/// One fork on the way down, and the side not taken.
struct fleet_step {
    DAICHO_RECORD(fleet_step,
        (std::uint16_t, bit),
        (fleet_summary, other));
    friend bool operator==(fleet_step const&, fleet_step const&) = default;
};
using fleet_way = inline_list<fleet_step, limits::fleet_steps>;

/// A model and its devices.
struct fleet_model {
    DAICHO_RECORD(fleet_model,
        (model_name, model),
        (fleet_summary, devices));
    friend bool operator==(fleet_model const&, fleet_model const&) = default;
};

/// What is there of a model: it, or the only one that could stand in its place. Nothing, where the map is empty.
struct model_proof {
    using found_type = std::optional<fleet_model>;
    static constexpr schema::tag schema{0x93, 1, "model_proof"};
    DAICHO_RECORD(model_proof,
        (fleet_way, way),                   // from the root down
        (found_type, found));
    friend bool operator==(model_proof const&, model_proof const&) = default;
};

/// What is there of a device of a model: how it stands, or the only one that could stand in its place.
struct standing_proof {
    using found_type = std::optional<device_standing>;
    static constexpr schema::tag schema{0x94, 1, "standing_proof"};
    DAICHO_RECORD(standing_proof,
        (model_proof, model),
        (fleet_way, way),                   // from the model down; empty where the model is not there
        (found_type, found));
    friend bool operator==(standing_proof const&, standing_proof const&) = default;
};

/// Every device of a model that is behind a version: the model's part of the map, in which each part that has none of them is a
/// summary. Depth first, the clear side before the set one, so devices ascend by name.
struct behind_proof {
    using node_type = std::variant<fleet_fork, fleet_summary, device_standing>;
    using list_type = bounded_list<node_type, limits::fleet_nodes>;
    static constexpr schema::tag schema{0x95, 1, "behind_proof"};
    DAICHO_RECORD(behind_proof,
        (model_proof, model),
        (list_type, nodes));                // empty where the model is not there, or its summary says that none is behind
    friend bool operator==(behind_proof const&, behind_proof const&) = default;
};

/// What a ledger node answers of one device: how it stands after a final block, or that no record of its model has it.
struct device_answer {
    static constexpr schema::tag schema{0x96, 1, "device_answer"};
    DAICHO_RECORD(device_answer,
        (std::uint64_t, height),            // of the block whose header has the root
        (model_name, model),
        (node_id, device),
        (standing_proof, proof));
    friend bool operator==(device_answer const&, device_answer const&) = default;
};

/// What a ledger node answers of a model: all of its devices that run less than a version, after a final block.
struct behind_answer {
    static constexpr schema::tag schema{0x97, 1, "behind_answer"};
    DAICHO_RECORD(behind_answer,
        (std::uint64_t, height),            // of the block whose header has the root
        (model_name, model),
        (std::uint64_t, version),
        (behind_proof, proof));
    friend bool operator==(behind_answer const&, behind_answer const&) = default;
};

} // namespace daicho
