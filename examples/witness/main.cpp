/// A witness (C2SP tlog-witness): sees logs grow, of daicho or of anybody, and cosigns each tree that continues the one before.
#include "process.hpp"

#include <daicho/asio/http_server.hpp>
#include <daicho/asio/service.hpp>
#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/file/clock.hpp>
#include <daicho/file/line_log.hpp>
#include <daicho/file/state_store.hpp>
#include <daicho/role/witness.hpp>

namespace {

using scheme = daicho::cryptopp::ed25519;
using signer = daicho::cryptopp::ed25519_signer;
static_assert(daicho::schema::max_encoded<daicho::witness_memory> <= daicho::file::state_store::capacity);

/// Keys of one name are one log's. Errors: what a note key is refused for; wrong_type of a witness's key.
process::ending watch(std::vector<std::string> const& keys, std::vector<daicho::role::watched_log>& logs) {
    for (auto& text : keys) {
        auto const key = daicho::tlog::note_key::parse(text);
        if (!key) return {key.error(), "--log " + text};
        if (key->type != daicho::tlog::signature_type::ed25519) return {daicho::errc::wrong_type, "--log " + text};
        auto const at = std::find_if(logs.begin(), logs.end(), [&](auto& l) { return l.origin == key->name.view(); });
        if (at != logs.end()) at->keys.push_back(*key);
        else logs.push_back({std::string(key->name.view()), {*key}});
    }
    return {};
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Cosigns the checkpoints of logs that it has seen grow, so that nobody can be shown another history than the rest.\n"
                 "Answers POST /add-checkpoint as C2SP tlog-witness has it. The first start makes its key; --print-key shows what to\n"
                 "configure where it is believed, such as: ceremony --witness KEY. Never bring back an older copy of HOME: a witness that\n"
                 "forgets may sign another history.",
                 "witness");
    std::filesystem::path home;
    std::string address = "127.0.0.1", port_file;
    std::uint16_t port = 0;
    std::vector<std::string> logs;
    bool prints_key = false;
    daicho::role::witness_options options;
    app.add_option("--home", home, "Folder for its key (witness.pem) and its memory (cosigned)")->required();
    app.add_option("--name", options.name, "Name of its key, such as witness.example/w1")->required();
    app.add_option("--log", logs, "Key of a log to watch, NAME+ID+KEY; its name is its checkpoints' first line. Again: more logs, or keys of one");
    app.add_option("--address", address, "Address to listen on")->capture_default_str();
    app.add_option("--port", port, "Port to listen on; 0 takes a free one")->capture_default_str();
    app.add_option("--port-file", port_file, "Write the port into this file once it is open");
    app.add_flag("--print-key", prints_key, "Print the public key, and end");
    return process::run(app, argc, argv, [&]() -> process::ending {
        if (auto e = watch(logs, options.logs)) return e;
        if (auto f = daicho::file::make_directory(home)) return {f, home};
        auto key = daicho::file::load_or_generate<signer>(home / "witness.pem");
        if (!key) return {key.error(), home / "witness.pem"};
        auto memory = daicho::file::state_store::open(home / "cosigned");
        if (!memory) return {memory.error(), home / "cosigned"};
        daicho::file::line_log const log(options.name);
        daicho::role::witness<scheme, signer, daicho::file::state_store, daicho::file::line_log> role(options, *key, *memory, log);
        if (auto f = role.restore()) return {f, home / "cosigned"};
        if (prints_key) {
            std::printf("%s\n", role.public_key().text().c_str());
            return {};
        }
        if (options.logs.empty()) return {daicho::errc::missing_field, "--log"};

        daicho::asio::service service;
        daicho::file::clock const clock;
        daicho::asio::http_server_options how;
        how.body_limit = [](std::string_view method, std::string_view) { return method == "POST" ? std::uint64_t(daicho::tlog::add_checkpoint::bound) : 0; };
        auto server = daicho::asio::http_server::listen(
            service.context(), address, port,
            [&](daicho::role::http_request r, daicho::asio::responder answer) { answer(role.handle(r, clock.now())); }, how);
        if (!server) return {server.error(), address + ':' + std::to_string(port)};
        service.at_stop([&] { (*server)->stop(); });
        log.note("listening", "http://" + address + ':' + std::to_string((*server)->port()) + "/add-checkpoint as " + role.public_key().text());
        if (auto e = process::write_port(port_file, (*server)->port())) return e;
        service.run();
        log.note("stopped", "");
        return {};
    });
}
