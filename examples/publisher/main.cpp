/// A publisher (paper 2.1): checks an update file, signs it, places it on the repository, notifies the management server.
#include "https.hpp"
#include "member.hpp"
#include "peers.hpp"

#include <daicho/asio/channel_client.hpp>
#include <daicho/asio/http_shelf.hpp>
#include <daicho/file/line_log.hpp>
#include <daicho/file/workshop.hpp>
#include <daicho/role/publisher.hpp>
#include <daicho/schema/json.hpp>

namespace {

struct desk : platform {
    using workshop = daicho::file::workshop<protocol::hash>;
    using shelf = daicho::asio::http_shelf<protocol::signature, signer>;
    using link = daicho::asio::channel_client<channel>;
};
using role_type = daicho::publisher<protocol, desk>;

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Publishes one version of one model: copies the file to a private place, runs the CI check on the copy, hashes it before and\n"
                 "after, signs the release, uploads it to the repository and tells the management server. A failing check publishes nothing.",
                 "publisher");
    member self;
    self.add_to(app);
    role_type::order order;
    std::string model, repository, server, out, announced, name = "publisher";
    bool only_sign = false;
    std::vector<std::string> sources;
    app.add_option("--name", name, "Name in log lines")->capture_default_str();
    auto* file = app.add_option("--file", order.file, "The update file");
    app.add_option("--model", model, "For devices of this model");
    app.add_option("--version", order.version, "Version; must be higher than any before");
    app.add_option("--minimum-version", order.minimum_version, "The oldest version that it may replace")->capture_default_str();
    app.add_option("--valid-seconds", order.valid_seconds, "How long it may be installed")->capture_default_str();
    app.add_option("--check", order.check, "CI check: a command that gets the file as its argument and ends with 0");
    app.add_option("--repository", repository, "Where to upload, such as http://127.0.0.1:8080/artifacts/");
    app.add_option("--source", sources, "Where else gateways find it, before the repository");
    app.add_option("--server", server, "The management server, HOST:PORT")->required();
    app.add_option("--release", out, "Write the signed release into this file, as JSON");
    app.add_flag("--only-sign", only_sign, "Check and sign, tell nobody");
    app.add_option("--announce", announced, "Only tell the management server about the signed release in this file")->excludes(file);
    for (auto const* needed : {"--model", "--version", "--check", "--repository"}) file->needs(app.get_option(needed));
    return process::run(app, argc, argv, [&]() -> process::ending {
        daicho::file::line_log const log(name);
        if (auto e = self.open(name, daicho::member_role::management)) return e;
        if (!self.has_credential()) return {daicho::errc::not_found, self.home / "credential.cbor"};
        if (announced.empty() && order.file.empty()) return {daicho::errc::missing_field, "--file or --announce"};
        if (!order.model.assign(model)) return {daicho::errc::oversized, "--model " + model};
        if (!repository.empty()) sources.push_back(repository);
        for (auto& s : sources) {
            daicho::address where;
            if (!where.assign(s) || !order.sources.push_back(where)) return {daicho::errc::oversized, "--source " + s};
        }
        auto const to = endpoint_from(server);
        if (!to) return {to.error(), "--server " + server};
        auto workshop = desk::workshop::open(self.home / "workshop");
        if (!workshop) return {workshop.error(), self.home / "workshop"};
        auto const me = daicho::id_of<protocol>(self.key->public_key());
        daicho::asio::http_client_options http;
        if (auto e = allow_https(http)) return e;
        auto const chain_id = self.anchor().chain_id;
        desk::shelf shelf(repository, chain_id, me, *self.key, std::move(http));
        desk::link link(self.identity, {.host = to->first, .port = to->second});
        platform::clock clock;
        role_type role({.chain_id = chain_id, .workshop = *workshop, .shelf = shelf, .management = link, .key = *self.key, .clock = clock});
        if (!announced.empty()) {
            auto const text = daicho::file::read_file(announced, 64 * 1024);
            if (!text) return {text.error(), announced};
            auto const release = daicho::from_json<daicho::signed_release_of<protocol>>(daicho::as_text(*text));
            if (!release) return {release.error(), announced};
            return {role.notify(*release), announced};
        }
        log.note("check", order.check);
        auto const made = only_sign ? role.prepare(order) : role.publish(order);
        if (!made) return {made.error(), order.file};
        log.note(only_sign ? "signed" : "published", model + " v" + std::to_string(order.version) + ", " + std::to_string(made->body.size) + " bytes, " + daicho::to_hex(made->body.verifier));
        if (out.empty()) return {};
        return {daicho::file::replace_file(out, daicho::as_bytes(daicho::to_json(*made) + '\n')), out};
    });
}
