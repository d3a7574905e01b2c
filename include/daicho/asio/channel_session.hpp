#pragma once

#include <daicho/asio/channel_responder.hpp>
#include <daicho/channel/party.hpp>
#include <daicho/concept/secure_channel.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>

#include <chrono>

namespace daicho::asio {

/// How long a channel_server waits for what, and for how many.
struct channel_limits {
    std::size_t connections = 256;                     ///< at once; more are turned away
    std::chrono::milliseconds handshake{10'000};       ///< from accept to the last message of the handshake
    std::chrono::milliseconds idle{120'000};           ///< from one reply to the last byte of the next request, and for each write
    std::chrono::milliseconds answer{120'000};         ///< what the handler may take
    std::chrono::milliseconds lifetime{3'600'000};     ///< then a new handshake has to show that the client is still enrolled
};

/// One accepted connection. Reads, answers and writes take turns, so requests are answered in order and a client that does
/// not read is not read from. Everything runs on the connection's strand; Core outlives it.
template <class Core>
class channel_session : public std::enable_shared_from_this<channel_session<Core>> {
public:
    using channel = typename Core::channel;
    using strand = ::boost::asio::strand<::boost::asio::io_context::executor_type>;
    using socket_type = ::boost::asio::basic_stream_socket<::boost::asio::ip::tcp, strand>;
    using clock = std::chrono::steady_clock;
    using timer_type = ::boost::asio::basic_waitable_timer<clock, ::boost::asio::wait_traits<clock>, strand>;

    channel_session(std::shared_ptr<Core> core, socket_type socket)
        : core_(std::move(core)), socket_(std::move(socket)), timer_(socket_.get_executor()), link_(channel::server(core_->identity)) {}
    ~channel_session() { core_->left(this); }

    void start() {
        ::boost::asio::post(socket_.get_executor(), [self = this->shared_from_this()] {
            ::boost::system::error_code ignored;
            self->socket_.set_option(::boost::asio::ip::tcp::no_delay(true), ignored);
            self->wait_at_most(self->core_->limits.handshake);
            self->read();
        });
    }

    /// From any thread.
    void close() {
        ::boost::asio::post(socket_.get_executor(), [self = this->shared_from_this()] { self->end(); });
    }
    void close_if_peer(node_id const& id) {
        ::boost::asio::post(socket_.get_executor(), [self = this->shared_from_this(), id] {
            if (self->link_.established() && self->link_.peer().id == id) self->end();
        });
    }

private:
    void read() {
        socket_.async_read_some(::boost::asio::buffer(buffer_), [self = this->shared_from_this()](auto const& ec, std::size_t n) {
            if (ec) return self->end();
            self->refused_ = self->link_.receive({self->buffer_.data(), n});
            self->go_on();
        });
    }

    /// What to do next, in this order: write what waits; hang up after a refusal; answer; read.
    void go_on() {
        if (ended_) return;
        writing_ = link_.output();
        if (!writing_.empty()) return write();
        if (refused_) {
            core_->note("channel refused", refused_);
            return end();
        }
        if (auto request = link_.next()) return answer(std::move(*request));
        if (link_.established() && !greeted_) {
            greeted_ = true;
            wait_at_most(core_->limits.idle);
        }
        if (greeted_ && clock::now() - since_ > core_->limits.lifetime) return end();
        read();
    }

    void write() {
        ::boost::asio::async_write(socket_, ::boost::asio::buffer(writing_),
                                   [self = this->shared_from_this()](auto const& ec, std::size_t) {
                                       if (ec) return self->end();
                                       self->go_on();
                                   });
    }

    void answer(bytes request) {
        greeted_ = true;
        wait_at_most(core_->limits.answer);
        channel_responder respond([weak = this->weak_from_this()](bytes* reply) {
            auto self = weak.lock();
            if (!self) return;
            auto const there = self->socket_.get_executor();
            ::boost::asio::post(there, [self = std::move(self), reply = reply ? std::optional(std::move(*reply)) : std::nullopt] {
                self->answered(reply);
            });
        });
        try {
            core_->handle(link_.peer(), std::move(request), std::move(respond));
        } catch (std::exception const&) {
            core_->note("channel handler threw", {errc::io_failed, "handler"});
            end();
        }
    }

    void answered(std::optional<bytes> const& reply) {
        if (ended_) return;
        if (!reply) return end();
        if (auto f = link_.send(*reply)) {
            core_->note("channel reply", f);
            return end();
        }
        wait_at_most(core_->limits.idle);
        go_on();
    }

    /// The timer keeps the session alive too: while the handler thinks, nothing else is under way.
    void wait_at_most(std::chrono::milliseconds time) {
        timer_.expires_after(time);
        timer_.async_wait([self = this->shared_from_this()](auto const& ec) {
            if (!ec && self->timer_.expiry() <= clock::now()) self->end();
        });
    }

    void end() {
        if (std::exchange(ended_, true)) return;
        ::boost::system::error_code ignored;
        timer_.cancel();
        socket_.shutdown(socket_type::shutdown_both, ignored);
        socket_.close(ignored);
    }

    std::shared_ptr<Core> core_;
    socket_type socket_;
    timer_type timer_;
    typename channel::connection link_;
    std::array<byte, 16 * 1024> buffer_;
    bytes writing_;
    fault refused_;
    clock::time_point const since_ = clock::now();
    bool greeted_ = false, ended_ = false;
};

} // namespace daicho::asio
