#include <daicho/asio/node_runner.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/asio/shared_store.hpp>
#include <daicho/cryptopp/entropy.hpp>
#include <daicho/memory/block_store.hpp>

#include "ledger/fixture.hpp"

#include <boost/mp11/list.hpp>

using namespace daicho;
using namespace std::chrono_literals;
using fixture::network;

namespace {

using both = boost::mp11::mp_list<fixture::work_protocol, fixture::authority_protocol>;

struct host {
    using block_store = asio::shared_store<memory::block_store>;
    using signer = fixture::sealing_key;
    using entropy = cryptopp::entropy;
};

/// Authorities in slots need the seconds to pass: here they do so a hundred times as fast.
struct fast_clock {
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
    std::uint64_t now() const {
        return network<fixture::work_protocol>::start + 10 + std::uint64_t((std::chrono::steady_clock::now() - began) / 10ms);
    }
};

template <class P>
struct sealer_of {
    using type = authority_sealer<P, fixture::sealing_key>;
    static type make(fixture::sealing_key const& k) { return type(k); }
};
template <>
struct sealer_of<fixture::work_protocol> {
    using type = work_sealer<fixture::work_protocol>;
    static type make(fixture::sealing_key const&) { return type(); }
};

/// One node on a free port, its io_context on a thread of its own.
template <class P>
struct running {
    using node_type = role::ledger_node<P, host>;
    using runner_type = asio::node_runner<node_type, host::block_store, typename sealer_of<P>::type, silent_observer, fast_clock>;

    running(network<P> const& n, fast_clock clock, std::vector<role::peer> peers, std::uint64_t own = fixture::signer_0, std::vector<bytes> held = {}, std::size_t threads = 2)
        : key(network<P>::key(own)) {
        if (!held.empty()) BOOST_REQUIRE(!store.commit({.blocks = std::move(held)}));
        // One seals: two who mine may end with two tips of one height, which nothing decides before there is a next block.
        role::sealing_policy const sealing{.interval = own == fixture::signer_0 ? 1u : 0u, .settle = true};
        typename node_type::options o{.genesis = n.genesis, .sealing = sealing, .peers = std::move(peers), .sync_seconds = 20};
        node = std::make_unique<node_type>(std::move(o), key, store, entropy);
        asio::node_runner_options how;
        how.tick = 5ms;
        how.threads = threads;
        runner = std::make_unique<runner_type>(io, *node, store, sealer_of<P>::make(key), observer, how, clock);
        BOOST_REQUIRE(!runner->start());
        url = "http://127.0.0.1:" + std::to_string(runner->port());
        thread = std::thread([this] { io.run(); });
    }
    ~running() {
        io.stop();
        thread.join();
        runner->stop();
    }

    unsigned post(std::string const& path, bytes body, std::string* text = nullptr) const {
        asio::http_client client;
        role::http_request r{.method = "POST", .content_type = std::string(role::cbor_type), .body = std::move(body)};
        auto const answer = client.send(url + path, r);
        if (answer && text) *text = std::string(as_text(answer->body));
        return answer ? answer->status : 0;
    }
    daicho::status status() const {
        asio::http_client client;
        auto const answer = client.send(url + "/status", {.accept = std::string(role::cbor_type)});
        BOOST_REQUIRE(answer.has_value());
        return *decode<daicho::status>(answer->body);
    }

    boost::asio::io_context io{1};
    fixture::sealing_key key;
    host::block_store store{memory::block_store()};
    cryptopp::entropy entropy;
    silent_observer observer;
    std::unique_ptr<node_type> node;
    std::unique_ptr<runner_type> runner;
    std::string url;
    std::thread thread;
};

template <class Condition>
bool soon(Condition condition) {
    for (int i = 0; i != 3000; ++i, std::this_thread::sleep_for(20ms))  // long enough for a sanitizer on a busy machine
        if (condition()) return true;
    return false;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_node_runner)

BOOST_AUTO_TEST_CASE_TEMPLATE(serves_seals_and_follows_over_real_sockets, P, both) {
    network<P> n(1, 2, 10);
    fast_clock const clock;
    running<P> first(n, clock, {});
    running<P> second(n, clock, {{network<P>::id(fixture::signer_0), first.url}}, fixture::node);
    for (auto& tx : n.everybody()) BOOST_TEST(first.post("/transactions/new", encode(tx)) == 201u);
    BOOST_TEST(soon([&] { return first.status().pending == 0 && first.status().height != 0; }));
    BOOST_TEST(soon([&] { return second.status().height != 0 && second.status().head == first.status().head; }));
}

BOOST_AUTO_TEST_CASE(full_blocks_are_followed_with_any_number_of_threads) {
    using P = fixture::authority_protocol;
    network<P> n(1, 2);
    ledger::chain<P> maker(n.genesis);
    std::vector<bytes> blocks;
    for (int i = 0; i != 40; ++i) {
        std::vector<transaction_of<P>> all;
        if (i == 0) all = n.everybody();
        else for (int k = 0; k != 16; ++k) all.push_back(n.signed_by(k % 2 ? fixture::device : fixture::device_2, n.report(state::running, 1)));
        auto const b = n.next(maker, std::move(all));
        BOOST_REQUIRE(!maker.push(b, fixture::later));
        blocks.push_back(encode(b));
    }
    fast_clock const clock{std::chrono::steady_clock::now() - 10s};  // it is later than their times
    running<P> first(n, clock, {}, fixture::signer_0, blocks);
    role::peer const known{network<P>::id(fixture::signer_0), first.url};
    for (std::size_t threads : {1u, 2u, 5u}) {
        running<P> away(n, clock, {known}, fixture::node, {}, threads);
        BOOST_TEST(soon([&] {
            auto const s = away.status();  // the first goes on sealing until all is final
            return s.height >= blocks.size() && s.head == first.status().head;
        }));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(keeps_its_chain_valid_under_concurrent_requests_of_every_kind, P, both) {
    network<P> n(1, 2, 10);
    running<P> node(n, {}, {});
    for (auto& tx : n.everybody()) BOOST_TEST(node.post("/transactions/new", encode(tx)) == 201u);
    std::vector<bytes> reports;
    for (int i = 0; i != 40; ++i) reports.push_back(encode(n.signed_by(i % 2 ? fixture::device : fixture::device_2, n.report(state::running, 1))));
    std::atomic<unsigned> accepted = 0, unexpected = 0;  // counted: Boost.Test's checks belong to one thread
    {
        std::vector<std::jthread> crowd;
        for (int i = 0; i != 4; ++i) {
            crowd.emplace_back([&, i] {  // sequences may overtake each other: those are refused, and nothing else
                for (std::size_t k = std::size_t(i); k < reports.size(); k += 4) {
                    auto const s = node.post("/transactions/new", reports[k]);
                    if (s == 201) ++accepted;
                    else if (s != 409 && s != 429) ++unexpected;
                    if (node.post("/transactions/new", bytes(10, byte(i))) != 400) ++unexpected;
                    if (node.post("/mine", bytes(10, byte(i))) != 400) ++unexpected;
                    asio::http_client client;
                    if (!client.send(node.url + "/chain", {})) ++unexpected;
                }
            });
        }
    }
    BOOST_TEST(unexpected == 0u);
    BOOST_TEST(accepted > 0u);
    BOOST_TEST(soon([&] { return node.status().pending == 0; }));
    ledger::chain<P> again(n.genesis);
    std::size_t seen = 0;
    asio::http_client client;
    auto const answer = client.send(node.url + "/chain?limit=256", {.accept = std::string(role::cbor_type)});
    BOOST_REQUIRE(answer.has_value());
    auto const p = decode<page>(answer->body);
    BOOST_REQUIRE(p.has_value());
    for (auto& raw : p->blocks) {
        auto const block = decode<block_of<P>>(raw);
        BOOST_REQUIRE(block.has_value());
        BOOST_REQUIRE(!again.push(*block, fixture::later));
        seen += block->transactions.size();
    }
    BOOST_TEST(seen == n.everybody().size() + accepted);
}

BOOST_AUTO_TEST_CASE(says_that_its_port_is_taken) {
    using P = fixture::work_protocol;
    network<P> n(1, 2, 10);
    running<P> first(n, {}, {});
    asio::node_runner_options how;
    how.port = first.runner->port();
    boost::asio::io_context io;
    host::block_store store{memory::block_store()};
    running<P>::node_type node({.genesis = n.genesis}, first.key, store, first.entropy);
    running<P>::runner_type second(io, node, store, work_sealer<P>(), first.observer, how);
    BOOST_TEST((second.start() == errc::port_in_use));
    how.port = 0;
    running<P>::runner_type third(io, node, store, work_sealer<P>(), first.observer, how);
    BOOST_TEST(!third.start());
}

BOOST_AUTO_TEST_SUITE_END()
