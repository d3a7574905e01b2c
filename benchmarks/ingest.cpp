/// Transactions a second that a ledger node takes over HTTP and seals into durable blocks: the real asio::node_runner on loopback,
/// on disk, every signature checked, nothing acknowledged before it is durable. The node has one processor, who loads it the other.
/// Beside it a server as one writes it from Beast's and LMDB's examples: a thread a connection, verify, put, commit, answer.
#include "suite/fleet.hpp"
#include "suite/loopback.hpp"
#include "suite/run.hpp"
#include "suite/store.hpp"

#include <daicho/cryptopp/hash.hpp>
#include <daicho/asio/node_runner.hpp>
#include <daicho/asio/shared_store.hpp>
#include <daicho/defaults/hardened.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/lmdb/environment.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cryptopp/xed25519.h>

#include <future>
#include <optional>
#include <thread>

namespace {

using namespace daicho;
using namespace daicho::benchmarks;
using ::boost::asio::ip::tcp;
namespace http = ::boost::beast::http;

/// A node of a large fleet: a block takes what the wire format lets it.
struct fleet_limits : default_limits {
    static constexpr std::size_t pool = 32 * 1024;
    static constexpr std::size_t block_transactions = limits::transactions;
};
struct fleet_protocol : defaults::hardened {
    using limits = fleet_limits;
};
using host = defaults::host<fleet_protocol>;
using signer_type = host::signer;

constexpr int node_processor = 0, load_processor = 1;
constexpr std::size_t devices = 1024, connections = 64;
constexpr std::size_t total = devices * 40;
constexpr std::size_t sealed_at = 2048;   ///< transactions that wait, or what a slot brought together
constexpr std::size_t message_size = 160; ///< what is left of a device's report beside key and signature

/// An authority seals once in a second of its chain, which has 20 to one of ours.
struct quick_clock {
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
    std::uint64_t now() const noexcept { return fleet_start + 10 + std::uint64_t((std::chrono::steady_clock::now() - began) / std::chrono::milliseconds(50)); }
};

std::string post(byte_view body, std::string_view path) {
    std::string r = "POST ";
    r.append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/cbor\r\nAccept: application/cbor\r\nContent-Length: ");
    r += std::to_string(body.size()) + "\r\n\r\n";
    return r.append(as_text(body));
}

/// All requests, dealt to the connections; what one device says goes over one of them, in its order.
template <class Body>
load::requests deal(Body body) {
    load::requests all(connections);
    for (std::size_t n = 0; n != total; ++n) all[n % connections].push_back(post(body(n % devices), "/transactions/new"));
    return all;
}

/// Seconds until `there()` finds all of it where it belongs.
template <class There>
double deliver(std::uint16_t port, load::requests const& dealt, There there) {
    double seconds = 0;
    std::exception_ptr failed;
    std::thread sender([&] {
        try {
            stay_on(load_processor);
            load l(port, dealt.size());
            auto const began = std::chrono::steady_clock::now();
            l.run(dealt, 201);
            while (!there()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
            seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        } catch (...) {
            failed = std::current_exception();
        }
    });
    sender.join();
    if (failed) std::rethrow_exception(failed);
    return seconds;
}

// --- the node ----------------------------------------------------------------------------------------------------------

/// What all runs of one kind send: the signatures are made once.
struct town {
    town() : f(signer_type::generate, devices), sealer(host::sealer::make(*f.sealing)), chain(f.genesis) {
        first = encode(f.next(chain, sealer, f.enrolments()));
        one_each = deal([&](std::size_t d) { return encode(f.report(d)); });
    }
    static town& only() {
        static town t;
        return t;
    }
    fleet<fleet_protocol, signer_type> f;
    decltype(host::sealer::make(*f.sealing)) sealer;
    ledger::chain<fleet_protocol> chain;
    bytes first;
    load::requests one_each;
};

/// A running node on its own processor.
class served {
public:
    explicit served(town& t) : store_(must(file::block_store::open(place_.path()), "opening the store")) {
        must_not(store_.commit({.blocks = {t.first}}), "enrolling");
        node_.emplace(node_type::options{.genesis = t.f.genesis, .sealing = {.interval = 1, .size = sealed_at}}, *t.f.sealing, store_, entropy_);
        runner_.emplace(io_, *node_, store_, host::sealer::make(*t.f.sealing), nobody_, asio::node_runner_options{}, quick_clock{});
        must_not(runner_->start(), "starting the node");
        thread_ = std::thread([this] { io_.run(); });
    }
    ~served() {
        ::boost::asio::post(io_, [&] { runner_->stop(), io_.stop(); });
        thread_.join();
    }
    std::uint16_t port() const { return runner_->port(); }
    std::size_t waiting() {
        std::promise<std::size_t> n;
        ::boost::asio::post(io_, [&] { n.set_value(node_->pending()); });
        return n.get_future().get();
    }
    std::size_t durable() const {
        std::size_t n = 0;
        for (std::uint64_t h = 2; h <= store_.height(); ++h) n += must(decode<block_of<fleet_protocol>>(must(store_.read(h), "reading")), "decoding").transactions.size();
        return n;
    }

private:
    using node_type = role::ledger_node<fleet_protocol, host>;
    using store_type = host::block_store;
    folder place_;
    store_type store_;
    ::boost::asio::io_context io_{1};
    cryptopp::entropy entropy_;
    silent_observer nobody_;
    std::optional<node_type> node_;
    std::optional<asio::node_runner<node_type, store_type, authority_sealer<fleet_protocol, signer_type>, silent_observer, quick_clock>> runner_;
    std::thread thread_;
};

void node(benchmark::State& state) {
    auto& t = town::only();
    stay_on(node_processor);
    for (auto _ : state) {
        served s(t);
        state.SetIterationTime(deliver(s.port(), t.one_each, [&] { return s.waiting() == 0; }));
        if (s.durable() != total) throw std::runtime_error("not every transaction is in a durable block");
    }
    state.SetItemsProcessed(std::int64_t(state.iterations() * total));
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
    stay_on(node_processor);
    auto const dealt = deal([&](std::size_t d) {
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
        state.SetIterationTime(deliver(server.port(), dealt, [] { return true; }));
    }
    state.SetItemsProcessed(std::int64_t(state.iterations() * total));
}

} // namespace

int main(int argc, char** argv) {
    auto const taken = [](std::string policy, auto body) {
        add({"transactions over HTTP into durable blocks, one a request", std::move(policy), body, timed::measured, "transaction"});
    };
    taken("Beast and LMDB by their examples: kept, no blocks", by_example);
    taken("asio::node_runner, file::block_store", node);
    return run(argc, argv);
}
