#pragma once

#include <daicho/channel/rsa.hpp>

namespace daicho::channel {

/// The server's side of the RSA channel's handshake. One object, one connection; after a fault it is over.
template <class Suite>
class rsa_server {
public:
    using scheme = typename Suite::scheme;
    using identity = rsa_identity<Suite>;

    explicit rsa_server(std::shared_ptr<identity const> self) : self_(std::move(self)) {}

    /// Takes the next frame and gives the one to send. Errors: the decode errcs, wrong_schema, wrong_chain, replayed,
    /// bad_signature, not_authenticated, and whatever the admission says.
    result<std::optional<bytes>> feed(byte_view frame) {
        if (over_) return over_;
        auto answer = next_ == step::client_hello   ? on_client_hello(frame)
                      : next_ == step::key_exchange ? on_key_exchange(frame)
                                                    : on_finished(frame);
        if (!answer) over_ = answer.error();
        return answer;
    }

    bool established() const noexcept { return next_ == step::nothing; }
    /// Once established.
    admitted<scheme> const& peer() const { return *client_; }
    session<typename Suite::gcm>& keys() { return *keys_; }

private:
    enum class step { client_hello, key_exchange, finished, nothing };
    using signature = typename scheme::signature_type;
    using outcome = result<std::optional<bytes>>;

    outcome on_client_hello(byte_view frame) {
        auto const hello = decode<client_hello>(frame);
        if (!hello) return hello.error();
        if (hello->protocol != protocol_version) return fault{errc::wrong_schema, "protocol"};
        if (hello->chain_id != self_->chain_id) return fault{errc::wrong_chain, "chain_id"};
        auto client = admit_peer(*self_, side::client, hello->credential);
        if (!client) return client.error();
        client_ = std::move(*client);
        said_.add(frame);  // the frame is the record's only encoding

        server_hello<signature> message{
            .offer = {.protocol = protocol_version, .client_nonce = hello->nonce, .nonce = {}, .credential = {}}, .signature = {}};
        if (auto f = entropy_.fill(message.offer.nonce)) return f;
        if (!message.offer.credential.assign(self_->credential())) return fault{errc::oversized, "credential"};
        nonce_ = message.offer.nonce;
        said_.add(encode(message.offer));
        auto const signed_proof = self_->sign(said_.proof_of(side::server));
        if (!signed_proof) return signed_proof.error();
        message.signature = *signed_proof;
        said_.add(encode(message.signature));
        next_ = step::key_exchange;
        return std::optional<bytes>(encode(message));
    }

    outcome on_key_exchange(byte_view frame) {
        auto const message = decode<key_exchange<signature>>(frame);
        if (!message) return message.error();
        if (message->secret.server_nonce != nonce_) return fault{errc::replayed, "nonce"};
        said_.add(encode(message->secret));
        if (!scheme::verify(client_->signing_key, said_.proof_of(side::client), message->signature))
            return fault{errc::bad_signature, "key_exchange"};
        said_.add(encode(message->signature));
        auto const secret = secret_of(message->secret.ciphertext);
        if (!secret) return secret.error();
        keys_ = derive_session<Suite>(side::server, *secret, said_.now());
        auto last = keys_->seal(encode(finished{said_.now()}));
        if (!last) return last.error();
        next_ = step::finished;
        return std::optional<bytes>(std::move(*last));
    }

    outcome on_finished(byte_view frame) {
        if (next_ != step::finished) return fault{errc::wrong_schema, "handshake"};
        if (auto f = check_finished(*keys_, frame, said_.now())) return f;
        next_ = step::nothing;
        return std::optional<bytes>{};
    }

    /// A ciphertext that does not decrypt gives a random secret, and the handshake fails one message later as for any wrong key:
    /// nobody learns from the answer whether the padding was right (Manger 2001).
    result<shared_secret> secret_of(byte_view ciphertext) {
        shared_secret secret;
        if (auto f = entropy_.fill(secret)) return f;
        auto const plain = self_->key->decrypt(ciphertext);
        if (plain && plain->size() == secret.size()) std::copy(plain->begin(), plain->end(), secret.begin());
        return secret;
    }

    std::shared_ptr<identity const> self_;
    [[no_unique_address]] typename Suite::entropy entropy_;
    transcript<typename Suite::hash> said_;
    nonce128 nonce_{};
    std::optional<admitted<scheme>> client_;
    std::optional<session<typename Suite::gcm>> keys_;
    step next_ = step::client_hello;
    fault over_;
};

} // namespace daicho::channel
