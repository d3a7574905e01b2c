#pragma once

#include "composition.hpp"
#include "https.hpp"
#include "peers.hpp"
#include "process.hpp"

#include <daicho/asio/node_runner.hpp>
#include <daicho/asio/service.hpp>
#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/file/line_log.hpp>
#include <daicho/file/record_file.hpp>

#include <algorithm>
#include <charconv>
#include <memory>
#include <type_traits>

/// The Platform's sealer; where it mines, with these options, and it tells the log how that goes.
template <class Sealer>
typename Sealer::type sealer_of(platform::signer const& key, daicho::threads::mining_options const& mining, daicho::file::line_log& log) {
    using type = typename Sealer::type;
    if constexpr (std::is_constructible_v<type, daicho::threads::mining_options, daicho::file::line_log&>) return type(mining, log);
    else return Sealer::make(key);
}

/// A ledger node as the command line describes it: alone in ledger_node, beside a gateway in gateway_node.
struct node_options {
    std::string name = "ledger_node", genesis, home, store = "file", address = "127.0.0.1", port_file, message;
    std::uint16_t port = 0;
    std::vector<std::string> peers, admits;
    daicho::role::sealing_policy sealing;
    daicho::threads::mining_options mining{.interval = std::chrono::seconds(10)};
    daicho::role::snapshot_policy snapshots;
    std::string keep = "all";
    bool https = false, check = false, rebuild_index = false;

    /// `prefix` keeps its options apart from those of another role in the same program.
    void add_to(CLI::App& app, std::string const& prefix = "") {
        auto const option = [&](char const* word) { return "--" + prefix + word; };
        app.add_option(option("name"), name, "Name in log lines")->capture_default_str();
        if (prefix.empty())  // else the other role has named it
            app.add_option("--genesis", genesis, "The genesis record (canonical CBOR); its digest is the chain id")->required();
        app.add_option(option("home"), home, "Folder with signing.pem; the chain is kept in its folder chain/, its tree in tiles,\n"
                       "what transactions are found by in index/, which may be deleted while it is stopped.\n"
                       "log.pem signs checkpoints; it is made when it is missing")->required();
        app.add_option(option("store"), store, "Where blocks are kept")->check(CLI::IsMember({"lmdb", "file", "memory"}))->capture_default_str();
        app.add_option(option("address"), address, "Address to listen on")->capture_default_str();
        app.add_option(option("port"), port, "Port to listen on; 0 takes a free one")->capture_default_str();
        app.add_flag(option("https"), https, "HTTPS, with the key in channel.pem; certificate.pem is written beside it");
        app.add_option(option("port-file"), port_file, "Write the port into this file once it is open");
        app.add_option(option("peer"), peers, "Another node, ID@URL; it must prove that ID before it is followed");
        app.add_option(option("admit"), admits, "A host that registered peers may be on (besides those of --peer)");
        app.add_option(option("seal-interval"), sealing.interval, "Seal waiting transactions when the tip is so many seconds old; 0: only when asked");
        app.add_option(option("seal-size"), sealing.size, "Seal as soon as so many transactions wait; 0: never by itself");
        app.add_flag(option("settle"), sealing.settle, "Seal empty blocks until every transaction is final");
        if constexpr (std::is_same_v<daicho::proof_of<protocol>, daicho::work_proof>)
            app.add_option(option("mining-threads"), mining.threads, "Threads that search for a nonce; 0: one for each processor")->check(CLI::Range(0, 1024))->capture_default_str();
        app.add_option(option("snapshot-every"), snapshots.every, "Write a snapshot every so many final blocks: a start checks the blocks after the newest one; 0: never")->capture_default_str();
        app.add_option(option("keep"), keep, "Bodies of how many final blocks to keep, or all. What is below is dropped once two snapshots are above it; it can still be proven")->capture_default_str();
        app.add_option(option("message"), message, "Text in each block sealed here");
        if (!prefix.empty()) return;  // alone, it looks after its store too
        app.add_flag("--check", check, "Do not serve: read every byte that is kept, check checksums, then each block by the rules of --genesis, and say where something is wrong");
        app.add_flag("--rebuild-index", rebuild_index, "Do not serve: make the tables of heights again from the blocks (--store file), then do as --check does; what\n"
                     "transactions are found by is forgotten, and made again at the next start");
    }
};

class running_node {
public:
    using node_type = daicho::role::ledger_node<protocol, platform>;

    explicit running_node(daicho::asio::service& s) : service_(s) {}

    process::ending start(node_options const& o) {
        log_.emplace(o.name);
        auto genesis = daicho::file::read_record<daicho::genesis_of<protocol>>(o.genesis);
        if (!genesis) return {genesis.error(), o.genesis};
        std::filesystem::path const home = o.home;
        auto key = platform::signer::load(home / "signing.pem");
        if (!key) return {key.error(), home / "signing.pem"};
        auto store = chosen_store::open(o.store, home / "chain");
        if (!store) return {store.error(), home / "chain"};

        auto tiles = platform::tile_store::open(home / "tiles");
        if (!tiles) return {tiles.error(), home / "tiles"};
        auto index = platform::index_store::open(home / "index");
        if (!index) return {index.error(), home / "index"};
        auto note = note_key_in(home / "log.pem");
        if (!note) return {note.error(), home / "log.pem"};

        node_type::options options{.genesis = std::move(*genesis), .sealing = o.sealing};
        options.note = [key = *note](std::string_view name, std::string_view text) { return daicho::tlog::sign_note<note_scheme>(*key, name, text); };
        options.snapshots = o.snapshots;
        if (o.keep != "all" && std::from_chars(o.keep.data(), o.keep.data() + o.keep.size(), options.snapshots.keep).ptr != o.keep.data() + o.keep.size())
            return {daicho::errc::invalid_text, "--keep"};
        if (!options.message.assign(o.message)) return {daicho::errc::oversized, "--message"};
        if (auto e = peers_from(o.peers, options.peers, "--peer")) return e;
        auto hosts = o.admits;
        for (auto& p : options.peers) hosts.push_back(daicho::parse_url(p.url)->host);
        options.admits = [hosts](std::string_view url) {
            auto const to = daicho::parse_url(url);
            return to && std::find(hosts.begin(), hosts.end(), to->host) != hosts.end();
        };

        key_.emplace(std::move(*key));
        store_.emplace(std::move(*store));
        tiles_.emplace(std::move(*tiles));
        index_.emplace(std::move(*index));
        node_.emplace(std::move(options), *key_, *store_, entropy_, *tiles_, *index_);
        daicho::asio::node_runner_options how;
        how.address = o.address;
        how.port = o.port;
        how.halted = [this](daicho::fault f) {
            halted_ = f;
            service_.stop();
        };
        if (auto e = allow_https(how.caller.client)) return e;
        if (o.https)
            if (auto e = serve_https(home, o.name, https_, how.server)) return e;
        runner_.emplace(service_.context(), *node_, *store_, sealer_of<platform::sealer>(*key_, o.mining, *log_), *log_, how);
        if (auto f = runner_->start()) return {f, f == daicho::errc::port_in_use ? o.address + ':' + std::to_string(o.port) : (home / "chain").string()};
        service_.at_stop([this] {
            runner_->stop();
            log_->note("stopped", "at height " + std::to_string(node_->chain().height()));
        });
        log_->note("listening", (o.https ? "https://" : "http://") + o.address + ':' + std::to_string(runner_->port()) + " as " + daicho::to_hex(node_->id()) +
                                    ", height " + std::to_string(node_->chain().height()) + ", chain in " + chosen_store::described(o.store));
        daicho::tlog::note_key shown{.key = (*note)->public_key()};
        (void)shown.name.assign(daicho::role::log_origin<protocol>(node_->chain().genesis(), node_->chain().chain_id()));
        log_->note("note key", shown.text());
        return process::write_port(o.port_file, runner_->port());
    }

    process::ending halted() const { return {halted_, "halted"}; }

private:
    using note_scheme = daicho::cryptopp::ed25519;
    using note_signer = daicho::cryptopp::ed25519_signer;

    static daicho::result<std::shared_ptr<note_signer>> note_key_in(std::filesystem::path const& file) {
        auto key = note_signer::load(file);
        if (key.error() == daicho::errc::not_found) {
            key = note_signer::generate();
            if (key)
                if (auto f = key->save(file)) return f;
        }
        if (!key) return key.error();
        return std::make_shared<note_signer>(std::move(*key));
    }

    daicho::asio::service& service_;
    std::optional<daicho::file::line_log> log_;
    std::optional<daicho::asio::https_host> https_;
    std::optional<platform::signer> key_;
    std::optional<platform::block_store> store_;
    std::optional<platform::tile_store> tiles_;
    std::optional<platform::index_store> index_;
    platform::entropy entropy_;
    std::optional<node_type> node_;
    std::optional<daicho::asio::node_runner<node_type, platform::block_store, platform::sealer::type, daicho::file::line_log>> runner_;
    daicho::fault halted_{};
};
