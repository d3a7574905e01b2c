#pragma once

#include <daicho/asio/tls.hpp>
#include <daicho/channel/framing.hpp>
#include <daicho/channel/message.hpp>
#include <daicho/concept/secure_channel.hpp>
#include <daicho/hash/digest_of.hpp>
#include <daicho/openssl/private_key.hpp>

#include <openssl/ssl.h>

#include <deque>

/// TLS 1.3 with self-signed certificates as a secure_channel. OpenSSL works on memory here and never sees a socket, so the same
/// servers, clients and laws run over it as over the RSA channel. After the TLS handshake each side introduces itself:
///   1 introduction    client: credential, signed over this very TLS session (RFC 8446 7.5)
///   2 introduction    server: the same, or a refusal
/// The key of each certificate must be the channel key in the credential.
namespace daicho::asio {

/// What one machine brings to its TLS channels.
template <signature_scheme Scheme>
struct tls_channel_identity : daicho::channel::party<Scheme> {
    tls_context as_client, as_server;
};

/// One side of a TLS channel on a stream.
template <signature_scheme Scheme, hash_function Hash>
class tls_connection {
public:
    using side = daicho::channel::side;
    using identity = tls_channel_identity<Scheme>;

    tls_connection(std::shared_ptr<identity const> self, side end, std::optional<node_id> const& expected)
        : self_(std::move(self)), end_(end), expected_(expected) {
        auto const& context = end_ == side::client ? self_->as_client : self_->as_server;
        ssl_.reset(SSL_new(context->native_handle()));
        BIO* const in = BIO_new(BIO_s_mem());
        BIO* const out = BIO_new(BIO_s_mem());
        if (!ssl_ || !in || !out) {
            BIO_free(in);
            BIO_free(out);
            over_ = {errc::io_failed, "tls"};
            return;
        }
        SSL_set_bio(ssl_.get(), in, out);
        if (end_ == side::server) {
            SSL_set_accept_state(ssl_.get());
        } else {
            SSL_set_connect_state(ssl_.get());
            over_ = advance();
        }
    }

    /// Errors: not_authenticated, disconnected, oversized, the decode errcs, wrong_chain, bad_signature, and the admission's.
    fault receive(byte_view wire) {
        if (over_) return over_;
        if (!wire.empty() && BIO_write(SSL_get_rbio(ssl_.get()), wire.data(), int(wire.size())) != int(wire.size()))
            return over_ = {errc::io_failed, "tls"};
        over_ = advance();
        if (over_ && shaken_ && !established_ && end_ == side::server) (void)write(encode(daicho::channel::refusal{byte(over_.code)}));
        return over_;
    }

    bytes output() {
        BIO* const out = ssl_ ? SSL_get_wbio(ssl_.get()) : nullptr;
        bytes waiting(out ? BIO_ctrl_pending(out) : 0);
        if (!waiting.empty()) BIO_read(out, waiting.data(), int(waiting.size()));
        return waiting;
    }

    bool established() const noexcept { return established_; }
    /// Once established.
    daicho::channel::admitted<Scheme> const& peer() const { return *peer_; }

    fault send(byte_view message) {
        if (over_) return over_;
        if (!established_) return {errc::not_authenticated, "handshake"};
        if (message.size() > limits::frame) return {errc::oversized, "message", message.size()};
        return write(message);
    }

    std::optional<bytes> next() {
        if (messages_.empty()) return {};
        std::optional<bytes> first(std::move(messages_.front()));
        messages_.pop_front();
        return first;
    }

private:
    using introduction = daicho::channel::introduction<typename Scheme::signature_type>;
    struct ssl_free {
        void operator()(SSL* s) const noexcept { SSL_free(s); }
    };

    /// Goes as far as what came allows.
    fault advance() {
        if (!shaken_) {
            ERR_clear_error();
            int const done = SSL_do_handshake(ssl_.get());
            if (done != 1) return waits(done) ? fault{} : fault{errc::not_authenticated, "tls handshake"};
            if (SSL_version(ssl_.get()) != TLS1_3_VERSION) return {errc::not_authenticated, "tls version"};
            shaken_ = true;
            if (end_ == side::client)
                if (auto f = introduce()) return f;
        }
        std::array<byte, 16 * 1024> buffer;
        for (;;) {
            ERR_clear_error();
            int const n = SSL_read(ssl_.get(), buffer.data(), int(buffer.size()));
            if (n <= 0) return waits(n) ? fault{} : ended(n);
            if (auto f = on_stream({buffer.data(), std::size_t(n)})) return f;
        }
    }

    bool waits(int outcome) const { return SSL_get_error(ssl_.get(), outcome) == SSL_ERROR_WANT_READ; }
    fault ended(int outcome) const {
        if (SSL_get_error(ssl_.get(), outcome) == SSL_ERROR_ZERO_RETURN) return {errc::disconnected, "tls"};
        return {errc::not_authenticated, "tls record"};
    }

    fault on_stream(byte_view stream) {
        for (;;) {
            auto frame = reader_.next(stream);
            if (!frame) return frame.error();
            if (!*frame) return {};
            if (established_) messages_.push_back(std::move(**frame));
            else if (auto f = on_introduction(**frame)) return f;
        }
    }

    fault on_introduction(byte_view frame) {
        if (end_ == side::client)
            if (auto const why = decode<daicho::channel::refusal>(frame)) return why->as_fault();
        auto const said = decode<introduction>(frame);
        if (!said) return said.error();
        if (said->protocol != daicho::channel::protocol_version) return {errc::wrong_schema, "protocol"};
        if (said->chain_id != self_->chain_id) return {errc::wrong_chain, "chain_id"};
        auto const other = end_ == side::client ? side::server : side::client;
        auto peer = daicho::channel::admit_peer(*self_, other, said->credential);
        if (!peer) return peer.error();
        auto const shown = peer_key(ssl_.get());
        if (!shown || !equal(*shown, peer->channel_key)) return {errc::not_authenticated, "certificate key"};
        auto const proof = proof_of(other, said->credential);
        if (!proof) return proof.error();
        if (!Scheme::verify(peer->signing_key, *proof, said->signature)) return {errc::bad_signature, "introduction"};
        if (end_ == side::client)
            if (auto f = daicho::channel::check_server(*peer, expected_)) return f;
        if (end_ == side::server)
            if (auto f = introduce()) return f;
        peer_ = std::move(*peer);
        established_ = true;
        reader_.set_bound(limits::frame);
        return {};
    }

    fault introduce() {
        introduction own{.protocol = daicho::channel::protocol_version, .chain_id = self_->chain_id, .credential = {}, .signature = {}};
        if (!own.credential.assign(self_->credential())) return {errc::oversized, "credential"};
        auto const proof = proof_of(end_, own.credential);
        if (!proof) return proof.error();
        auto const signature = self_->sign(*proof);
        if (!signature) return signature.error();
        own.signature = *signature;
        return write(encode(own));
    }

    /// Keying material of this session only, so that an introduction is worth nothing in another one.
    result<bytes> proof_of(side from, daicho::channel::credential_blob const& credential) const {
        static constexpr std::string_view label = "EXPORTER-daicho-channel-1";
        daicho::channel::session_binding binding{.from = from, .chain_id = self_->chain_id, .exported = {}, .credential = credential};
        auto& exported = binding.exported;
        if (SSL_export_keying_material(ssl_.get(), exported.data(), exported.size(), label.data(), label.size(), nullptr, 0, 0) != 1)
            return fault{errc::io_failed, "tls exporter"};
        return encode(daicho::channel::proof{from, digest_of<Hash>(binding)});
    }

    fault write(byte_view message) {
        bytes frame;
        daicho::channel::append_frame(frame, message);
        ERR_clear_error();
        return SSL_write(ssl_.get(), frame.data(), int(frame.size())) == int(frame.size()) ? fault{} : fault{errc::io_failed, "tls"};
    }

    std::shared_ptr<identity const> self_;
    side end_;
    std::optional<node_id> expected_;
    std::unique_ptr<SSL, ssl_free> ssl_;
    daicho::channel::frame_reader reader_{schema::max_encoded<introduction>};
    std::optional<daicho::channel::admitted<Scheme>> peer_;
    std::deque<bytes> messages_;
    bool shaken_ = false, established_ = false;
    fault over_;
};

/// A model of secure_channel: TLS 1.3, no certificate authority; the enrolled keys are the only authority.
template <signature_scheme Scheme, hash_function Hash>
struct tls_channel {
    static constexpr std::string_view name = "tls";
    using scheme = Scheme;
    using identity = tls_channel_identity<Scheme>;
    using connection = tls_connection<Scheme, Hash>;

    /// The certificate is `key`'s own. Errors: bad_key, io_failed.
    static result<std::shared_ptr<identity const>> identify(daicho::channel::party<Scheme> self, openssl::private_key const& key,
                                                            openssl::certificate const& certificate) {
        tls_identity const own{certificate.get(), key.get()};
        peer_check const any = [](byte_view) { return true; };  // the credential decides, once TLS proved the key
        auto const client = tls_client(any, own);
        if (!client) return client.error();
        auto const server = tls_server(own, any);
        if (!server) return server.error();
        auto made = std::make_shared<identity>();
        static_cast<daicho::channel::party<Scheme>&>(*made) = std::move(self);
        made->as_client = *client;
        made->as_server = *server;
        return std::shared_ptr<identity const>(std::move(made));
    }

    static connection client(std::shared_ptr<identity const> self, std::optional<node_id> const& expected = {}) {
        return connection(std::move(self), daicho::channel::side::client, expected);
    }
    static connection server(std::shared_ptr<identity const> self) {
        return connection(std::move(self), daicho::channel::side::server, {});
    }
};

} // namespace daicho::asio
