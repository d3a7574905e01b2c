/// A tap on the wire: relays a TCP connection, keeps what each side said, and plays one side to the other again.
#include "peers.hpp"
#include "process.hpp"

#include <daicho/asio/service.hpp>
#include <daicho/base/fault_text.hpp>
#include <daicho/file/line_log.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
using daicho::errc;
using process::ending;
namespace fs = std::filesystem;

constexpr std::size_t longest_part = std::size_t(1) << 24;  // of a recording that is played

/// One connection as it was heard: what the client said and what the server said, as files of a folder.
struct recording {
    fs::path folder;
    fs::path said_by(bool client) const { return folder / (client ? "client" : "server"); }
    daicho::result<daicho::bytes> read(bool client) const { return daicho::file::read_file(said_by(client), longest_part); }
};

struct options {
    std::string name = "wiretap", address = "127.0.0.1", port_file, to, folder;
    std::uint16_t port = 0;
    unsigned seconds = 10;
};

ending listen_on(tcp::acceptor& acceptor, options const& o, daicho::file::line_log const& log) {
    auto const about = o.address + ':' + std::to_string(o.port);
    error_code ec;
    auto const ip = boost::asio::ip::make_address(o.address, ec);
    if (ec) return {errc::invalid_text, about};
    tcp::endpoint const here(ip, o.port);
    acceptor.open(here.protocol(), ec);
    if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor.bind(here, ec);
    if (!ec) acceptor.listen(1, ec);
    if (ec) return {ec == boost::asio::error::address_in_use ? errc::port_in_use : errc::io_failed, about};
    auto const port = acceptor.local_endpoint(ec).port();
    log.note("listening", o.address + ':' + std::to_string(port));
    return process::write_port(o.port_file, port);
}

ending reach(tcp::socket& socket, std::string const& to) {
    auto const where = endpoint_from(to);
    if (!where) return {where.error(), "--to " + to};
    error_code ec;
    auto const found = tcp::resolver(socket.get_executor()).resolve(where->first, std::to_string(where->second), ec);
    if (!ec) boost::asio::connect(socket, found, ec);
    return ec ? ending{errc::unreachable, to} : ending{};
}

/// Passes one direction of a connection on and keeps it, until it ends.
class direction : public std::enable_shared_from_this<direction> {
public:
    direction(std::shared_ptr<tcp::socket> from, std::shared_ptr<tcp::socket> to, fs::path const& kept, std::function<void(std::size_t)> over)
        : from_(std::move(from)), to_(std::move(to)), kept_(kept, std::ios::binary | std::ios::trunc), over_(std::move(over)) {}

    void pass_on() {
        from_->async_read_some(boost::asio::buffer(buffer_), [self = shared_from_this()](error_code ec, std::size_t n) {
            if (ec) return self->end();
            self->kept_.write(reinterpret_cast<char const*>(self->buffer_.data()), std::streamsize(n));
            self->heard_ += n;
            boost::asio::async_write(*self->to_, boost::asio::buffer(self->buffer_.data(), n), [self](error_code failed, std::size_t) {
                if (failed) return self->end();
                self->pass_on();
            });
        });
    }

private:
    void end() {
        error_code ignored;
        to_->shutdown(tcp::socket::shutdown_send, ignored);
        kept_.close();
        over_(heard_);
    }

    std::shared_ptr<tcp::socket> from_, to_;
    std::ofstream kept_;
    std::function<void(std::size_t)> over_;
    std::array<daicho::byte, 16 * 1024> buffer_{};
    std::size_t heard_ = 0;
};

/// Serves until it is told to end; the last connection is the one that stays recorded.
ending record(options const& o) {
    recording const kept{o.folder};
    error_code ec;
    if (fs::create_directories(kept.folder, ec); ec) return {errc::io_failed, o.folder};
    daicho::file::line_log const log(o.name);
    daicho::asio::service service;
    tcp::acceptor acceptor(service.context());
    if (auto e = listen_on(acceptor, o, log)) return e;
    std::function<void()> next = [&] {
        acceptor.async_accept([&](error_code failed, tcp::socket accepted) {
            if (failed) return;
            auto const client = std::make_shared<tcp::socket>(std::move(accepted)), server = std::make_shared<tcp::socket>(service.context());
            if (auto e = reach(*server, o.to)) {
                log.note("refused", describe(e.why) + ", " + e.about);
                return next();
            }
            auto const heard = std::make_shared<std::array<std::size_t, 3>>();  // by the client, by the server; directions that ended
            for (bool const from_client : {true, false}) {
                auto const over = [&, from_client, heard](std::size_t n) {
                    (*heard)[from_client ? 0 : 1] = n;
                    if (++(*heard)[2] != 2) return;
                    log.note("recorded", std::to_string((*heard)[0]) + " bytes of the client, " + std::to_string((*heard)[1]) + " of the server");
                    next();
                };
                std::make_shared<direction>(from_client ? client : server, from_client ? server : client, kept.said_by(from_client), over)->pass_on();
            }
        });
    };
    next();
    service.run();
    return {};
}

/// Says the whole of one recorded side, and listens: content only when the other side says as much as the real one did.
ending play(options const& o, bool client) {
    recording const kept{o.folder};
    auto const said = kept.read(client), expected = kept.read(!client);
    for (bool const side : {client, !client})
        if (auto const& part = side == client ? said : expected; !part) return {part.error(), kept.said_by(side)};

    daicho::file::line_log const log(o.name);
    boost::asio::io_context io;
    tcp::acceptor acceptor(io);
    tcp::socket socket(io);
    std::array<daicho::byte, 16 * 1024> buffer;
    std::size_t heard = 0;
    error_code over;
    std::function<void()> const listen = [&] {
        socket.async_read_some(boost::asio::buffer(buffer), [&](error_code ec, std::size_t n) {
            heard += n;
            over = ec;
            if (!over && heard < expected->size()) listen();
        });
    };
    auto const speak = [&] {
        boost::asio::write(socket, boost::asio::buffer(*said), over);
        listen();  // also when it hung up meanwhile: it may have said why
    };
    if (client) {
        if (auto e = reach(socket, o.to)) return e;
        speak();
    } else {
        if (auto e = listen_on(acceptor, o, log)) return e;
        acceptor.async_accept(socket, [&](error_code ec) {
            over = ec;
            if (over) return;
            socket.async_read_some(boost::asio::buffer(buffer), [&](error_code gone, std::size_t n) {  // a server answers
                heard += n;
                over = gone;
                if (!over) speak();
            });
        });
    }
    io.run_for(std::chrono::seconds(o.seconds));
    log.note("played", std::to_string(said->size()) + " bytes; the other side said " + std::to_string(heard) + " of " + std::to_string(expected->size()) + " bytes");
    if (heard >= expected->size()) return {};
    return {over ? errc::disconnected : errc::timed_out, client ? "the server did not go on" : "the client did not go on"};
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("A tap on the wire. It relays a connection and keeps what each side said in two files, client and server; later it plays\n"
                 "one side again, to see whether the other can tell. On a secure channel, it can.\n"
                 "  wiretap record --port 4600 --to 127.0.0.1:4500 --recording tape     (then a client asks 127.0.0.1:4600)\n"
                 "  wiretap client --to 127.0.0.1:4500 --recording tape                 (says again what the client said)\n"
                 "  wiretap server --port 4600 --recording tape                         (answers again what the server answered)",
                 "wiretap");
    options o;
    app.add_option("--name", o.name, "Name in log lines")->capture_default_str();
    app.require_subcommand(1);
    auto* recording = app.add_subcommand("record", "Relays connections, one after another, and keeps the last");
    auto* client = app.add_subcommand("client", "Plays the recorded client; 0 when the server says as much as then, 1 when it hangs up or waits");
    auto* server = app.add_subcommand("server", "Waits for a client and plays the recorded server; exit codes likewise");
    for (auto* c : {recording, client, server}) {
        c->fallthrough();
        c->add_option("--recording", o.folder, "Folder of the recording")->required();
    }
    for (auto* c : {recording, server}) {
        c->add_option("--address", o.address, "Address to listen on")->capture_default_str();
        c->add_option("--port", o.port, "Port to listen on; 0 takes a free one")->capture_default_str();
        c->add_option("--port-file", o.port_file, "Write the port into this file once it is open");
    }
    for (auto* c : {recording, client}) c->add_option("--to", o.to, "The real server, HOST:PORT")->required();
    for (auto* c : {client, server}) c->add_option("--seconds", o.seconds, "How long to wait for the other side")->capture_default_str();
    return process::run(app, argc, argv, [&] { return *recording ? record(o) : play(o, bool(*client)); });
}
