#pragma once

#include <daicho/memory/block_store.hpp>
#include <daicho/role/ledger_node.hpp>

#include "ledger/rsa_key.hpp"

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include <deque>
#include <memory>
#include <optional>

/// Drives one ledger_node by events, without sockets or threads: the test decides when a commit ends and how, when a seal is
/// found, and what peers answer.
namespace fixture {

/// Either model of signature, of consensus and, with it, of what travels: a test over both is a test over the compositions that ship.
using both = boost::mp11::mp_list<paper_protocol, hardened_protocol>;

struct counting_entropy {
    fault fill(byte_span out) {
        for (auto& b : out) b = byte(++count);
        return exhausted ? fault{errc::no_entropy, "entropy"} : fault{};
    }
    unsigned count = 0;
    bool exhausted = false;
};

/// Verifies as the scheme does, and tells how many it was given together at most.
template <class Scheme>
struct counting_verifier : one_by_one<Scheme> {
    static inline std::size_t most = 0;
    void verify(std::span<signed_message<Scheme> const> batch, std::span<bool> verdicts) noexcept {
        most = std::max(most, batch.size());
        one_by_one<Scheme>::verify(batch, verdicts);
    }
    std::string_view kernel() const noexcept { return "counted on the bench"; }
};

template <class P, class Store>
struct bench_platform {
    using block_store = Store;
    using verifier = counting_verifier<scheme_of<P>>;
    using signer = typename network<P>::key_type;
    using entropy = counting_entropy;
};

template <class P, class Store = memory::block_store>
class bench : public network<P> {
public:
    using node_type = role::ledger_node<P, bench_platform<P, Store>>;
    using options = typename node_type::options;
    static constexpr bool by_work = network<P>::by_work;

    /// The node's own key is that of the first signer: it seals under either consensus.
    explicit bench(Store& s, std::uint64_t own = signer_0, std::size_t signers = 1);
    ~bench();

    void start(options o = {});

    void step(typename node_type::event_type e);
    void step_all(std::vector<typename node_type::event_type> events);
    void tick(std::uint64_t seconds = 1) {
        now += seconds;
        step(role::tick{});
    }

    /// Sends a request; its response, or nothing while it waits.
    role::ticket send(role::http_request r);
    role::http_response const* response(role::ticket t) const {
        auto const it = responses.find(t);
        return it == responses.end() ? nullptr : &it->second;
    }
    unsigned status(role::ticket t) const { return response(t) ? response(t)->status : 0; }
    std::string text(role::ticket t) const { return response(t) ? std::string(as_text(response(t)->body)) : ""; }
    unsigned ask(role::http_request r) { return status(send(std::move(r))); }

    template <class Record>
    static role::http_request post(std::string path, Record const& record, bool json = false) {
        role::http_request r{.method = "POST", .path = std::move(path)};
        r.content_type = r.accept = std::string(json ? role::json_type : role::cbor_type);
        if (json) {
            auto const text = to_json(record);
            r.body.assign(text.begin(), text.end());
        } else {
            r.body = encode(record);
        }
        return r;
    }
    static role::http_request get(std::string path, std::string query = "", bool json = false) {
        return {.path = std::move(path), .query = std::move(query), .accept = std::string(json ? role::json_type : role::cbor_type)};
    }
    role::ticket submit(transaction_of<P> const& tx, bool json = false);

    command_of<P> command(node_command wanted, std::uint64_t by = management, std::string_view url = "", std::uint64_t subject = 0);
    static command_of<P> ordered(command_body const& b, std::uint64_t by);
    static char const* path_of(node_command c) {
        constexpr char const* paths[] = {"/mine", "/nodes/register", "/nodes/resolve"};
        return paths[std::size_t(c)];
    }
    role::ticket order(command_of<P> const& c, bool json = false);

    /// Submits, mines, and waits until the block is durable.
    void record(std::vector<transaction_of<P>> const& transactions);

    role::call take_call() {
        BOOST_REQUIRE(!calls.empty());
        auto c = std::move(calls.front());
        calls.pop_front();
        return c;
    }
    void answer(role::call const& c, result<role::http_response> r);

    void commit_one(std::optional<fault> forced = {});
    void seal_one();
    result<proof_of<P>> proof_for(seal_job const& job);

    auto face() const {
        auto const& c = node->chain();
        return std::tuple(c.height(), c.head(), c.final_height(), node->pending(), store.height());
    }

    Store& store;
    typename network<P>::key_type own_key;
    counting_entropy entropy;
    ledger::tile_list* tiles = nullptr;  ///< that outlive the node, as its index then does
    ledger::index_list* index = nullptr;
    std::unique_ptr<node_type> node;
    std::uint64_t now = network<P>::start + 10;
    bool commits_at_once = true, seals_at_once = true;
    std::deque<role::persist> persists;
    std::deque<seal_job> seals;
    std::deque<role::call> calls;
    std::map<role::ticket, role::http_response> responses;
    std::vector<role::note> notes;
    std::size_t commits = 0;
    fault restored, halted;
    role::ticket last_ticket = 0;
    std::uint64_t command_sequence = 0;

private:
    void take(role::respond& a) { BOOST_REQUIRE(responses.emplace(a.id, std::move(a.response)).second); }
    void take(role::call& a) { calls.push_back(std::move(a)); }
    void take(role::persist& a) {
        BOOST_REQUIRE(persists.empty());  // one at a time
        ++commits;
        persists.push_back(std::move(a));
    }
    void take(role::seal& a) { seals.assign(1, a.job); }
    void take(role::stop_sealing&) { seals.clear(); }
    void take(role::note& a) { notes.push_back(std::move(a)); }
    void take(role::halt& a) { halted = a.reason; }
    template <class Other>
    void take(Other&) {
        BOOST_ERROR("a ledger node has no such action");
    }
    void settle();
};

// Not in the class, where they would be inline: every test of this room would compile the node again.

template <class P, class Store>
bench<P, Store>::bench(Store& s, std::uint64_t own, std::size_t signers) : network<P>(signers, 6, 10), store(s), own_key(network<P>::key(own)) {}

template <class P, class Store>
bench<P, Store>::~bench() = default;

template <class P, class Store>
void bench<P, Store>::start(options o) {
    o.genesis = this->genesis;
    o.message = "sealed here";
    node.reset();
    persists.clear();
    seals.clear();
    calls.clear();
    node = tiles ? std::make_unique<node_type>(std::move(o), own_key, store, entropy, *tiles, *index) : std::make_unique<node_type>(std::move(o), own_key, store, entropy);
    restored = node->restore(now);
    halted = {};
}

template <class P, class Store>
void bench<P, Store>::step(typename node_type::event_type e) {
    for (auto& a : node->step(std::move(e), now)) std::visit([this](auto& x) { this->take(x); }, a);
    settle();
}

template <class P, class Store>
void bench<P, Store>::step_all(std::vector<typename node_type::event_type> events) {
    for (auto& a : node->step(std::move(events), now)) std::visit([this](auto& x) { this->take(x); }, a);
    settle();
}

template <class P, class Store>
role::ticket bench<P, Store>::send(role::http_request r) {
    step(role::arrived{++last_ticket, std::move(r)});
    return last_ticket;
}

template <class P, class Store>
role::ticket bench<P, Store>::submit(transaction_of<P> const& tx, bool json) { return send(post("/transactions/new", tx, json)); }

template <class P, class Store>
command_of<P> bench<P, Store>::command(node_command wanted, std::uint64_t by, std::string_view url, std::uint64_t subject) {
    command_body b{.chain_id = this->chain_id, .sender = network<P>::id(by), .recipient = node->id(), .wanted = wanted, .sequence = ++command_sequence, .time = now};
    b.address = command_body::address_type::cut(url);
    if (subject) b.subject = network<P>::id(subject);
    return ordered(b, by);
}

template <class P, class Store>
command_of<P> bench<P, Store>::ordered(command_body const& b, std::uint64_t by) {
    auto k = network<P>::key(by);
    return {b, *sign<P>(k, b)};
}

template <class P, class Store>
role::ticket bench<P, Store>::order(command_of<P> const& c, bool json) { return send(post(path_of(c.body.wanted), c, json)); }

template <class P, class Store>
void bench<P, Store>::record(std::vector<transaction_of<P>> const& transactions) {
    for (auto& tx : transactions) BOOST_REQUIRE_EQUAL(status(submit(tx)), 201u);
    auto const t = order(command(node_command::mine));
    for (int i = 0; i != 10 && !response(t); ++i) tick();
    BOOST_REQUIRE_EQUAL(status(t), 201u);
}

template <class P, class Store>
void bench<P, Store>::answer(role::call const& c, result<role::http_response> r) { step(role::answered{c.id, std::move(r)}); }

template <class P, class Store>
void bench<P, Store>::commit_one(std::optional<fault> forced) {
    BOOST_REQUIRE(!persists.empty());
    auto p = std::move(persists.front());
    persists.pop_front();
    fault const outcome = forced ? *forced : store.commit(p.batch);
    for (auto& a : node->step(role::committed{p.id, outcome}, now)) std::visit([this](auto& x) { this->take(x); }, a);
}

template <class P, class Store>
void bench<P, Store>::seal_one() {
    BOOST_REQUIRE(!seals.empty());
    auto const job = seals.front();
    seals.pop_front();
    step(role::sealed<proof_of<P>>{job.epoch, proof_for(job)});
}

template <class P, class Store>
result<proof_of<P>> bench<P, Store>::proof_for(seal_job const& job) {
    if constexpr (by_work) return work_sealer<P>().seal(job, {});
    else return authority_sealer<P, typename network<P>::key_type>(own_key).seal(job, {});
}

template <class P, class Store>
void bench<P, Store>::settle() {
    for (bool idle = false; !idle;) {
        idle = true;
        if (commits_at_once && !persists.empty()) {
            commit_one();
            idle = false;
        } else if (seals_at_once && !seals.empty()) {
            auto const job = seals.front();
            seals.clear();
            for (auto& a : node->step(role::sealed<proof_of<P>>{job.epoch, proof_for(job)}, now)) std::visit([this](auto& x) { this->take(x); }, a);
            idle = false;
        }
    }
}

} // namespace fixture

// What most tests of this room make use of is compiled once, in node_bench.cpp.
#define DAICHO_TEST_INSTANTIATE(prefix, P)                                                                       \
    prefix template daicho::bytes daicho::schema::encode(daicho::transaction_of<P> const&);                      \
    prefix template daicho::bytes daicho::schema::encode(daicho::block_of<P> const&);                            \
    prefix template daicho::bytes daicho::schema::encode(daicho::command_of<P> const&);                          \
    prefix template daicho::result<daicho::transaction_of<P>> daicho::schema::decode(daicho::byte_view);         \
    prefix template daicho::result<daicho::block_of<P>> daicho::schema::decode(daicho::byte_view);               \
    prefix template std::string daicho::schema::to_json(daicho::transaction_of<P> const&);                       \
    prefix template std::string daicho::schema::to_json(daicho::command_of<P> const&);                           \
    prefix template struct fixture::network<P>;                                                                  \
    prefix template class daicho::ledger::chain<P>;                                                              \
    prefix template class daicho::role::ledger_node<P, fixture::bench_platform<P, daicho::memory::block_store>>; \
    prefix template class fixture::bench<P>;

DAICHO_TEST_INSTANTIATE(extern, fixture::paper_protocol)
DAICHO_TEST_INSTANTIATE(extern, fixture::hardened_protocol)
