#pragma once

#include <daicho/base/bounded.hpp>
#include <daicho/base/limits.hpp>
#include <daicho/concept/signature_scheme.hpp>

#include <functional>
#include <optional>

/// The secure channel between machines (docs/concepts/secure_channel.md), without I/O: what each side says and checks.
namespace daicho::channel {

/// Which end of a connection. It is signed, so nothing that one side said can be returned to it as an answer.
enum class side : std::uint8_t { client, server };

/// Bytes of a credential: the canonical record that enrols a member, signed by the management key,
/// or what a device that is not enrolled yet says of itself.
inline constexpr std::size_t credential_bytes = 4096;

using channel_key = inline_bytes<limits::channel_key>;

/// Who the other side is, once the handshake is over: its credential was admitted and it holds these keys.
template <signature_scheme Scheme>
struct admitted {
    node_id id{};
    typename Scheme::public_key_type signing_key{};
    channel::channel_key channel_key;
    bool enrolled = false;  ///< false: answer enrolment only
};

/// Reads a credential under the genesis: an enrolled member's keys, or a stranger's with enrolled = false.
/// An expelled member's is a fault. It is asked once a handshake; the channel itself checks that the keys are really held.
template <signature_scheme Scheme>
using admission = std::function<result<admitted<Scheme>>(byte_view credential)>;

/// What one machine brings to every handshake. The functions are called on the thread that runs the connection.
template <signature_scheme Scheme>
struct party {
    digest chain_id{};
    std::function<bytes()> credential;  ///< asked each time: enrolment changes it
    typename Scheme::public_key_type signing_key{};
    std::function<result<typename Scheme::signature_type>(byte_view)> sign;
    admission<Scheme> admit;
    admission<Scheme> admit_server{};  ///< of the machine that it calls; `admit` in its absence
};

/// What both sides ask of a credential before its keys are believed. `end`: which one showed it.
template <signature_scheme Scheme>
result<admitted<Scheme>> admit_peer(party<Scheme> const& self, side end, byte_view credential) {
    auto peer = end == side::server && self.admit_server ? self.admit_server(credential) : self.admit(credential);
    if (!peer) return peer;
    if (peer->signing_key == self.signing_key) return fault{errc::not_authenticated, "own key returned"};  // a mirror
    if constexpr (std::convertible_to<typename Scheme::public_key_type const&, byte_view>)
        if (equal(peer->signing_key, peer->channel_key)) return fault{errc::bad_key, "channel key signs"};  // one key, one use
    return peer;
}

/// What a client asks of a server: enrolled, and the one that was meant. A false gateway with a fresh key ends here (paper.md).
template <signature_scheme Scheme>
fault check_server(admitted<Scheme> const& server, std::optional<node_id> const& expected) {
    if (!server.enrolled) return {errc::not_authenticated, "server is not enrolled"};
    if (expected && server.id != *expected) return {errc::not_authenticated, "another server was expected"};
    return {};
}

} // namespace daicho::channel

template <>
inline constexpr auto daicho::schema::names_of<daicho::channel::side> = std::to_array<std::string_view>({"client", "server"});
