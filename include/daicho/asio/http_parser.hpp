#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/hex.hpp>
#include <daicho/base/limits.hpp>
#include <daicho/base/result.hpp>
#include <daicho/role/http.hpp>

#include <boost/asio/error.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// HTTP/1.1 messages from bytes that nobody has vouched for: Beast tokenises, these two classes keep the few fields we use
/// in plain data and refuse what smuggling is made of (doubled fields, odd transfer encodings, missing Host).
namespace daicho::asio {

/// Bytes of a request's or reply's head.
inline constexpr std::size_t http_head_limit = 8 * 1024;

namespace detail {

namespace http = ::boost::beast::http;
using error_code = ::boost::beast::error_code;

inline std::string_view text(::boost::beast::string_view v) noexcept { return {v.data(), v.size()}; }

/// Absolute form (RFC 9112 3.2.2) becomes origin form; percent-encoding in the path is undone, once.
/// Errors: invalid_text for anything but a path of printable characters.
inline fault read_target(std::string_view target, role::http_request& out) {
    if (target.starts_with("http://") || target.starts_with("https://")) {
        auto const slash = target.find('/', target.find("//") + 2);
        target = slash == target.npos ? "/" : target.substr(slash);
    }
    auto const query = target.find('?');
    auto const path = target.substr(0, query);
    out.query = query == target.npos ? std::string() : std::string(target.substr(query + 1));
    if (!path.starts_with('/')) return {errc::invalid_text, "request target"};
    out.path.clear();
    for (std::size_t i = 0; i != path.size(); ++i) {
        char c = path[i];
        if (c == '%') {
            byte decoded = 0;
            if (i + 2 >= path.size()) return {errc::invalid_text, "request target", i};
            char const pair[2] = {char(path[i + 1] | 0x20), char(path[i + 2] | 0x20)};
            if (from_hex({pair, 2}, {&decoded, 1})) return {errc::invalid_text, "request target", i};
            c = char(decoded);
            i += 2;
        }
        if (byte(c) < 0x20 || c == 0x7f) return {errc::invalid_text, "request target", i};
        out.path.push_back(c);
    }
    return {};
}

/// Beast's header limit bounds one pass; `head` bounds them all.
template <class Parser>
std::size_t feed(Parser& parser, byte_view in, std::size_t& head, error_code& ec) {
    std::size_t used = 0;
    while (used != in.size() && !parser.is_done()) {
        // Beast 1.81 asserts that a last chunk it sees a second time has five bytes, which an empty body cut into pieces has not.
        // Whatever is still missing of a chunked body, it is five bytes at least ("0 CRLF CRLF").
        if (parser.is_header_done() && parser.chunked() && in.size() - used < 5) {
            ec = http::error::need_more;
            break;
        }
        bool const in_head = !parser.is_header_done();
        auto const n = parser.put({in.data() + used, in.size() - used}, ec);
        used += n;
        if (in_head && (head += n) > http_head_limit) ec = http::error::header_limit;
        if (ec || n == 0 || (in_head && parser.is_header_done())) break;
    }
    return used;
}

} // namespace detail

/// Reads one request. `problem` says in our words what Beast's error code cannot.
class request_reader final : public detail::http::basic_parser<true> {
public:
    role::http_request request;
    fault problem;
    bool expects_continue = false;

    request_reader() {
        header_limit(http_head_limit);
        body_limit(::boost::none);  // the session sets it when it knows method and path
    }

    bool http_1_0() const noexcept { return old_; }
    std::uint64_t announced() const { return content_length().value_or(0); }

    /// Feeds what has arrived; returns how much was used. Pauses once after the head, for the caller to admit the body.
    std::size_t read(byte_view in, detail::error_code& ec) { return detail::feed(*this, in, head_, ec); }

private:
    std::size_t head_ = 0;
    bool old_ = false, host_ = false, in_body_ = false;

    void refuse(detail::error_code& ec, detail::http::error e, errc code, char const* where) {
        problem = {code, where};
        ec = e;
    }
    void once(std::string& to, std::string_view value, detail::error_code& ec, char const* name) {
        if (!to.empty()) return refuse(ec, detail::http::error::bad_field, errc::duplicate, name);
        to = value;
    }

    void on_request_impl(detail::http::verb, ::boost::beast::string_view method, ::boost::beast::string_view target, int version,
                         detail::error_code& ec) override {
        old_ = version < 11;
        if (method.size() > 16) return refuse(ec, detail::http::error::bad_method, errc::oversized, "method");
        request.method = detail::text(method);
        if ((problem = detail::read_target(detail::text(target), request))) ec = detail::http::error::bad_target;
    }

    void on_field_impl(detail::http::field name, ::boost::beast::string_view, ::boost::beast::string_view v, detail::error_code& ec) override {
        using detail::http::field;
        if (in_body_) return;  // trailers say nothing we use
        auto const value = detail::text(v);
        auto const join = [&](std::string& to) {
            if (!to.empty()) to += ", ";
            to += value;
        };
        switch (name) {
        case field::host:
            if (host_) return refuse(ec, detail::http::error::bad_field, errc::duplicate, "host");
            host_ = true;
            return;
        case field::accept: return join(request.accept);
        case field::if_none_match: return join(request.if_none_match);
        case field::content_type: return once(request.content_type, value, ec, "content-type");
        case field::authorization: return once(request.authorization, value, ec, "authorization");
        case field::range: return once(request.range, value, ec, "range");
        case field::if_range: return once(request.if_range, value, ec, "if-range");
        case field::expect: expects_continue = value == "100-continue"; return;
        case field::transfer_encoding:
            if (value != "chunked") refuse(ec, detail::http::error::bad_transfer_encoding, errc::out_of_range, "transfer-encoding");
            return;
        default: return;
        }
    }

    void on_header_impl(detail::error_code& ec) override {
        in_body_ = true;
        if (!old_ && !host_) refuse(ec, detail::http::error::bad_field, errc::missing_field, "host");
    }
    void on_body_init_impl(::boost::optional<std::uint64_t> const& length, detail::error_code&) override {
        // What is claimed is not believed beyond a small advance.
        request.body.reserve(std::size_t(std::min<std::uint64_t>(length.value_or(0), 64 * 1024)));
    }
    std::size_t on_body_impl(::boost::beast::string_view body, detail::error_code&) override {
        request.body.insert(request.body.end(), body.begin(), body.end());
        return body.size();
    }
    std::size_t on_chunk_body_impl(std::uint64_t, ::boost::beast::string_view body, detail::error_code&) override {
        request.body.insert(request.body.end(), body.begin(), body.end());
        return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, ::boost::beast::string_view, detail::error_code&) override {}
    void on_response_impl(int, ::boost::beast::string_view, int, detail::error_code&) override {}
    void on_finish_impl(detail::error_code&) override {}
};

/// Reads one response; the body goes to `sink` piece by piece, whose fault stops the reader.
class response_reader final : public detail::http::basic_parser<false> {
public:
    std::function<fault(byte_view)> sink;
    unsigned status = 0;
    std::string content_type;
    std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
    fault problem;

    response_reader(std::uint64_t limit, bool reply_to_head) {
        header_limit(http_head_limit);
        body_limit(limit);
        skip(reply_to_head);
    }

    /// Feeds what has arrived; returns how much was used. Pauses once after the head.
    std::size_t read(byte_view in, detail::error_code& ec) { return detail::feed(*this, in, head_, ec); }

    std::string_view header(std::string_view lower_case_name) const noexcept {
        for (auto& [name, value] : headers)
            if (name == lower_case_name) return value;
        return {};
    }

private:
    std::size_t head_ = 0;
    bool in_body_ = false;

    std::size_t deliver(::boost::beast::string_view body, detail::error_code& ec) {
        if (sink && (problem = sink(as_bytes(detail::text(body))))) {
            ec = ::boost::asio::error::operation_aborted;
            return 0;
        }
        return body.size();
    }
    void on_response_impl(int code, ::boost::beast::string_view, int, detail::error_code&) override { status = unsigned(code); }
    void on_field_impl(detail::http::field name, ::boost::beast::string_view n, ::boost::beast::string_view v, detail::error_code& ec) override {
        if (in_body_) return;
        if (name == detail::http::field::transfer_encoding && v != "chunked") ec = detail::http::error::bad_transfer_encoding;
        if (name == detail::http::field::content_type) content_type = detail::text(v);
        std::string lower(detail::text(n));
        for (char& c : lower)
            if (c >= 'A' && c <= 'Z') c = char(c | 0x20);
        headers.emplace_back(std::move(lower), detail::text(v));
    }
    void on_header_impl(detail::error_code&) override { in_body_ = true; }
    void on_body_init_impl(::boost::optional<std::uint64_t> const&, detail::error_code&) override {}
    std::size_t on_body_impl(::boost::beast::string_view body, detail::error_code& ec) override { return deliver(body, ec); }
    std::size_t on_chunk_body_impl(std::uint64_t, ::boost::beast::string_view body, detail::error_code& ec) override { return deliver(body, ec); }
    void on_chunk_header_impl(std::uint64_t, ::boost::beast::string_view, detail::error_code&) override {}
    void on_request_impl(detail::http::verb, ::boost::beast::string_view, ::boost::beast::string_view, int, detail::error_code&) override {}
    void on_finish_impl(detail::error_code&) override {}
};

} // namespace daicho::asio
