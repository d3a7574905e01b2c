#include <daicho/role/management_server.hpp>

#include <daicho/trust/credential.hpp>

#include "town.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

/// The management key is stolen; the recovery key puts another in office; the fleet keeps working and the thief is shut out.
using namespace daicho;

namespace {

using protocols = boost::mpl::list<town::paper_protocol, town::hardened_protocol>;

template <class P>
struct stage : town::town<P> {
    using management_type = typename town::town<P>::management_type;

    town::key<P> successor_key = this->fresh_key();
    memory::block_store successor_spool;
    transaction_of<P> rotation{};

    stage() : town::town<P>(1, 2) {
        this->build();
        this->run(12);
    }

    transaction_of<P> rotation_to(town::key<P> const& k, std::uint64_t sequence) {
        transaction_body<scheme_of<P>> b{};
        b.state = state::enrolled;
        b.recipient = id_of<P>(k.public_key());
        b.sequence = sequence;
        b.enrolment = enrolment_of<P>{member_role::management, scheme_of<P>::algorithm, k.public_key(), {}, {}};
        return this->sign_as(this->recovery_key, b);
    }
    /// An enrolment that the stolen key signs at its leisure.
    transaction_of<P> stolen_enrolment(town::key<P> const& k, member_role role, model_list models = {}) { return this->enrolment_for(k, role, models); }

    /// A server with the new key and a fresh folder: what it holds of the old one are the claim codes.
    void start_successor(std::uint64_t sequence = 100, std::optional<std::uint64_t> distrust_from = {}) {
        this->agenda.clear();
        rotation = rotation_to(successor_key, sequence);
        typename management_type::options o{.ledger = {.genesis = this->genesis, .nodes = {{this->nodes[0].machine->id(), this->nodes[0].url}}, .sync_seconds = 1},
                                            .claims = this->claims, .enrolments = {rotation}};
        o.distrust_from = distrust_from;
        std::swap(this->management_spool, successor_spool);
        this->management_key = successor_key;
        this->management = std::make_unique<management_type>(o, this->management_key, this->management_spool);
        BOOST_TEST_REQUIRE(!this->management->restore());
    }
    ledger::registry<P> const& members() { return this->nodes[0].machine->chain().members(); }
    bool gateway_follows(std::size_t g) { return this->gateways[g].machine->ledger().anchor().management == successor_key.public_key(); }
    /// What gateway g shows in a handshake: as enrolled in the beginning, and from its ledger when that has renewed it.
    bytes shown_by(std::size_t g) {
        auto const& ledger = this->gateways[g].machine->ledger();
        auto const renewed = ledger.shown();
        return encode(renewed ? *renewed : trust::present<P>(*ledger.credential(ledger.id())));
    }
};

/// A device on a channel that asks for credentials on both sides, as the real one does.
template <class P>
struct channelled : town::home<P> {
    bytes credential;
    trust::anchor<P> follows;      ///< the device's, as the last look left it
    std::function<trust::anchor<P>()> asks = [this] { return follows; };
    std::function<bytes()> server; ///< what the other side shows

    explicit channelled(stage<P>& in) : town::home<P>(in), follows(trust::anchor<P>::of(in.genesis)) {
        credential = encode(trust::present<P>(*trust::self_made<P>(this->device_key, in.chain_id, member_role::device, {}, {in.model})));
        server = [this, &in] { return in.shown_by(this->gateway); };
        this->uplink.send = [this, &in, send = this->uplink.send](byte_view request) -> result<bytes> {
            auto const peer = trust::read_credential<P>(asks(), server());
            if (!peer) return peer.error();
            if (!peer->enrolled || peer->role != member_role::gateway) return fault{errc::not_authenticated, "server"};
            auto const me = trust::read_credential<P>(in.gateways[this->gateway].machine->ledger().anchor(), credential);
            if (!me) return me.error();
            this->enrolled = me->enrolled;
            return send(request);
        };
    }
    template <class F>
    auto with_machine(F f) {
        auto m = this->machine();
        asks = [&m] { return m.anchor(); };
        auto r = f(m);
        follows = m.anchor();
        asks = [this] { return follows; };
        return r;
    }
    fault enrol_with_code(std::string const& code) {
        auto r = with_machine([&](auto& m) { return m.enrol_with(trust::claim_of<P>(as_bytes(code), this->t.chain_id, this->device_key.public_key()), {}); });
        if (r) credential = encode(*r);
        return r ? fault{} : r.error();
    }
    result<update::outcome> look() {
        return with_machine([](auto& m) { return m.update_once(); });
    }
    bool follows_key(town::key<P> const& k) const { return follows.management == k.public_key(); }
    /// Fetches, boots and confirms.
    bool installs(std::uint64_t version) {
        for (int i = 0; i != 4 && !this->runs(version); ++i) {
            auto const r = look();
            if (r && *r == update::outcome::reboot) this->boot(true);
        }
        return this->runs(version) && look().has_value();
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(management_server_rotation)

BOOST_AUTO_TEST_CASE_TEMPLATE(after_the_recovery_key_replaced_it_the_fleet_goes_on, P, protocols) {
    stage<P> t;
    channelled<P> h(t), late(t), fresh(t);
    BOOST_TEST_REQUIRE(!h.enrol_with_code("code-1"));
    BOOST_TEST_REQUIRE(!late.enrol_with_code("code-2"));
    late.gateway = 1;
    t.publish(1);
    BOOST_TEST(h.installs(1));
    BOOST_TEST(late.installs(1));

    t.start_successor();
    t.run(30);
    BOOST_TEST((t.members().management() == id_of<P>(t.successor_key.public_key())));
    BOOST_TEST((t.gateway_follows(0) && t.gateway_follows(1)));
    for (auto& g : t.gateways) BOOST_TEST(g.machine->ledger().shown().has_value());

    // It has not heard of it: the gateway brings the rotation, and a release by the renewed publisher.
    BOOST_TEST(!h.follows_key(t.successor_key));
    t.publish(2);
    BOOST_TEST(h.installs(2));
    BOOST_TEST(h.follows_key(t.successor_key));
    // One that slept through all of it.
    t.publish(3);
    BOOST_TEST(late.installs(3));
    BOOST_TEST(h.installs(3));
    BOOST_TEST(late.follows_key(t.successor_key));
    // One that leaves the factory only now.
    BOOST_TEST(message(fresh.enrol_with_code("code-3").code) == "ok");
    t.run(12);
    BOOST_TEST(fresh.installs(3));
    t.run(12);
    auto const fleet = t.observe().fleet();
    BOOST_TEST(std::count_if(fleet.begin(), fleet.end(), [](auto& d) { return d.version == 3; }) == 3);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_the_stolen_key_signs_afterwards_is_refused_by_every_follower, P, protocols) {
    stage<P> t;
    channelled<P> h(t);
    BOOST_TEST_REQUIRE(!h.enrol_with_code("code-1"));
    t.publish(1);
    BOOST_TEST(h.installs(1));
    auto evil = t.fresh_key();
    auto const before = t.stolen_enrolment(evil, member_role::publisher, {t.model});  // back-dated as he likes
    auto const gate = t.stolen_enrolment(evil, member_role::gateway);

    // Until then it works: that is what makes it a stolen key.
    BOOST_TEST(trust::read_credential<P>(h.follows, encode(trust::present<P>(gate)))->enrolled);
    t.start_successor();
    t.run(30);
    BOOST_TEST((*h.look() == update::outcome::unchanged));
    BOOST_TEST(h.follows_key(t.successor_key));

    // The ledger.
    auto const sent = [&](transaction_of<P> const& tx) {
        role::http_response r;
        t.http(t.nodes[0].url, {.method = "POST", .path = "/transactions/new", .accept = std::string(role::cbor_type), .content_type = std::string(role::cbor_type), .body = encode(tx)},
               [&](result<role::http_response> a) { r = *a; });
        t.drain();
        return r.status;
    };
    BOOST_TEST(sent(before) == 403u);
    // Gateways and the management server, on the channel and in the role.
    for (auto const& follower : {t.gateways[0].machine->ledger().anchor(), t.management->ledger().anchor(), h.follows}) {
        auto const read = trust::read_credential<P>(follower, encode(trust::present<P>(gate)));
        BOOST_TEST((read && !read->enrolled));
    }
    version_check check{.sender = id_of<P>(evil.public_key()), .model = t.model};
    auto const asked = t.ask_gateway(0, {check.sender, false}, encode(check));
    BOOST_TEST((decode<refusal>(*asked)->code == errc::unknown_sender));
    // A device: a gateway of the thief's, and a release by a publisher of the thief's through an honest one.
    h.server = [&] { return encode(trust::present<P>(gate)); };
    BOOST_TEST((h.look().error() == errc::not_authenticated));
    h.server = [&] { return t.shown_by(0); };
    auto const bad = t.image(9);
    auto const release = t.release_of(bad, 9, evil);
    h.alters = [&](bytes& reply) {
        if (auto a = decode<version_answer<scheme_of<P>>>(reply)) {
            a->release = release;
            a->publisher = before;
            reply = encode(*a);
        }
    };
    BOOST_TEST((h.look().error() == errc::unknown_sender));
    h.alters = {};
    BOOST_TEST(h.runs(1));
    t.publish(2);
    BOOST_TEST(h.installs(2));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(who_was_expelled_is_not_renewed, P, protocols) {
    stage<P> t;
    auto b = transaction_body<scheme_of<P>>{};
    b.state = state::expelled;
    b.recipient = id_of<P>(t.gateway_keys[1].public_key());
    b.sequence = 50;
    auto const expulsion = t.sign_as(t.recovery_key, b);
    t.http(t.nodes[0].url, {.method = "POST", .path = "/transactions/new", .accept = std::string(role::cbor_type), .content_type = std::string(role::cbor_type), .body = encode(expulsion)},
           [](auto&&) {});
    t.run(6);
    BOOST_TEST(t.members().active(b.recipient) == nullptr);
    t.start_successor();
    t.run(30);
    BOOST_TEST(t.gateways[0].machine->ledger().shown().has_value());
    BOOST_TEST(!t.gateways[1].machine->ledger().shown().has_value());
    BOOST_TEST(t.members().active(b.recipient) == nullptr);
    channelled<P> h(t);
    BOOST_TEST(!h.enrol_with_code("code-1"));
    BOOST_TEST(h.look().has_value());
    h.gateway = 1;
    BOOST_TEST((h.look().error() == errc::not_authenticated));
}

BOOST_AUTO_TEST_CASE(whom_the_thief_enrolled_is_expelled_when_it_is_said_when_he_came) {
    using P = town::third_protocol;
    stage<P> t;
    channelled<P> honest(t), planted(t);
    BOOST_TEST_REQUIRE(!honest.enrol_with_code("code-1"));
    t.run(12);
    auto const stolen_at = t.height() + 1;
    BOOST_TEST_REQUIRE(!planted.enrol_with_code("code-2"));  // with the stolen key, whoever asks is enrolled
    t.run(12);
    BOOST_TEST((t.members().active(planted.id()) && t.members().find(planted.id())->since >= stolen_at));
    t.start_successor(100, stolen_at);
    t.run(30);
    BOOST_TEST(t.members().active(planted.id()) == nullptr);
    BOOST_TEST(t.members().active(honest.id()) != nullptr);
    t.publish(1);
    BOOST_TEST(honest.installs(1));
    BOOST_TEST((planted.look().error() == errc::expelled_sender));
}

// A gateway that starts again believes the replaced key no more, though it has not read the chain yet.
BOOST_AUTO_TEST_CASE(a_gateway_remembers_whom_it_follows) {
    using P = town::third_protocol;
    stage<P> t;
    t.start_successor();
    t.run(30);
    auto& place = t.gateways[0];
    town::town<P>::gateway_type::options o{.ledger = {.genesis = t.genesis, .nodes = {}, .sync_seconds = 1}, .models = {t.model}};
    town::town<P>::gateway_type again(o, t.gateway_keys[0], place.spool, place.files, t.random);
    BOOST_TEST((again.ledger().anchor().management == t.genesis.management));
    BOOST_TEST(!again.restore());
    BOOST_TEST((again.ledger().anchor().management == t.successor_key.public_key()));
}

BOOST_AUTO_TEST_CASE(replaced_again_the_first_successor_is_out_too) {
    using P = town::third_protocol;
    stage<P> t;
    channelled<P> h(t);
    BOOST_TEST_REQUIRE(!h.enrol_with_code("code-1"));
    t.start_successor(100);
    t.run(30);
    BOOST_TEST(h.look().has_value());
    auto const first = t.rotation;
    auto const first_key = t.successor_key;
    t.successor_key = t.fresh_key();
    t.successor_spool = {};
    t.start_successor(200);
    t.run(30);
    t.publish(1);
    BOOST_TEST(h.installs(1));
    BOOST_TEST(h.follows_key(t.successor_key));
    // Its enrolment, played again, moves nobody back.
    h.alters = [&](bytes& reply) {
        if (auto a = decode<version_answer<scheme_of<P>>>(reply)) {
            a->management = first;
            reply = encode(*a);
        }
    };
    BOOST_TEST((h.look().error() == errc::replayed));
    h.alters = {};
    BOOST_TEST(h.follows_key(t.successor_key));
    BOOST_TEST((trust::read_credential<P>(h.follows, encode(trust::present<P>(first))).error() == errc::replayed));
    BOOST_TEST((t.members().active(id_of<P>(first_key.public_key())) == nullptr));
}

BOOST_AUTO_TEST_CASE(the_replaced_server_goes_on_and_nobody_heeds_it) {
    using P = town::third_protocol;
    stage<P> t;
    channelled<P> h(t);
    BOOST_TEST_REQUIRE(!h.enrol_with_code("code-1"));
    t.run(6);
    auto stolen = t.management_key;
    t.start_successor();
    t.run(30);
    memory::block_store spool;
    town::town<P>::management_type::options o{.ledger = {.genesis = t.genesis, .nodes = {{t.nodes[0].machine->id(), t.nodes[0].url}}, .sync_seconds = 1}};
    auto replaced = std::make_unique<town::town<P>::management_type>(o, stolen, spool);
    std::swap(replaced, t.management);  // it is still on the gateways' line, and signs the time
    auto const r = h.look();
    BOOST_TEST((r && *r == update::outcome::unchanged));
    BOOST_TEST(h.follows_key(t.successor_key));
}

BOOST_AUTO_TEST_SUITE_END()
