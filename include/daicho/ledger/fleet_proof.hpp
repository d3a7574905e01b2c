#pragma once

#include <daicho/base/result.hpp>
#include <daicho/ledger/fleet_node.hpp>

#include <iterator>
#include <optional>
#include <span>

/// Proofs about the fleet, verified against the root of the fleet map (docs/proofs.md). That root the caller has from elsewhere: the
/// header of a block that he believes. Nothing is allocated, nothing throws, and of each question there is one proof that passes.
namespace daicho::ledger {

namespace detail {

/// Up a way from what stands at its end: what is at its top. Only while fits().
template <hash_function H>
fleet_summary climb(fleet_summary here, fleet_way const& way, digest const& key, std::uint16_t floor) {
    for (std::size_t i = way.size(); i-- != 0;) {
        auto const& [bit, other] = way[i];
        here = bit_of(key, std::uint16_t(bit - floor)) ? summary_of<H>(bit, other, here) : summary_of<H>(bit, here, other);
    }
    return here;
}

/// Whether the forks of a way are of this floor, each of a later bit than the one above it.
inline fault fits(fleet_way const& way, std::uint16_t floor) noexcept {
    for (std::size_t i = 0; i != way.size(); ++i) {
        if (way[i].bit < floor || way[i].bit >= floor + device_bits) return {errc::out_of_range, "proof.bit", way[i].bit};
        if (i != 0 && way[i].bit <= way[i - 1].bit) return {errc::non_canonical, "proof.bit", way[i].bit};
    }
    return {};
}

/// The same devices as a model's summary says. A sum is looked at before the hash that covers it, to say what lied.
inline fault same(fleet_summary const& found, fleet_summary const& said) noexcept {
    if (found.least != said.least) return {errc::stale_version, "proof.least", found.least};
    if (found.devices != said.devices) return {errc::wrong_size, "proof.devices", found.devices};
    if (found.hash != said.hash) return {errc::wrong_root, "proof.model"};
    return {};
}

} // namespace detail

/// The devices of a model: none when the model is in no record. Errors: out_of_range, non_canonical (bits of the way), not_empty (a way
/// to nothing), wrong_model (another one, that could not stand in its place), wrong_root.
template <hash_function H>
result<std::optional<fleet_summary>> verify_model(model_proof const& proof, model_name const& model, digest const& root) {
    using answer = std::optional<fleet_summary>;
    if (!proof.found) {
        if (!proof.way.empty()) return fault{errc::not_empty, "proof.way", proof.way.size()};
        if (fleet_root<H>(no_devices) != root) return fault{errc::wrong_root, "proof.root"};
        return answer{};
    }
    if (auto f = detail::fits(proof.way, 0)) return f;
    digest const key = key_of<H>(model);
    bool const is_there = proof.found->model == model;
    if (!is_there) {
        digest const other = key_of<H>(proof.found->model);
        for (auto& step : proof.way)
            if (bit_of(key, step.bit) != bit_of(other, step.bit)) return fault{errc::wrong_model, "proof.found", step.bit};
    }
    if (fleet_root<H>(detail::climb<H>(summary_of<H>(*proof.found), proof.way, key, 0)) != root) return fault{errc::wrong_root, "proof.root"};
    return is_there ? answer{proof.found->devices} : answer{};
}

/// How a device of a model stands: nothing when it is in no record of that model. Errors: those of verify_model; missing_field (no
/// device, of a model that has some), not_empty (a device of a model that has none), wrong_recipient (another device, that could not
/// stand in its place), stale_version, wrong_size, wrong_root (the model's summary says otherwise).
template <hash_function H>
result<std::optional<device_standing>> verify_standing(standing_proof const& proof, model_name const& model, node_id const& device, digest const& root) {
    using answer = std::optional<device_standing>;
    auto const devices = verify_model<H>(proof.model, model, root);
    if (!devices) return devices.error();
    if (!*devices) {
        if (!proof.way.empty() || proof.found) return fault{errc::not_empty, "proof.found"};
        return answer{};
    }
    if (!proof.found) return fault{errc::missing_field, "proof.found"};
    if (auto f = detail::fits(proof.way, device_bits)) return f;
    for (auto& step : proof.way) {
        auto const bit = std::uint16_t(step.bit - device_bits);
        if (bit_of(device, bit) != bit_of(proof.found->device, bit)) return fault{errc::wrong_recipient, "proof.found", step.bit};
    }
    if (auto f = detail::same(detail::climb<H>(summary_of<H>(*proof.found), proof.way, device, device_bits), **devices)) return f;
    return proof.found->device == device ? answer{*proof.found} : answer{};
}

/// All devices of a model that are behind a version, by name, in the memory of the proof that was verified.
class devices_behind {
public:
    class iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = device_standing;
        using difference_type = std::ptrdiff_t;
        using pointer = device_standing const*;
        using reference = device_standing const&;

        iterator() = default;
        reference operator*() const { return *std::get_if<device_standing>(here_); }
        pointer operator->() const { return std::get_if<device_standing>(here_); }
        iterator& operator++() { return ++here_, pass_others(), *this; }
        iterator operator++(int) {
            auto const before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(iterator const& a, iterator const& b) noexcept { return a.here_ == b.here_; }

    private:
        friend class devices_behind;
        using node = behind_proof::node_type;
        iterator(node const* here, node const* end) : here_(here), end_(end) { pass_others(); }
        void pass_others() {
            while (here_ != end_ && !std::holds_alternative<device_standing>(*here_)) ++here_;
        }
        node const *here_ = nullptr, *end_ = nullptr;
    };

    devices_behind() = default;
    devices_behind(std::span<behind_proof::node_type const> nodes, std::uint64_t of) : nodes_(nodes), of_(of) {}

    iterator begin() const { return {nodes_.data(), nodes_.data() + nodes_.size()}; }
    iterator end() const { return {nodes_.data() + nodes_.size(), nodes_.data() + nodes_.size()}; }
    std::size_t size() const { return std::size_t(std::distance(begin(), end())); }
    bool empty() const { return begin() == end(); }
    /// How many devices the model has, those that are not behind among them.
    std::uint64_t of() const noexcept { return of_; }

private:
    std::span<behind_proof::node_type const> nodes_;
    std::uint64_t of_ = 0;
};

namespace detail {

/// What is at the top of a model's part that is shown depth first, each node once. Errors: those of verify_behind about nodes.
template <hash_function H>
result<fleet_summary> fold(std::span<behind_proof::node_type const> nodes, std::uint64_t version) {
    struct open_fork {
        std::uint16_t bit;
        bool clear_is_known;
        fleet_summary clear;
    };
    std::array<open_fork, limits::fleet_steps> open;
    std::size_t depth = 0;
    node_id const* last = nullptr;
    for (std::size_t i = 0; i != nodes.size(); ++i) {
        fleet_summary here;
        if (auto const* f = std::get_if<fleet_fork>(&nodes[i])) {
            if (f->bit < device_bits || f->bit >= fleet_bits) return fault{errc::out_of_range, "proof.bit", i};
            if (depth != 0 && f->bit <= open[depth - 1].bit) return fault{errc::non_canonical, "proof.bit", i};
            if (depth == open.size()) return fault{errc::oversized, "proof.nodes", i};
            open[depth].bit = f->bit;
            open[depth++].clear_is_known = false;
            continue;
        }
        if (auto const* d = std::get_if<device_standing>(&nodes[i])) {
            if (least_of(*d) >= version) return fault{errc::out_of_range, "proof.device", i};
            if (last && !(*last < d->device)) return fault{errc::non_canonical, "proof.device", i};
            last = &d->device;
            here = summary_of<H>(*d);
        } else {
            here = std::get<fleet_summary>(nodes[i]);
            if (here.least < version) return fault{errc::missing_field, "proof.summary", i};
        }
        while (depth != 0 && open[depth - 1].clear_is_known) {
            --depth;
            here = summary_of<H>(open[depth].bit, open[depth].clear, here);
            if (here.least >= version) return fault{errc::out_of_range, "proof.fork", i};
        }
        if (depth == 0) {
            if (i + 1 != nodes.size()) return fault{errc::trailing_bytes, "proof.nodes", i + 1};
            return here;
        }
        open[depth - 1].clear = here;
        open[depth - 1].clear_is_known = true;
    }
    return fault{errc::truncated, "proof.nodes", nodes.size()};
}

} // namespace detail

/// All devices of a model that run less than `version`, each of them: expelled ones do not count, and those that have not reported
/// yet run 0. Good as long as the proof is. Errors: those of verify_model; of the nodes: truncated, trailing_bytes, non_canonical (bits,
/// or devices, out of order), oversized (deeper than a map is), missing_field (a summary hides devices that are behind), out_of_range
/// (a device that is not behind, or a fork that has none; a bit of no device), not_empty (nodes where the model's summary says all);
/// stale_version, wrong_size, wrong_root (the model's summary says otherwise: of the least version, of the number, of the hash).
template <hash_function H>
result<devices_behind> verify_behind(behind_proof const& proof, model_name const& model, std::uint64_t version, digest const& root) {
    auto const devices = verify_model<H>(proof.model, model, root);
    if (!devices) return devices.error();
    std::uint64_t const of = *devices ? (*devices)->devices : 0;
    if (!*devices || (*devices)->least >= version) {
        if (!proof.nodes.empty()) return fault{errc::not_empty, "proof.nodes", proof.nodes.size()};
        return devices_behind({}, of);
    }
    auto const found = detail::fold<H>(proof.nodes, version);
    if (!found) return found.error();
    if (auto f = detail::same(*found, **devices)) return f;
    return devices_behind(proof.nodes, of);
}
template <hash_function H>
result<devices_behind> verify_behind(behind_proof&&, model_name const&, std::uint64_t, digest const&) = delete;  // what is found would be gone

} // namespace daicho::ledger
