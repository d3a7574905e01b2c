#pragma once

#include "process.hpp"

#include <daicho/base/hex.hpp>
#include <daicho/base/url.hpp>
#include <daicho/role/peer.hpp>

/// ID@URL: a ledger node, and who must be there.
inline daicho::result<daicho::role::peer> peer_from(std::string const& text) {
    auto const at = text.find('@');
    auto const id = daicho::digest_from_hex(std::string_view(text).substr(0, at));
    if (!id) return id.error();
    auto url = text.substr(std::min(text.size(), at + 1));
    if (auto const to = daicho::parse_url(url); !to) return to.error();
    return daicho::role::peer{*id, std::move(url)};
}

inline process::ending peers_from(std::vector<std::string> const& texts, std::vector<daicho::role::peer>& out, char const* option) {
    for (auto& text : texts) {
        auto p = peer_from(text);
        if (!p) return {p.error(), std::string(option) + ' ' + text};
        out.push_back(std::move(*p));
    }
    return {};
}

/// HOST:PORT
inline daicho::result<std::pair<std::string, std::uint16_t>> endpoint_from(std::string const& text) {
    auto const to = daicho::parse_url("http://" + text);
    if (!to || to->target != "/" || text.ends_with('/')) return daicho::fault{daicho::errc::invalid_text, "HOST:PORT"};
    return std::pair{to->host, to->port};
}
