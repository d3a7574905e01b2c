#pragma once

#include <daicho/protocol.hpp>

#include <functional>
#include <string_view>

/// What the ledger remembers of each key, release and machine.
namespace daicho::ledger {

/// A key that the ledger knows, and what it has done so far.
template <class P>
struct member {
    member_role role{};
    public_key_of<P> key{};
    channel_key channel{};
    model_list models{};
    std::uint64_t sequence = 0;   ///< of its last transaction
    std::uint64_t since = 0;      ///< height of its first enrolment; 0 is genesis
    bool expelled = false;
};

/// A release on the ledger.
template <class P>
struct release_entry {
    signed_release_of<P> release{};
    std::uint64_t height = 0;
    bool withdrawn = false;
};

/// The last thing a device or gateway reported about itself.
struct fleet_entry {
    daicho::state state{};
    member_role role{};
    model_name model{};
    std::uint64_t ver = 0;
    digest verifier{};
    std::uint64_t time = 0;
    std::uint64_t height = 0;
};

struct release_key {
    model_name model;
    std::uint64_t version = 0;
    friend bool operator==(release_key const&, release_key const&) = default;
};

struct release_key_hash {
    std::size_t operator()(release_key const& k) const noexcept {
        return std::hash<std::string_view>{}(k.model) ^ (std::size_t(k.version) * 0x9e3779b97f4a7c15u);
    }
};

struct model_hash {
    std::size_t operator()(model_name const& m) const noexcept { return std::hash<std::string_view>{}(m); }
};

} // namespace daicho::ledger
