#pragma once

#include <daicho/asio/http_client.hpp>
#include <daicho/asio/http_server.hpp>
#include <daicho/asio/tls.hpp>

#include <boost/asio/ssl/stream.hpp>

/// HTTP inside TLS 1.3: what http_server_options.door and http_client_options.secure are set to.
namespace daicho::asio {

using tls_stream = ::boost::asio::ssl::stream<tcp_socket>;

inline http_door https_door(tls_context context) {
    return [context = std::move(context)](tcp_socket socket, std::shared_ptr<detail::http_shared> shared) -> std::shared_ptr<detail::session_base> {
        return std::make_shared<detail::http_session<tls_stream>>(tls_stream(std::move(socket), *context), std::move(shared));
    };
}

class tls_link final : public http_link {
public:
    tls_link(::boost::asio::io_context& io, tls_context context) : context_(std::move(context)), stream_(tcp_socket(io), *context_) {}
    tcp_socket& socket() override { return stream_.next_layer(); }
    void handshake(done f) override {
        stream_.async_handshake(tls_stream::client, [f = std::move(f)](detail::error_code ec) { f(ec, 0); });
    }
    void write(std::array<::boost::asio::const_buffer, 2> const& b, done f) override { ::boost::asio::async_write(stream_, b, std::move(f)); }
    void read(::boost::asio::mutable_buffer b, done f) override { stream_.async_read_some(b, std::move(f)); }

private:
    tls_context context_;
    tls_stream stream_;
};

inline http_dial https_dial(tls_context context) {
    return [context = std::move(context)](::boost::asio::io_context& io) -> std::unique_ptr<http_link> {
        return std::make_unique<tls_link>(io, context);
    };
}

} // namespace daicho::asio
