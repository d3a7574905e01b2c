#pragma once

#include <daicho/record/release.hpp>

namespace daicho {

/// What a ledger node does on request (paper 3.2: mining, adding a node, consensus). Adding a transaction and reading
/// the chain need no command: the first carries its sender's signature, the second changes nothing.
enum class node_command : std::uint8_t { mine, register_node, resolve };

/// A request to a ledger node, by an enrolled key (paper 3.2: gateways ask for mining, the management server for the others).
struct command_body {
    using command_type = daicho::node_command;
    using address_type = daicho::address;
    static constexpr schema::tag schema{0x50, 1, "command_body"};
    DAICHO_RECORD(command_body,
        (digest, chain_id),
        (node_id, sender),
        (node_id, recipient),               // the ledger node that shall do it
        (command_type, wanted),
        (address_type, address),            // register_node: where the peer is
        (node_id, subject),                 // register_node: who is enrolled there
        (std::uint64_t, sequence),          // strictly increases a sender and recipient
        (std::uint64_t, time));
    friend bool operator==(command_body const&, command_body const&) = default;
};

template <class Scheme>
struct command {
    using signature_type = typename Scheme::signature_type;
    static constexpr schema::tag schema{0x51, 1, "command"};
    DAICHO_RECORD(command<Scheme>,
        (command_body, body),
        (signature_type, signature));
    friend bool operator==(command const&, command const&) = default;
};

} // namespace daicho

template <>
inline constexpr auto daicho::schema::names_of<daicho::node_command> = std::to_array<std::string_view>({"mine", "register_node", "resolve"});
