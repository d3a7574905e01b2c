/// The repository (paper 2.1): the server where update files lie. Nobody trusts it: whoever fetches hashes.
#include "composition.hpp"
#include "https.hpp"
#include "process.hpp"

#include <daicho/asio/http_server.hpp>
#include <daicho/asio/service.hpp>
#include <daicho/file/artifact_folder.hpp>
#include <daicho/file/line_log.hpp>
#include <daicho/file/record_file.hpp>
#include <daicho/role/repository.hpp>
#include <daicho/trust/credential.hpp>

#include <map>

int main(int argc, char** argv) {
    CLI::App app("Serves artifacts by digest over HTTP, with ranges and ETags; takes uploads that an authorised publisher signed.\n"
                 "Try: curl -O http://127.0.0.1:8080/artifacts/<digest>",
                 "repository");
    std::string genesis_file, home, name = "repository", address = "127.0.0.1", port_file;
    std::uint16_t port = 0;
    std::string https_home;
    std::vector<std::string> publishers;
    daicho::role::repository_options options;
    app.add_option("--genesis", genesis_file, "The genesis record (canonical CBOR)")->required();
    app.add_option("--home", home, "Folder for the artifacts")->required();
    app.add_option("--publisher", publishers, "Credential of a publisher that may upload (credential.cbor)")->required();
    app.add_option("--name", name, "Name in log lines")->capture_default_str();
    app.add_option("--address", address, "Address to listen on")->capture_default_str();
    app.add_option("--port", port, "Port to listen on; 0 takes a free one")->capture_default_str();
    app.add_option("--https", https_home, "HTTPS, with the key channel.pem in this folder; certificate.pem is written beside it");
    app.add_option("--port-file", port_file, "Write the port into this file once it is open");
    app.add_option("--upload-limit", options.upload_limit, "Bytes of the largest artifact")->capture_default_str();
    return process::run(app, argc, argv, [&]() -> process::ending {
        auto const genesis = daicho::file::read_record<daicho::genesis_of<protocol>>(genesis_file);
        if (!genesis) return {genesis.error(), genesis_file};
        options.chain_id = daicho::digest_of<protocol::hash>(*genesis);
        std::map<daicho::node_id, daicho::public_key_of<protocol>> keys;
        for (auto& file : publishers) {
            auto const shown = daicho::file::read_file(file, daicho::channel::credential_bytes);
            if (!shown) return {shown.error(), file};
            auto const publisher = daicho::trust::read_credential<protocol>(daicho::trust::anchor<protocol>::of(*genesis), *shown);
            if (!publisher) return {publisher.error(), file};
            if (!publisher->enrolled || publisher->role != daicho::member_role::publisher) return {daicho::errc::not_permitted, file};
            keys[publisher->id] = publisher->key;
        }
        auto store = daicho::file::artifact_folder::open(home);
        if (!store) return {store.error(), home};

        daicho::asio::service service;
        daicho::file::line_log const log(name);
        daicho::file::clock const clock;
        auto const key_of = [&](daicho::node_id const& id) -> std::optional<daicho::public_key_of<protocol>> {
            auto const it = keys.find(id);
            if (it == keys.end()) return {};
            return it->second;
        };
        daicho::role::repository<protocol::signature, protocol::hash, daicho::file::artifact_folder, daicho::file::line_log> role(*store, options, key_of, log);
        daicho::asio::http_server_options how;
        std::optional<daicho::asio::https_host> https;
        if (!https_home.empty())
            if (auto e = serve_https(https_home, name, https, how)) return e;
        how.body_limit = [&](std::string_view method, std::string_view path) { return role.body_limit(method, path); };
        how.admit = [&](daicho::role::http_request const& head, std::uint64_t size) { return role.admit(head, size, clock.now()); };
        auto server = daicho::asio::http_server::listen(
            service.context(), address, port,
            [&](daicho::role::http_request r, daicho::asio::responder answer) { answer(role.handle(r, clock.now())); }, how);
        if (!server) return {server.error(), address + ':' + std::to_string(port)};
        service.at_stop([&] { (*server)->stop(); });
        log.note("listening", (https ? "https://" : "http://") + address + ':' + std::to_string((*server)->port()) + "/artifacts/");
        if (auto e = process::write_port(port_file, (*server)->port())) return e;
        service.run();
        log.note("stopped", "");
        return {};
    });
}
