#pragma once

#include <daicho/role/http.hpp>
#include <daicho/role/http_status.hpp>

namespace daicho::role {

/// A refusal in one line: what, where, and the place in it: `{"error":"the value is larger than its bound","where":"body","at":0}`.
/// Both texts are ours, so nothing needs escaping.
inline http_response http_refusal(unsigned status, fault f) {
    std::string line = "{\"error\":\"";
    line += message(f.code);
    line += "\",\"where\":\"";
    line += f.where;
    line += "\",\"at\":" + std::to_string(f.at) + "}\n";
    http_response r;
    r.status = status;
    if (status == 429 || status == 503) r.headers.emplace_back("Retry-After", "1");  // seconds; RFC 9110 10.2.3
    r.body.assign(line.begin(), line.end());
    return r;
}

inline http_response http_refusal(fault f) {
    // A wrong type inside a body is a bad request; only the Content-Type itself is an unsupported one.
    bool const inside = f.code == errc::wrong_type && std::string_view(f.where) != "Content-Type";
    return http_refusal(inside ? 400 : status_of(f.code), f);
}

/// Why another side refused, when it says so in one of our sentences; ok otherwise.
inline errc refused_for(http_response const& r) noexcept {
    auto text = as_text(r.body);
    static constexpr std::string_view head = "{\"error\":\"";
    if (!text.starts_with(head)) return errc::ok;
    text.remove_prefix(head.size());
    text = text.substr(0, text.find('"'));
    for (std::size_t i = 1; i != daicho::detail::errc_messages.size(); ++i)
        if (text == message(errc(i))) return errc(i);
    return errc::ok;
}

/// What a refusal from elsewhere says, when it is one of our sentences; empty otherwise. Nobody signed it: it is shown to people and
/// decides nothing, and none of the other side's own words are passed on.
inline char const* refusal_in(http_response const& r) noexcept {
    auto const code = refused_for(r);
    return code == errc::ok ? "" : message(code).data();
}

} // namespace daicho::role
