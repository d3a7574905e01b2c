#pragma once

#include <daicho/hash.hpp>
#include <daicho/ledger/fleet_map.hpp>

#include <map>
#include <random>
#include <vector>

/// The fleet map by its definition: a std::map, and the tree over it built from nothing each time.
namespace fleet {

using namespace daicho;
using fleet_map = ledger::fleet_map<sha256>;

inline node_id name(std::uint64_t number) {
    std::array<byte, 8> n;
    store_be64(n.data(), number);
    sha256 h;
    h.update(n);
    return h.finish();
}
/// Names that part only in their last bits: deep ways.
inline node_id near_name(byte number) {
    node_id id{};
    id[31] = number;
    return id;
}

inline device_standing running(node_id const& id, std::uint64_t version, std::uint64_t height = 1) {
    return {id, version, height, state::running, false};
}

struct definition {
    std::map<std::pair<digest, node_id>, device_standing> all;
    std::map<digest, model_name> models;

    void set(model_name const& model, device_standing const& d) {
        models[ledger::key_of<sha256>(model)] = model;
        all[{ledger::key_of<sha256>(model), d.device}] = d;
    }
    bool erase(model_name const& model, node_id const& id) { return all.erase({ledger::key_of<sha256>(model), id}) != 0; }

    device_standing const* find(model_name const& model, node_id const& id) const {
        auto const it = all.find({ledger::key_of<sha256>(model), id});
        return it == all.end() ? nullptr : &it->second;
    }
    std::vector<device_standing> behind(model_name const& model, std::uint64_t version) const {
        std::vector<device_standing> out;
        for (auto& [key, d] : all)
            if (key.first == ledger::key_of<sha256>(model) && !d.expelled && d.version < version) out.push_back(d);
        return out;
    }
    std::uint64_t devices(model_name const& model) const { return behind(model, ~std::uint64_t(0)).size(); }

    using item = std::pair<digest, fleet_summary>;
    /// Items ascend by key. They part at the first bit in which the first and the last differ.
    static fleet_summary over(std::vector<item> const& items, std::uint16_t floor) {
        if (items.size() == 1) return items[0].second;
        std::uint16_t bit = 0;
        while (ledger::bit_of(items.front().first, bit) == ledger::bit_of(items.back().first, bit)) ++bit;
        std::vector<item> side[2];
        for (auto& i : items) side[ledger::bit_of(i.first, bit)].push_back(i);
        return ledger::summary_of<sha256>(std::uint16_t(floor + bit), over(side[0], floor), over(side[1], floor));
    }
    digest root() const {
        std::map<digest, std::vector<item>> devices;
        for (auto& [key, d] : all) devices[key.first].push_back({d.device, ledger::summary_of<sha256>(d)});
        std::vector<item> tops;
        for (auto& [key, items] : devices) tops.push_back({key, ledger::summary_of<sha256>(fleet_model{models.at(key), over(items, 256)})});
        return ledger::fleet_root<sha256>(tops.empty() ? ledger::no_devices : over(tops, 0));
    }
};

} // namespace fleet
