#include <daicho/channel/rsa_client.hpp>
#include <daicho/channel/rsa_server.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/rsa_channel.hpp>
#include <daicho/hash/sha512_256.hpp>

#include "rsa_stage.hpp"

using namespace daicho;
using stage::must;

namespace {

template <class Oaep>
using suite_with = channel::rsa_suite<cryptopp::ed25519, Oaep, cryptopp::rsa_oaep_key, cryptopp::aes_256_gcm, sha256, cryptopp::entropy>;
using suite = suite_with<cryptopp::rsa_oaep>;
using client = channel::rsa_client<suite>;
using server = channel::rsa_server<suite>;
using signature = cryptopp::ed25519::signature_type;
using server_hello = channel::server_hello<signature>;
using key_exchange = channel::key_exchange<signature>;

auto& members() { return stage::rsa_members(); }
auto const& cast() {
    static auto const made = members().cast();
    return made;
}

/// The handshake's four messages, each open to change before it is delivered.
struct dialogue {
    client asks;
    server answers;
    bytes hello, offer, exchange, server_finished, client_finished;

    explicit dialogue(decltype(cast().client) c = cast().client, decltype(cast().client) s = cast().server,
                      std::optional<node_id> expected = {})
        : asks(std::move(c), expected), answers(std::move(s)), hello(must(asks.start())) {}

    static result<bytes> fed(auto& end, byte_view frame) {
        auto const r = end.feed(frame);
        if (!r) return r.error();
        return r->value_or(bytes{});
    }
    void to_offer() { offer = must(fed(answers, hello)); }
    void to_exchange() {
        to_offer();
        exchange = must(fed(asks, offer));
    }
    void to_end() {
        to_exchange();
        server_finished = must(fed(answers, exchange));
        client_finished = must(fed(asks, server_finished));
        (void)must(fed(answers, client_finished));
    }
};

template <class Record, class Change>
bytes altered(byte_view frame, Change change) {
    auto r = must(decode<Record>(frame));
    change(r);
    return encode(r);
}

} // namespace

BOOST_AUTO_TEST_SUITE(channel_rsa)

BOOST_AUTO_TEST_CASE(both_sides_are_authenticated_after_four_messages) {
    dialogue d(cast().client, cast().server, cast().server_id);
    d.to_end();
    BOOST_TEST(d.asks.established());
    BOOST_TEST(d.answers.established());
    BOOST_TEST((d.asks.peer().id == cast().server_id));
    BOOST_TEST((d.answers.peer().id == cast().client_id));
    auto const frame = must(d.asks.keys().seal(as_bytes("question")));
    BOOST_TEST(as_text(must(d.answers.keys().open(frame))) == "question");
}

BOOST_AUTO_TEST_CASE(a_client_says_its_version_and_chain_and_the_server_agrees_or_refuses) {
    dialogue d;
    d.to_offer();
    for (auto version : {0, 2, 255}) {
        dialogue x;
        auto const bad = altered<channel::client_hello>(x.hello, [&](auto& h) { h.protocol = byte(version); });
        BOOST_TEST((x.answers.feed(bad).error() == errc::wrong_schema));
    }
    dialogue x;
    auto const bad = altered<channel::client_hello>(x.hello, [&](auto& h) { h.chain_id[0] ^= 1; });
    BOOST_TEST((x.answers.feed(bad).error() == errc::wrong_chain));
    BOOST_TEST((x.answers.feed(x.hello).error() == errc::wrong_chain));  // over: the same object does not start again
}

// paper.md, last section: a wrong nonce printed a warning and went on.
BOOST_AUTO_TEST_CASE(a_wrong_nonce_ends_the_session) {
    dialogue d;
    d.to_offer();
    auto const bad = altered<server_hello>(d.offer, [](auto& h) { h.offer.client_nonce[15] ^= 1; });
    BOOST_TEST((d.asks.feed(bad).error() == errc::replayed));
    BOOST_TEST((d.asks.feed(d.offer).error() == errc::replayed));
    dialogue e;
    e.to_exchange();
    auto const worse = altered<key_exchange>(e.exchange, [](auto& x) { x.secret.server_nonce[0] ^= 1; });
    BOOST_TEST((e.answers.feed(worse).error() == errc::replayed));
    BOOST_TEST((e.answers.feed(e.exchange).error() == errc::replayed));
}

BOOST_AUTO_TEST_CASE(messages_of_another_handshake_are_refused) {
    dialogue old, now;
    old.to_end();
    now.to_offer();
    BOOST_TEST((now.answers.feed(old.exchange).error() == errc::replayed));
    dialogue again;
    again.to_offer();
    BOOST_TEST((again.asks.feed(old.offer).error() == errc::replayed));
    dialogue last;
    last.to_exchange();
    auto const finished = must(dialogue::fed(last.answers, last.exchange));
    BOOST_TEST((last.asks.feed(old.server_finished).error() == errc::not_authenticated));
    BOOST_TEST((last.answers.feed(old.client_finished).error() == errc::not_authenticated));
    BOOST_TEST(!finished.empty());
}

BOOST_AUTO_TEST_CASE(messages_out_of_turn_are_refused) {
    dialogue d, e;
    d.to_end();
    for (auto* frame : {&d.offer, &d.exchange, &d.server_finished, &d.client_finished})
        BOOST_TEST((dialogue().answers.feed(*frame).error() == errc::wrong_schema));
    for (auto* frame : {&d.hello, &d.exchange, &d.server_finished})
        BOOST_TEST((dialogue().asks.feed(*frame).error() == errc::wrong_schema));
    e.to_offer();
    BOOST_TEST((e.answers.feed(e.hello).error() == errc::wrong_schema));
}

BOOST_AUTO_TEST_CASE(nothing_comes_back_to_who_said_it) {
    dialogue d;
    d.to_exchange();
    BOOST_TEST((d.asks.feed(d.exchange).error() == errc::wrong_schema));
    dialogue mirror(cast().server, cast().server);
    BOOST_TEST((mirror.answers.feed(mirror.hello).error() == errc::not_authenticated));
}

// An unknown key share: a relay puts its own enrolled credential in place of the client's, so that the server takes the client's
// words for the relay's.
BOOST_AUTO_TEST_CASE(a_relay_cannot_put_its_own_name_on_a_clients_words) {
    dialogue d, relay(cast().other);
    d.to_offer();
    auto const relays = must(decode<channel::client_hello>(relay.hello));
    auto const renamed = altered<channel::client_hello>(d.hello, [&](auto& h) { h.credential = relays.credential; });
    dialogue x;
    auto const offer = must(dialogue::fed(x.answers, renamed));
    BOOST_TEST((d.asks.feed(offer).error() == errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(a_relay_cannot_answer_in_another_servers_name) {
    dialogue d, straight;
    d.to_offer();
    dialogue to_other(cast().client, cast().other);
    auto const others = must(decode<server_hello>(must(dialogue::fed(to_other.answers, d.hello))));
    auto const renamed = altered<server_hello>(d.offer, [&](auto& h) { h.offer.credential = others.offer.credential; });
    BOOST_TEST((d.asks.feed(renamed).error() == errc::bad_signature));
    straight.to_end();
}

BOOST_AUTO_TEST_CASE(a_secret_of_somebody_else_is_refused) {
    dialogue d, e;
    d.to_exchange();
    e.to_exchange();
    auto const theirs = must(decode<key_exchange>(e.exchange));
    auto const swapped = altered<key_exchange>(d.exchange, [&](auto& x) { x.secret.ciphertext = theirs.secret.ciphertext; });
    BOOST_TEST((d.answers.feed(swapped).error() == errc::bad_signature));
    BOOST_TEST(e.answers.feed(e.exchange).has_value());
}

// Manger's attack needs to tell a padding that is wrong from a key that is wrong.
BOOST_AUTO_TEST_CASE(a_ciphertext_that_does_not_decrypt_looks_like_any_wrong_secret) {
    auto const wrong_key = [&](bytes const& ciphertext) {
        struct forger {
            using public_key_type = cryptopp::rsa_oaep::public_key_type;
            static bytes& next() {
                static bytes b;
                return b;
            }
            static result<bytes> encrypt(public_key_type const&, byte_view) { return next(); }
        };
        forger::next() = ciphertext;
        using forged = suite_with<forger>;
        auto identity = std::make_shared<channel::rsa_identity<forged>>();
        static_cast<channel::party<cryptopp::ed25519>&>(*identity) = *cast().client;
        channel::rsa_client<forged> attacker(identity, {});
        server target(cast().server);
        auto const offer = must(dialogue::fed(target, must(attacker.start())));
        auto const exchange = must(dialogue::fed(attacker, offer));
        auto const finished = dialogue::fed(target, exchange);
        BOOST_TEST(finished.has_value());
        return finished ? finished->size() : 0;
    };
    auto const& key = cast().server->key->public_key();
    bytes const good = must(cryptopp::rsa_oaep::encrypt(key, bytes(32, 1)));
    bytes const short_secret = must(cryptopp::rsa_oaep::encrypt(key, bytes(31, 1)));
    bytes const nonsense(256, 3);
    BOOST_TEST(wrong_key(good) == wrong_key(nonsense));
    BOOST_TEST(wrong_key(good) == wrong_key(short_secret));
    BOOST_TEST(wrong_key(good) == wrong_key(bytes{}));
}

BOOST_AUTO_TEST_CASE(a_false_gateway_is_refused_whatever_version_it_offers) {
    dialogue d(cast().client, cast().stranger);
    d.to_offer();
    BOOST_TEST((d.asks.feed(d.offer).error() == errc::not_authenticated));
    dialogue thief(cast().client, cast().thief);
    thief.to_offer();
    BOOST_TEST((thief.asks.feed(thief.offer).error() == errc::bad_signature));
}

// The signing key alone does not make a server: the secret goes to the enrolled channel key.
BOOST_AUTO_TEST_CASE(a_server_without_its_channel_key_cannot_finish) {
    auto half = std::make_shared<channel::rsa_identity<suite>>(*cast().server);
    half->key = cast().other->key;
    dialogue d(cast().client, half);
    d.to_exchange();
    auto const finished = must(dialogue::fed(d.answers, d.exchange));
    BOOST_TEST((d.asks.feed(finished).error() == errc::not_authenticated));
}

BOOST_AUTO_TEST_CASE(the_credential_decides_who_comes_in) {
    stage::rsa_company town;
    auto const players = town.cast();
    dialogue good(players.client, players.server, town.server.id());
    good.to_end();
    dialogue other(players.client, players.server, town.other.id());
    other.to_offer();
    BOOST_TEST((other.asks.feed(other.offer).error() == errc::not_authenticated));
    town.here.expelled.push_back(town.client.id());
    dialogue expelled(players.client, players.server);
    BOOST_TEST((expelled.answers.feed(expelled.hello).error() == errc::expelled_sender));
    dialogue gateway(players.other, players.client);
    gateway.to_offer();
    BOOST_TEST((gateway.asks.feed(gateway.offer).error() == errc::expelled_sender));
    channel::channel_key const signs_too(byte_view(town.other.signer->public_key()));
    auto const one_key = stage::rsa_model<stage::rsa>::identify(
        town.other.party(town.here, town.other.credential(town.here, signs_too, true)), town.other.key);
    dialogue twice(one_key, players.server);
    BOOST_TEST((twice.answers.feed(twice.hello).error() == errc::bad_key));
}

BOOST_AUTO_TEST_CASE(every_truncation_of_every_message_is_refused) {
    dialogue d;
    d.to_end();
    for (std::size_t n = 0; n < d.hello.size(); n += 7) BOOST_TEST(!dialogue().answers.feed(byte_view(d.hello).first(n)).has_value());
    dialogue fresh;
    fresh.to_exchange();
    for (std::size_t n = 0; n < fresh.offer.size(); n += 61) {
        dialogue x;
        x.to_offer();
        BOOST_TEST((x.asks.feed(byte_view(x.offer).first(n)).error() == errc::truncated));
    }
    for (std::size_t n = 0; n < fresh.exchange.size(); n += 61) {
        dialogue x;
        x.to_exchange();
        BOOST_TEST((x.answers.feed(byte_view(x.exchange).first(n)).error() == errc::truncated));
    }
}

BOOST_AUTO_TEST_CASE(another_hash_of_32_bytes_serves_as_well) {
    using other = cryptopp::rsa_channel<cryptopp::ed25519, sha512_256>;
    stage::company<other, cryptopp::ed25519_signer, stage::rsa_model<other>> const town;
    laws::verdict v;
    laws::secure_channel(v, town.cast());
    for (auto& b : v.broken) BOOST_ERROR(b);
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_SUITE_END()
