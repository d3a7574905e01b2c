#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <concepts>
#include <memory>
#include <optional>
#include <string_view>

namespace daicho {

/// One side of one connection, as a machine without a socket: bytes from the wire go in, bytes for the wire come out.
///   receive(wire)    takes what came, however it was chunked; after a fault the connection is over: write output(), then hang up
///   output()         takes what has to be written now; empty when nothing
///   established()    both sides are authenticated; before that, send() is refused and next() is empty
///   peer()           once established: who the other side is (id, keys, enrolled)
///   send(message)    seals one message into output()
///   next()           the next message that came, whole, once and in order
template <class C>
concept channel_connection = std::movable<C> && requires(C& c, C const& k, byte_view b) {
    { c.receive(b) } -> std::same_as<fault>;
    { c.output() } -> std::same_as<bytes>;
    { k.established() } -> std::same_as<bool>;
    { k.peer().id } -> std::convertible_to<node_id>;
    { k.peer().enrolled } -> std::convertible_to<bool>;
    { c.send(b) } -> std::same_as<fault>;
    { c.next() } -> std::same_as<std::optional<bytes>>;
};

/// How two machines that need not trust the wire speak to each other (docs/concepts/secure_channel.md; paper 3.3).
///   identity                 what this machine brings: credential, keys, and the admission of others
///   client(self, expected)   asks; the server must be enrolled, and be `expected` where that is given
///   server(self)             answers; peer().enrolled tells whether the client is
template <class C>
concept secure_channel =
    requires(std::shared_ptr<typename C::identity const> self, std::optional<node_id> const& expected) {
        typename C::scheme;
        { C::name } -> std::convertible_to<std::string_view>;
        { C::client(self, expected) } -> std::same_as<typename C::connection>;
        { C::server(self) } -> std::same_as<typename C::connection>;
    } && channel_connection<typename C::connection>;

} // namespace daicho
