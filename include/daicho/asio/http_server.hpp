#pragma once

#include <daicho/asio/http_session.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>

#include <csignal>
#include <string>
#include <vector>

namespace daicho::asio {

/// HTTP/1.1 over plain sockets, or TLS through options.door, for roles that know neither. One thread runs the io_context, so that a role needs no locks;
/// the handler is called there, once a request, and answers now or later through its responder.
///     auto server = http_server::listen(io, "127.0.0.1", 0, [&](role::http_request r, responder answer) { answer(node.handle(r)); });
class http_server {
public:
    /// Errors: port_in_use, invalid_text (the address is a literal), io_failed.
    static result<std::unique_ptr<http_server>> listen(::boost::asio::io_context& io, std::string const& address, std::uint16_t port,
                                                       http_handler handler, http_server_options options = {}) {
        using ::boost::asio::ip::tcp;
        detail::error_code ec;
        auto const host = ::boost::asio::ip::make_address(address, ec);
        if (ec) return fault{errc::invalid_text, "listening address"};
        std::unique_ptr<http_server> server(new http_server(io, std::move(handler), std::move(options)));
        auto& acceptor = server->acceptor_;
        tcp::endpoint const endpoint(host, port);
        acceptor.open(endpoint.protocol(), ec);
        if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
        if (!ec) acceptor.bind(endpoint, ec);
        if (!ec) acceptor.listen(::boost::asio::socket_base::max_listen_connections, ec);
        if (ec) return fault{ec == ::boost::asio::error::address_in_use ? errc::port_in_use : errc::io_failed, "listen", port};
        // sendfile has no MSG_NOSIGNAL: a client that goes away must not end the process.
        struct sigaction now = {};
        if (::sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) std::signal(SIGPIPE, SIG_IGN);
        server->port_ = acceptor.local_endpoint(ec).port();
        server->accept();
        server->tick();
        return server;
    }

    ~http_server() { stop(); }

    std::uint16_t port() const noexcept { return port_; }
    std::size_t connections() const noexcept { return shared_->sessions.size(); }

    /// Closes everything, also what is half way. On the io_context's thread, or when it does not run.
    void stop() {
        *alive_ = false;
        detail::error_code ignored;
        acceptor_.close(ignored);
        timer_.cancel();
        for (auto& session : every_session()) session->close();
    }

private:
    using executor = ::boost::asio::io_context::executor_type;
    using acceptor = ::boost::asio::basic_socket_acceptor<::boost::asio::ip::tcp, executor>;
    using timer = ::boost::asio::basic_waitable_timer<steady, ::boost::asio::wait_traits<steady>, executor>;

    http_server(::boost::asio::io_context& io, http_handler handler, http_server_options options)
        : acceptor_(io), timer_(io), shared_(std::make_shared<detail::http_shared>()) {
        shared_->options = std::move(options);
        shared_->handler = std::move(handler);
    }

    std::vector<std::shared_ptr<detail::session_base>> every_session() const {
        return {shared_->sessions.begin(), shared_->sessions.end()};
    }

    void accept() {
        accepting_ = true;
        acceptor_.async_accept([this, alive = alive_](detail::error_code ec, tcp_socket socket) {
            if (!*alive) return;
            accepting_ = false;
            if (!ec) take(std::move(socket));
            else if (ec != ::boost::asio::error::connection_aborted) return;  // out of descriptors, say: tick() tries again
            accept();
        });
    }

    void take(tcp_socket socket) {
        if (shared_->sessions.size() >= shared_->options.max_connections) return;  // closed unheard
        detail::error_code ignored;
        socket.set_option(::boost::asio::ip::tcp::no_delay(true), ignored);
        socket.native_non_blocking(true, ignored);
        auto session = shared_->options.door ? shared_->options.door(std::move(socket), shared_)
                                             : std::make_shared<detail::http_session<tcp_socket>>(std::move(socket), shared_);
        if (!session) return;
        shared_->sessions.insert(session);
        session->start();
    }

    /// One timer for all connections: setting one a request would cost more than the request.
    void tick() {
        auto const shortest = std::min({shared_->options.header_timeout, shared_->options.idle_timeout, shared_->options.reply_timeout,
                                        shared_->options.pace.allowance});
        timer_.expires_after(std::clamp(shortest / 8, std::chrono::milliseconds(5), std::chrono::milliseconds(500)));
        timer_.async_wait([this, alive = alive_](detail::error_code ec) {
            if (ec || !*alive) return;
            auto const now = steady::now();
            for (auto& session : every_session()) session->sweep(now);
            if (!accepting_) accept();
            tick();
        });
    }

    acceptor acceptor_;
    timer timer_;
    std::shared_ptr<detail::http_shared> shared_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::uint16_t port_ = 0;
    bool accepting_ = false;
};

} // namespace daicho::asio
