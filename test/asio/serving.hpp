#pragma once

#include <daicho/asio/http_client.hpp>
#include <daicho/asio/http_server.hpp>

#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

/// A server on a free port of 127.0.0.1, its io_context on a thread of its own.
struct serving {
    explicit serving(daicho::asio::http_handler handler, daicho::asio::http_server_options options = {}, std::string scheme = "http") {
        auto made = daicho::asio::http_server::listen(io, "127.0.0.1", 0, std::move(handler), std::move(options));
        BOOST_REQUIRE(made.has_value());
        server = std::move(*made);
        base = scheme + "://127.0.0.1:" + std::to_string(server->port());
        thread = std::thread([this] { io.run(); });
    }
    ~serving() {
        io.stop();
        thread.join();
    }

    std::size_t connections() {
        std::promise<std::size_t> n;
        boost::asio::post(io, [&] { n.set_value(server->connections()); });
        return n.get_future().get();
    }

    boost::asio::io_context io{1};
    std::unique_ptr<daicho::asio::http_server> server;
    std::string base;
    std::thread thread;
};

/// What a client writes by hand, and all that comes back until the server closes or goes silent for a second.
inline std::string by_hand(std::uint16_t port, std::string_view sent, bool half_close = false) {
    namespace net = boost::asio;
    net::io_context io;
    net::ip::tcp::socket socket(io);
    socket.connect({net::ip::make_address("127.0.0.1"), port});
    boost::system::error_code ec;
    net::write(socket, net::buffer(sent), ec);
    if (half_close) socket.shutdown(net::ip::tcp::socket::shutdown_send, ec);
    std::string heard(1 << 16, '\0');
    std::size_t n = 0;
    bool over = false;
    while (!over && n != heard.size()) {
        socket.async_read_some(net::buffer(heard.data() + n, heard.size() - n), [&](boost::system::error_code e, std::size_t k) {
            n += k;
            over = bool(e);
        });
        io.restart();
        if (io.run_for(std::chrono::seconds(1)) == 0) break;
    }
    socket.close();
    io.restart();
    io.run();
    heard.resize(n);
    return heard;
}

inline daicho::bytes text_bytes(std::string_view t) { return {t.begin(), t.end()}; }

struct temporary_folder {
    std::filesystem::path path;
    temporary_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "daicho-test-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~temporary_folder() { std::filesystem::remove_all(path); }
    std::string file(std::string_view name, daicho::byte_view content) const {
        auto const p = path / name;
        std::ofstream(p, std::ios::binary).write(reinterpret_cast<char const*>(content.data()), std::streamsize(content.size()));
        return p.string();
    }
};

inline daicho::bytes pattern(std::size_t n) {
    daicho::bytes b(n);
    std::uint32_t x = 2463534242u;
    for (auto& c : b) x ^= x << 13, x ^= x >> 17, x ^= x << 5, c = daicho::byte(x);
    return b;
}
