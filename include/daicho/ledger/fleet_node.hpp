#pragma once

#include <daicho/concept/many_hash.hpp>
#include <daicho/record/fleet.hpp>

#include <algorithm>
#include <cassert>

/// What each node of the fleet map is hashed over. As the nodes of RFC 9162, and other than records, these have one length for each
/// kind and no other form, so that many of them are hashed in lanes; numbers are big-endian (docs/proofs.md).
namespace daicho::ledger {

/// A first byte for each kind: none is RFC 9162's 0x00 and 0x01, the 0x02 of names, or a record's, which begins at 0x80.
inline constexpr std::array<byte, 1> device_prefix{0x10}, fork_prefix{0x11}, model_prefix{0x12}, fleet_prefix{0x13};

/// Bits below are of the model's digest, from here on of the device's name.
inline constexpr std::uint16_t device_bits = 256, fleet_bits = 512;

/// Bit 0 is the highest of the first byte.
constexpr bool bit_of(digest const& key, std::uint16_t bit) noexcept { return key[bit / 8] >> (7 - bit % 8) & 1; }

/// Whether a device counts among those behind some version.
constexpr bool counts(device_standing const& d) noexcept { return !d.expelled; }
constexpr std::uint64_t least_of(device_standing const& d) noexcept { return counts(d) ? d.version : fleet_summary::none; }

namespace detail {

inline constexpr std::size_t summary_size = 8 + 8 + sizeof(digest);

constexpr byte* put_summary(byte* to, std::uint64_t least, std::uint64_t devices, digest const& hash) noexcept {
    store_be64(to, least);
    store_be64(to + 8, devices);
    std::copy(hash.begin(), hash.end(), to + 16);
    return to + summary_size;
}
constexpr byte* put_summary(byte* to, fleet_summary const& s) noexcept { return put_summary(to, s.least, s.devices, s.hash); }

template <hash_function H, std::size_t N>
digest hash_node(std::array<byte, 1> const& prefix, std::array<byte, N> const& node) {
    std::array<byte, N + 1> all;
    all[0] = prefix[0];
    std::copy(node.begin(), node.end(), all.begin() + 1);
    H h;
    h.update(all);
    return h.finish();
}

} // namespace detail

/// A device: 50 bytes, one block of SHA-256 with its prefix and padding.
struct device_node {
    static constexpr std::size_t size = sizeof(node_id) + 8 + 8 + 1 + 1;
    static constexpr void put(byte* to, device_standing const& d) noexcept {
        std::copy(d.device.begin(), d.device.end(), to);
        store_be64(to + 32, d.version);
        store_be64(to + 40, d.height);
        to[48] = byte(d.state);
        to[49] = d.expelled;
    }
};

/// A fork: its bit and what is on its two sides, 98 bytes.
struct fork_node {
    static constexpr std::size_t size = 2 + 2 * detail::summary_size;
    template <class Summary>
    static constexpr void put(byte* to, std::uint16_t bit, Summary const& clear, Summary const& set) noexcept {
        store_be16(to, bit);
        detail::put_summary(detail::put_summary(to + 2, clear), set);
    }
};

/// A model: its name, filled up with zeros, the name's length, and its devices, 81 bytes.
struct model_node {
    static constexpr std::size_t size = limits::model + 1 + detail::summary_size;
    static constexpr void put(byte* to, model_name const& name, fleet_summary const& devices) noexcept {
        std::fill_n(to, limits::model, byte(0));
        std::copy(name.view().begin(), name.view().end(), to);
        to[limits::model] = byte(name.size());
        detail::put_summary(to + limits::model + 1, devices);
    }
};

template <hash_function H>
fleet_summary summary_of(device_standing const& d) {
    std::array<byte, device_node::size> node;
    device_node::put(node.data(), d);
    return {least_of(d), counts(d), detail::hash_node<H>(device_prefix, node)};
}

/// `clear` and `set` hold the devices whose bit is so.
template <hash_function H>
fleet_summary summary_of(std::uint16_t bit, fleet_summary const& clear, fleet_summary const& set) {
    std::array<byte, fork_node::size> node;
    fork_node::put(node.data(), bit, clear, set);
    return {std::min(clear.least, set.least), clear.devices + set.devices, detail::hash_node<H>(fork_prefix, node)};
}

template <hash_function H>
fleet_summary summary_of(fleet_model const& m) {
    std::array<byte, model_node::size> node;
    model_node::put(node.data(), m.model, m.devices);
    return {m.devices.least, m.devices.devices, detail::hash_node<H>(model_prefix, node)};
}

/// The empty map's: nothing is there, and the hash is 32 zeros.
inline constexpr fleet_summary no_devices{fleet_summary::none, 0, {}};

/// The 32 bytes that a block's header commits to.
template <hash_function H>
digest fleet_root(fleet_summary const& all) {
    std::array<byte, detail::summary_size> node;
    detail::put_summary(node.data(), all);
    return detail::hash_node<H>(fleet_prefix, node);
}

/// Where a model stands in the map.
template <hash_function H>
digest key_of(model_name const& model) {
    H h;
    h.update(as_bytes(model));
    return h.finish();
}

} // namespace daicho::ledger
