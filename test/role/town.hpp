#pragma once

#include <daicho/consensus/authority.hpp>
#include <daicho/consensus/work.hpp>
#include <daicho/cryptopp/entropy.hpp>
#include <daicho/cryptopp/hash.hpp>
#include <daicho/memory/artifact_cache.hpp>
#include <daicho/memory/block_store.hpp>
#include <daicho/memory/image_store.hpp>
#include <daicho/memory/link.hpp>
#include <daicho/memory/state_store.hpp>
#include <daicho/role/device.hpp>
#include <daicho/role/gateway.hpp>
#include <daicho/role/ledger_node.hpp>
#include <daicho/role/management_server.hpp>
#include <daicho/role/observer.hpp>

#include "ledger/rsa_key.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

/// A whole town in one process: ledger nodes, a management server, gateways and devices, the real roles over stores in memory,
/// run by a plain loop in manual time. What a test alters on the way, it alters in bytes.
namespace town {

using namespace daicho;

template <class Consensus, class Scheme, class Hash = cryptopp::sha256>
struct protocol_of {
    using hash = Hash;
    using signature = Scheme;
    using consensus = Consensus;
    using limits = default_limits;
};
using paper_protocol = protocol_of<proof_of_work<>, cryptopp::rsa_pss>;
using hardened_protocol = protocol_of<authority, cryptopp::ed25519>;
using third_protocol = protocol_of<proof_of_work<>, cryptopp::ed25519, cryptopp::sha512_256>;  // what neither of them combines

template <class P>
using key = typename fixture::key_of<scheme_of<P>>::type;

using cache = memory::artifact_cache;
using wire = memory::link;

template <class P>
struct host {
    using note_scheme = cryptopp::ed25519;
    using block_store = memory::block_store;
    using artifact_cache = town::cache;
    using signer = key<P>;
    using entropy = cryptopp::entropy;
};
template <class P>
struct board {
    using image_store = memory::image_store<16 * 1024>;
    using state_store = memory::state_store<1024>;
    using link = wire;
    using signer = key<P>;
    using entropy = cryptopp::entropy;
    static constexpr std::size_t chunk = 1000;
};

template <class P, class GatewayHost = host<P>>
struct town {
    using key_type = key<P>;
    using node_type = role::ledger_node<P, host<P>>;
    using gateway_type = role::gateway<P, GatewayHost>;
    using management_type = role::management_server<P, host<P>>;
    using device_type = device<P, board<P>>;
    static constexpr bool works = std::is_same_v<proof_of<P>, work_proof>;
    static constexpr std::uint64_t start = 1'800'000'000;

    // --- keys and genesis ----------------------------------------------------------------------------------------------
    std::uint64_t keys_made = 0;
    key_type fresh_key() { return key_type(++keys_made); }  // another for each in this town, the same ones in the next
    key_type management_key = fresh_key(), recovery_key = fresh_key(), publisher_key = fresh_key(), stranger_key = fresh_key();
    std::vector<key_type> signer_keys, gateway_keys;
    genesis_of<P> genesis{};
    digest chain_id{};
    std::uint64_t now = start;
    std::uint64_t management_sequence = 0;
    model_name const model = "thermostat-2";

    // --- machines ------------------------------------------------------------------------------------------------------
    struct node_place {
        std::string url;
        memory::block_store store;
        std::unique_ptr<node_type> machine;
        bool up = true;
    };
    struct gateway_place {
        memory::block_store spool;
        cache files;
        std::unique_ptr<gateway_type> machine;
    };
    std::deque<node_place> nodes;
    std::deque<gateway_place> gateways;
    memory::block_store management_spool;
    std::unique_ptr<management_type> management;
    bool management_up = true;
    std::map<digest, bytes> repository;
    cryptopp::entropy random;
    std::vector<role::claim_code> claims;
    role::news news = role::news::both;
    role::sealing_policy sealing{.interval = 1};
    role::note_signer log_key;                                     ///< signs the nodes' checkpoints
    typename gateway_type::prover_type::options proof{};
    std::map<std::string, std::function<role::http_response(role::http_request const&)>> others;  ///< who else speaks HTTP here, by URL
    std::function<void(bytes&)> alters_told;                                                      ///< what a lying management server answers
    std::function<void(role::http_request const&, role::http_response&)> alters_http;             ///< what a lying node answers

    // --- the loop ------------------------------------------------------------------------------------------------------
    std::deque<std::function<void()>> agenda;
    std::map<std::uint64_t, std::function<void(role::http_response)>> http_replies;
    std::map<std::uint64_t, std::function<void(bytes)>> channel_replies;
    std::uint64_t next_ticket = 0;
    std::vector<std::string> heard;

    explicit town(std::size_t node_count = 1, std::size_t gateway_count = 1);

    // --- transactions ------------------------------------------------------------------------------------------------
    transaction_of<P> sign_as(key_type& k, transaction_body<scheme_of<P>> body);
    transaction_of<P> enrolment_for(key_type const& k, member_role role, model_list models = {});
    signed_release_of<P> release_of(bytes const& image, std::uint64_t version, key_type& by, std::uint64_t minimum = 0);
    static bytes image(std::uint64_t version, std::size_t size = 5000) {
        bytes b(size);
        for (std::size_t i = 0; i != size; ++i) b[i] = byte(i * 7 + version * 31 + (i >> 8));
        return b;
    }

    // --- building --------------------------------------------------------------------------------------------------------
    void build();
    void start_node(std::size_t i);

    // --- the loop --------------------------------------------------------------------------------------------------------
    void obey(node_place& n, role::actions actions);
    result<proof_of<P>> seal(node_place& n, seal_job const& job);
    void http(std::string const& url, role::http_request request, std::function<void(result<role::http_response>)> then);
    template <class Machine>
    void obey_client(Machine& m, memory::block_store& spool, cache* files, node_id const& me, role::actions actions);
    static void fill(cache& files, digest const& d, byte_view content) {
        (void)files.drop(d);
        (void)files.append(d, 0, content);
        (void)files.finish(d);
    }
    void ask_management(role::requester from, bytes request, std::function<void(bytes)> then);
    void drain();
    void tick();
    void run(std::uint64_t seconds);

    // --- people ----------------------------------------------------------------------------------------------------------
    /// Announces a release as its publisher would; the management server's reply.
    bytes announce_release(signed_release_of<P> const& r, key_type& by);
    /// Publishes an image: on the repository, announced, and some seconds later known everywhere.
    signed_release_of<P> publish(std::uint64_t version, std::size_t size = 5000);
    /// A request on a device's channel to gateway g, and its reply.
    result<bytes> ask_gateway(std::size_t g, role::requester from, byte_view request);
    role::http_response get(std::size_t n, std::string path, std::string query = {});
    std::uint64_t height(std::size_t n = 0) const { return nodes[n].machine->chain().height(); }
    digest head(std::size_t n = 0) const { return nodes[n].machine->chain().head(); }

    /// Node n's blocks, searched.
    role::observer<P> observe(std::size_t n = 0);
};

template <class P, class GatewayHost>
town<P, GatewayHost>::town(std::size_t node_count, std::size_t gateway_count) {
    for (std::size_t i = 0; i != node_count; ++i) signer_keys.push_back(fresh_key());
    for (std::size_t i = 0; i != gateway_count; ++i) gateway_keys.push_back(fresh_key());
    genesis.name = "town";
    genesis.time = start - 1000;
    genesis.management = management_key.public_key();
    genesis.recovery = recovery_key.public_key();
    for (auto& k : signer_keys) genesis.signers.push_back(k.public_key());
    genesis.target = works ? 0x207fffff : 0;
    genesis.final_depth = 3;
    genesis.slot_seconds = 1;
    chain_id = digest_of<hash_of<P>>(genesis);
    for (auto code : {"code-1", "code-2", "code-3"}) claims.push_back({bytes(code, code + 6), model});
}

template <class P, class GatewayHost>
transaction_of<P> town<P, GatewayHost>::sign_as(key_type& k, transaction_body<scheme_of<P>> body) {
    body.chain_id = chain_id;
    body.sender = id_of<P>(k.public_key());
    if (body.time == 0) body.time = now;
    return {body, *sign<P>(k, body)};
}

template <class P, class GatewayHost>
transaction_of<P> town<P, GatewayHost>::enrolment_for(key_type const& k, member_role role, model_list models) {
    transaction_body<scheme_of<P>> b{};
    b.state = state::enrolled;
    b.recipient = id_of<P>(k.public_key());
    b.sequence = ++management_sequence;
    b.enrolment = enrolment_of<P>{role, scheme_of<P>::algorithm, k.public_key(), {}, models};
    return sign_as(management_key, b);
}

template <class P, class GatewayHost>
signed_release_of<P> town<P, GatewayHost>::release_of(bytes const& image, std::uint64_t version, key_type& by, std::uint64_t minimum) {
    signed_release_of<P> r{};
    r.body = {.chain_id = chain_id,
              .publisher = id_of<P>(by.public_key()),
              .model = model,
              .version = version,
              .size = image.size(),
              .verifier = hash_bytes<hash_of<P>>(image),
              .minimum_version = minimum,
              .check = {.time = now},
              .time = now,
              .expires = now + 100000};
    r.signature = *sign<P>(by, r.body);
    return r;
}

template <class P, class GatewayHost>
void town<P, GatewayHost>::build() {
    std::vector<role::peer> all;
    for (std::size_t i = 0; i != signer_keys.size(); ++i)
        all.push_back({id_of<P>(signer_keys[i].public_key()), "http://node" + std::to_string(i)});
    for (std::size_t i = 0; i != signer_keys.size(); ++i) {
        auto& n = nodes.emplace_back();
        n.url = all[i].url;
        start_node(i);
    }
    typename management_type::options m{.ledger = {.genesis = genesis, .nodes = all, .sync_seconds = 1}, .claims = claims, .enrolments = {}};
    management_sequence = 0;
    m.enrolments.push_back(enrolment_for(publisher_key, member_role::publisher, {model}));
    for (auto& g : gateway_keys) m.enrolments.push_back(enrolment_for(g, member_role::gateway));
    management = std::make_unique<management_type>(m, management_key, management_spool);
    for (auto& k : gateway_keys) {
        auto& g = gateways.emplace_back();
        typename gateway_type::options o{.ledger = {.genesis = genesis, .nodes = all, .sync_seconds = 1, .mines = false},
                                         .models = {model},
                                         .news = news,
                                         .check_seconds = 5,
                                         .retry_seconds = 2,
                                         .proof = proof};
        g.machine = std::make_unique<gateway_type>(o, k, g.spool, g.files, random);
    }
}

template <class P, class GatewayHost>
void town<P, GatewayHost>::start_node(std::size_t i) {
    std::vector<role::peer> rest;
    for (std::size_t k = 0; k != signer_keys.size(); ++k)
        if (k != i) rest.push_back({id_of<P>(signer_keys[k].public_key()), "http://node" + std::to_string(k)});
    nodes[i].machine = std::make_unique<node_type>(
        typename node_type::options{.genesis = genesis, .message = "sealed in town", .sealing = sealing, .peers = rest, .sync_seconds = 1, .note = log_key},
        signer_keys[i], nodes[i].store, random);
    (void)nodes[i].machine->restore(now);
}

template <class P, class GatewayHost>
void town<P, GatewayHost>::obey(node_place& n, role::actions actions) {
    for (auto& a : actions) {
        if (auto* r = std::get_if<role::respond>(&a)) {
            auto it = http_replies.find(r->id);
            if (it == http_replies.end()) continue;
            auto then = std::move(it->second);
            http_replies.erase(it);
            then(std::move(r->response));
        } else if (auto* p = std::get_if<role::persist>(&a)) {
            agenda.push_back([this, &n, p = *p] { obey(n, n.machine->step(role::committed{p.id, n.store.commit(p.batch)}, now)); });
        } else if (auto* s = std::get_if<role::seal>(&a)) {
            agenda.push_back([this, &n, job = s->job] { obey(n, n.machine->step(role::sealed<proof_of<P>>{job.epoch, seal(n, job)}, now)); });
        } else if (auto* c = std::get_if<role::call>(&a)) {
            http(c->url, c->request, [this, &n, id = c->id](result<role::http_response> got) {
                obey(n, n.machine->step(role::answered{id, std::move(got)}, now));
            });
        } else if (auto* said = std::get_if<role::note>(&a)) {
            heard.push_back(n.url + " " + said->event + ": " + said->detail);
        }
    }
}

template <class P, class GatewayHost>
result<proof_of<P>> town<P, GatewayHost>::seal(node_place& n, seal_job const& job) {
    std::stop_source never;
    if constexpr (works) {
        return work_sealer<P>{}.seal(job, never.get_token());
    } else {
        for (auto& k : signer_keys)
            if (id_of<P>(k.public_key()) == n.machine->id()) return authority_sealer<P, key_type>(k).seal(job, never.get_token());
        return fault{errc::wrong_signer, "town"};
    }
}

template <class P, class GatewayHost>
void town<P, GatewayHost>::http(std::string const& url, role::http_request request, std::function<void(result<role::http_response>)> then) {
    agenda.push_back([this, url, request = std::move(request), then = std::move(then)]() mutable {
        if (auto const other = others.find(url); other != others.end()) return then(other->second(request));
        for (auto& n : nodes) {
            if (n.url != url || !n.up) continue;
            http_replies[++next_ticket] = [this, then, request](role::http_response r) {
                if (alters_http) alters_http(request, r);
                agenda.push_back([then, got = std::move(r)]() mutable { then(std::move(got)); });
            };
            obey(n, n.machine->step(role::arrived{next_ticket, std::move(request)}, now));
            return;
        }
        then(fault{errc::unreachable, "town"});
    });
}

template <class P, class GatewayHost>
template <class Machine>
void town<P, GatewayHost>::obey_client(Machine& m, memory::block_store& spool, cache* files, node_id const& me, role::actions actions) {
    for (auto& a : actions) {
        if (auto* said = std::get_if<role::answer>(&a)) {
            auto it = channel_replies.find(said->id);
            if (it == channel_replies.end()) continue;
            auto then = std::move(it->second);
            channel_replies.erase(it);
            then(std::move(said->reply));
        } else if (auto* p = std::get_if<role::persist>(&a)) {
            agenda.push_back([this, &m, &spool, files, me, p = *p] {
                obey_client(m, spool, files, me, m.step(role::committed{p.id, spool.commit(p.batch)}, now));
            });
        } else if (auto* c = std::get_if<role::call>(&a)) {
            http(c->url, c->request, [this, &m, &spool, files, me, id = c->id](result<role::http_response> r) {
                obey_client(m, spool, files, me, m.step(role::answered{id, std::move(r)}, now));
            });
        } else if (auto* q = std::get_if<role::ask>(&a)) {
            agenda.push_back([this, &m, &spool, files, me, id = q->id, request = q->request] {
                if (!management_up) return obey_client(m, spool, files, me, m.step(role::told{id, fault{errc::unreachable, "town"}}, now));
                ask_management({me, true}, request, [this, &m, &spool, files, me, id](bytes reply) {
                    if (alters_told) alters_told(reply);
                    obey_client(m, spool, files, me, m.step(role::told{id, std::move(reply)}, now));
                });
            });
        } else if (auto* f = std::get_if<role::fetch>(&a)) {
            agenda.push_back([this, &m, &spool, files, me, f = *f] {
                auto it = repository.find(f.wanted.verifier);
                if (it != repository.end()) fill(*files, f.wanted.verifier, it->second);
                obey_client(m, spool, files, me, m.step(role::fetched{f.id, it == repository.end() ? fault{errc::not_found, "repository"} : fault{}}, now));
            });
        } else if (auto* n = std::get_if<role::note>(&a)) {
            heard.push_back(n->event + ": " + n->detail);
        }
    }
}

template <class P, class GatewayHost>
void town<P, GatewayHost>::ask_management(role::requester from, bytes request, std::function<void(bytes)> then) {
    channel_replies[++next_ticket] = std::move(then);
    obey_client(*management, management_spool, nullptr, id_of<P>(management_key.public_key()),
                management->step(role::asked{next_ticket, from, std::move(request)}, now));
}

template <class P, class GatewayHost>
void town<P, GatewayHost>::drain() {
    for (std::size_t steps = 0; !agenda.empty() && steps != 100000; ++steps) {
        auto next = std::move(agenda.front());
        agenda.pop_front();
        next();
    }
}

template <class P, class GatewayHost>
void town<P, GatewayHost>::tick() {
    for (auto& n : nodes)
        if (n.up) obey(n, n.machine->step(role::tick{}, now));
    if (management_up) obey_client(*management, management_spool, nullptr, id_of<P>(management_key.public_key()), management->step(role::tick{}, now));
    for (auto& g : gateways) obey_client(*g.machine, g.spool, &g.files, g.machine->ledger().id(), g.machine->step(role::tick{}, now));
    drain();
}

template <class P, class GatewayHost>
void town<P, GatewayHost>::run(std::uint64_t seconds) {
    for (std::uint64_t i = 0; i != seconds; ++i) {
        ++now;
        tick();
    }
}

template <class P, class GatewayHost>
bytes town<P, GatewayHost>::announce_release(signed_release_of<P> const& r, key_type& by) {
    bytes reply;
    ask_management({id_of<P>(by.public_key()), true}, encode(announce<scheme_of<P>>{r}), [&](bytes b) { reply = std::move(b); });
    drain();
    return reply;
}

template <class P, class GatewayHost>
signed_release_of<P> town<P, GatewayHost>::publish(std::uint64_t version, std::size_t size) {
    auto const i = image(version, size);
    auto const r = release_of(i, version, publisher_key);
    repository[r.body.verifier] = i;
    announce_release(r, publisher_key);
    run(12);
    return r;
}

template <class P, class GatewayHost>
result<bytes> town<P, GatewayHost>::ask_gateway(std::size_t g, role::requester from, byte_view request) {
    bytes reply;
    bool done = false;
    channel_replies[++next_ticket] = [&](bytes b) {
        reply = std::move(b);
        done = true;
    };
    auto& place = gateways[g];
    obey_client(*place.machine, place.spool, &place.files, place.machine->ledger().id(),
                place.machine->step(role::asked{next_ticket, from, bytes(request.begin(), request.end())}, now));
    drain();
    for (int i = 0; i != 10 && !done; ++i) run(1);
    if (!done) return fault{errc::timed_out, "town"};
    return reply;
}

template <class P, class GatewayHost>
role::http_response town<P, GatewayHost>::get(std::size_t n, std::string path, std::string query) {
    role::http_response r;
    http(nodes[n].url, {.path = std::move(path), .query = std::move(query), .accept = std::string(role::cbor_type)},
         [&](result<role::http_response> a) { r = *a; });
    drain();
    return r;
}

template <class P, class GatewayHost>
role::observer<P> town<P, GatewayHost>::observe(std::size_t n) {
    role::observer<P> o(genesis);
    for (std::uint64_t h = 1; h <= nodes[n].store.height(); ++h) {
        auto f = o.take(*decode<block_of<P>>(*nodes[n].store.read(h)), now);
        if (f) heard.push_back("observer: " + std::string(message(f.code)));
    }
    return o;
}

/// A device with its flash, its memory and its wire.
template <class P>
struct home {
    town<P>& t;
    memory::power power;
    typename board<P>::image_store images{power};
    typename board<P>::state_store state{power};
    key<P> device_key = t.fresh_key();
    wire uplink;
    std::size_t gateway = 0;
    bool enrolled = false;
    std::function<void(bytes&)> alters;       ///< what a thief on the wire does to replies
    std::function<void(bytes&)> alters_request;

    explicit home(town<P>& in, bytes const& factory = town<P>::image(0));
    node_id id() const { return id_of<P>(device_key.public_key()); }
    typename town<P>::device_type machine();
    result<shown_credential_of<P>> enrol(std::string const& code);
    result<update::outcome> update();
    /// The boot process: boots the marked slot, and its health check decides.
    void boot(bool healthy);
    bool runs(std::uint64_t version, std::size_t size = 5000) const { return equal(images.running(), town<P>::image(version, size)); }
};

template <class P>
home<P>::home(town<P>& in, bytes const& factory) : t(in) {
    (void)images.provision(factory);
    uplink.send = [this](byte_view request) -> result<bytes> {
        bytes out(request.begin(), request.end());
        if (alters_request) alters_request(out);
        auto r = t.ask_gateway(gateway, {id(), enrolled}, out);
        if (r && alters) alters(*r);
        return r;
    };
}

template <class P>
typename town<P>::device_type home<P>::machine() {
    return typename town<P>::device_type({.model = t.model,
                                          .trust = trust::anchor<P>::of(t.genesis),
                                          .factory_version = 0,
                                          .images = images,
                                          .state = state,
                                          .uplink = uplink,
                                          .key = device_key,
                                          .random = t.random});
}

template <class P>
result<shown_credential_of<P>> home<P>::enrol(std::string const& code) {
    auto m = machine();
    auto const claim = trust::claim_of<P>(as_bytes(code), t.chain_id, device_key.public_key());
    auto r = m.enrol_with(claim, {});
    if (r) enrolled = true;
    return r;
}

template <class P>
result<update::outcome> home<P>::update() {
    auto m = machine();
    return m.update_once();
}

template <class P>
void home<P>::boot(bool healthy) {
    (void)images.reboot();
    if (images.state() != boot_state::trial) return;
    if (healthy) (void)images.confirm();
    else (void)images.reboot();
}

} // namespace town

// Compiled once, in town.cpp.
#define DAICHO_TEST_INSTANTIATE_TOWN(prefix, P)                              \
    prefix template class daicho::ledger::chain<P>;                          \
    prefix template class daicho::role::ledger_node<P, town::host<P>>;       \
    prefix template class daicho::role::gateway<P, town::host<P>>;           \
    prefix template class daicho::role::management_server<P, town::host<P>>; \
    prefix template class daicho::role::observer<P>;                         \
    prefix template class daicho::device<P, town::board<P>>;                 \
    prefix template struct town::town<P>;                                    \
    prefix template struct town::home<P>;

DAICHO_TEST_INSTANTIATE_TOWN(extern, town::paper_protocol)
DAICHO_TEST_INSTANTIATE_TOWN(extern, town::hardened_protocol)
DAICHO_TEST_INSTANTIATE_TOWN(extern, town::third_protocol)
