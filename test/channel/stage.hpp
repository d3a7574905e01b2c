#pragma once

#include <daicho/channel/party.hpp>
#include <daicho/hash/digest_of.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/laws/secure_channel.hpp>

#include <memory>
#include <stdexcept>

/// Members, keys and credentials for the tests of the secure channel.
namespace stage {

using namespace daicho;

template <class T>
T must(result<T> r) {
    if (!r) throw std::runtime_error(r.error().where);
    return std::move(*r);
}

/// A credential small enough for a test: the management key of a chain says who holds which keys.
template <class Scheme>
struct badge {
    using public_key_type = typename Scheme::public_key_type;
    static constexpr schema::tag schema{0xb0, 1, "badge"};
    DAICHO_RECORD(badge<Scheme>, (digest, chain_id), (public_key_type, signing_key), (channel::channel_key, channel_key));
    friend bool operator==(badge const&, badge const&) = default;
};
template <class Scheme>
struct signed_badge {
    using badge_type = badge<Scheme>;
    using signature_type = typename Scheme::signature_type;
    static constexpr schema::tag schema{0xb1, 1, "signed_badge"};
    DAICHO_RECORD(signed_badge<Scheme>, (badge_type, body), (signature_type, signature));
    friend bool operator==(signed_badge const&, signed_badge const&) = default;
};

template <class Scheme>
node_id id_of(typename Scheme::public_key_type const& key) {
    return hash_bytes<sha256>(encode(key));
}

/// One chain: who manages it, and who was expelled from it.
template <class Signer>
struct chain {
    using scheme = typename Signer::scheme;
    digest id;
    Signer management = must(Signer::generate());
    std::vector<node_id> expelled = {};

    explicit chain(byte name) { id.fill(name); }

    channel::admission<scheme> admission() const {
        return [this](byte_view credential) -> result<channel::admitted<scheme>> {
            auto const b = decode<signed_badge<scheme>>(credential);
            if (!b) return b.error();
            if (b->body.chain_id != id) return fault{errc::wrong_chain, "credential"};
            bytes const body = encode(b->body);
            bool const enrolled = scheme::verify(management.public_key(), body, b->signature);
            if (!enrolled && !scheme::verify(b->body.signing_key, body, b->signature)) return fault{errc::bad_signature, "credential"};
            channel::admitted<scheme> a{.id = id_of<scheme>(b->body.signing_key), .signing_key = b->body.signing_key,
                                        .channel_key = b->body.channel_key, .enrolled = enrolled};
            for (auto const& e : expelled)
                if (e == a.id) return fault{errc::expelled_sender, "credential"};
            return a;
        };
    }
};

/// A machine: two key pairs, which differ.
template <class Signer, class ChannelKey>
struct member {
    using scheme = typename Signer::scheme;
    std::shared_ptr<Signer> signer = std::make_shared<Signer>(must(Signer::generate()));
    std::shared_ptr<ChannelKey const> key;

    node_id id() const { return id_of<scheme>(signer->public_key()); }

    bytes credential(chain<Signer> const& where, channel::channel_key const& channel_key, bool enrolled) const {
        signed_badge<scheme> b{{where.id, signer->public_key(), channel_key}, {}};
        b.signature = must(enrolled ? where.management.sign(encode(b.body)) : signer->sign(encode(b.body)));
        return encode(b);
    }
    channel::party<scheme> party(chain<Signer> const& where, bytes credential) const {
        return {.chain_id = where.id, .credential = [credential] { return credential; }, .signing_key = signer->public_key(),
                .sign = [s = signer](byte_view m) { return s->sign(m); }, .admit = where.admission()};
    }
};

/// Everybody that the laws ask for. `Model` says how a channel key is made, shown and put into an identity:
///     make_key() -> ChannelKey; public_key(ChannelKey); identify(party, key) -> shared_ptr<identity const>
template <class Channel, class Signer, class Model>
struct company {
    using key_type = decltype(Model::make_key());
    using member_type = member<Signer, key_type>;
    using identity = typename laws::channel_cast<Channel>::identity;

    chain<Signer> here{1}, elsewhere{2};
    member_type client{.key = new_key()}, server{.key = new_key()}, other{.key = new_key()}, stranger{.key = new_key()};

    static std::shared_ptr<key_type const> new_key() { return std::make_shared<key_type const>(Model::make_key()); }
    static channel::channel_key public_key(member_type const& m) { return Model::public_key(*m.key); }

    identity play(member_type const& m, chain<Signer> const& where, bool enrolled = true) const {
        return Model::identify(m.party(where, m.credential(where, public_key(m), enrolled)), m.key);
    }
    /// Shows m's credential, signs with the stranger's key, has the stranger's channel key.
    identity rob(member_type const& m) const {
        return Model::identify(stranger.party(here, m.credential(here, public_key(m), true)), stranger.key);
    }
    laws::channel_cast<Channel> cast() const {
        return {play(client, here), play(server, here), play(other, here), play(stranger, here, false), play(client, elsewhere),
                rob(server), client.id(), server.id()};
    }
};

} // namespace stage
