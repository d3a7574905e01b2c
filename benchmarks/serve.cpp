/// What serving costs: the processor time of asio::http_server for a request, beside nginx with one worker, both asked the same by
/// the same generator. The server has one processor, who loads it the other. Without nginx its rows are skipped.
#include "suite/loopback.hpp"
#include "suite/run.hpp"
#include "suite/store.hpp"

#include <daicho/asio/http_server.hpp>
#include <daicho/file/posix.hpp>

#include <pthread.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <thread>

namespace {

using namespace daicho;
using namespace daicho::benchmarks;

constexpr int server_processor = 0, load_processor = 1;
constexpr std::size_t connections = 16;

double seconds_of(clockid_t clock) {
    timespec t{};
    if (::clock_gettime(clock, &t) != 0) throw std::runtime_error("no clock of the server's processor");
    return double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
}

/// What is served: a full tile, two artifacts, and a short answer.
struct content {
    content() {
        write("tile", 256 * 32);
        write("artifact", 256 * 1024);
        write("large", 1024 * 1024);
        write("answer", 300);
    }
    std::string path(std::string_view name) const { return (place.path() / name).string(); }
    folder place;

private:
    void write(char const* name, std::size_t size) {
        std::string bytes(size, '\0');
        for (std::size_t i = 0; i != size; ++i) bytes[i] = char('a' + i * 7 % 26);
        std::ofstream(path(name), std::ios::binary) << bytes;
    }
};

/// As the node's desks and the repository answer: what is small from memory, artifacts from their files.
class ours {
public:
    explicit ours(content const& c) {
        auto const kept = [&](char const* name) { return must(file::read_file(c.path(name), 1 << 20), "reading"); };
        auto made = asio::http_server::listen(io_, "127.0.0.1", 0, [&c, tile = kept("tile"), answer = kept("answer")](role::http_request r, asio::responder say) {
            role::http_response out{.content_type = "application/octet-stream"};
            if (r.path == "/tile") out.body = tile;
            else if (r.path == "/answer") out.body = answer;
            else out.file = role::file_part{c.path(r.path.substr(1)), 0, r.path == "/large" ? 1024u * 1024u : 256u * 1024u};
            say(std::move(out));
        });
        server_ = must(std::move(made), "listening");
        thread_ = std::thread([this] { io_.run(); });
        ::pthread_getcpuclockid(thread_.native_handle(), &clock_);
    }
    ~ours() {
        io_.stop();
        thread_.join();
    }
    std::uint16_t port() const { return server_->port(); }
    clockid_t clock() const { return clock_; }

private:
    ::boost::asio::io_context io_{1};
    std::unique_ptr<asio::http_server> server_;
    std::thread thread_;
    clockid_t clock_{};
};

constexpr char const* nginx_program = "/usr/sbin/nginx";

/// One worker, which keeps connections and writes no log.
class nginx {
public:
    explicit nginx(content const& c) {
        port_ = free_port();
        auto const home = c.place.path().string();
        std::ofstream(home + "/nginx.conf")
            << "daemon off; master_process off; worker_processes 1; pid " << home << "/pid; error_log " << home << "/error.log;\n"
            << "events { worker_connections 256; }\n"
            << "http { access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000000; etag off; default_type application/octet-stream;\n"
            << "client_body_temp_path " << home << "/body; proxy_temp_path " << home << "/proxy; fastcgi_temp_path " << home << "/fastcgi;\n"
            << "uwsgi_temp_path " << home << "/uwsgi; scgi_temp_path " << home << "/scgi;\n"
            << "server { listen 127.0.0.1:" << port_ << "; root " << home << "; location = /answer { return 200 '" << std::string(300, 'a') << "'; } } }\n";
        process_ = ::fork();
        if (process_ == 0) {
            ::execl(nginx_program, nginx_program, "-c", (home + "/nginx.conf").c_str(), "-e", (home + "/error.log").c_str(), static_cast<char*>(nullptr));
            ::_exit(127);
        }
        wait();
        ::clock_getcpuclockid(process_, &clock_);
    }
    ~nginx() {
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
    }
    std::uint16_t port() const { return port_; }
    clockid_t clock() const { return clock_; }

private:
    static std::uint16_t free_port() {
        ::boost::asio::io_context io;
        return ::boost::asio::ip::tcp::acceptor(io, {::boost::asio::ip::make_address("127.0.0.1"), 0}).local_endpoint().port();
    }
    void wait() {
        for (int i = 0; i != 200; ++i) {
            try {
                load const tried(port_, 1);
                return;
            } catch (std::runtime_error const&) {
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            }
        }
        throw std::runtime_error("nginx did not start");
    }
    pid_t process_ = -1;
    clockid_t clock_{};
    std::uint16_t port_ = 0;
};

/// The server's processor time for `each` requests on every connection.
template <class Server>
void ask(benchmark::State& state, std::string const& path, std::size_t each) {
    static content const c;
    stay_on(server_processor);
    Server server(c);
    load::requests wanted(connections, std::vector<std::string>(each, "GET /" + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
    std::exception_ptr failed;
    std::thread([&] {
        try {
            stay_on(load_processor);
            load l(server.port(), connections);
            l.run(wanted, 200);  // what is met first is not counted
            for (auto _ : state) {
                auto const before = seconds_of(server.clock());
                l.run(wanted, 200);
                state.SetIterationTime(seconds_of(server.clock()) - before);
            }
        } catch (...) {
            failed = std::current_exception();
        }
    }).join();
    if (failed) std::rethrow_exception(failed);
    state.SetItemsProcessed(std::int64_t(state.iterations()) * std::int64_t(connections * each));
}

} // namespace

int main(int argc, char** argv) {
    bool const beside = ::access(nginx_program, X_OK) == 0;
    if (!beside) std::fprintf(stderr, "serve: SKIPPED rows of nginx: %s was not found\n", nginx_program);
    auto const served = [&](std::string what, std::string path, std::size_t each) {
        auto const row = [&](std::string policy, auto server) {
            add({"the server's processor for " + what, std::move(policy), [path, each](benchmark::State& state) { ask<typename decltype(server)::type>(state, path, each); }, timed::measured, "request"});
        };
        if (beside) row("nginx, one worker", std::type_identity<nginx>());
        row("asio::http_server", std::type_identity<ours>());
    };
    served("an answer of 300 bytes", "answer", 500);
    served("a tile of 8 KiB", "tile", 500);
    served("an artifact of 256 KiB", "artifact", 50);
    served("an artifact of 1 MiB", "large", 20);
    return run(argc, argv);
}
