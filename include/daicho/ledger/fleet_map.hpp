#pragma once

#include <daicho/base/result.hpp>
#include <daicho/ledger/fleet_node.hpp>
#include <daicho/ledger/node_pool.hpp>

#include <bit>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace daicho::ledger {

/// How every device stands, under 32 bytes (docs/proofs.md): a crit-bit tree of models, each with one of its devices. The root follows
/// from what is in it, in whichever order it came. Changes are hashed together, when a root is asked for, level by level.
/// Goes back as journaled_map does: `mark()` names a moment, `rollback(mark)` returns to it, `forget(mark)` makes everything before it
/// permanent. Until then what was at the mark can also be looked at: nodes are shared, not changed.
template <hash_function H, many_hash<H> M = many_of<H>>
class fleet_map {
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

public:
    struct mark_type {
        friend class fleet_map;

    private:
        edge root;
        std::size_t made = 0, replaced = 0;
    };

    explicit fleet_map(M many = {}) : many_(std::move(many)) {}

    /// Null when it is not there.
    device_standing const* find(model_name const& name, node_id const& id) const { return standing_of(find(root_, key_of<H>(name), id)); }

    /// Puts a device into a model, or replaces how it stands there.
    void set(model_name const& name, device_standing const& standing) {
        digest const& key = remembered_key(name);
        edge* const at = place(root_, key, 0, [&](edge const& e) -> digest const& { return models_[number_of(e.to)].key; });
        if (kind_of(at->to) == nothing) {
            std::uint32_t const i = models_.make();
            models_[i] = {name, key, {}, epoch_};
            at->to = note(a_model, i);
        }
        edge* const leaf = place(own(models_, a_model, *at).devices, standing.device, device_bits,
                                 [&](edge const& e) -> digest const& { return devices_[number_of(e.to)].standing.device; });
        if (kind_of(leaf->to) == nothing) {
            std::uint32_t const i = devices_.make();
            devices_[i] = {standing, epoch_};
            leaf->to = note(a_device, i);
        } else {
            own(devices_, a_device, *leaf).standing = standing;
        }
    }

    /// Lets `change(device_standing&)` change how a device stands that is there. False when it is not.
    template <class Change>
    bool change(model_name const& name, node_id const& id, Change change) {
        digest const& key = remembered_key(name);
        device const* const there = find(root_, key, id);
        if (!there) return false;
        if (there->born == epoch_) return change(const_cast<device&>(*there).standing), true;  // made lately, so all above waits already
        edge* const at = way_to(root_, key, 0).second;
        edge* const leaf = way_to(own(models_, a_model, *at).devices, id, device_bits).second;
        change(own(devices_, a_device, *leaf).standing);
        return true;
    }

    /// Where somebody is, or would be.
    struct place_name {
        model_name const* model;
        node_id const* device;
    };
    /// What will be changed next: brings the ways there into the processor's memory, several at a time, where one would wait for each
    /// fork by itself. Changes nothing.
    void expect(std::span<place_name const> places) {
        constexpr std::size_t at_once = 16;
        for (; places.size() > at_once; places = places.subspan(at_once)) expect(places.first(at_once));
        std::array<edge const*, at_once> here;
        std::array<digest, at_once> keys;
        for (std::size_t i = 0; i != places.size(); ++i) here[i] = &root_, keys[i] = remembered_key(*places[i].model);
        for (bool any = true; any;) {
            any = false;
            for (std::size_t i = 0; i != places.size(); ++i) {
                if (!here[i]) continue;
                here[i] = below(*here[i], keys[i], *places[i].device);
                if (!here[i]) continue;
                any = true;
                if (kind_of(here[i]->to) == a_fork) fetch(forks_[number_of(here[i]->to)]);
                if (kind_of(here[i]->to) == a_device) fetch(devices_[number_of(here[i]->to)]);
            }
        }
    }

    /// False when it was not there.
    bool erase(model_name const& name, node_id const& id) {
        digest const key = remembered_key(name);
        if (!find(root_, key, id)) return false;
        auto const [above_model, at] = way_to(root_, key, 0);
        auto const [above_device, leaf] = way_to(own(models_, a_model, *at).devices, id, device_bits);
        replaced_.push_back(leaf->to);
        if (above_device) {
            take_out(*above_device, id, device_bits);
        } else {  // its model's last
            replaced_.push_back(at->to);
            if (above_model) take_out(*above_model, key, 0);
            else root_ = {};
        }
        return true;
    }

    mark_type mark() {
        hash_what_waits();
        mark_type m;
        m.root = root_, m.made = made_before_ + made_.size(), m.replaced = replaced_before_ + replaced_.size();
        return m;
    }

    void rollback(mark_type const& m) {
        while (made_before_ + made_.size() > m.made && !made_.empty()) let_go(made_.back()), made_.pop_back();
        if (replaced_before_ + replaced_.size() > m.replaced) replaced_.resize(m.replaced - replaced_before_);
        root_ = m.root;
        ++epoch_;
    }

    void forget(mark_type const& m) {
        if (m.replaced > replaced_before_) {
            auto const end = replaced_.begin() + std::ptrdiff_t(std::min(m.replaced - replaced_before_, replaced_.size()));
            for (auto it = replaced_.begin(); it != end; ++it) let_go(*it);
            replaced_.erase(replaced_.begin(), end);
            replaced_before_ = m.replaced;
        }
        if (m.made > made_before_) {
            made_.erase(made_.begin(), made_.begin() + std::ptrdiff_t(std::min(m.made - made_before_, made_.size())));
            made_before_ = m.made;
        }
    }

    /// The map at one moment, whatever is changed later. Good until the map goes back behind it, or forgets a later mark.
    class view {
    public:
        digest root() const { return fleet_root<H>(summary()); }
        /// Of the whole fleet.
        fleet_summary summary() const { return summary_at(root_); }

        device_standing const* find(model_name const& name, node_id const& id) const { return standing_of(map_->find(root_, key_of<H>(name), id)); }

        /// Errors: oversized, when the way has more forks than a proof may have.
        result<model_proof> prove_model(model_name const& name) const {
            result<model_proof> out(std::in_place);
            *out = {};
            edge const* end;
            if (auto f = map_->show_model(root_, name, *out, end)) out = f;
            return out;
        }
        /// How a device of a model stands, or that it is not there. Errors: as prove_model.
        result<standing_proof> prove_standing(model_name const& name, node_id const& id) const {
            result<standing_proof> out(std::in_place);
            *out = {};
            if (auto f = map_->show_standing(root_, name, id, *out)) out = f;
            return out;
        }
        /// All devices of a model that run less than `version`. Errors: oversized, also when there are too many.
        result<behind_proof> prove_behind(model_name const& name, std::uint64_t version) const {
            result<behind_proof> out(std::in_place);
            *out = {};
            if (auto f = map_->show_behind(root_, name, version, *out)) out = f;
            return out;
        }

    private:
        friend class fleet_map;
        view(fleet_map const& map, edge const& root) : map_(&map), root_(root) {}
        fleet_map const* map_;
        edge root_;
    };

    /// As it is now. Hashes what has changed since the last time.
    view now() {
        hash_what_waits();
        return {*this, root_};
    }
    view at(mark_type const& m) const { return {*this, m.root}; }

    digest root() { return now().root(); }

    /// Nodes in memory, older ones among them.
    std::size_t nodes() const noexcept { return forks_.held() + devices_.held() + models_.held(); }

private:
    static fleet_summary summary_at(edge const& e) noexcept { return {e.least, e.devices, e.hash}; }

    // --- looking ---------------------------------------------------------------------------------------------------------
    /// Down by a key to the one edge where it could stand.
    edge const* end_of(edge const* e, digest const& key, std::uint16_t floor) const {
        while (kind_of(e->to) == a_fork) {
            fork const& f = forks_[number_of(e->to)];
            e = &f.side[bit_of(key, std::uint16_t(f.bit - floor))];
        }
        return e;
    }

    /// One node down; null at the end.
    edge const* below(edge const& e, digest const& key, node_id const& id) const {
        switch (kind_of(e.to)) {
        case a_fork: {
            fork const& f = forks_[number_of(e.to)];
            return &f.side[f.bit < device_bits ? bit_of(key, f.bit) : bit_of(id, std::uint16_t(f.bit - device_bits))];
        }
        case a_model: return &models_[number_of(e.to)].devices;
        default: return nullptr;
        }
    }
    /// Inlined always: g++ takes a function that only prefetches for one that does nothing, and leaves out its calls.
    template <class Node>
    [[gnu::always_inline]] static void fetch(Node const& node) {
        __builtin_prefetch(&node);
        __builtin_prefetch(reinterpret_cast<char const*>(&node) + sizeof node - 1);
    }

    device const* find(edge const& root, digest const& key, node_id const& id) const {
        edge const* e = end_of(&root, key, 0);
        if (kind_of(e->to) == nothing || models_[number_of(e->to)].key != key) return nullptr;
        e = end_of(&models_[number_of(e->to)].devices, id, device_bits);
        auto const& d = devices_[number_of(e->to)];
        return d.standing.device == id ? &d : nullptr;
    }
    static device_standing const* standing_of(device const* d) noexcept { return d ? &d->standing : nullptr; }

    /// As end_of, with each fork and its other side.
    fault show_way(edge const*& e, digest const& key, std::uint16_t floor, fleet_way& way) const {
        while (kind_of(e->to) == a_fork) {
            fork const& f = forks_[number_of(e->to)];
            bool const side = bit_of(key, std::uint16_t(f.bit - floor));
            if (!way.push_back({f.bit, summary_at(f.side[!side])})) return {errc::oversized, "proof.way", way.size()};
            e = &f.side[side];
        }
        return {};
    }

    /// `end` is where the model's devices are; null when the model is not there.
    fault show_model(edge const& root, model_name const& name, model_proof& out, edge const*& end) const {
        assert(!(root.to & waits));
        edge const* e = &root;
        end = nullptr;
        if (kind_of(e->to) == nothing) return {};
        digest const key = key_of<H>(name);
        if (auto f = show_way(e, key, 0, out.way)) return f;
        model const& m = models_[number_of(e->to)];
        out.found = fleet_model{m.name, summary_at(m.devices)};
        if (m.key == key) end = &m.devices;
        return {};
    }

    fault show_standing(edge const& root, model_name const& name, node_id const& id, standing_proof& out) const {
        edge const* e;
        if (auto f = show_model(root, name, out.model, e)) return f;
        if (!e) return {};
        if (auto f = show_way(e, id, device_bits, out.way)) return f;
        out.found = devices_[number_of(e->to)].standing;
        return {};
    }

    fault show_behind(edge const& root, model_name const& name, std::uint64_t version, behind_proof& out) const {
        edge const* e;
        if (auto f = show_model(root, name, out.model, e)) return f;
        return e && e->least < version ? show_part(*e, version, 0, out.nodes) : fault{};
    }

    fault show_part(edge const& e, std::uint64_t version, std::size_t depth, behind_proof::list_type& out) const {
        if (out.size() == behind_proof::list_type::bound || depth > limits::fleet_steps) return {errc::oversized, "proof.nodes", out.size()};
        if (e.least >= version) return out.emplace_back(summary_at(e)), fault{};
        if (kind_of(e.to) == a_device) return out.emplace_back(devices_[number_of(e.to)].standing), fault{};
        fork const& f = forks_[number_of(e.to)];
        out.emplace_back(fleet_fork{f.bit});
        if (auto bad = show_part(f.side[0], version, depth + 1, out)) return bad;
        return show_part(f.side[1], version, depth + 1, out);
    }

    // --- changing ----------------------------------------------------------------------------------------------------------
    std::uint32_t note(kind k, std::uint32_t number) {
        std::uint32_t const to = number << number_shift | k;
        assert(number_of(to) == number);
        made_.push_back(to);
        return to | waits;
    }

    /// The node behind an edge, to be changed: a copy, unless it was made since all was last hashed.
    template <class Node>
    Node& own(node_pool<Node>& pool, kind k, edge& e) {
        Node& old = pool[number_of(e.to)];
        e.to |= waits;
        if (old.born == epoch_) return old;
        std::uint32_t const i = pool.make();
        Node& copy = pool[i];
        copy = old;
        copy.born = epoch_;
        replaced_.push_back(e.to);
        e.to = note(k, i);
        return copy;
    }

    /// The edge to the node with this key, or a new edge to nothing where it belongs; all above is ours.
    template <class Key>
    edge* place(edge& top, digest const& key, std::uint16_t floor, Key key_at) {
        edge const* const end = end_of(&top, key, floor);
        std::uint16_t parts = fleet_bits;  // the bit at which the key parts from the one that stands there
        if (kind_of(end->to) != nothing) parts = std::uint16_t(floor + first_difference(key_at(*end), key));
        edge* e = &top;
        while (kind_of(e->to) == a_fork && forks_[number_of(e->to)].bit < parts) {
            fork& f = own(forks_, a_fork, *e);
            e = &f.side[bit_of(key, std::uint16_t(f.bit - floor))];
        }
        if (kind_of(e->to) == nothing || parts >= floor + device_bits) return e;  // the first, or the same
        std::uint32_t const i = forks_.make();
        bool const side = bit_of(key, std::uint16_t(parts - floor));
        fork& f = forks_[i];
        f.side[side] = {};
        f.side[!side] = *e;
        f.born = epoch_;
        f.bit = parts;
        e->to = note(a_fork, i);
        return &f.side[side];
    }

    static std::uint16_t first_difference(digest const& a, digest const& b) noexcept {
        for (std::uint16_t i = 0; i != sizeof a; i = std::uint16_t(i + 8))
            if (std::uint64_t const x = load_be64(a.data() + i) ^ load_be64(b.data() + i)) return std::uint16_t(8 * i + std::countl_zero(x));
        return 8 * sizeof a;
    }

    /// The edge to a node that is there, and the one to the fork above it, if any; all above is ours.
    std::pair<edge*, edge*> way_to(edge& top, digest const& key, std::uint16_t floor) {
        edge *above = nullptr, *e = &top;
        while (kind_of(e->to) == a_fork) {
            fork& f = own(forks_, a_fork, *e);
            above = e;
            e = &f.side[bit_of(key, std::uint16_t(f.bit - floor))];
        }
        e->to |= waits;
        return {above, e};
    }

    /// Takes out a fork of ours, and what it has on the side of the key: its other side takes its place.
    void take_out(edge& e, digest const& key, std::uint16_t floor) {
        fork const& f = forks_[number_of(e.to)];
        edge const stays = f.side[!bit_of(key, std::uint16_t(f.bit - floor))];
        replaced_.push_back(e.to);
        e = stays;
    }

    void let_go(std::uint32_t to) {
        switch (kind_of(to)) {
        case a_device: return devices_.let_go(number_of(to));
        case a_fork: return forks_.let_go(number_of(to));
        case a_model: return models_.let_go(number_of(to));
        case nothing: return;
        }
    }

    // --- hashing -----------------------------------------------------------------------------------------------------------
    void hash_what_waits() {
        if (!(root_.to & waits)) return;
        waiting_devices_.clear();
        for (auto& all : waiting_) all.forks.clear(), all.models.clear();
        gather(root_, 0);
        hash_all(waiting_devices_, device_prefix, device_node::size, [&](byte* to, edge& e) {
            auto const& d = devices_[number_of(e.to)].standing;
            e.least = least_of(d), e.devices = counts(d);
            device_node::put(to, d);
        });
        for (std::size_t depth = waiting_.size(); depth-- != 0;) {  // those below were hashed before
            hash_all(waiting_[depth].forks, fork_prefix, fork_node::size, [&](byte* to, edge& e) {
                auto const& f = forks_[number_of(e.to)];
                e.least = std::min(f.side[0].least, f.side[1].least), e.devices = f.side[0].devices + f.side[1].devices;
                fork_node::put(to, f.bit, summary_at(f.side[0]), summary_at(f.side[1]));
            });
            hash_all(waiting_[depth].models, model_prefix, model_node::size, [&](byte* to, edge& e) {
                auto const& m = models_[number_of(e.to)];
                e.least = m.devices.least, e.devices = m.devices.devices;
                model_node::put(to, m.name, summary_at(m.devices));
            });
        }
        ++epoch_;  // what was hashed may have been seen: from now on it is copied before it is changed
    }

    void gather(edge& e, std::size_t depth) {
        if (!(e.to & waits)) return;
        if (kind_of(e.to) == a_device) return waiting_devices_.push_back(&e);
        if (waiting_.size() <= depth) waiting_.resize(depth + 1);
        if (kind_of(e.to) == a_model) {
            waiting_[depth].models.push_back(&e);
            return gather(models_[number_of(e.to)].devices, depth + 1);
        }
        waiting_[depth].forks.push_back(&e);
        fork& f = forks_[number_of(e.to)];
        gather(f.side[0], depth + 1);
        gather(f.side[1], depth + 1);
    }

    static constexpr std::size_t few = 3;  // lanes are not worth their preparation

    template <class Put>
    void hash_all(std::vector<edge*> const& edges, byte_view prefix, std::size_t length, Put put) {
        nodes_.resize(edges.size() * length);
        hashes_.resize(edges.size());
        for (std::size_t i = 0; i != edges.size(); ++i) put(nodes_.data() + i * length, *edges[i]);
        if (edges.size() < few) hashed_one_by_one<H>{}.hash(prefix, nodes_, length, hashes_);
        else many_.hash(prefix, nodes_, length, hashes_);
        for (std::size_t i = 0; i != edges.size(); ++i) {
            edges[i]->hash = hashes_[i];
            edges[i]->to &= ~waits;
        }
    }

    /// Most changes of a block are of few models. Good until the next call.
    digest const& remembered_key(model_name const& name) {
        auto& place = remembered_[std::hash<std::string_view>{}(name) % remembered_.size()];
        if (!place || !(place->first == name)) place.emplace(name, key_of<H>(name));
        return place->second;
    }

    M many_;
    edge root_;
    node_pool<fork> forks_;
    node_pool<device> devices_;
    node_pool<model> models_;
    std::uint32_t epoch_ = 1;  // a node born in it was never hashed
    std::vector<std::uint32_t> made_, replaced_;           // nodes, since what was forgotten, in order
    std::size_t made_before_ = 0, replaced_before_ = 0;    // how many were forgotten
    std::array<std::optional<std::pair<model_name, digest>>, 16> remembered_;  // keys of models

    struct waiting_level {
        std::vector<edge*> forks, models;
    };
    std::vector<edge*> waiting_devices_;  // of the last time, like all below; kept for their memory
    std::vector<waiting_level> waiting_;  // one a depth
    bytes nodes_;
    std::vector<digest> hashes_;
};

} // namespace daicho::ledger
