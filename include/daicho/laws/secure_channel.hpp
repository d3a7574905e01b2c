#pragma once

#include <daicho/base/limits.hpp>
#include <daicho/concept/secure_channel.hpp>
#include <daicho/laws/law.hpp>

#include <algorithm>

namespace daicho::laws {

/// Who plays in the laws of a secure_channel. Each can be client and server.
template <daicho::secure_channel Channel>
struct channel_cast {
    using identity = std::shared_ptr<typename Channel::identity const>;
    identity client, server, other;  ///< three enrolled members of one chain
    identity stranger;               ///< knows the chain, is not enrolled, speaks for itself
    identity foreigner;              ///< enrolled on another chain
    identity thief;                  ///< shows `server`'s credential and holds none of its keys
    node_id client_id{}, server_id{};
};

namespace detail {

/// Two connections and the wire between them, in memory. What crosses is kept; a wiretap may change it first.
template <daicho::secure_channel Channel>
class channel_wire {
public:
    using identity = typename channel_cast<Channel>::identity;
    using connection = typename Channel::connection;

    channel_wire(identity asks, identity answers, std::optional<node_id> const& expected = {})
        : client(Channel::client(std::move(asks), expected)), server(Channel::server(std::move(answers))) {}

    /// Carries bytes both ways until neither side has any. `tap(to_server, bytes)` sees each flight; `piece` cuts it.
    template <class Tap>
    void carry(Tap tap, std::size_t piece = ~std::size_t(0)) {
        for (bool moved = true; moved;) {
            moved = false;
            for (bool to_server : {true, false}) {
                bytes flight = (to_server ? client : server).output();
                if (flight.empty()) continue;
                moved = true;
                tap(to_server, flight);
                auto& said = to_server ? to_server_said : to_client_said;
                said.insert(said.end(), flight.begin(), flight.end());
                deliver(to_server, flight, piece);
            }
        }
    }
    void carry() {
        carry([](bool, bytes&) {});
    }
    void deliver(bool to_server, byte_view flight, std::size_t piece = ~std::size_t(0)) {
        auto& receiver = to_server ? server : client;
        auto& f = to_server ? server_fault : client_fault;
        while (!flight.empty()) {
            auto const part = flight.first(std::min(piece, flight.size()));
            flight = flight.subspan(part.size());
            if (auto refused = receiver.receive(part); refused && !f) f = refused;
        }
    }
    /// What the client puts on the wire for a message; a byte of nonsense where a broken model puts nothing.
    bytes flight_of(byte_view message) {
        (void)client.send(message);
        bytes flight = client.output();
        if (flight.empty()) flight.push_back(0);
        return flight;
    }
    bool both_established() const { return client.established() && server.established(); }

    connection client, server;
    bytes to_server_said, to_client_said;
    fault client_fault, server_fault;
};

inline bool contains(byte_view text, byte_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end()) != text.end();
}

inline bytes some_message(byte first, std::size_t size) {
    bytes m(size);
    for (std::size_t i = 0; i != size; ++i) m[i] = byte(first + i * 7 + i / 256);
    return m;
}

} // namespace detail

/// Laws of docs/concepts/secure_channel.md, on memory instead of a socket.
template <daicho::secure_channel Channel>
void secure_channel(verdict& v, channel_cast<Channel> const& cast) {
    using wire = detail::channel_wire<Channel>;
    bytes const question = detail::some_message(1, 64), second = detail::some_message(2, 64), answer = detail::some_message(3, 3000);

    {
        wire w(cast.client, cast.server, cast.server_id);
        w.carry();
        bool const met = w.both_established();
        v.law("each side learns who the other is", met && w.client.peer().id == cast.server_id && w.server.peer().id == cast.client_id &&
                                                       w.client.peer().enrolled && w.server.peer().enrolled);
    }
    {
        wire w(cast.client, cast.server);
        w.carry([](bool, bytes&) {}, 1);
        bool whole = !w.client.send(question) && !w.client.send(second) && !w.server.send(answer);
        w.carry([](bool, bytes&) {}, 1);
        whole = whole && w.server.next() == question && w.server.next() == second && !w.server.next();
        whole = whole && w.client.next() == answer && !w.client.next();
        v.law("messages arrive whole, once and in order, however the wire cuts them", whole);
    }
    {
        wire w(cast.client, cast.server);
        bool const early = !w.client.send(question) || w.server.next();
        v.law("nothing is sent or received before both sides are authenticated", !early);
    }
    {
        wire w(cast.client, cast.server);
        w.carry();
        (void)w.client.send(question);
        (void)w.server.send(answer);
        w.carry();
        byte_view const q(question), a(answer);
        v.law("what is said cannot be read on the wire",
              !detail::contains(w.to_server_said, q.first(16)) && !detail::contains(w.to_client_said, a.first(16)));
    }
    {
        // Each bit flip either ends the connection or, where a wire format carries bits without meaning, changes nothing.
        bool genuine = true;
        for (bool target : {true, false}) {
            for (std::size_t at = 0, step = 31; genuine; at += step) {
                wire w(cast.client, cast.server);
                std::size_t seen = 0;
                bool changed = false;
                w.carry([&](bool to_server, bytes& flight) {
                    if (to_server != target) return;
                    if (at >= seen && at - seen < flight.size()) flight[at - seen] ^= 0x10, changed = true;
                    seen += flight.size();
                });
                if (!changed) break;
                if (w.client.established() && w.client.peer().id != cast.server_id) genuine = false;
                if (w.server.established() && w.server.peer().id != cast.client_id) genuine = false;
                bool const sent = !w.client.send(question);
                w.carry();
                if (auto const got = w.server.next(); got && (!sent || *got != question)) genuine = false;
            }
        }
        v.law("a handshake that was tampered with makes no other peer", genuine);
    }
    {
        bool refused = true;
        for (std::size_t at : {0u, 5u, 9u, 20u, 40u, 70u}) {
            wire w(cast.client, cast.server);
            w.carry();
            bytes flight = w.flight_of(question);
            if (at >= flight.size()) continue;
            if (at == 0) at = flight.size() - 1;
            flight[at] ^= 1;
            w.deliver(true, flight);
            bool const arrived = w.server.next().has_value();
            refused = refused && !arrived;
        }
        v.law("a message that was changed does not arrive", refused);
    }
    {
        wire w(cast.client, cast.server);
        w.carry();
        bytes const flight = w.flight_of(question);
        w.deliver(true, byte_view(flight).first(flight.size() - 1));
        v.law("a message that was cut does not arrive", !w.server.next() && !w.server_fault);
    }
    {
        wire w(cast.client, cast.server);
        w.carry();
        bytes const flight = w.flight_of(question);
        w.deliver(true, flight);
        bool const first = w.server.next() == question;
        w.deliver(true, flight);
        v.law("a message that is played again is refused", first && !w.server.next() && w.server_fault);
    }
    {
        wire w(cast.client, cast.server);
        w.carry();
        (void)w.flight_of(question);
        w.deliver(true, w.flight_of(second));
        v.law("a message that overtakes another is refused", !w.server.next() && w.server_fault);
    }
    {
        wire w(cast.client, cast.server);
        w.carry();
        bytes const flight = w.flight_of(question);
        bytes changed = flight;
        changed.back() ^= 1;
        w.deliver(true, changed);
        bool const refused = bool(w.server_fault);
        while (w.server.next()) {}
        w.deliver(true, flight);
        v.law("after a refusal nothing arrives any more", !refused || !w.server.next());
    }
    {
        wire w(cast.client, cast.server);
        w.carry();
        bytes const flight = w.flight_of(question);
        w.deliver(false, flight);
        v.law("what a side sent cannot be returned to it", !w.client.next() && w.client_fault);
    }
    {
        wire w(cast.client, cast.server);
        w.carry();
        (void)w.client.send(question);
        w.carry();
        auto fresh = Channel::server(cast.server);
        (void)fresh.receive(w.to_server_said);
        v.law("a recorded connection cannot be played again", w.server.next() == question && !fresh.established() && !fresh.next());
    }
    {
        wire w(cast.foreigner, cast.server);
        w.carry();
        wire x(cast.client, cast.foreigner);
        x.carry();
        v.law("a foreign chain is refused", !w.server.established() && w.server_fault && !x.client.established());
    }
    {
        wire w(cast.client, cast.stranger);
        w.carry();
        v.law("a server that is not enrolled is refused", !w.client.established() && w.client_fault);
    }
    {
        wire w(cast.client, cast.other, cast.server_id);
        w.carry();
        v.law("a client that names its server takes no other", !w.client.established() && w.client_fault);
    }
    {
        wire w(cast.stranger, cast.server);
        w.carry();
        v.law("a client that is not enrolled is served as such", w.both_established() && !w.server.peer().enrolled);
    }
    {
        wire w(cast.client, cast.thief);
        w.carry();
        wire x(cast.thief, cast.other);
        x.carry();
        v.law("a credential without its keys is worth nothing", !w.client.established() && !x.server.established());
    }
    {
        wire w(cast.client, cast.client);
        w.carry();
        v.law("nobody is his own peer", !w.client.established() && !w.server.established());
    }
    {
        wire w(cast.client, cast.server);
        w.carry();
        v.law("a message beyond the bound is refused before it is sent",
              w.client.send(bytes(limits::frame + 1)) == errc::oversized && w.client.output().empty());
    }
}

} // namespace daicho::laws
