#pragma once

#include <daicho/asio/responder.hpp>
#include <daicho/base/limits.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <unordered_set>

/// What a server grants its clients: time, memory, and which door they come in by.
namespace daicho::asio {

using tcp_socket = ::boost::asio::basic_stream_socket<::boost::asio::ip::tcp, ::boost::asio::io_context::executor_type>;

/// How long bytes may take: a pause no longer than the allowance, and on the whole no slower than a rate, so that neither
/// silence nor a trickle holds a connection for ever.
struct http_pace {
    std::chrono::milliseconds allowance{30'000};
    std::uint64_t bytes_per_second = 4096;

    steady::duration time_for(std::uint64_t n) const {
        return allowance + std::chrono::milliseconds(n * 1000 / (bytes_per_second == 0 ? 1 : bytes_per_second));
    }
    /// When to give up on what began then and has come n bytes far.
    steady::time_point deadline(steady::time_point began, std::uint64_t n) const {
        return std::min(steady::now() + allowance, began + time_for(n));
    }
};

namespace detail {
struct http_shared;
} // namespace detail

/// Makes a session of an accepted socket: plain by default, TLS with https_door (asio/https.hpp).
using http_door = std::function<std::shared_ptr<detail::session_base>(tcp_socket, std::shared_ptr<detail::http_shared>)>;

struct http_server_options {
    http_door door;                                     ///< none: plain HTTP
    std::size_t max_connections = 512;
    std::chrono::milliseconds header_timeout{10'000};   ///< for a handshake, and from a head's first byte to its last
    std::chrono::milliseconds idle_timeout{60'000};     ///< between requests
    std::chrono::milliseconds reply_timeout{120'000};   ///< for the role's answer; then 503
    http_pace pace;                                     ///< for bodies, both ways
    std::uint64_t bodies_in_memory = 512u << 20;        ///< of all connections together; then 503
    /// The largest body a method and path may carry.
    std::function<std::uint64_t(std::string_view method, std::string_view path)> body_limit =
        [](std::string_view, std::string_view) { return std::uint64_t(limits::http_body); };
    /// Sees the head before the body is read; a reply refuses it unread.
    std::function<std::optional<role::http_response>(role::http_request const& head, std::uint64_t body_size)> admit;
};

namespace detail {

/// What the sessions of a server share. Touched by the io_context's thread only.
struct http_shared {
    http_server_options options;
    http_handler handler;
    std::unordered_set<std::shared_ptr<session_base>> sessions;
    std::uint64_t body_bytes = 0;
};

} // namespace detail
} // namespace daicho::asio
