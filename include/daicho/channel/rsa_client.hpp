#pragma once

#include <daicho/channel/rsa.hpp>

namespace daicho::channel {

/// The client's side of the RSA channel's handshake. One object, one connection; after a fault it is over.
template <class Suite>
class rsa_client {
public:
    using scheme = typename Suite::scheme;
    using identity = rsa_identity<Suite>;

    rsa_client(std::shared_ptr<identity const> self, std::optional<node_id> expected) : self_(std::move(self)), expected_(expected) {}

    /// Message 1. Errors: no_entropy, oversized.
    result<bytes> start() {
        client_hello hello{.protocol = protocol_version, .chain_id = self_->chain_id, .nonce = {}, .credential = {}};
        if (auto f = entropy_.fill(hello.nonce)) return f;
        if (!hello.credential.assign(self_->credential())) return fault{errc::oversized, "credential"};
        nonce_ = hello.nonce;
        bytes const message = encode(hello);
        said_.add(message);
        next_ = step::server_hello;
        return message;
    }

    /// Takes the next frame and gives the one to send. Errors: the decode errcs, wrong_schema, replayed, bad_signature,
    /// not_authenticated, and whatever the admission says.
    result<std::optional<bytes>> feed(byte_view frame) {
        if (over_) return over_;
        auto answer = next_ == step::server_hello ? on_server_hello(frame) : on_finished(frame);
        if (!answer) over_ = answer.error();
        return answer;
    }

    bool established() const noexcept { return next_ == step::nothing; }
    /// Once established.
    admitted<scheme> const& peer() const { return *server_; }
    session<typename Suite::gcm>& keys() { return *keys_; }

private:
    enum class step { start, server_hello, finished, nothing };
    using signature = typename scheme::signature_type;
    using outcome = result<std::optional<bytes>>;

    outcome on_server_hello(byte_view frame) {
        if (next_ != step::server_hello) return fault{errc::wrong_schema, "handshake"};
        auto const hello = decode<server_hello<signature>>(frame);
        if (!hello) return hello.error();
        auto const& offer = hello->offer;
        if (offer.protocol != protocol_version) return fault{errc::wrong_schema, "protocol"};
        if (offer.client_nonce != nonce_) return fault{errc::replayed, "nonce"};  // paper.md: a wrong nonce went on
        auto server = admit_peer(*self_, side::server, offer.credential);
        if (!server) return server.error();
        if (auto f = check_server(*server, expected_)) return f;
        said_.add(encode(offer));
        if (!scheme::verify(server->signing_key, said_.proof_of(side::server), hello->signature))
            return fault{errc::bad_signature, "server_hello"};
        said_.add(encode(hello->signature));
        server_ = std::move(*server);
        return exchange_key(offer.nonce);
    }

    /// Message 3.
    outcome exchange_key(nonce128 const& server_nonce) {
        shared_secret secret;
        if (auto f = entropy_.fill(secret)) return f;
        auto const ciphertext = Suite::oaep::encrypt(server_->channel_key, secret);
        if (!ciphertext) return ciphertext.error();
        key_exchange<signature> message{.secret = {.server_nonce = server_nonce, .ciphertext = {}}, .signature = {}};
        if (!message.secret.ciphertext.assign(*ciphertext)) return fault{errc::oversized, "ciphertext"};
        said_.add(encode(message.secret));
        auto const signed_proof = self_->sign(said_.proof_of(side::client));
        if (!signed_proof) return signed_proof.error();
        message.signature = *signed_proof;
        said_.add(encode(message.signature));
        keys_ = derive_session<Suite>(side::client, secret, said_.now());
        next_ = step::finished;
        return std::optional<bytes>(encode(message));
    }

    /// Message 4: the server's is checked, then ours goes out.
    outcome on_finished(byte_view frame) {
        if (next_ != step::finished) return fault{errc::wrong_schema, "handshake"};
        if (auto f = check_finished(*keys_, frame, said_.now())) return f;
        auto last = keys_->seal(encode(finished{said_.now()}));
        if (!last) return last.error();
        next_ = step::nothing;
        return std::optional<bytes>(std::move(*last));
    }

    std::shared_ptr<identity const> self_;
    std::optional<node_id> expected_;
    [[no_unique_address]] typename Suite::entropy entropy_;
    transcript<typename Suite::hash> said_;
    nonce128 nonce_{};
    std::optional<admitted<scheme>> server_;
    std::optional<session<typename Suite::gcm>> keys_;
    step next_ = step::start;
    fault over_;
};

} // namespace daicho::channel
