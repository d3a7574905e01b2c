#pragma once

#include <daicho/asio/http_session.hpp>
#include <daicho/base/url.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/basic_resolver.hpp>

#include <memory>
#include <optional>
#include <string>

namespace daicho::asio {

/// One connection of an http_client. Its operations are started here and awaited by the client, under its deadlines.
class http_link {
public:
    using done = std::function<void(detail::error_code, std::size_t)>;
    virtual ~http_link() = default;
    virtual tcp_socket& socket() = 0;
    virtual void handshake(done) = 0;
    virtual void write(std::array<::boost::asio::const_buffer, 2> const&, done) = 0;
    virtual void read(::boost::asio::mutable_buffer, done) = 0;
};

/// Makes an unconnected link: https_dial (asio/https.hpp) for TLS.
using http_dial = std::function<std::unique_ptr<http_link>(::boost::asio::io_context&)>;

class plain_link final : public http_link {
public:
    explicit plain_link(::boost::asio::io_context& io) : socket_(io) {}
    tcp_socket& socket() override { return socket_; }
    void handshake(done f) override { f({}, 0); }
    void write(std::array<::boost::asio::const_buffer, 2> const& b, done f) override { ::boost::asio::async_write(socket_, b, std::move(f)); }
    void read(::boost::asio::mutable_buffer b, done f) override { socket_.async_read_some(b, std::move(f)); }

private:
    tcp_socket socket_;
};

struct http_client_options {
    http_dial secure;                                     ///< for https addresses; without it they are refused
    std::chrono::milliseconds connect_timeout{5'000};     ///< for connection and handshake
    http_pace pace{std::chrono::milliseconds(10'000)};    ///< for a request and its reply: more bytes, more time
    std::uint64_t max_body = limits::http_body;           ///< of a reply kept in memory
};

/// A blocking HTTP/1.1 client whose every call ends: it has deadlines, and bounds on what it takes in. Keeps its last connection
/// for the next call to the same place. One thread at a time uses it.
class http_client {
public:
    explicit http_client(http_client_options options = {}) : options_(std::move(options)) {}

    /// Sends `request` to the address (whose path and query count, not the request's). Any status is a reply.
    /// Errors: invalid_text and the like for the address, unreachable, timed_out, disconnected, not_authenticated, oversized.
    result<role::http_response> send(std::string_view address, role::http_request const& request) {
        role::http_response response;
        auto const f = exchange(address, request, options_.max_body, [](reply_head const&) { return fault{}; }, [&](byte_view b) {
            response.body.insert(response.body.end(), b.begin(), b.end());
            return fault{};
        });
        if (f) return f;
        response.status = last_.status;
        response.content_type = std::move(last_.content_type);
        response.headers = std::move(last_.headers);
        return response;
    }

    struct reply_head {
        unsigned status = 0;
        std::string content_type;
        std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case

        std::string_view header(std::string_view lower_case_name) const noexcept {
            for (auto& [name, value] : headers)
                if (name == lower_case_name) return value;
            return {};
        }
    };

    /// Streams: `on_head` sees the reply's head and may refuse it; then `sink` sees the body piece by piece and may end it.
    /// A fault of either ends the transfer, closes the connection and is returned. Errors: as send().
    template <class OnHead, class Sink>
    fault exchange(std::string_view address, role::http_request const& request, std::uint64_t limit, OnHead&& on_head, Sink&& sink) {
        auto const to = parse_url(address);
        if (!to) return to.error();
        if (to->tls && !options_.secure) return {errc::not_permitted, "https without keys"};
        std::string head;
        if (auto f = write_request(head, *to, request)) return f;

        bool const reused = connected_to(*to);
        bool heard = false;
        auto f = reused ? converse(head, request, limit, on_head, sink, heard) : fault{errc::disconnected};
        // A kept connection may have been closed meanwhile. Only what may be repeated is sent again (RFC 9110 9.2.2).
        bool const repeatable = request.method == "GET" || request.method == "HEAD" || request.method == "PUT";
        if (!reused || (f == errc::disconnected && !heard && repeatable)) {
            if (auto g = connect(*to)) return g;
            f = converse(head, request, limit, on_head, sink, heard = false);
        }
        if (f) close();
        return f;
    }

    void close() {
        link_.reset();
        filled_ = 0;
    }

private:
    static std::string origin_of(url const& to) { return (to.tls ? "s" : "p") + to.authority(); }

    /// The kept connection, if it leads there, is open and has nothing to say unasked.
    bool connected_to(url const& to) {
        if (!link_ || origin_ != origin_of(to)) return false;
        byte b;
        auto const n = ::recv(link_->socket().native_handle(), &b, 1, MSG_PEEK | MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
        close();
        return false;
    }

    static fault write_request(std::string& head, url const& to, role::http_request const& r) {
        if (!detail::is_header_name(r.method)) return {errc::invalid_text, "method"};
        head = r.method + ' ' + to.target + " HTTP/1.1\r\nHost: " + to.authority() + "\r\n";
        std::pair<char const*, std::string const*> const fields[] = {
            {"Accept", &r.accept},       {"Content-Type", &r.content_type}, {"Authorization", &r.authorization}, {"Range", &r.range},
            {"If-None-Match", &r.if_none_match}, {"If-Range", &r.if_range}};
        for (auto& [name, value] : fields) {
            if (value->empty()) continue;
            if (!detail::is_header_text(*value)) return {errc::invalid_text, name};
            ((head += name) += ": ") += *value;
            head += "\r\n";
        }
        if (!r.body.empty() || (r.method != "GET" && r.method != "HEAD")) head += "Content-Length: " + std::to_string(r.body.size()) + "\r\n";
        head += "\r\n";
        return {};
    }

    /// Starts one operation and waits for it until the deadline; closes the socket when it passes.
    template <class Start>
    std::size_t wait(detail::error_code& ec, Start&& start) {
        bool done = false;
        std::size_t n = 0;
        start([&](detail::error_code e, std::size_t count = 0) {
            ec = e;
            n = count;
            done = true;
        });
        io_.restart();
        io_.run_until(deadline_);
        if (done) return n;
        detail::error_code ignored;
        if (link_) link_->socket().close(ignored);
        resolver_.cancel();
        io_.restart();
        io_.run();
        ec = ::boost::asio::error::timed_out;
        return n;
    }

    static fault link_fault(detail::error_code ec, errc otherwise, char const* where) {
        return {ec == ::boost::asio::error::timed_out ? errc::timed_out : otherwise, where};
    }

    fault connect(url const& to) {
        using ::boost::asio::ip::tcp;
        close();
        deadline_ = steady::now() + options_.connect_timeout;
        detail::error_code ec;
        std::vector<tcp::endpoint> endpoints;
        auto const literal = ::boost::asio::ip::make_address(to.host, ec);
        if (!ec) {
            endpoints.emplace_back(literal, to.port);
        } else {
            tcp::resolver::results_type found;
            wait(ec, [&](auto done) {
                resolver_.async_resolve(to.host, std::to_string(to.port), [&found, done](detail::error_code e, auto results) mutable {
                    found = std::move(results);
                    done(e);
                });
            });
            if (ec) return link_fault(ec, errc::unreachable, "host name");
            for (auto& entry : found) endpoints.push_back(entry.endpoint());
        }
        link_ = to.tls ? options_.secure(io_) : std::make_unique<plain_link>(io_);
        origin_ = origin_of(to);
        wait(ec, [&](auto done) {
            ::boost::asio::async_connect(link_->socket(), endpoints, [done](detail::error_code e, auto const&) mutable { done(e); });
        });
        if (!ec) link_->socket().set_option(tcp::no_delay(true), ec);
        if (ec) {
            close();
            return link_fault(ec, errc::unreachable, "connect");
        }
        wait(ec, [&](auto done) { link_->handshake(done); });
        if (ec) {
            close();
            return link_fault(ec, errc::not_authenticated, "handshake");
        }
        return {};
    }

    template <class OnHead, class Sink>
    fault converse(std::string const& head, role::http_request const& request, std::uint64_t limit, OnHead& on_head, Sink& sink, bool& heard) {
        detail::error_code ec;
        deadline_ = steady::now() + options_.pace.time_for(request.body.size());
        std::array<::boost::asio::const_buffer, 2> const parts{::boost::asio::buffer(head), ::boost::asio::buffer(request.body.data(), request.body.size())};
        wait(ec, [&](auto done) { link_->write(parts, done); });
        // A server that refuses a body answers before it has read it all: hear what it says.
        bool const cut = bool(ec);
        if (ec == ::boost::asio::error::timed_out) return {errc::timed_out, "request"};

        auto const began = steady::now();
        std::optional<response_reader> reader;
        std::uint64_t received = 0;
        bool announced = false;
        filled_ = 0;
        std::size_t used = 0;
        for (;;) {
            if (!reader) {
                reader.emplace(limit, request.method == "HEAD");
                reader->sink = [&](byte_view b) { return fault(sink(b)); };
            }
            ec = {};
            while (used != filled_ && !reader->is_done()) {
                used += reader->read({in_.data() + used, filled_ - used}, ec);
                if (reader->is_header_done() && !announced && reader->status / 100 != 1) {
                    announced = true;
                    last_ = {reader->status, std::move(reader->content_type), std::move(reader->headers)};
                    if (ec != detail::http::error::body_limit)
                        if (auto f = on_head(static_cast<reply_head const&>(last_))) return f;
                }
                if (ec) break;
            }
            if (ec == detail::http::error::body_limit || ec == detail::http::error::header_limit) return {errc::oversized, "reply", limit};
            if (ec && ec != detail::http::error::need_more) return reader->problem ? reader->problem : fault{errc::invalid_text, "reply", received};
            if (reader->is_done() && reader->status / 100 == 1 && reader->status != 101) {
                reader.reset();
                continue;
            }
            if (reader->is_done()) break;
            std::copy(in_.begin() + std::ptrdiff_t(used), in_.begin() + std::ptrdiff_t(filled_), in_.begin());
            filled_ -= used;
            used = 0;
            if (filled_ == in_.size()) return {errc::oversized, "reply"};
            deadline_ = options_.pace.deadline(began, received);
            auto const n = wait(ec, [&](auto done) { link_->read(::boost::asio::buffer(in_.data() + filled_, in_.size() - filled_), done); });
            if (ec == ::boost::asio::error::timed_out) return {errc::timed_out, "reply", received};
            if (ec) {
                bool const ended = ec == ::boost::asio::error::eof && reader->got_some();
                if (ended) reader->put_eof(ec);
                if (!ended || ec || !reader->is_done()) return {errc::disconnected, heard ? "reply" : "request", received};
                break;
            }
            heard = true;
            received += n;
            filled_ += n;
        }
        if (cut || !reader->keep_alive() || used != filled_) close();
        return {};
    }

    http_client_options options_;
    ::boost::asio::io_context io_{1};
    ::boost::asio::ip::basic_resolver<::boost::asio::ip::tcp, ::boost::asio::io_context::executor_type> resolver_{io_};
    std::unique_ptr<http_link> link_;
    std::string origin_;
    steady::time_point deadline_;
    std::array<byte, 64 * 1024> in_;
    std::size_t filled_ = 0;
    reply_head last_;
};

} // namespace daicho::asio
