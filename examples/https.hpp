#pragma once

#include "process.hpp"

#include <daicho/asio/https_host.hpp>
#include <daicho/asio/http_server.hpp>

#include <optional>

/// Lets a client follow https addresses too.
inline process::ending allow_https(daicho::asio::http_client_options& client) {
    auto dial = daicho::asio::https_to_anyone();
    if (!dial) return {dial.error(), "https"};
    client.secure = std::move(*dial);
    return {};
}

/// Makes a server speak HTTPS with the key in `home`; its certificate is written there as certificate.pem.
inline process::ending serve_https(std::filesystem::path const& home, std::string const& name, std::optional<daicho::asio::https_host>& keeps,
                                   daicho::asio::http_server_options& server) {
    auto host = daicho::asio::https_host::load(home / "channel.pem", name);
    if (!host) return {host.error(), (home / "channel.pem").string()};
    keeps.emplace(std::move(*host));
    auto door = keeps->door();
    if (!door) return {door.error(), "https"};
    server.door = std::move(*door);
    return {};
}
