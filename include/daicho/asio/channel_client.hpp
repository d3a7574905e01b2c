#pragma once

#include <daicho/channel/party.hpp>
#include <daicho/concept/secure_channel.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <chrono>
#include <string>

namespace daicho::asio {

/// Where a channel_client's server is, who it must be, and how long each step may take.
struct channel_address {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::optional<node_id> expected = {};            ///< no other server will do
    std::chrono::milliseconds connect{5'000};        ///< until the handshake is over
    std::chrono::milliseconds answer{30'000};        ///< from a request to the whole of its reply
};

/// Asks a channel_server, one request after another, blocking with deadlines; a model of link. One thread at a time.
/// Connects when first used and again after any fault or cut, each time with a fresh handshake.
/// A request is sent once: when its answer does not come, only the caller knows whether it may be repeated.
template <class Channel>
class channel_client {
    static_assert(secure_channel<Channel>, "this Channel is not a secure_channel: docs/concepts/secure_channel.md");

public:
    using identity = typename Channel::identity;
    using peer_type = daicho::channel::admitted<typename Channel::scheme>;

    channel_client(std::shared_ptr<identity const> self, channel_address where) : self_(std::move(self)), where_(std::move(where)) {}
    channel_client(channel_client const&) = delete;

    /// Errors: oversized, those of the handshake, unreachable, timed_out, disconnected.
    result<bytes> call(byte_view request) {
        if (request.size() > limits::frame) return fault{errc::oversized, "request", request.size()};
        if (connected() && !quiet()) close();  // closed from the other side while nobody looked: nothing was sent on it yet
        if (!connected())
            if (auto f = connect()) return f;
        auto reply = ask(request);
        if (!reply) close();
        return reply;
    }

    /// As concept link wants it. Errors: those of call(); oversized when the reply does not fit.
    result<byte_view> exchange(byte_view request, byte_span reply_buffer) {
        auto const reply = call(request);
        if (!reply) return reply.error();
        if (reply->size() > reply_buffer.size()) return fault{errc::oversized, "reply", reply->size()};
        std::copy(reply->begin(), reply->end(), reply_buffer.begin());
        return byte_view(reply_buffer.first(reply->size()));
    }

    /// Connects and authenticates now instead of at the first call.
    fault connect() {
        close();
        auto const deadline = clock::now() + where_.connect;
        auto f = reach(deadline);
        if (!f) f = shake(deadline);
        if (f) close();
        return f;
    }

    bool connected() const { return link_ && link_->established(); }
    /// The server; once connected.
    peer_type const& peer() const { return link_->peer(); }

    void close() {
        ::boost::system::error_code ignored;
        socket_.close(ignored);
        link_.reset();
    }

    /// Makes a call that is under way, and all later ones, fail with disconnected. From any thread.
    void cancel() {
        cancelled_ = true;
        context_.stop();
    }

private:
    using clock = std::chrono::steady_clock;
    using tcp = ::boost::asio::ip::tcp;
    using error_code = ::boost::system::error_code;

    fault reach(clock::time_point deadline) {
        error_code ec;
        auto const ip = ::boost::asio::ip::make_address(where_.host, ec);
        std::vector<tcp::endpoint> endpoints;
        if (!ec) {
            endpoints.emplace_back(ip, where_.port);
        } else {
            auto const found = tcp::resolver(context_).resolve(where_.host, std::to_string(where_.port), ec);
            endpoints.assign(found.begin(), found.end());
            if (ec) return {errc::unreachable, "host name"};
        }
        auto const f = run(deadline, [&](auto done) {
            ::boost::asio::async_connect(socket_, endpoints, [done](error_code const& e, tcp::endpoint const&) { done(e, 0); });
        });
        if (f) return f == errc::disconnected && !cancelled_ ? fault{errc::unreachable, "connect", where_.port} : f;
        socket_.set_option(tcp::no_delay(true), ec);
        return {};
    }

    fault shake(clock::time_point deadline) {
        link_.emplace(Channel::client(self_, where_.expected));
        if (auto f = link_->receive({})) return f;
        while (!link_->established())
            if (auto f = turn(deadline)) return f;
        return flush(deadline);
    }

    result<bytes> ask(byte_view request) {
        auto const deadline = clock::now() + where_.answer;
        if (link_->next()) return fault{errc::not_authenticated, "answer to no request"};
        if (auto f = link_->send(request)) return f;
        for (;;) {
            if (auto reply = link_->next()) return std::move(*reply);
            if (auto f = turn(deadline)) return f;
        }
    }

    /// Writes what waits, reads what came.
    fault turn(clock::time_point deadline) {
        if (auto f = flush(deadline)) return f;
        std::size_t n = 0;
        auto const f = run(deadline, [&](auto done) { socket_.async_read_some(::boost::asio::buffer(buffer_), done); }, &n);
        if (f) return f;
        return link_->receive({buffer_.data(), n});
    }

    fault flush(clock::time_point deadline) {
        bytes const waiting = link_->output();
        if (waiting.empty()) return {};
        return run(deadline, [&](auto done) { ::boost::asio::async_write(socket_, ::boost::asio::buffer(waiting), done); });
    }

    /// Runs one operation to its end or to the deadline.
    template <class Start>
    fault run(clock::time_point deadline, Start start, std::size_t* size = nullptr) {
        std::optional<error_code> outcome;
        context_.restart();
        if (cancelled_) return {errc::disconnected, "cancelled"};
        start([&](error_code const& e, std::size_t n) {
            outcome = e;
            if (size) *size = n;
        });
        context_.run_until(deadline);
        if (!outcome) {
            error_code ignored;
            socket_.close(ignored);
            context_.restart();
            context_.run();  // the operation ends now, and with it its hold on our locals
            return cancelled_ ? fault{errc::disconnected, "cancelled"} : fault{errc::timed_out, "peer"};
        }
        if (*outcome) return {errc::disconnected, "peer"};
        return {};
    }

    /// Nothing waits to be read: neither an end of the stream nor words that nobody asked for.
    bool quiet() {
        error_code ec;
        byte one;
        socket_.non_blocking(true, ec);
        socket_.receive(::boost::asio::buffer(&one, 1), ::boost::asio::socket_base::message_peek, ec);
        return ec == ::boost::asio::error::would_block;
    }

    std::shared_ptr<identity const> self_;
    channel_address where_;
    ::boost::asio::io_context context_{1};
    tcp::socket socket_{context_};
    std::optional<typename Channel::connection> link_;
    std::array<byte, 16 * 1024> buffer_;
    std::atomic<bool> cancelled_ = false;
};

} // namespace daicho::asio
