#pragma once

#include <daicho/channel/framing.hpp>
#include <daicho/channel/rsa_client.hpp>
#include <daicho/channel/rsa_server.hpp>
#include <daicho/concept/secure_channel.hpp>

#include <deque>
#include <variant>

namespace daicho::channel {

/// One side of an RSA channel on a stream: the handshake, then the session, each message in a frame.
template <class Suite>
class rsa_connection {
public:
    using scheme = typename Suite::scheme;
    using client = rsa_client<Suite>;
    using server = rsa_server<Suite>;

    explicit rsa_connection(client c) : end_(std::move(c)) {
        auto const hello = std::get<client>(end_).start();
        if (hello) append_frame(output_, *hello);
        else over_ = hello.error();
    }
    explicit rsa_connection(server s) : end_(std::move(s)) {}

    /// Errors: those of rsa_client and rsa_server, of session::open and of frame_reader.
    fault receive(byte_view wire) {
        if (over_) return over_;
        over_ = receive_frames(wire);
        if (over_ && !established() && std::holds_alternative<server>(end_)) append_frame(output_, encode(refusal{byte(over_.code)}));
        return over_;
    }

    bytes output() { return std::exchange(output_, {}); }

    bool established() const {
        return std::visit([](auto const& end) { return end.established(); }, end_);
    }

    admitted<scheme> const& peer() const {
        return std::visit([](auto const& end) -> auto const& { return end.peer(); }, end_);
    }

    fault send(byte_view message) {
        if (over_) return over_;
        if (!established()) return {errc::not_authenticated, "handshake"};
        auto const frame = keys().seal(message);
        if (!frame) return frame.error();
        append_frame(output_, *frame);
        return {};
    }

    std::optional<bytes> next() {
        if (messages_.empty()) return {};
        std::optional<bytes> first(std::move(messages_.front()));
        messages_.pop_front();
        return first;
    }

private:
    fault receive_frames(byte_view wire) {
        for (;;) {
            auto const frame = reader_.next(wire);
            if (!frame) return frame.error();
            if (!*frame) return {};
            if (auto f = established() ? open(**frame) : shake(**frame)) return f;
        }
    }

    fault open(byte_view frame) {
        auto message = keys().open(frame);
        if (!message) return message.error();
        messages_.push_back(std::move(*message));
        return {};
    }

    fault shake(byte_view frame) {
        if (std::holds_alternative<client>(end_))
            if (auto const why = decode<refusal>(frame)) return why->as_fault();
        auto const answer = std::visit([&](auto& end) { return end.feed(frame); }, end_);
        if (!answer) return answer.error();
        if (*answer) append_frame(output_, **answer);
        if (established()) reader_.set_bound(session_frame);
        return {};
    }

    session<typename Suite::gcm>& keys() {
        return std::visit([](auto& end) -> auto& { return end.keys(); }, end_);
    }

    std::variant<client, server> end_;
    frame_reader reader_{handshake_frame<scheme>};
    bytes output_;
    std::deque<bytes> messages_;
    fault over_;
};

/// A model of secure_channel: RSA and nonces as in paper 3.3, without forward secrecy (docs/adr/0005-rsa-channel.md).
template <class Suite>
struct rsa_channel {
    static constexpr std::string_view name = "rsa";
    using scheme = typename Suite::scheme;
    using identity = rsa_identity<Suite>;
    using connection = rsa_connection<Suite>;

    static connection client(std::shared_ptr<identity const> self, std::optional<node_id> const& expected = {}) {
        return connection(rsa_client<Suite>(std::move(self), expected));
    }
    static connection server(std::shared_ptr<identity const> self) { return connection(rsa_server<Suite>(std::move(self))); }
};

} // namespace daicho::channel
