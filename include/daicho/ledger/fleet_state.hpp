#pragma once

#include <daicho/ledger/fleet_map.hpp>
#include <daicho/ledger/journaled_map.hpp>
#include <daicho/protocol.hpp>

#include <span>
#include <vector>

namespace daicho::ledger {

template <class P>
class snapshots;

/// The fleet map of a chain: takes in each block's transactions, after the registry has, and gives the root after them. What each
/// says of a device is the table in docs/proofs.md; role::observer shows the same. Goes back as the registry does.
template <class P>
class fleet_state {
    friend class snapshots<P>;

public:
    using map_type = fleet_map<hash_of<P>>;
    using view = typename map_type::view;

    struct mark_type {
        typename map_type::mark_type map;
        typename journaled_map<node_id, model_name, digest_hash>::mark_type models = 0;
    };

    /// Takes in the transactions of the block at `height`, which the registry has taken in, and gives the root after them.
    digest apply(std::span<transaction_of<P> const> transactions, std::uint64_t height) {
        constexpr std::size_t nearby = 4096;  // nodes that the processor has at hand anyway
        if (map_.nodes() > nearby) {
            std::vector<typename map_type::place_name> reports;
            for (auto& tx : transactions) reports.push_back({&tx.body.model, &tx.body.sender});  // most are
            map_.expect(reports);
        }
        for (auto& tx : transactions) take(tx.body, height);
        return map_.root();
    }

    view now() { return map_.now(); }
    view at(mark_type const& m) const { return map_.at(m.map); }

    mark_type mark() { return {map_.mark(), models_.mark()}; }
    void rollback(mark_type const& m) {
        map_.rollback(m.map);
        models_.rollback(m.models);
    }
    void forget(mark_type const& m) {
        map_.forget(m.map);
        models_.forget(m.models);
    }

private:
    using body_type = transaction_body<scheme_of<P>>;

    /// Who reports is a device of the model it reports about: the registry says so.
    void take(body_type const& b, std::uint64_t height) {
        switch (b.state) {
        case state::enrolled:
            if (b.enrolment && b.enrolment->role == member_role::device && !b.enrolment->models.empty()) enrol(b.recipient, b.enrolment->models[0], height);
            return;
        case state::expelled:
            if (auto const* model = models_.find(b.recipient)) map_.change(*model, b.recipient, [](auto& d) { d.expelled = true; });  // else no device
            return;
        case state::installed:
        case state::unchanged:
        case state::running:
            map_.change(b.model, b.sender, [&](auto& d) { d.version = b.ver, d.state = b.state, d.height = height; });
            return;
        case state::failed:
        case state::rolled_back:  // what failed or was rolled back is not what runs
            map_.change(b.model, b.sender, [&](auto& d) { d.state = b.state, d.height = height; });
            return;
        case state::released:
        case state::withdrawn:
        case state::cached: return;
        }
    }

    /// Again: it begins anew, also under another model.
    void enrol(node_id const& device, model_name const& model, std::uint64_t height) {
        auto const* before = models_.find(device);
        if (before && !(*before == model)) map_.erase(*before, device);
        if (!before || !(*before == model)) models_.set(device, model);
        map_.set(model, {device, 0, height, state::enrolled, false});
    }

    map_type map_;
    journaled_map<node_id, model_name, digest_hash> models_;  // of each device
};

} // namespace daicho::ledger
