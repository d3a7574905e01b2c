/// Transactions a second that a ledger node takes over HTTP and seals into durable blocks: the real asio::node_runner on loopback,
/// on disk, every signature checked, nothing acknowledged before it is durable. The node has one processor, who loads it the other.
/// Beside it a server as one writes it from Beast's and LMDB's examples: a thread a connection, verify, put, commit, answer.
#include "suite/fleet.hpp"
#include "suite/loopback.hpp"
#include "suite/run.hpp"
#include "suite/store.hpp"

#include <daicho/cryptopp/hash.hpp>
#include <daicho/asio/node_runner.hpp>
#include <daicho/defaults/hardened.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/file/tile_store.hpp>
#include <daicho/lmdb/index_store.hpp>

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
    static constexpr std::size_t per_sender = 256;  // a pool full of 128 devices'
    static constexpr std::size_t block_transactions = limits::transactions;
};
struct fleet_protocol : defaults::hardened {
    using limits = fleet_limits;
};
using host = defaults::host<fleet_protocol>;
using signer_type = host::signer;

constexpr int node_processor = 0, load_processor = 1;
constexpr std::size_t devices = 128;   ///< that report often: their keys fit the verifier's tables
constexpr std::size_t total = devices * 320, total_together = devices * 1280;  ///< a run ends with a slot's wait, which is to weigh little
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

/// What one run sends: so many transactions, this many in a request, over some connections.
struct burst {
    std::size_t transactions, together, connections;
    unsigned answer;                          ///< the status of success
    load::requests requests;

    /// `body(device)`: the next transaction of a device. All of one device go over one connection, in their order.
    template <class Body, class Pack>
    static burst of(std::size_t transactions, std::size_t together, unsigned answer, std::string_view path, Body body, Pack pack) {
        burst b{transactions, together, together == 1 ? std::size_t(64) : std::size_t(8), answer, {}};
        b.requests.resize(b.connections);
        std::vector<std::vector<bytes>> open(b.connections);
        for (std::size_t n = 0; n != transactions; ++n) {
            auto& mine = open[n % b.connections];
            mine.push_back(body(n % devices));
            if (mine.size() < together && n + b.connections < transactions) continue;
            b.requests[n % b.connections].push_back(post(pack(std::exchange(mine, {})), path));
        }
        return b;
    }
};

struct cost {
    double wall, processor;   ///< seconds: that passed, and that the server worked
};
inline double seconds_of(clockid_t clock) {
    timespec t{};
    ::clock_gettime(clock, &t);
    return double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
}

/// Sends a burst and waits until `there()` finds all of it where it belongs.
template <class There>
cost deliver(std::uint16_t port, burst const& b, There there) {
    cost c{};
    std::exception_ptr failed;
    std::thread sender([&] {
        try {
            stay_on(load_processor);
            load l(port, b.connections);
            auto const wall = seconds_of(CLOCK_MONOTONIC), all = seconds_of(CLOCK_PROCESS_CPUTIME_ID), own = seconds_of(CLOCK_THREAD_CPUTIME_ID);
            l.run(b.requests, b.answer);
            while (!there()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
            c.wall = seconds_of(CLOCK_MONOTONIC) - wall;
            c.processor = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - all - (seconds_of(CLOCK_THREAD_CPUTIME_ID) - own);
        } catch (...) {
            failed = std::current_exception();
        }
    });
    sender.join();
    if (failed) std::rethrow_exception(failed);
    return c;
}

// --- the node ----------------------------------------------------------------------------------------------------------

/// What all runs of one kind send: the signatures are made once.
struct town {
    town() : f(signer_type::generate, devices), sealer(host::sealer::make(*f.sealing)), chain(f.genesis) {
        first = encode(f.next(chain, sealer, f.enrolments()));
        auto const said = [&](std::size_t d) { return encode(f.report(d)); };
        one = burst::of(total, 1, 201, "/transactions/new", said, [](std::vector<bytes> all) { return std::move(all.front()); });
        many = burst::of(total_together, 100, 200, "/transactions/batch", said, [](std::vector<bytes> all) {
            transaction_batch batch;
            for (auto& raw : all) batch.transactions.push_back(std::move(raw));
            return encode(batch);
        });
    }
    static town& only() {
        static town t;
        return t;
    }
    fleet<fleet_protocol, signer_type> f;
    decltype(host::sealer::make(*f.sealing)) sealer;
    ledger::chain<fleet_protocol> chain;
    bytes first;
    burst one, many;
};

/// As the programs keep it: docs/store.md.
struct platform : host {
    using tile_store = file::tile_store;
    using index_store = lmdb::index_store;
};

/// A running node on its own processor.
class served {
public:
    explicit served(town& t) : store_(must(file::block_store::open(place_.path()), "opening the store")),
          tiles_(must(file::tile_store::open(place_.path() / "tiles"), "opening the tiles")), index_(must(lmdb::index_store::open(place_.path() / "index"), "opening the index")) {
        must_not(store_.commit({.blocks = {t.first}}), "enrolling");
        node_.emplace(node_type::options{.genesis = t.f.genesis, .sealing = {.interval = 1, .size = sealed_at}}, *t.f.sealing, store_, entropy_, tiles_, index_);
        runner_.emplace(io_, *node_, store_, host::sealer::make(*t.f.sealing), nobody_, asio::node_runner_options{}, quick_clock{});
        must_not(runner_->start(), "starting the node");
        thread_ = std::thread([this] { io_.run(); });
    }
    ~served() {
        ::boost::asio::post(io_, [&] { runner_->stop(), io_.stop(); });
        thread_.join();
    }
    std::uint16_t port() const { return runner_->port(); }
    /// Is all of it in durable blocks?
    bool holds(std::size_t) {
        std::promise<bool> all;
        ::boost::asio::post(io_, [&] { all.set_value(node_->pending() == 0 && node_->durable_height() == node_->chain().height()); });
        return all.get_future().get();
    }
    void check(std::size_t sent) const {
        std::size_t n = 0;
        for (std::uint64_t h = 2; h <= store_.height(); ++h) n += must(decode<block_of<fleet_protocol>>(must(store_.read(h), "reading")), "decoding").transactions.size();
        if (n != sent) throw std::runtime_error(std::to_string(n) + " of " + std::to_string(sent) + " transactions are in durable blocks");
    }

private:
    using node_type = role::ledger_node<fleet_protocol, platform>;
    using store_type = host::block_store;
    folder place_;
    store_type store_;
    file::tile_store tiles_;
    lmdb::index_store index_;
    ::boost::asio::io_context io_{1};
    cryptopp::entropy entropy_;
    silent_observer nobody_;
    std::optional<node_type> node_;
    std::optional<asio::node_runner<node_type, store_type, authority_sealer<fleet_protocol, signer_type>, silent_observer, quick_clock>> runner_;
    std::thread thread_;
};

/// By the time that passes, or by what the server's processor works.
enum class by { wall, processor };

template <class Server, class... Args>
void measure(benchmark::State& state, burst const& b, by what, Args&&... args) {
    stay_on(node_processor);
    for (auto _ : state) {
        Server s(args...);
        auto const c = deliver(s.port(), b, [&] { return s.holds(b.transactions); });
        state.SetIterationTime(what == by::wall ? c.wall : c.processor);
        s.check(b.transactions);
    }
    state.SetItemsProcessed(std::int64_t(state.iterations()) * std::int64_t(b.transactions));
}

// --- what the examples of Beast and LMDB come to -------------------------------------------------------------------------

class example_server {
public:
    explicit example_server(std::size_t connections) : acceptor_(io_, {::boost::asio::ip::make_address("127.0.0.1"), 0}) {
        MDB_env* made = nullptr;
        mdb_env_create(&made);
        env_.reset(made);
        mdb_env_set_mapsize(made, std::size_t(1) << 30);
        MDB_txn* t = nullptr;
        if (mdb_env_open(made, place_.path().c_str(), 0, 0644) || mdb_txn_begin(made, nullptr, 0, &t) || mdb_dbi_open(t, nullptr, 0, &table_) ||
            mdb_txn_commit(t))
            throw std::runtime_error("LMDB did not open");
        for (std::size_t i = 0; i != connections; ++i) threads_.emplace_back([this] { serve(acceptor_.accept()); });
    }
    ~example_server() {
        for (auto& t : threads_) t.join();
    }
    std::uint16_t port() { return acceptor_.local_endpoint().port(); }

    bool holds(std::size_t) const { return true; }
    void check(std::size_t sent) const {
        MDB_txn* t = nullptr;
        MDB_stat found{};
        mdb_txn_begin(env_.get(), nullptr, MDB_RDONLY, &t);
        mdb_stat(t, table_, &found);
        mdb_txn_abort(t);
        if (found.ms_entries != sent) throw std::runtime_error("not every transaction was kept");
    }

private:
    /// A body is key, signature, message, and the next.
    bool keep(bytes const& body) {
        constexpr std::size_t one = 96 + message_size;
        if (body.empty() || body.size() % one != 0) return false;
        MDB_txn* t = nullptr;
        for (std::size_t at = 0; at != body.size(); at += one) {
            ::CryptoPP::ed25519::Verifier const verifier(body.data() + at);
            if (!verifier.VerifyMessage(body.data() + at + 96, message_size, body.data() + at + 32, 64)) return false;
        }
        if (mdb_txn_begin(env_.get(), nullptr, 0, &t)) return false;
        for (std::size_t at = 0; at != body.size(); at += one) {
            byte_view const raw(body.data() + at, one);
            digest const id = hash_bytes<cryptopp::sha256>(raw);
            MDB_val k = lmdb::to_val(id), v = lmdb::to_val(raw);
            if (mdb_put(t, table_, &k, &v, 0)) return mdb_txn_abort(t), false;
        }
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
    folder place_;
    ::boost::asio::io_context io_;
    tcp::acceptor acceptor_;
    lmdb::environment env_;
    MDB_dbi table_{};
    std::vector<std::thread> threads_;
};

/// What devices would send there.
burst examples(std::size_t transactions, std::size_t together) {
    std::vector<signer_type> keys;
    for (std::size_t d = 0; d != devices; ++d) keys.push_back(must(signer_type::generate(), "making a key"));
    std::uint64_t sequence = 0;
    auto const said = [&](std::size_t d) {
        bytes message(message_size);
        store_be64(message.data(), ++sequence);
        auto const signature = must(keys[d].sign(message), "signing");
        bytes body(keys[d].public_key().begin(), keys[d].public_key().end());
        body.insert(body.end(), signature.begin(), signature.end());
        body.insert(body.end(), message.begin(), message.end());
        return body;
    };
    return burst::of(transactions, together, 201, "/", said, [](std::vector<bytes> all) {
        bytes joined;
        for (auto& raw : all) joined.insert(joined.end(), raw.begin(), raw.end());
        return joined;
    });
}

} // namespace

int main(int argc, char** argv) {
    auto const group = [](std::string what, bool many, by how) {
        auto const row = [&](std::string policy, auto body) { add({what, std::move(policy), std::move(body), timed::measured, "transaction"}); };
        row("Beast and LMDB by their examples: kept, no blocks", [many, how](benchmark::State& state) {
            static std::optional<burst> made[2];
            auto& b = made[many];
            if (!b) b = many ? examples(total_together, 100) : examples(devices * 16, 1);  // one a commit is slow
            measure<example_server>(state, *b, how, b->connections);
        });
        row("asio::node_runner, file::block_store", [many, how](benchmark::State& state) {
            auto& t = town::only();
            measure<served>(state, many ? t.many : t.one, how, t);
        });
    };
    group("transactions over HTTP into durable blocks, one a request", false, by::wall);
    group("transactions over HTTP into durable blocks, 100 a request", true, by::wall);
    group("the server's processor for it, one a request", false, by::processor);
    group("the server's processor for it, 100 a request", true, by::processor);
    return run(argc, argv);
}
