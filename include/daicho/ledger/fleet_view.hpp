#pragma once

#include <daicho/base/result.hpp>
#include <daicho/ledger/fleet_nodes.hpp>

#include <cassert>

namespace daicho::ledger {

/// A fleet map at one moment, whatever is changed later: shows how devices stood, with proof. Good until the map goes back behind it, or
/// forgets a later mark.
template <hash_function H>
class fleet_view {
    using nodes = fleet_nodes;
    using edge = nodes::edge;

public:
    /// `root`: all below it is hashed. The nodes outlive it.
    fleet_view(fleet_nodes const& all, edge const& root) : nodes_(&all), root_(root) { assert(!(root.to & nodes::waits)); }

    digest root() const { return fleet_root<H>(summary()); }
    /// Of the whole fleet.
    fleet_summary summary() const { return nodes::summary_at(root_); }

    /// Null when it was not there.
    device_standing const* find(model_name const& name, node_id const& id) const { return nodes::standing_of(nodes_->find(root_, key_of<H>(name), id)); }

    /// Errors: oversized, when the way has more forks than a proof may have.
    result<model_proof> prove_model(model_name const& name) const {
        result<model_proof> out(std::in_place);
        *out = {};
        edge const* end;
        if (auto f = show_model(name, *out, end)) out = f;
        return out;
    }
    /// How a device of a model stands, or that it is not there. Errors: as prove_model.
    result<standing_proof> prove_standing(model_name const& name, node_id const& id) const {
        result<standing_proof> out(std::in_place);
        *out = {};
        if (auto f = show_standing(name, id, *out)) out = f;
        return out;
    }
    /// All devices of a model that run less than `version`. Errors: oversized, also when there are too many.
    result<behind_proof> prove_behind(model_name const& name, std::uint64_t version) const {
        result<behind_proof> out(std::in_place);
        *out = {};
        if (auto f = show_behind(name, version, *out)) out = f;
        return out;
    }

private:
    /// As nodes::end_of, with each fork and its other side.
    fault show_way(edge const*& e, digest const& key, std::uint16_t floor, fleet_way& way) const {
        while (nodes::kind_of(e->to) == nodes::a_fork) {
            nodes::fork const& f = nodes_->forks[nodes::number_of(e->to)];
            bool const side = bit_of(key, std::uint16_t(f.bit - floor));
            if (!way.push_back({f.bit, nodes::summary_at(f.side[!side])})) return {errc::oversized, "proof.way", way.size()};
            e = &f.side[side];
        }
        return {};
    }

    /// `end` is where the model's devices are; null when the model is not there.
    fault show_model(model_name const& name, model_proof& out, edge const*& end) const {
        edge const* e = &root_;
        end = nullptr;
        if (nodes::kind_of(e->to) == nodes::nothing) return {};
        digest const key = key_of<H>(name);
        if (auto f = show_way(e, key, 0, out.way)) return f;
        nodes::model const& m = nodes_->models[nodes::number_of(e->to)];
        out.found = fleet_model{m.name, nodes::summary_at(m.devices)};
        if (m.key == key) end = &m.devices;
        return {};
    }

    fault show_standing(model_name const& name, node_id const& id, standing_proof& out) const {
        edge const* e;
        if (auto f = show_model(name, out.model, e)) return f;
        if (!e) return {};
        if (auto f = show_way(e, id, device_bits, out.way)) return f;
        out.found = nodes_->devices[nodes::number_of(e->to)].standing;
        return {};
    }

    fault show_behind(model_name const& name, std::uint64_t version, behind_proof& out) const {
        edge const* e;
        if (auto f = show_model(name, out.model, e)) return f;
        return e && e->least < version ? show_part(*e, version, 0, out.nodes) : fault{};
    }

    fault show_part(edge const& e, std::uint64_t version, std::size_t depth, behind_proof::list_type& out) const {
        if (out.size() == behind_proof::list_type::bound || depth > limits::fleet_steps) return {errc::oversized, "proof.nodes", out.size()};
        if (e.least >= version) return out.emplace_back(nodes::summary_at(e)), fault{};
        if (nodes::kind_of(e.to) == nodes::a_device) return out.emplace_back(nodes_->devices[nodes::number_of(e.to)].standing), fault{};
        nodes::fork const& f = nodes_->forks[nodes::number_of(e.to)];
        out.emplace_back(fleet_fork{f.bit});
        if (auto bad = show_part(f.side[0], version, depth + 1, out)) return bad;
        return show_part(f.side[1], version, depth + 1, out);
    }

    fleet_nodes const* nodes_;
    edge root_;
};

} // namespace daicho::ledger
