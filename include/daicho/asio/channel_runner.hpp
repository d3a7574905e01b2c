#pragma once

#include <daicho/asio/channel_client.hpp>
#include <daicho/asio/channel_server.hpp>
#include <daicho/asio/role_runner.hpp>
#include <daicho/file/clock.hpp>

#include <unordered_map>

namespace daicho::asio {

struct channel_runner_options : role_runner_options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;                                              ///< 0 takes a free one
    channel_limits limits{};
    std::optional<channel_address> server{};                             ///< the management server, for a role that asks it
    /// Brings a release's file into the role's cache; runs on a thread of its own and heeds the stop.
    std::function<fault(release const&, std::stop_token)> fetch{};
    /// The role follows another management key, or its own credential is another: what the identity shows and asks must follow.
    std::function<void()> renewed{};
};

/// Runs a role::gateway or role::management_server: it serves the secure channel (paper 3.3: TCP), asks the management server on
/// it, uses the ledger over HTTP.
///     asio::channel_runner<Channel, ...> runner(io, role, store, identity, log, options);
///     if (auto f = runner.start()) ...;
template <class Channel, class Role, class Store, class Observer, class Clock = file::clock>
class channel_runner : role_runner<channel_runner<Channel, Role, Store, Observer, Clock>, Role, Store, Observer, Clock> {
    using base = role_runner<channel_runner, Role, Store, Observer, Clock>;
    friend base;

public:
    using identity = std::shared_ptr<typename Channel::identity const>;

    channel_runner(::boost::asio::io_context& io, Role& role, Store& store, identity self, Observer& observer, channel_runner_options o, Clock clock = {})
        : base(io, role, store, observer, o, clock), options_(std::move(o)),
          server_(io, self, [this](auto const& from, bytes request, channel_responder respond) { this->arrive(from, std::move(request), std::move(respond)); },
                  options_.limits, [this](std::string_view, fault why) { this->observer_.note("refused", "a connection: " + describe(why)); }) {
        if (options_.server) management_.emplace(std::move(self), *options_.server);
    }
    ~channel_runner() { stop(); }

    /// Restores the role from its spool and opens its port. Errors: store_corrupt and the store's own, port_in_use, io_failed.
    fault start() {
        if (auto f = this->role_.restore()) return f;
        auto port = server_.listen(options_.address, options_.port);
        if (!port) return port.error();
        port_ = *port;
        this->start_ticking();
        return {};
    }

    std::uint16_t port() const noexcept { return port_; }

    /// Ends what is under way; a commit that has begun is finished. When the io_context does not run.
    void stop() {
        server_.close();
        stopping_.request_stop();
        if (management_) management_->cancel();
        asking_.join();
        fetching_.join();
        this->end();
        waiting_.clear();
    }

private:
    template <class Peer>
    void arrive(Peer const& from, bytes request, channel_responder respond) {
        auto const ticket = ++last_ticket_;
        waiting_.emplace(ticket, std::move(respond));
        this->step(role::asked{ticket, {from.id, from.enrolled}, std::move(request)});
    }

    using base::perform;
    void perform(role::answer& a) {
        auto const it = waiting_.find(a.id);
        if (it == waiting_.end()) return;
        auto const respond = std::move(it->second);
        waiting_.erase(it);
        respond(std::move(a.reply));
    }
    void perform(role::ask& a) {
        ::boost::asio::post(asking_, [this, alive = this->still_here(), id = a.id, request = std::move(a.request)] {
            result<bytes> reply = fault{errc::unreachable, "no management server"};
            if (management_) reply = management_->call(request);
            this->later(alive, [this, id, reply = std::move(reply)]() mutable { this->step(role::told{id, std::move(reply)}); });
        });
    }
    void perform(role::fetch& a) {
        ::boost::asio::post(fetching_, [this, alive = this->still_here(), id = a.id, wanted = a.wanted] {
            fault outcome{errc::not_found, "no way to fetch"};
            if (options_.fetch) outcome = options_.fetch(wanted, stopping_.get_token());
            this->later(alive, [this, id, outcome] { this->step(role::fetched{id, outcome}); });
        });
    }
    void perform(role::renewed&) {
        if (options_.renewed) options_.renewed();
        ::boost::asio::post(asking_, [this] {  // whoever is on the line there was admitted by what counted before
            if (management_) management_->close();
        });
    }
    template <class NodeAction>
    void perform(NodeAction&) {}  // no role on the channel has any

    channel_runner_options options_;
    std::unordered_map<role::ticket, channel_responder> waiting_;
    role::ticket last_ticket_ = 0;
    std::uint16_t port_ = 0;
    std::optional<channel_client<Channel>> management_;
    std::stop_source stopping_;
    ::boost::asio::thread_pool asking_{1};
    ::boost::asio::thread_pool fetching_{1};
    channel_server<Channel> server_;
};

} // namespace daicho::asio
