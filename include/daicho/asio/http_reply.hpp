#pragma once

#include <daicho/asio/http_parser.hpp>
#include <daicho/role/http_error.hpp>

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>

#include <string>

/// The server's side of a reply: its head as bytes, and what a broken request deserves.
namespace daicho::asio::detail {

/// A header a role composed must not be able to start another one.
inline bool is_header_text(std::string_view v) noexcept {
    for (char c : v)
        if ((byte(c) < 0x20 && c != '\t') || c == 0x7f) return false;
    return true;
}

inline bool is_header_name(std::string_view v) noexcept {
    if (v.empty()) return false;
    for (char c : v)
        if (c <= ' ' || c >= 0x7f || c == ':') return false;
    return true;
}

/// Writes status line and headers into `to`, reusing its memory. False when a header could break out of its line.
inline bool write_head(std::string& to, role::http_response const& r, std::uint64_t length, bool keep_alive, bool old) {
    to.assign("HTTP/1.1 ");
    to += std::to_string(r.status);
    to += ' ';
    to += text(http::obsolete_reason(http::int_to_status(r.status)));
    to += "\r\n";
    if (!is_header_text(r.content_type)) return false;
    if (!r.content_type.empty() && (length != 0 || r.status / 100 == 2)) {
        to += "Content-Type: ";
        to += r.content_type;
        to += "\r\n";
    }
    for (auto& [name, value] : r.headers) {
        if (!is_header_name(name) || !is_header_text(value)) return false;
        to += name;
        to += ": ";
        to += value;
        to += "\r\n";
    }
    if (r.status != 204 && r.status != 304) {
        to += "Content-Length: ";
        to += std::to_string(length);
        to += "\r\n";
    }
    if (!keep_alive) to += "Connection: close\r\n";
    else if (old) to += "Connection: keep-alive\r\n";
    to += "\r\n";
    return true;
}

/// 400, 413 or 431, with the reader's own words where it has some.
inline role::http_response refusal_of(error_code ec, request_reader const& reader) {
    if (ec == http::error::header_limit) return role::http_refusal(431, {errc::oversized, "header"});
    if (ec == http::error::body_limit) return role::http_refusal(413, {errc::oversized, "body"});
    if (reader.problem) return role::http_refusal(400, reader.problem);
    if (ec == http::error::bad_version) return role::http_refusal(505, {errc::wrong_schema, "http version"});
    if (ec == http::error::bad_chunk || ec == http::error::bad_chunk_extension) return role::http_refusal(400, {errc::invalid_text, "chunk"});
    if (ec == http::error::bad_content_length || ec == http::error::multiple_content_length)
        return role::http_refusal(400, {errc::out_of_range, "content-length"});
    if (ec == http::error::bad_transfer_encoding) return role::http_refusal(400, {errc::out_of_range, "transfer-encoding"});
    return role::http_refusal(400, {errc::invalid_text, "request"});
}

} // namespace daicho::asio::detail
