#pragma once

#include <daicho/ledger/fleet_view.hpp>

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
    using edge = fleet_nodes::edge;
    using fork = fleet_nodes::fork;
    using device = fleet_nodes::device;
    using model = fleet_nodes::model;
    using kind = fleet_nodes::kind;
    using enum fleet_nodes::kind;
    static constexpr std::uint32_t waits = fleet_nodes::waits;
    static constexpr kind kind_of(std::uint32_t to) noexcept { return fleet_nodes::kind_of(to); }
    static constexpr std::uint32_t number_of(std::uint32_t to) noexcept { return fleet_nodes::number_of(to); }

public:
    using view = fleet_view<H>;

    struct mark_type {
        friend class fleet_map;

    private:
        edge root;
        std::size_t made = 0, replaced = 0;
    };

    explicit fleet_map(M many = {}) : many_(std::move(many)) {}

    /// Null when it is not there.
    device_standing const* find(model_name const& name, node_id const& id) const { return fleet_nodes::standing_of(nodes_.find(root_, key_of<H>(name), id)); }

    /// Puts a device into a model, or replaces how it stands there.
    void set(model_name const& name, device_standing const& standing) {
        digest const& key = remembered_key(name);
        edge* const at = place(root_, key, 0, [&](edge const& e) -> digest const& { return nodes_.models[number_of(e.to)].key; });
        if (kind_of(at->to) == nothing) {
            std::uint32_t const i = nodes_.models.make();
            nodes_.models[i] = {name, key, {}, epoch_};
            at->to = note(a_model, i);
        }
        edge* const leaf = place(own(nodes_.models, a_model, *at).devices, standing.device, device_bits,
                                 [&](edge const& e) -> digest const& { return nodes_.devices[number_of(e.to)].standing.device; });
        if (kind_of(leaf->to) == nothing) {
            std::uint32_t const i = nodes_.devices.make();
            nodes_.devices[i] = {standing, epoch_};
            leaf->to = note(a_device, i);
        } else {
            own(nodes_.devices, a_device, *leaf).standing = standing;
        }
    }

    /// Lets `change(device_standing&)` change how a device stands that is there. False when it is not.
    template <class Change>
    bool change(model_name const& name, node_id const& id, Change change) {
        digest const& key = remembered_key(name);
        device const* const there = nodes_.find(root_, key, id);
        if (!there) return false;
        if (there->born == epoch_) return change(const_cast<device&>(*there).standing), true;  // made lately, so all above waits already
        edge* const at = way_to(root_, key, 0).second;
        edge* const leaf = way_to(own(nodes_.models, a_model, *at).devices, id, device_bits).second;
        change(own(nodes_.devices, a_device, *leaf).standing);
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
                here[i] = nodes_.below(*here[i], keys[i], *places[i].device);
                if (!here[i]) continue;
                any = true;
                if (kind_of(here[i]->to) == a_fork) fetch(nodes_.forks[number_of(here[i]->to)]);
                if (kind_of(here[i]->to) == a_device) fetch(nodes_.devices[number_of(here[i]->to)]);
            }
        }
    }

    /// False when it was not there.
    bool erase(model_name const& name, node_id const& id) {
        digest const key = remembered_key(name);
        if (!nodes_.find(root_, key, id)) return false;
        auto const [above_model, at] = way_to(root_, key, 0);
        auto const [above_device, leaf] = way_to(own(nodes_.models, a_model, *at).devices, id, device_bits);
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

    /// As it is now. Hashes what has changed since the last time.
    view now() {
        hash_what_waits();
        return {nodes_, root_};
    }
    view at(mark_type const& m) const { return {nodes_, m.root}; }

    digest root() { return now().root(); }

    /// Nodes in memory, older ones among them.
    std::size_t nodes() const noexcept { return nodes_.held(); }

private:
    /// Inlined always: g++ takes a function that only prefetches for one that does nothing, and leaves out its calls.
    template <class Node>
    [[gnu::always_inline]] static void fetch(Node const& node) {
        __builtin_prefetch(&node);
        __builtin_prefetch(reinterpret_cast<char const*>(&node) + sizeof node - 1);
    }

    // --- changing ----------------------------------------------------------------------------------------------------------
    std::uint32_t note(kind k, std::uint32_t number) {
        std::uint32_t const to = number << fleet_nodes::number_shift | k;
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
        edge const* const end = nodes_.end_of(&top, key, floor);
        std::uint16_t parts = fleet_bits;  // the bit at which the key parts from the one that stands there
        if (kind_of(end->to) != nothing) parts = std::uint16_t(floor + first_difference(key_at(*end), key));
        edge* e = &top;
        while (kind_of(e->to) == a_fork && nodes_.forks[number_of(e->to)].bit < parts) {
            fork& f = own(nodes_.forks, a_fork, *e);
            e = &f.side[bit_of(key, std::uint16_t(f.bit - floor))];
        }
        if (kind_of(e->to) == nothing || parts >= floor + device_bits) return e;  // the first, or the same
        std::uint32_t const i = nodes_.forks.make();
        bool const side = bit_of(key, std::uint16_t(parts - floor));
        fork& f = nodes_.forks[i];
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
            fork& f = own(nodes_.forks, a_fork, *e);
            above = e;
            e = &f.side[bit_of(key, std::uint16_t(f.bit - floor))];
        }
        e->to |= waits;
        return {above, e};
    }

    /// Takes out a fork of ours, and what it has on the side of the key: its other side takes its place.
    void take_out(edge& e, digest const& key, std::uint16_t floor) {
        fork const& f = nodes_.forks[number_of(e.to)];
        edge const stays = f.side[!bit_of(key, std::uint16_t(f.bit - floor))];
        replaced_.push_back(e.to);
        e = stays;
    }

    void let_go(std::uint32_t to) {
        switch (kind_of(to)) {
        case a_device: return nodes_.devices.let_go(number_of(to));
        case a_fork: return nodes_.forks.let_go(number_of(to));
        case a_model: return nodes_.models.let_go(number_of(to));
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
            auto const& d = nodes_.devices[number_of(e.to)].standing;
            e.least = least_of(d), e.devices = counts(d);
            device_node::put(to, d);
        });
        for (std::size_t depth = waiting_.size(); depth-- != 0;) {  // those below were hashed before
            hash_all(waiting_[depth].forks, fork_prefix, fork_node::size, [&](byte* to, edge& e) {
                auto const& f = nodes_.forks[number_of(e.to)];
                e.least = std::min(f.side[0].least, f.side[1].least), e.devices = f.side[0].devices + f.side[1].devices;
                fork_node::put(to, f.bit, fleet_nodes::summary_at(f.side[0]), fleet_nodes::summary_at(f.side[1]));
            });
            hash_all(waiting_[depth].models, model_prefix, model_node::size, [&](byte* to, edge& e) {
                auto const& m = nodes_.models[number_of(e.to)];
                e.least = m.devices.least, e.devices = m.devices.devices;
                model_node::put(to, m.name, fleet_nodes::summary_at(m.devices));
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
            return gather(nodes_.models[number_of(e.to)].devices, depth + 1);
        }
        waiting_[depth].forks.push_back(&e);
        fork& f = nodes_.forks[number_of(e.to)];
        gather(f.side[0], depth + 1);
        gather(f.side[1], depth + 1);
    }

    static constexpr std::size_t few = 3;  // lanes are not worth their preparation

    template <class Put>
    void hash_all(std::vector<edge*> const& edges, byte_view prefix, std::size_t length, Put put) {
        bytes_.resize(edges.size() * length);
        hashes_.resize(edges.size());
        for (std::size_t i = 0; i != edges.size(); ++i) put(bytes_.data() + i * length, *edges[i]);
        if (edges.size() < few) hashed_one_by_one<H>{}.hash(prefix, bytes_, length, hashes_);
        else many_.hash(prefix, bytes_, length, hashes_);
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
    fleet_nodes nodes_;
    std::uint32_t epoch_ = 1;  // a node born in it was never hashed
    std::vector<std::uint32_t> made_, replaced_;           // nodes, since what was forgotten, in order
    std::size_t made_before_ = 0, replaced_before_ = 0;    // how many were forgotten
    std::array<std::optional<std::pair<model_name, digest>>, 16> remembered_;  // keys of models

    struct waiting_level {
        std::vector<edge*> forks, models;
    };
    std::vector<edge*> waiting_devices_;  // of the last time, like all below; kept for their memory
    std::vector<waiting_level> waiting_;  // one a depth
    bytes bytes_;
    std::vector<digest> hashes_;
};

} // namespace daicho::ledger
