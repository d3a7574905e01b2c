#pragma once

#include <daicho/ledger/fleet_node.hpp>
#include <daicho/ledger/node_pool.hpp>

namespace daicho::ledger {

/// The nodes of a fleet map as they lie in memory, those of earlier moments among them, and how one looks among them from a root.
struct fleet_nodes {
    /// What one node knows of another: where it is, and what it commits to.
    struct edge {
        digest hash{};
        std::uint64_t least = fleet_summary::none;
        std::uint32_t devices = 0;
        std::uint32_t to = 0;  // kind, whether it waits to be hashed, and number
    };
    struct fork {
        std::array<edge, 2> side;
        std::uint32_t born = 0;
        std::uint16_t bit = 0;
    };
    struct device {
        device_standing standing;
        std::uint32_t born = 0;
    };
    struct model {
        model_name name;
        digest key{};
        edge devices;
        std::uint32_t born = 0;
    };

    enum kind : std::uint32_t { nothing, a_device, a_fork, a_model };
    static constexpr std::uint32_t kind_mask = 3, waits = 4, number_shift = 3;
    static constexpr kind kind_of(std::uint32_t to) noexcept { return kind(to & kind_mask); }
    static constexpr std::uint32_t number_of(std::uint32_t to) noexcept { return to >> number_shift; }

    node_pool<fork> forks;
    node_pool<device> devices;
    node_pool<model> models;

    static fleet_summary summary_at(edge const& e) noexcept { return {e.least, e.devices, e.hash}; }

    /// Down by a key to the one edge where it could stand.
    edge const* end_of(edge const* e, digest const& key, std::uint16_t floor) const {
        while (kind_of(e->to) == a_fork) {
            fork const& f = forks[number_of(e->to)];
            e = &f.side[bit_of(key, std::uint16_t(f.bit - floor))];
        }
        return e;
    }

    /// One node down; null at the end.
    edge const* below(edge const& e, digest const& key, node_id const& id) const {
        switch (kind_of(e.to)) {
        case a_fork: {
            fork const& f = forks[number_of(e.to)];
            return &f.side[f.bit < device_bits ? bit_of(key, f.bit) : bit_of(id, std::uint16_t(f.bit - device_bits))];
        }
        case a_model: return &models[number_of(e.to)].devices;
        default: return nullptr;
        }
    }

    /// Null when it is not there.
    device const* find(edge const& root, digest const& key, node_id const& id) const {
        edge const* e = end_of(&root, key, 0);
        if (kind_of(e->to) == nothing || models[number_of(e->to)].key != key) return nullptr;
        e = end_of(&models[number_of(e->to)].devices, id, device_bits);
        auto const& d = devices[number_of(e->to)];
        return d.standing.device == id ? &d : nullptr;
    }

    static device_standing const* standing_of(device const* d) noexcept { return d ? &d->standing : nullptr; }

    /// Nodes in memory.
    std::size_t held() const noexcept { return forks.held() + devices.held() + models.held(); }
};

} // namespace daicho::ledger
