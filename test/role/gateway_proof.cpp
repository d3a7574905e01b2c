#include <daicho/role/release_prover.hpp>

#include "demanding_town.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include <daicho/role/witness.hpp>
#include <daicho/trust/log_keys.hpp>
#include <daicho/trust/witnessed_log.hpp>

using namespace daicho;

namespace {

using protocols = boost::mpl::list<town::paper_protocol, town::hardened_protocol>;
using Ed = cryptopp::ed25519;
constexpr std::string_view origin = "ledger.example/town";

/// A town whose log two of three witnesses watch.
template <class P>
struct stage : town::demanding_town<P, trust::witnessed_log<P, Ed>> {
    using client = trust::witnessed_log<P, Ed>;
    using witness_cell = memory::state_store<4096>;
    using witness_type = role::witness<Ed, cryptopp::ed25519_signer, witness_cell>;

    struct witness_place {
        cryptopp::ed25519_signer key = *cryptopp::ed25519_signer::generate();
        witness_cell cell;
        std::unique_ptr<witness_type> machine;
        bool up = true;
        std::size_t asked = 0;
    };

    stage() {
        auto& watch = this->genesis.watch;
        watch.logs.push_back(named(origin, log.public_key()));
        watch.quorum = 2;
        this->log_key = [this](std::string_view name, std::string_view text) { return tlog::sign_note<Ed>(log, name, text); };
        tlog::note_key trusted{.key = log.public_key()};
        trusted.name.assign(origin);
        for (std::size_t i = 0; i != 3; ++i) {
            auto& w = witnesses[i];
            auto const name = "witness.example/w" + std::to_string(i), url = "http://witness" + std::to_string(i);
            watch.witnesses.push_back(named(name, w.key.public_key()));
            w.machine = std::make_unique<witness_type>(role::witness_options{name, {{std::string(origin), {trusted}}}}, w.key, w.cell);
            BOOST_TEST_REQUIRE(!w.machine->restore());
            this->others[url] = [this, &w](role::http_request const& r) {
                ++w.asked;
                return w.up ? w.machine->handle(r, this->now) : role::http_refusal(503, {errc::busy, "witness"});
            };
            this->proof.witnesses.push_back(url);
        }
        this->sealing.settle = true;  // by work, what lies under too few blocks is not final
        this->chain_id = digest_of<hash_of<P>>(this->genesis);
        keys = *trust::log_keys::of(watch);
        this->open(client(keys.log(), keys.quorum()));
    }
    static note_signer named(std::string_view name, std::array<byte, 32> const& key) {
        note_signer s{.key = key};
        s.name.assign(name);
        return s;
    }
    std::uint64_t seen() const { return this->gateways[0].machine->prover().head().size; }

    cryptopp::ed25519_signer log = *cryptopp::ed25519_signer::generate();
    std::array<witness_place, 3> witnesses;
    trust::log_keys keys;
};

} // namespace

BOOST_AUTO_TEST_SUITE(gateway_proof)

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_logged_is_spread_and_shown_to_devices, P, protocols) {
    stage<P> t;
    for (std::uint64_t version : {1, 2}) {
        t.publish(version);
        t.run(6);
        BOOST_TEST(t.keeps(version));
        auto const before = t.gate->head().size;
        BOOST_TEST(t.updates_to(version));
        BOOST_TEST(t.gate->head().size > before);
        BOOST_TEST(t.gate->head().size == t.seen());
    }
}

BOOST_AUTO_TEST_CASE(a_device_that_has_seen_more_than_its_gateway_is_shown_more) {
    stage<town::hardened_protocol> t;
    t.publish(1);
    t.run(10);  // the gateway's own report, that it keeps it, lies behind the tree that it was proved in
    BOOST_TEST(t.updates_to(1));
    auto const shown = t.gate->head().size;
    auto const grown = decode<inclusion_proof>(t.get(0, "/proof", "index=0").body);
    BOOST_TEST_REQUIRE(bool(grown));
    BOOST_TEST_REQUIRE(grown->size > shown);
    auto const r = t.ask_gateway(0, {t.gateways[0].machine->ledger().id(), true}, encode(bundle_request{hash_bytes<hash_of<town::hardened_protocol>>(t.image(1)), grown->size}));
    BOOST_TEST_REQUIRE(bool(r));
    auto const b = decode<trust::bundle_of<town::hardened_protocol, trust::witnessed_log<town::hardened_protocol, Ed>>>(*r);
    BOOST_TEST_REQUIRE(bool(b));
    BOOST_TEST(b->evidence.older_size == grown->size);
    auto const too_far = t.ask_gateway(0, {t.gateways[0].machine->ledger().id(), true}, encode(bundle_request{hash_bytes<hash_of<town::hardened_protocol>>(t.image(1)), 1'000'000}));
    BOOST_TEST_REQUIRE(bool(too_far));
    BOOST_TEST((decode<refusal>(*too_far)->code == errc::stale_checkpoint));
}

// The management server and the publisher together: signed, and in no ledger.
BOOST_AUTO_TEST_CASE(what_is_signed_and_not_logged_is_not_spread) {
    using P = town::hardened_protocol;
    stage<P> t;
    t.publish(1);
    t.run(6);
    BOOST_TEST(t.updates_to(1));
    auto const secret = t.release_of(t.image(2), 2, t.publisher_key);
    std::size_t told = 0;
    t.repository[secret.body.verifier] = t.image(2);
    // The management server tells the gateway of it, in the answer that the gateway asks for.
    t.alters_told = [&](bytes& reply) {
        if (auto a = decode<version_answer<scheme_of<P>>>(reply); a && a->release) {
            a->release = secret;
            reply = encode(*a);
            ++told;
        }
    };
    t.run(12);
    BOOST_TEST(told > 0u);
    BOOST_TEST(t.keeps(1));
    t.alters_told = {};
    // A gateway that lies: it offers the release, and has nothing to show for it.
    auto const honest = t.uplink.send;
    t.uplink.send = [&, honest](byte_view request) -> result<bytes> {
        auto reply = honest(request);
        if (auto a = reply ? decode<version_answer<scheme_of<P>>>(*reply) : fault{errc::busy}; a) {
            a->release = secret;
            a->publisher = *t.gateways[0].machine->ledger().credential(secret.body.publisher);
            return encode(*a);
        }
        return reply;
    };
    auto const before = t.gate->head();
    BOOST_TEST((t.look().error() == errc::not_found));
    BOOST_TEST((t.gate->head() == before));
    BOOST_TEST(equal(t.images.running(), t.image(1)));
    t.uplink.send = honest;
    t.announce_release(secret, t.publisher_key);  // in earnest
    t.run(16);
    BOOST_TEST(t.keeps(2));
    BOOST_TEST(t.updates_to(2));
}

BOOST_AUTO_TEST_CASE(a_node_that_lies_makes_a_gateway_spread_nothing) {
    using P = town::hardened_protocol;
    enum lie { none, no_proof, another_proof, flipped_path, forged_checkpoint };
    stage<P> t;
    lie told = none;
    t.alters_http = [&](role::http_request const& r, role::http_response& answer) {
        if (r.path == "/proof" && told == no_proof) answer = role::http_refusal({errc::not_found, "transaction"});
        if (r.path == "/proof" && answer.status == 200 && (told == another_proof || told == flipped_path)) {
            auto p = decode<inclusion_proof>(answer.body);
            BOOST_TEST_REQUIRE(bool(p));
            if (told == another_proof) p->index = 0;
            else p->path[0][0] ^= 1;
            answer.body = encode(*p);
        }
        if (r.path == "/checkpoint" && told == forged_checkpoint) answer.body[answer.body.size() - 10] ^= 1;
    };
    std::uint64_t version = 0;
    for (lie next : {no_proof, another_proof, flipped_path, forged_checkpoint}) {
        told = next;
        t.publish(++version);
        t.run(6);
        BOOST_TEST(!t.keeps(version));
        auto const before = t.seen();
        told = none;
        t.run(6);
        BOOST_TEST(t.keeps(version));
        BOOST_TEST(t.seen() > before);
    }
}

BOOST_AUTO_TEST_CASE(without_a_quorum_of_witnesses_nothing_is_spread) {
    stage<town::hardened_protocol> t;
    t.witnesses[0].up = t.witnesses[1].up = false;
    t.publish(1);
    t.run(6);
    BOOST_TEST(!t.keeps(1));
    BOOST_TEST((*t.look() == update::outcome::unchanged));
    t.witnesses[0].up = true;  // two of three
    t.run(6);
    BOOST_TEST(t.keeps(1));
    BOOST_TEST(t.updates_to(1));
}

// Two trees of one size, signed by a witness: whoever brings them to any node, no gateway counts that witness any more.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_witness_that_signed_two_trees_counts_in_no_quorum, P, protocols) {
    stage<P> t;
    auto& guilty = t.witnesses[0];
    auto const accuse = [&](bytes evidence) {
        role::http_request r{.method = "POST", .path = "/forks", .content_type = std::string(role::cbor_type), .body = std::move(evidence)};
        unsigned status = 0;
        t.http(t.nodes[0].url, r, [&](result<role::http_response> a) { status = a->status; });
        t.drain();
        return status;
    };
    auto const note = [&](byte root) {
        digest d{};
        d.fill(root);
        auto const text = tlog::checkpoint{.origin = origin, .size = 5, .root = d, .extensions = {}}.text();
        return text + '\n' + *tlog::cosign<Ed>(guilty.key, "witness.example/w0", text, 1);
    };
    t.witnesses[2].up = false;  // with the guilty one there are two of three
    t.publish(1);
    t.run(6);
    BOOST_TEST(t.keeps(1));
    BOOST_TEST(accuse(trust::fork_of<Ed>(guilty.machine->public_key(), note(1), note(2))) == 201u);
    t.publish(2);
    t.run(6);
    BOOST_TEST(!t.keeps(2));
    BOOST_TEST(t.gateways[0].machine->prover().head().caught == trust::note_keys::of_witness(0));
    auto const kept = decode<trust::log_head>(*t.gateways[0].spool.cell("ledger_head"));
    BOOST_TEST((kept && *kept == t.gateways[0].machine->prover().head()));  // over a restart too
    t.witnesses[2].up = true;
    t.run(6);
    BOOST_TEST(t.keeps(2));
    BOOST_TEST(t.updates_to(2));
}

BOOST_AUTO_TEST_CASE(a_gateway_remembers_over_a_restart_how_far_the_ledger_has_come) {
    using P = town::hardened_protocol;
    stage<P> t;
    t.publish(1);
    t.run(6);
    auto const before = t.seen();
    BOOST_TEST(before > 0u);
    auto& g = t.gateways[0];
    typename stage<P>::gateway_type::options o{.ledger = {.genesis = t.genesis}, .models = {t.model}, .proof = t.proof};
    typename stage<P>::gateway_type again(o, t.gateway_keys[0], g.spool, g.files, t.random);
    BOOST_TEST_REQUIRE(!again.restore());
    BOOST_TEST(again.prover().head().size == before);
    store_batch batch;
    batch.cells.emplace_back("ledger_head", bytes{1, 2, 3});
    BOOST_TEST_REQUIRE(!g.spool.commit(batch));
    typename stage<P>::gateway_type confused(o, t.gateway_keys[0], g.spool, g.files, t.random);
    BOOST_TEST((confused.restore() == errc::store_corrupt));
}

BOOST_AUTO_TEST_SUITE_END()
