#pragma once

#include <daicho/base/bounded.hpp>
#include <daicho/base/limits.hpp>
#include <daicho/schema/record.hpp>

namespace daicho {

/// A ledger node's answer to "who are you?": signed over the asker's nonce before anything else is asked of it,
/// so that a registered address is never believed, only the key behind it.
struct identity_body {
    static constexpr schema::tag schema{0x62, 1, "identity_body"};
    DAICHO_RECORD(identity_body,
        (digest, chain_id),
        (node_id, node),
        (nonce128, nonce));
    friend bool operator==(identity_body const&, identity_body const&) = default;
};

template <class Scheme>
struct identity {
    using public_key_type = typename Scheme::public_key_type;
    using signature_type = typename Scheme::signature_type;
    static constexpr schema::tag schema{0x63, 1, "identity"};
    DAICHO_RECORD(identity<Scheme>,
        (identity_body, body),
        (public_key_type, key),             // body.node is its digest: who is not yet on the asker's chain proves itself too
        (signature_type, signature));
    friend bool operator==(identity const&, identity const&) = default;
};

/// The last command sequence a node took from each sender: kept over restarts, so that no command runs twice.
struct command_mark {
    DAICHO_RECORD(command_mark,
        (node_id, sender),
        (std::uint64_t, sequence));
    friend bool operator==(command_mark const&, command_mark const&) = default;
};

struct command_marks {
    using list_type = bounded_list<command_mark, 1024>;
    static constexpr schema::tag schema{0x64, 1, "command_marks"};
    DAICHO_RECORD(command_marks, (list_type, marks));
    friend bool operator==(command_marks const&, command_marks const&) = default;
};

/// The nodes that were registered here: kept over restarts.
struct known_peer {
    using address_type = inline_string<limits::url>;
    DAICHO_RECORD(known_peer,
        (node_id, id),
        (address_type, url));
    friend bool operator==(known_peer const&, known_peer const&) = default;
};

struct known_peers {
    using list_type = bounded_list<known_peer, 64>;
    static constexpr schema::tag schema{0x65, 1, "known_peers"};
    DAICHO_RECORD(known_peers, (list_type, peers));
    friend bool operator==(known_peers const&, known_peers const&) = default;
};

/// Nodes that sent what no honest node sends, and are left alone for a while: kept over restarts.
struct peer_ban {
    using address_type = inline_string<limits::url>;
    DAICHO_RECORD(peer_ban,
        (node_id, id),
        (address_type, url),
        (std::uint8_t, reason),             // an errc
        (std::uint64_t, until),             // UNIX time
        (std::uint64_t, times));            // that it was banned so far
    friend bool operator==(peer_ban const&, peer_ban const&) = default;
};

struct peer_bans {
    using list_type = bounded_list<peer_ban, 64>;
    static constexpr schema::tag schema{0x6d, 1, "peer_bans"};
    DAICHO_RECORD(peer_bans, (list_type, bans));
    friend bool operator==(peer_bans const&, peer_bans const&) = default;
};

} // namespace daicho
