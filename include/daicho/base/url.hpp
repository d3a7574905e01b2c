#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <charconv>
#include <string>
#include <string_view>

namespace daicho {

/// An http or https address, taken apart. Strict: no user, no fragment, no spaces or control characters,
/// a host that is a name, an IPv4 literal or an IPv6 literal in brackets.
struct url {
    static constexpr std::size_t bound = 2048;

    bool tls = false;
    std::string host;          ///< without brackets
    std::uint16_t port = 80;
    std::string target = "/";  ///< path and query, as they go on the request line

    /// `host:port` as the Host header wants it; the port is left out where it is the scheme's own.
    std::string authority() const {
        std::string text = host.find(':') == std::string::npos ? host : '[' + host + ']';
        if (port != (tls ? 443 : 80)) text += ':' + std::to_string(port);
        return text;
    }
    std::string text() const { return (tls ? "https://" : "http://") + authority() + target; }

    friend bool operator==(url const&, url const&) = default;
};

namespace detail {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_alnum(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// RFC 952 and 1123: letters, digits, dots and inner hyphens; covers IPv4 literals.
constexpr bool is_host_name(std::string_view host) noexcept {
    if (host.empty() || host.size() > 253) return false;
    char before = '.';
    for (char c : host) {
        if (!is_alnum(c) && c != '-' && c != '.') return false;
        if ((c == '.' || c == '-') && before == '.') return false;
        if (c == '.' && before == '-') return false;
        before = c;
    }
    return before != '.' && before != '-';
}

constexpr bool is_ipv6_literal(std::string_view host) noexcept {
    if (host.size() < 2 || host.size() > 45 || host.find(':') == host.npos) return false;
    for (char c : host)
        if (!is_digit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F') && c != ':' && c != '.') return false;
    return true;
}

/// RFC 3986 2: what may stand in a path or a query, percent-encoded where it is anything else.
constexpr bool is_target(std::string_view target) noexcept {
    for (char c : target)
        if (!is_alnum(c) && std::string_view("/?%:@!$&'()*+,;=-._~").find(c) == std::string_view::npos) return false;
    return true;
}

} // namespace detail

/// Errors: oversized, invalid_text, out_of_range, each with the part that is wrong and its offset.
inline result<url> parse_url(std::string_view text) {
    if (text.size() > url::bound) return fault{errc::oversized, "url", text.size()};
    auto const whole = text.data();
    auto const offset = [&] { return std::uint64_t(text.data() - whole); };

    url out;
    if (text.starts_with("http://")) text.remove_prefix(7);
    else if (text.starts_with("https://")) text.remove_prefix(8), out.tls = true, out.port = 443;
    else return fault{errc::invalid_text, "url scheme"};

    std::string_view host;
    if (text.starts_with('[')) {
        auto const end = text.find(']');
        if (end == text.npos || !detail::is_ipv6_literal(text.substr(1, end - 1))) return fault{errc::invalid_text, "url host", offset()};
        host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
    } else {
        host = text.substr(0, text.find_first_of(":/?"));
        if (!detail::is_host_name(host)) return fault{errc::invalid_text, "url host", offset()};
        text.remove_prefix(host.size());
    }
    out.host = host;

    if (text.starts_with(':')) {
        text.remove_prefix(1);
        auto const digits = text.substr(0, text.find_first_of("/?"));
        unsigned port = 0;
        auto const [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
        if (ec != std::errc{} || end != digits.data() + digits.size() || port == 0 || port > 65535)
            return fault{errc::out_of_range, "url port", offset()};
        out.port = std::uint16_t(port);
        text.remove_prefix(digits.size());
    }
    if (!text.empty() && text.front() != '/' && text.front() != '?') return fault{errc::invalid_text, "url port", offset()};
    if (!detail::is_target(text)) return fault{errc::invalid_text, "url path", offset()};
    out.target = text.starts_with('/') ? std::string(text) : '/' + std::string(text);
    return out;
}

} // namespace daicho
