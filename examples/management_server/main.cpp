/// The management server (paper 2.1, 2.3): verifies releases, answers version checks, enrols devices, introduces ledger nodes.
#include "https.hpp"
#include "member.hpp"
#include "peers.hpp"

#include <daicho/asio/channel_runner.hpp>
#include <daicho/asio/service.hpp>
#include <daicho/file/line_log.hpp>
#include <daicho/role/management_server.hpp>

#include <fstream>

namespace {

using role_type = daicho::role::management_server<protocol, platform>;
using process::ending;

/// The members that the ceremony enrolled, oldest first.
ending read_enrolments(std::filesystem::path const& folder, std::vector<daicho::transaction_of<protocol>>& out) {
    std::vector<std::filesystem::path> files;
    std::error_code none;
    for (auto& entry : std::filesystem::directory_iterator(folder, none)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (auto& file : files) {
        auto tx = daicho::file::read_record<daicho::transaction_of<protocol>>(file);
        if (!tx) return {tx.error(), file};
        out.push_back(std::move(*tx));
    }
    return {};
}

/// A line a code: the model, then the code in hexadecimal.
ending read_claims(std::filesystem::path const& file, std::vector<daicho::role::claim_code>& out) {
    std::ifstream in(file);
    for (std::string model, code; in >> model >> code;) {
        daicho::role::claim_code claim;
        auto bytes = daicho::bytes_from_hex(code);
        if (!bytes || !claim.model.assign(model)) return {daicho::errc::invalid_text, file};
        claim.code = std::move(*bytes);
        out.push_back(std::move(claim));
    }
    return {};
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Answers gateways and publishers on the secure channel, and has their releases and devices recorded on the ledger.\n"
                 "Its folder also holds enrolments/ (members to put on the ledger) and claims (codes that devices come with).\n"
                 "With a key that `ceremony --replace-management` made, it puts that in office and enrols gateways and publishers again.",
                 "management_server");
    member self;
    self.add_to(app);
    std::string name = "management", address = "127.0.0.1", port_file, store_kind = "file";
    std::uint16_t port = 0;
    std::uint64_t resolve_seconds = 60, sync_seconds = 1;
    std::optional<std::uint64_t> distrust_from;
    std::vector<std::string> nodes;
    app.add_option("--name", name, "Name in log lines")->capture_default_str();
    app.add_option("--node", nodes, "A ledger node, ID@URL; the first is preferred")->required();
    app.add_option("--address", address, "Address to listen on")->capture_default_str();
    app.add_option("--port", port, "Port to listen on; 0 takes a free one")->capture_default_str();
    app.add_option("--port-file", port_file, "Write the port into this file once it is open");
    app.add_option("--store", store_kind, "Where its spool is kept")->check(CLI::IsMember({"lmdb", "file", "memory"}))->capture_default_str();
    app.add_option("--sync-seconds", sync_seconds, "Seconds between two looks at the ledger")->capture_default_str();
    app.add_option("--resolve-seconds", resolve_seconds, "Seconds between two requests for consensus")->capture_default_str();
    app.add_option("--distrust-from", distrust_from, "Expel, instead of enrolling again, whom a replaced key enrolled at this height or above");
    return process::run(app, argc, argv, [&]() -> ending {
        if (auto e = self.open(name, daicho::member_role::management)) return e;
        role_type::options options{.ledger = {.genesis = self.genesis, .sync_seconds = sync_seconds, .mines = true}, .resolve_seconds = resolve_seconds};
        if (auto e = peers_from(nodes, options.ledger.nodes, "--node")) return e;
        options.distrust_from = distrust_from;
        if (auto e = read_enrolments(self.home / "enrolments", options.enrolments)) return e;
        if (auto e = read_claims(self.home / "claims", options.claims)) return e;
        auto store = chosen_store::open(store_kind, self.home / "spool");
        if (!store) return {store.error(), self.home / "spool"};

        daicho::asio::service service;
        daicho::file::line_log log(name);
        platform::block_store spool(std::move(*store));
        role_type role(std::move(options), *self.key, spool);
        daicho::fault halted;
        daicho::asio::channel_runner_options how;
        how.address = address;
        how.port = port;
        if (auto e = allow_https(how.caller.client)) return e;
        how.renewed = [&] { self.follow(role.ledger().anchor()); };
        how.halted = [&](daicho::fault f) {
            halted = f;
            service.stop();
        };
        daicho::asio::channel_runner<channel, role_type, platform::block_store, daicho::file::line_log> runner(service.context(), role, spool, self.identity, log, how);
        if (auto f = runner.start()) return {f, f == daicho::errc::port_in_use ? address + ':' + std::to_string(port) : (self.home / "spool").string()};
        service.at_stop([&] { runner.stop(); });
        log.note("listening", address + ':' + std::to_string(runner.port()) + ", " + std::string(channel::name) + " channel");
        if (auto e = process::write_port(port_file, runner.port())) return e;
        service.run();
        log.note("stopped", "");
        return {halted, "halted"};
    });
}
