#pragma once

#include <daicho/channel/hkdf.hpp>
#include <daicho/channel/session.hpp>
#include <daicho/concept/entropy.hpp>

#include <memory>
#include <optional>

/// The paper's RSA and nonce, done properly (paper 3.3; docs/adr/0005-rsa-channel.md). Four messages:
///   1 client_hello    client nonce, chain, client's credential
///   2 server_hello    server nonce, server's credential, signed by the server over 1 and 2
///   3 key_exchange    a fresh secret under RSA-OAEP to the server's channel key, signed by the client over 1, 2 and 3
///   4 finished        each way under AES-256-GCM, with keys derived from the secret and the digest of 1, 2 and 3
namespace daicho::channel {

/// The parts that an RSA channel is made of.
///   Oaep     encrypt(channel_key, plain) -> result<bytes>
///   OaepKey  decrypt(ciphertext) const -> result<secret_bytes>
///   Gcm      see session
template <class Scheme, class Oaep, class OaepKey, class Gcm, class Hash, class Entropy>
struct rsa_suite {
    static_assert(signature_scheme<Scheme>, "Scheme must be a signature_scheme: docs/concepts/signature_scheme.md");
    static_assert(hash_function<Hash>, "Hash must be a hash_function: docs/concepts/hash_function.md");
    static_assert(daicho::entropy<Entropy>, "Entropy must be an entropy: docs/concepts/entropy.md");
    using scheme = Scheme;
    using oaep = Oaep;
    using oaep_key = OaepKey;
    using gcm = Gcm;
    using hash = Hash;
    using entropy = Entropy;
};

/// The secret that the client makes; AES-256 deserves 256 bits.
using shared_secret = secret<32>;

/// What one machine brings to its RSA channels.
template <class Suite>
struct rsa_identity : party<typename Suite::scheme> {
    std::shared_ptr<typename Suite::oaep_key const> key;  ///< a server's; a client needs none, since it only encrypts
};

/// The digest of all that was said so far. Every part is a canonical record, so no two dialogues run together.
template <hash_function Hash>
class transcript {
public:
    void add(byte_view record) { seen_.update(record); }
    digest now() const {
        Hash copy = seen_;
        return copy.finish();
    }
    bytes proof_of(side from) const { return encode(proof{from, now()}); }

private:
    Hash seen_;
};

/// Both directions' keys: bound to the secret and, through the transcript, to both nonces, both credentials and both signatures.
template <class Suite>
session<typename Suite::gcm> derive_session(side self, shared_secret const& shared, digest const& said) {
    hkdf<typename Suite::hash> const keys(said, shared);
    direction_key to_server, to_client;
    keys.expand(as_bytes("daicho channel 1, client to server"), to_server);
    keys.expand(as_bytes("daicho channel 1, server to client"), to_client);
    if (self == side::server) std::swap(to_server, to_client);
    return session<typename Suite::gcm>(std::move(to_server), std::move(to_client));
}

/// Checks the last message: the other side saw the same dialogue and holds its keys.
template <class Gcm>
fault check_finished(session<Gcm>& keys, byte_view frame, digest const& said) {
    auto const plain = keys.open(frame);
    if (!plain) return plain.error();
    auto const last = decode<finished>(*plain);
    if (!last) return last.error();
    if (!equal_in_constant_time(last->transcript, said)) return {errc::not_authenticated, "finished"};
    return {};
}

/// Frames of the handshake are small, so a stranger cannot make anybody hold much.
template <signature_scheme Scheme>
inline constexpr std::size_t handshake_frame =
    std::max({schema::max_encoded<client_hello>, schema::max_encoded<server_hello<typename Scheme::signature_type>>,
              schema::max_encoded<key_exchange<typename Scheme::signature_type>>});

/// Frames afterwards.
inline constexpr std::size_t session_frame = schema::max_encoded<sealed>;

} // namespace daicho::channel
