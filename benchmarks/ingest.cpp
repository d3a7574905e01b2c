/// Transactions a second that a ledger node acknowledges over HTTP: the real asio::node_runner on loopback, LMDB on disk, every
/// signature checked, nothing acknowledged before it is durable; beside a server as one writes it from Beast's and LMDB's
/// examples: a thread a connection, verify, put, commit, answer.
#include "suite/fleet.hpp"
#include "suite/run.hpp"
#include "suite/store.hpp"

#include <daicho/cryptopp/hash.hpp>
#include <daicho/asio/node_runner.hpp>
#include <daicho/asio/shared_store.hpp>
#include <daicho/defaults/hardened.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/lmdb/block_store.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cryptopp/xed25519.h>

#include <atomic>
#include <thread>

namespace {

using namespace daicho;
using namespace daicho::benchmarks;
using ::boost::asio::ip::tcp;
namespace http = ::boost::beast::http;

struct fleet_protocol : defaults::hardened {};
using host = defaults::host<fleet_protocol>;
using signer_type = host::signer;

constexpr std::size_t devices = 64, connections = 8;
constexpr std::size_t message_size = 160;  ///< what is left of a device's report beside key and signature
constexpr std::size_t burst = devices * 60;  ///< within default_limits: 64 of one sender, 4096 in all

/// Sends its requests one after the other on one connection, each when the last was answered 201.
void send_all(std::uint16_t port, std::vector<std::string> const& requests) {
    ::boost::asio::io_context io;
    tcp::socket socket(io);
    socket.connect({::boost::asio::ip::make_address("127.0.0.1"), port});
    socket.set_option(tcp::no_delay(true));
    ::boost::beast::flat_buffer buffer;
    for (auto const& r : requests) {
        ::boost::asio::write(socket, ::boost::asio::buffer(r));
        http::response<http::vector_body<byte>> response;
        http::read(socket, buffer, response);
        if (response.result() != http::status::created)
            throw std::runtime_error("a request was answered " + std::to_string(response.result_int()));
    }
}

std::string post(byte_view body) {
    std::string r = "POST /transactions/new HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/cbor\r\n"
                    "Accept: application/cbor\r\nContent-Length: ";
    r += std::to_string(body.size()) + "\r\n\r\n";
    return r.append(as_text(body));
}

/// The requests of a burst, dealt to the connections; all of one device on one of them, in order.
template <class Body>
std::vector<std::vector<std::string>> deal(std::size_t each, Body body) {
    std::vector<std::vector<std::string>> all(connections);
    for (std::size_t n = 0; n != each; ++n)
        for (std::size_t d = 0; d != devices; ++d) all[d % connections].push_back(post(body(d)));
    return all;
}

/// Seconds until all of it is acknowledged.
double deliver(std::uint16_t port, std::vector<std::vector<std::string>> const& dealt) {
    std::vector<std::thread> senders;
    std::atomic<bool> failed = false;
    auto const began = std::chrono::steady_clock::now();
    for (auto const& requests : dealt)
        senders.emplace_back([&] {
            try {
                send_all(port, requests);
            } catch (std::exception const& e) {
                std::fprintf(stderr, "ingest: %s\n", e.what());
                failed = true;
            }
        });
    for (auto& s : senders) s.join();
    if (failed) throw std::runtime_error("not every transaction was acknowledged");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

// --- the node ----------------------------------------------------------------------------------------------------------

struct platform : host {
    using block_store = asio::shared_store<lmdb::block_store>;
};
using node_type = role::ledger_node<fleet_protocol, platform>;

void node(benchmark::State& state) {
    fleet<fleet_protocol, signer_type> f(signer_type::generate, devices);
    auto sealer = host::sealer::make(*f.sealing);
    ledger::chain<fleet_protocol> c(f.genesis);
    bytes const first = encode(f.next(c, sealer, f.enrolments()));
    auto const dealt = deal(burst / devices, [&, d = std::size_t(0)](std::size_t) mutable { return encode(f.report(d++)); });

    for (auto _ : state) {
        folder const place;
        platform::block_store store(must(lmdb::block_store::open(place.path()), "opening LMDB"));
        must_not(store.commit({.blocks = {first}}), "enrolling");
        ::boost::asio::io_context io(1);
        cryptopp::entropy entropy;
        node_type n({.genesis = f.genesis}, *f.sealing, store, entropy);
        silent_observer nobody;
        asio::node_runner runner(io, n, store, host::sealer::make(*f.sealing), nobody, {});
        must_not(runner.start(), "starting the node");
        std::thread thread([&] { io.run(); });
        try {
            state.SetIterationTime(deliver(runner.port(), dealt));
        } catch (...) {
            io.stop();
            thread.join();
            throw;
        }
        ::boost::asio::post(io, [&] { runner.stop(), io.stop(); });
        thread.join();
        if (n.pending() != burst) throw std::runtime_error("the node does not hold every transaction");
    }
    state.SetItemsProcessed(std::int64_t(state.iterations() * burst));
}

// --- what the examples of Beast and LMDB come to -------------------------------------------------------------------------

class example_server {
public:
    explicit example_server(std::filesystem::path const& place) : acceptor_(io_, {::boost::asio::ip::make_address("127.0.0.1"), 0}) {
        MDB_env* made = nullptr;
        mdb_env_create(&made);
        env_.reset(made);
        mdb_env_set_mapsize(made, std::size_t(1) << 30);
        MDB_txn* t = nullptr;
        if (mdb_env_open(made, place.c_str(), 0, 0644) || mdb_txn_begin(made, nullptr, 0, &t) || mdb_dbi_open(t, nullptr, 0, &table_) ||
            mdb_txn_commit(t))
            throw std::runtime_error("LMDB did not open");
        for (std::size_t i = 0; i != connections; ++i) threads_.emplace_back([this] { serve(acceptor_.accept()); });
    }
    ~example_server() {
        for (auto& t : threads_) t.join();
    }
    std::uint16_t port() { return acceptor_.local_endpoint().port(); }

private:
    /// A body is key, signature, message.
    bool keep(bytes const& body) {
        if (body.size() < 96) return false;
        ::CryptoPP::ed25519::Verifier const verifier(body.data());
        if (!verifier.VerifyMessage(body.data() + 96, body.size() - 96, body.data() + 32, 64)) return false;
        MDB_txn* t = nullptr;
        if (mdb_txn_begin(env_.get(), nullptr, 0, &t)) return false;
        digest const id = hash_bytes<cryptopp::sha256>(body);
        MDB_val k = lmdb::to_val(id), v = lmdb::to_val(body);
        if (mdb_put(t, table_, &k, &v, 0)) return mdb_txn_abort(t), false;
        return mdb_txn_commit(t) == 0;
    }
    void serve(tcp::socket socket) {
        ::boost::beast::flat_buffer buffer;
        socket.set_option(tcp::no_delay(true));
        for (;;) {
            http::request<http::vector_body<byte>> request;
            ::boost::beast::error_code ec;
            http::read(socket, buffer, request, ec);
            if (ec) return;
            http::response<http::string_body> response{keep(request.body()) ? http::status::created : http::status::bad_request, 11};
            response.prepare_payload();
            http::write(socket, response, ec);
            if (ec) return;
        }
    }
    ::boost::asio::io_context io_;
    tcp::acceptor acceptor_;
    lmdb::environment env_;
    MDB_dbi table_{};
    std::vector<std::thread> threads_;
};

void by_example(benchmark::State& state) {
    std::vector<signer_type> keys;
    for (std::size_t d = 0; d != devices; ++d) keys.push_back(must(signer_type::generate(), "making a key"));
    std::uint64_t sequence = 0;
    auto const dealt = deal(burst / devices, [&](std::size_t d) {
        bytes message(message_size);
        store_be64(message.data(), ++sequence);
        auto const signature = must(keys[d].sign(message), "signing");
        bytes body(keys[d].public_key().begin(), keys[d].public_key().end());
        body.insert(body.end(), signature.begin(), signature.end());
        body.insert(body.end(), message.begin(), message.end());
        return body;
    });
    for (auto _ : state) {
        folder const place;
        example_server server(place.path());
        state.SetIterationTime(deliver(server.port(), dealt));
    }
    state.SetItemsProcessed(std::int64_t(state.iterations() * burst));
}

} // namespace

int main(int argc, char** argv) {
    auto const acknowledged = [](std::string policy, auto body) {
        add({"acknowledge transactions over HTTP", std::move(policy), body, timed::measured, "transaction"});
    };
    acknowledged("Beast and LMDB by their examples", by_example);
    acknowledged("asio::node_runner, lmdb::block_store", node);
    return run(argc, argv);
}
