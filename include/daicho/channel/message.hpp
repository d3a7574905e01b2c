#pragma once

#include <daicho/channel/party.hpp>
#include <daicho/schema/codec.hpp>

/// What the two sides say to each other. Everything is a record with its own tag, so no message can pass for another,
/// and what is signed is a record too (`proof`), so a signature made here is good nowhere else.
namespace daicho::channel {

/// There is one version and nothing to negotiate, so there is nothing to downgrade to.
inline constexpr std::uint8_t protocol_version = 1;

using credential_blob = inline_bytes<credential_bytes>;

/// 1. client to server.
struct client_hello {
    static constexpr ::daicho::schema::tag schema{0xa0, 1, "client_hello"};
    DAICHO_RECORD(client_hello, (std::uint8_t, protocol), (digest, chain_id), (nonce128, nonce), (credential_blob, credential));
    friend bool operator==(client_hello const&, client_hello const&) = default;
};

/// What the server says in 2, before it signs.
struct server_offer {
    static constexpr ::daicho::schema::tag schema{0xa1, 1, "server_offer"};
    DAICHO_RECORD(server_offer, (std::uint8_t, protocol), (nonce128, client_nonce), (nonce128, nonce), (credential_blob, credential));
    friend bool operator==(server_offer const&, server_offer const&) = default;
};

/// 2. server to client.
template <class Signature>
struct server_hello {
    static constexpr ::daicho::schema::tag schema{0xa2, 1, "server_hello"};
    DAICHO_RECORD(server_hello<Signature>, (server_offer, offer), (Signature, signature));
    friend bool operator==(server_hello const&, server_hello const&) = default;
};

/// What the client says in 3, before it signs. paper 3.3: encrypted with RSA, and a random number against replay.
struct client_secret {
    static constexpr ::daicho::schema::tag schema{0xa3, 1, "client_secret"};
    DAICHO_RECORD(client_secret, (nonce128, server_nonce), (channel_key, ciphertext));
    friend bool operator==(client_secret const&, client_secret const&) = default;
};

/// 3. client to server.
template <class Signature>
struct key_exchange {
    static constexpr ::daicho::schema::tag schema{0xa4, 1, "key_exchange"};
    DAICHO_RECORD(key_exchange<Signature>, (client_secret, secret), (Signature, signature));
    friend bool operator==(key_exchange const&, key_exchange const&) = default;
};

/// 4. each to the other, sealed: both saw the same handshake and hold its keys.
struct finished {
    static constexpr ::daicho::schema::tag schema{0xa5, 1, "finished"};
    DAICHO_RECORD(finished, (digest, transcript));
    friend bool operator==(finished const&, finished const&) = default;
};

/// Any frame once the keys are there.
struct sealed {
    static constexpr ::daicho::schema::tag schema{0xa6, 1, "sealed"};
    using body = borrowed_bytes<limits::frame + 16>;
    DAICHO_RECORD(sealed, (std::uint64_t, sequence), (body, ciphertext));
    friend bool operator==(sealed const&, sealed const&) = default;
};

/// What a side signs: which end it is, and all that was said so far.
struct proof {
    static constexpr ::daicho::schema::tag schema{0xa7, 1, "channel_proof"};
    DAICHO_RECORD(proof, (side, from), (digest, transcript));
    friend bool operator==(proof const&, proof const&) = default;
};

/// Why the other side hangs up. Nobody signed it: it is shown to people and decides nothing.
struct refusal {
    static constexpr ::daicho::schema::tag schema{0xa8, 1, "channel_refusal"};
    DAICHO_RECORD(refusal, (std::uint8_t, code));
    friend bool operator==(refusal const&, refusal const&) = default;

    /// The reader's own fault: the code never comes from the wire, only the sentence is chosen by it.
    fault as_fault() const noexcept { return {errc::not_authenticated, ::daicho::message(errc(code)).data()}; }
};

/// First frame each way inside TLS: ties the member's signing key to this very TLS session.
template <class Signature>
struct introduction {
    static constexpr ::daicho::schema::tag schema{0xa9, 1, "introduction"};
    DAICHO_RECORD(introduction<Signature>,
        (std::uint8_t, protocol),
        (digest, chain_id),
        (credential_blob, credential),
        (Signature, signature));
    friend bool operator==(introduction const&, introduction const&) = default;
};

/// What an introduction's signature covers; `exported` is TLS keying material, RFC 8446 7.5.
struct session_binding {
    static constexpr ::daicho::schema::tag schema{0xaa, 1, "session_binding"};
    DAICHO_RECORD(session_binding, (side, from), (digest, chain_id), (digest, exported), (credential_blob, credential));
    friend bool operator==(session_binding const&, session_binding const&) = default;
};

} // namespace daicho::channel
