#pragma once

#include <daicho/base/bytes.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace stage {

using daicho::bytes;
using ::boost::asio::ip::tcp;

/// The man in the middle: a real TCP proxy that sees each flight and may change, hold, repeat or cut it.
class proxy {
public:
    /// Gets a flight as it was read; returns what is passed on; nothing ends the connection.
    using tap = std::function<std::optional<bytes>(bool to_server, bytes flight)>;

    proxy(std::uint16_t server, tap t) : server_(server), tap_(std::move(t)), thread_([this] { serve(); }) {}
    ~proxy() {
        stopping_ = true;
        boost::system::error_code ignored;
        tcp::socket wake(context_);
        wake.connect(acceptor_.local_endpoint(), ignored);
        thread_.join();
    }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    bytes recorded(bool to_server) const {
        std::lock_guard const lock(mutex_);
        return to_server ? to_server_ : to_client_;
    }

private:
    void serve() {
        std::vector<std::thread> dialogues;
        while (!stopping_) {
            tcp::socket client(context_);
            boost::system::error_code ec;
            acceptor_.accept(client, ec);
            if (ec || stopping_) break;
            dialogues.emplace_back([this, c = std::move(client)]() mutable { relay(std::move(c)); });
        }
        for (auto& d : dialogues) d.join();
    }
    void relay(tcp::socket client) {
        tcp::socket server(context_);
        boost::system::error_code ec;
        server.connect({boost::asio::ip::address_v4::loopback(), server_}, ec);
        if (ec) return;
        std::thread back([&] { pump(server, client, false); });
        pump(client, server, true);
        back.join();
    }
    void pump(tcp::socket& from, tcp::socket& to, bool to_server) {
        boost::system::error_code ec, ignored;
        for (bytes buffer(1 << 16); !ec;) {
            std::size_t const n = from.read_some(boost::asio::buffer(buffer), ec);
            if (ec) break;
            std::optional<bytes> out;
            {
                std::lock_guard const lock(mutex_);
                auto& said = to_server ? to_server_ : to_client_;
                said.insert(said.end(), buffer.begin(), buffer.begin() + std::ptrdiff_t(n));
                bytes flight(buffer.begin(), buffer.begin() + std::ptrdiff_t(n));
                out = tap_ ? tap_(to_server, std::move(flight)) : std::optional(std::move(flight));
            }
            if (!out) break;
            boost::asio::write(to, boost::asio::buffer(*out), ec);
        }
        to.shutdown(tcp::socket::shutdown_both, ignored);
        from.shutdown(tcp::socket::shutdown_both, ignored);
    }

    std::uint16_t server_;
    tap tap_;
    boost::asio::io_context context_;
    tcp::acceptor acceptor_{context_, {boost::asio::ip::address_v4::loopback(), 0}};
    mutable std::mutex mutex_;
    bytes to_server_, to_client_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

} // namespace stage
