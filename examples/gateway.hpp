#pragma once

#include "https.hpp"
#include "member.hpp"
#include "peers.hpp"

#include <daicho/asio/channel_runner.hpp>
#include <daicho/asio/http_source.hpp>
#include <daicho/asio/service.hpp>
#include <daicho/file/line_log.hpp>
#include <daicho/role/gateway.hpp>
#include <daicho/role/note_text.hpp>
#include <daicho/trust/log_keys.hpp>
#include <daicho/update/fetch.hpp>

/// A gateway as the command line describes it: alone in gateway, beside a ledger node in gateway_node.
struct gateway_options {
    member self;
    std::string name = "gateway", address = "127.0.0.1", port_file, server, news = "both", store = "file";
    std::uint16_t port = 0;
    std::vector<std::string> nodes, models, witnesses;
    std::uint64_t check_seconds = 24 * 60 * 60, retry_seconds = 30, sync_seconds = 5;
    bool mines = false, once = false, unproved = false;

    void add_to(CLI::App& app) {
        self.add_to(app);
        app.add_option("--name", name, "Name in log lines")->capture_default_str();
        app.add_option("--model", models, "A model of the devices behind this gateway")->required();
        app.add_option("--server", server, "The management server, HOST:PORT");
        app.add_option("--node", nodes, "A ledger node, ID@URL; the first is preferred")->required();
        app.add_option("--witness", witnesses, "URL of a witness, asked to cosign what devices are shown; again for more");
        app.add_flag("--without-proof", unproved, "Spread what is signed though nothing shows that it is in the ledger: devices that ask for that take nothing");
        app.add_option("--news", news, "Where it learns of releases")->check(CLI::IsMember({"server", "ledger", "both"}))->capture_default_str();
        app.add_option("--check-seconds", check_seconds, "Seconds between two questions to the management server")->capture_default_str();
        app.add_option("--retry-seconds", retry_seconds, "Seconds until it asks or fetches again what failed")->capture_default_str();
        app.add_option("--sync-seconds", sync_seconds, "Seconds between two looks at the ledger")->capture_default_str();
        app.add_flag("--mine", mines, "Ask the ledger node to seal after each transaction (paper 3.2)");
        app.add_flag("--once", once, "End after the first file was fetched (0) or refused (1)");
        app.add_option("--address", address, "Address to listen on for devices")->capture_default_str();
        app.add_option("--port", port, "Port to listen on; 0 takes a free one")->capture_default_str();
        app.add_option("--port-file", port_file, "Write the port into this file once it is open");
        app.add_option("--store", store, "Where its spool is kept")->check(CLI::IsMember({"lmdb", "file", "memory"}))->capture_default_str();
    }
};

/// It spreads what is in the ledger, as its devices will have it shown.
struct gateway_platform : platform {
    using light_client = followed_ledger;
};

class running_gateway {
public:
    using role_type = daicho::role::gateway<protocol, gateway_platform>;

    explicit running_gateway(daicho::asio::service& s) : service_(s) {}

    process::ending start(gateway_options& o) {
        log_.emplace(o.name);
        auto& self = o.self;
        if (auto e = self.open(o.name, daicho::member_role::management)) return e;
        if (!self.has_credential()) return {daicho::errc::not_found, self.home / "credential.cbor"};
        role_type::options options{.ledger = {.genesis = self.genesis, .sync_seconds = o.sync_seconds, .mines = o.mines}};
        if (auto e = peers_from(o.nodes, options.ledger.nodes, "--node")) return e;
        for (auto& text : o.models)
            if (!options.models.emplace_back().assign(text)) return {daicho::errc::oversized, "--model " + text};
        options.news = o.news == "server" ? daicho::role::news::server : o.news == "ledger" ? daicho::role::news::ledger : daicho::role::news::both;
        options.check_seconds = o.check_seconds;
        options.retry_seconds = o.retry_seconds;
        auto const keys = daicho::trust::log_keys::of(self.genesis.watch);
        if (!keys && !(keys.error() == daicho::errc::missing_field)) return {keys.error(), self.genesis_file};
        if (keys) believed_ = *keys;
        if ((followed_by_work || keys) && !o.unproved) believe(options.proof, self.genesis, o.witnesses);
        auto store = chosen_store::open(o.store, self.home / "spool");
        if (!store) return {store.error(), self.home / "spool"};
        auto cache = platform::artifact_cache::open(self.home / "cache");
        if (!cache) return {cache.error(), self.home / "cache"};
        spool_.emplace(std::move(*store));
        cache_.emplace(std::move(*cache));
        role_.emplace(std::move(options), *self.key, *spool_, *cache_, entropy_);

        daicho::asio::channel_runner_options how;
        how.address = o.address;
        how.port = o.port;
        if (auto e = allow_https(how.caller.client)) return e;
        source_.emplace(daicho::asio::http_source_options{.client = how.caller.client});
        if (!o.server.empty()) {
            auto const to = endpoint_from(o.server);
            if (!to) return {to.error(), "--server " + o.server};
            how.server = daicho::asio::channel_address{.host = to->first, .port = to->second, .answer = std::chrono::seconds(5)};
        }
        how.fetch = [this, once = o.once](daicho::release const& r, std::stop_token stop) {
            auto const f = fetch(r, stop);
            if (once) boost::asio::post(service_.context(), [this, f] {
                fetched_ = {f, "file of the release"};
                service_.stop();
            });
            return f;
        };
        how.renewed = [this, &self] {
            if (auto const f = self.follow_ledger(role_->ledger())) log_->note("refused", "credential.cbor: " + describe(f));
        };
        how.halted = [this](daicho::fault f) {
            halted_ = f;
            service_.stop();
        };
        runner_.emplace(service_.context(), *role_, *spool_, self.identity, *log_, how);
        if (auto f = runner_->start()) return {f, f == daicho::errc::port_in_use ? o.address + ':' + std::to_string(o.port) : (self.home / "spool").string()};
        service_.at_stop([this] {
            runner_->stop();
            log_->note("stopped", "");
        });
        log_->note("listening", o.address + ':' + std::to_string(runner_->port()) + " for devices, as " + daicho::to_hex(role_->ledger().id()) + ", " +
                                    std::string(channel::name) + " channel");
        return process::write_port(o.port_file, runner_->port());
    }
    /// How it ended.
    process::ending halted() const { return halted_ ? process::ending{halted_, "halted"} : fetched_; }

private:
    template <class Proof>
    void believe(Proof& proof, daicho::genesis_of<protocol> const& g, std::vector<std::string> const& witnesses) {
        proof.follows.emplace(follow_ledger<followed_ledger>(g, believed_));
        if constexpr (requires { proof.witnesses; }) proof.witnesses = witnesses;
    }

    /// On the fetching thread: a line at each quarter.
    daicho::fault fetch(daicho::release const& r, std::stop_token stop) {
        std::uint64_t shown = 0;
        auto const title = daicho::role::title_of(r);
        return daicho::update::fetch<protocol::hash>(*cache_, *source_, r, stop, [&](std::uint64_t got, std::uint64_t size) {
            auto const quarter = got * 4 / size;
            if (quarter == shown) return;
            shown = quarter;
            log_->note("fetching", title + ", " + std::to_string(quarter * 25) + " % of " + std::to_string(size) + " bytes");
        });
    }

    daicho::asio::service& service_;
    std::optional<daicho::file::line_log> log_;
    daicho::trust::log_keys believed_;
    std::optional<platform::block_store> spool_;
    std::optional<platform::artifact_cache> cache_;
    platform::entropy entropy_;
    std::optional<daicho::asio::http_source> source_;
    std::optional<role_type> role_;
    std::optional<daicho::asio::channel_runner<channel, role_type, platform::block_store, daicho::file::line_log>> runner_;
    daicho::fault halted_{};
    process::ending fetched_{};
};
