#pragma once

#include <daicho/asio/http_server.hpp>
#include <daicho/asio/pool.hpp>
#include <daicho/asio/role_runner.hpp>
#include <daicho/asio/sealing_thread.hpp>
#include <daicho/file/clock.hpp>
#include <daicho/role/ledger_node.hpp>

#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

namespace daicho::asio {

struct node_runner_options : role_runner_options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;                        ///< 0 takes a free one
    http_server_options server{};                  ///< server.door makes it HTTPS
    std::size_t threads = std::max(1u, std::thread::hardware_concurrency());  ///< that verify signatures, the io_context's among them
};

/// Runs a role::ledger_node: HTTP requests come in as events, seals run on a thread of their own. Requests that arrive while the
/// thread is busy are stepped together: their signatures are verified together, and what they decide is one commit.
///     asio::node_runner runner(io, node, store, sealer, log, options);
///     if (auto f = runner.start()) ...;
///     io.run();
template <class Node, class Store, class Sealer, class Observer, class Clock = file::clock>
class node_runner : role_runner<node_runner<Node, Store, Sealer, Observer, Clock>, Node, Store, Observer, Clock> {
    using base = role_runner<node_runner, Node, Store, Observer, Clock>;
    friend base;

public:
    using proof_type = typename Node::proof_type;
    using options = node_runner_options;

    node_runner(::boost::asio::io_context& io, Node& node, Store& store, Sealer sealer, Observer& observer, options o, Clock clock = {})
        : base(io, node, store, observer, o, clock), options_(std::move(o)),
          sealing_(std::move(sealer), [this, alive = this->still_here()](std::uint64_t epoch, result<proof_type> proof) {
              this->later(alive, [this, epoch, proof = std::move(proof)]() mutable { this->step(role::sealed<proof_type>{epoch, std::move(proof)}); });
          }) {}
    ~node_runner() { stop(); }

    /// Restores the node from its store and opens its port.
    /// Errors: store_corrupt and the store's own, port_in_use, invalid_text (the address is a literal).
    fault start() {
        if (auto f = restore()) return f;
        auto server = http_server::listen(
            this->io_, options_.address, options_.port,
            [this](role::http_request r, responder answer) {
                auto const ticket = ++last_ticket_;
                waiting_.emplace(ticket, std::move(answer));
                arrived_.push_back(role::arrived{ticket, std::move(r)});
                if (arrived_.size() == 1) this->later(this->still_here(), [this] { take_arrived(); });
            },
            options_.server);
        if (!server) return server.error();
        server_ = std::move(*server);
        if (options_.threads > 1) this->role_.verify_with(executor_ref(others_.emplace(options_.threads - 1)));
        this->start_ticking();
        return {};
    }

    std::uint16_t port() const noexcept { return server_ ? server_->port() : std::uint16_t(0); }

    /// Ends what is under way; a commit that has begun is finished. On the io_context's thread, or when it does not run.
    void stop() {
        if (server_) server_->stop();
        if (others_) this->role_.verify_alone();
        others_.reset();
        sealing_.join();
        this->end();
        waiting_.clear();
    }

private:
    /// Checks what the store holds, with every core, and says now and then how far it is.
    fault restore() {
        pool threads(options_.threads);
        auto last = std::chrono::steady_clock::now();
        return this->role_.restore(this->clock_.now(), threads, [&](std::uint64_t height) {
            auto const now = std::chrono::steady_clock::now();
            if (now - last < std::chrono::seconds(1)) return;
            last = now;
            this->observer_.note("restoring", "checked up to height " + std::to_string(height));
        });
    }

    void take_arrived() {
        this->step(std::exchange(arrived_, {}));
    }

    using base::perform;
    void perform(role::respond& a) {
        auto const it = waiting_.find(a.id);
        if (it == waiting_.end()) return;
        auto answer = std::move(it->second);
        waiting_.erase(it);
        answer(std::move(a.response));
    }
    void perform(role::seal& a) { sealing_.start(a.job); }
    void perform(role::stop_sealing&) { sealing_.stop(); }
    template <class ChannelAction>
    void perform(ChannelAction&) {}  // no ledger node has any

    options options_;
    std::unordered_map<role::ticket, responder> waiting_;
    role::ticket last_ticket_ = 0;
    std::vector<typename Node::event_type> arrived_;  // since the thread last came round
    std::unique_ptr<http_server> server_;
    std::optional<pool> others_;  // beside the io_context's thread
    sealing_thread<Sealer, proof_type> sealing_;
};

} // namespace daicho::asio
