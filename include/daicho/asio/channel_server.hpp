#pragma once

#include <daicho/asio/channel_session.hpp>

#include <mutex>
#include <string>
#include <unordered_map>

namespace daicho::asio {

/// Serves many machines over TCP on a secure channel (paper 3.3: a gateway its devices, the management server its gateways).
///     asio::channel_server<rsa> server(context, identity, [&](auto const& peer, bytes request, auto respond) {
///         respond(role.handle(request));
///     });
///     auto port = server.listen("0.0.0.0", 4500);
/// Callbacks only, on the threads that run `context`. With more than one, requests of different connections run at once.
template <class Channel>
class channel_server {
    static_assert(secure_channel<Channel>, "this Channel is not a secure_channel: docs/concepts/secure_channel.md");

public:
    using identity = typename Channel::identity;
    using peer = daicho::channel::admitted<typename Channel::scheme>;
    using handler = std::function<void(peer const&, bytes request, channel_responder respond)>;
    /// Told what was refused and why; for a log.
    using observer = std::function<void(std::string_view event, fault why)>;

    channel_server(::boost::asio::io_context& context, std::shared_ptr<identity const> self, handler handle, channel_limits limits = {},
                   observer note = {})
        : core_(std::make_shared<core>(context, std::move(self), std::move(handle), limits, std::move(note))) {}
    channel_server(channel_server const&) = delete;
    ~channel_server() { close(); }

    /// Starts to accept; port 0 takes a free one. Returns the port. Errors: port_in_use, io_failed.
    result<std::uint16_t> listen(std::string const& address, std::uint16_t port) { return core_->listen(address, port); }

    /// Ends every connection of a member, say because it was expelled. From any thread.
    void drop(node_id const& id) {
        core_->each([&](auto& session) { session.close_if_peer(id); });
    }
    /// Ends everything. From any thread; what is under way ends on the context's threads.
    void close() { core_->close(); }

    std::size_t connections() const { return core_->count(); }

private:
    struct core;
    std::shared_ptr<core> core_;
};

template <class Channel>
struct channel_server<Channel>::core : std::enable_shared_from_this<core> {
    using channel = Channel;
    using session = channel_session<core>;
    using tcp = ::boost::asio::ip::tcp;

    core(::boost::asio::io_context& c, std::shared_ptr<typename Channel::identity const> self, channel_server::handler h, channel_limits l,
         observer n)
        : context(c), identity(std::move(self)), handler(std::move(h)), limits(l), observe(std::move(n)), acceptor(strand),
          pause(strand) {}

    result<std::uint16_t> listen(std::string const& address, std::uint16_t port) {
        ::boost::system::error_code ec;
        auto const ip = ::boost::asio::ip::make_address(address, ec);
        if (ec) return fault{errc::io_failed, "listen address"};
        tcp::endpoint const endpoint(ip, port);
        acceptor.open(endpoint.protocol(), ec);
        if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
        if (!ec) acceptor.bind(endpoint, ec);
        if (!ec) acceptor.listen(tcp::acceptor::max_listen_connections, ec);
        std::uint16_t const bound = ec ? 0 : acceptor.local_endpoint(ec).port();
        if (ec) {
            bool const taken = ec == ::boost::asio::error::address_in_use;
            ::boost::system::error_code ignored;
            acceptor.close(ignored);
            return fault{taken ? errc::port_in_use : errc::io_failed, "listen", port};
        }
        ::boost::asio::post(strand, [self = this->shared_from_this()] { self->accept(); });
        return bound;
    }

    void accept() {
        if (!acceptor.is_open()) return;
        acceptor.async_accept(::boost::asio::make_strand(context.get_executor()),
                              [self = this->shared_from_this()](auto const& ec, typename session::socket_type socket) {
            if (!self->acceptor.is_open()) return;
            if (ec) return self->accept_later();  // out of descriptors, say: trying again at once would spin
            self->welcome(std::move(socket));
            self->accept();
        });
    }

    void accept_later() {
        pause.expires_after(std::chrono::milliseconds(50));
        pause.async_wait([self = this->shared_from_this()](auto const& ec) {
            if (!ec) self->accept();
        });
    }

    void welcome(typename session::socket_type socket) {
        if (count() >= limits.connections) return note("channel refused", {errc::busy, "connections", limits.connections});
        auto const made = std::make_shared<session>(this->shared_from_this(), std::move(socket));
        {
            std::lock_guard const lock(mutex);
            sessions.emplace(made.get(), made);
        }
        made->start();
    }

    void left(session* gone) {
        std::lock_guard const lock(mutex);
        sessions.erase(gone);
    }
    std::size_t count() const {
        std::lock_guard const lock(mutex);
        return sessions.size();
    }
    template <class F>
    void each(F f) {
        std::vector<std::shared_ptr<session>> alive;
        {
            std::lock_guard const lock(mutex);
            for (auto& [key, weak] : sessions)
                if (auto s = weak.lock()) alive.push_back(std::move(s));
        }
        for (auto& s : alive) f(*s);
    }

    void close() {
        ::boost::asio::post(strand, [self = this->shared_from_this()] {
            ::boost::system::error_code ignored;
            self->acceptor.close(ignored);
            self->pause.cancel();
            self->each([](auto& s) { s.close(); });
        });
    }

    void handle(peer const& from, bytes request, channel_responder respond) { handler(from, std::move(request), std::move(respond)); }
    void note(std::string_view event, fault why) const {
        if (observe) observe(event, why);
    }

    ::boost::asio::io_context& context;
    std::shared_ptr<typename Channel::identity const> const identity;
    channel_server::handler const handler;
    channel_limits const limits;
    observer const observe;
    typename session::strand const strand{context.get_executor()};
    ::boost::asio::basic_socket_acceptor<tcp, typename session::strand> acceptor;
    typename session::timer_type pause;
    mutable std::mutex mutex;
    std::unordered_map<session*, std::weak_ptr<session>> sessions;
};

} // namespace daicho::asio
