#pragma once

#include <daicho/asio/caller.hpp>
#include <daicho/base/fault_text.hpp>
#include <daicho/concept/block_store.hpp>
#include <daicho/concept/clock.hpp>
#include <daicho/concept/observer.hpp>
#include <daicho/role/action.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

namespace daicho::asio {

struct role_runner_options {
    caller_options caller;                         ///< how ledger nodes are called
    std::chrono::milliseconds tick{200};
    std::function<void(fault)> halted{};           ///< the role can no longer trust its memory: end the process, start again
};

/// What all runners of a role do: its machine runs on the io_context's one thread, commits on a storage thread, calls on a few
/// more, so that the role waits for none of them. Derived performs the actions that only its kind of role has.
/// The store takes a commit and a read at once: shared_store<...> makes any store do so.
template <class Derived, class Role, class Store, class Observer, class Clock>
class role_runner {
    static_assert(block_store<Store>, "Store must be a block_store: docs/concepts/block_store.md");
    static_assert(daicho::observer<Observer>, "Observer must be an observer: docs/concepts/observer.md");
    static_assert(daicho::clock<Clock> && std::copy_constructible<Clock>, "Clock must be a clock, and a copy of one: docs/concepts/clock.md");

public:
    role_runner(role_runner const&) = delete;

protected:
    role_runner(::boost::asio::io_context& io, Role& role, Store& store, Observer& observer, role_runner_options options, Clock clock)
        : io_(io), role_(role), store_(store), observer_(observer), clock_(clock), options_(std::move(options)), timer_(io), callers_(io, options_.caller) {}
    ~role_runner() { end(); }

    template <class Event>
    void step(Event event) {
        for (auto& action : role_.step(std::move(event), clock_.now()))
            std::visit([this](auto& a) { static_cast<Derived*>(this)->perform(a); }, action);
    }

    void perform(role::call& a) {
        auto address = std::move(a.url) + a.request.path;
        if (!a.request.query.empty()) address += '?' + a.request.query;
        callers_.call(std::move(address), std::move(a.request), [this, id = a.id, alive = still_here()](result<role::http_response> response) {
            if (!alive.expired()) step(role::answered{id, std::move(response)});
        });
    }
    void perform(role::persist& a) {
        ::boost::asio::post(storage_, [this, alive = still_here(), id = a.id, batch = std::move(a.batch)] {
            fault const outcome = store_.commit(batch);
            later(alive, [this, id, outcome] { step(role::committed{id, outcome}); });
        });
    }
    void perform(role::note& a) { observer_.note(a.event, a.detail); }
    void perform(role::halt& a) {
        observer_.note("halt", describe(a.reason));
        if (options_.halted) options_.halted(a.reason);
    }

    void start_ticking() {
        timer_.expires_after(options_.tick);
        timer_.async_wait([this, alive = still_here()](::boost::system::error_code ec) {
            if (ec || alive.expired()) return;
            step(role::tick{});
            start_ticking();
        });
    }

    /// Expires when the runner ends: what comes back later looks at it first.
    std::weak_ptr<int> still_here() const { return alive_; }

    /// Does it on the io_context's thread, unless the runner has ended by then. From any thread that end() waits for.
    template <class F>
    void later(std::weak_ptr<int> alive, F f) {
        ::boost::asio::post(io_, [alive = std::move(alive), f = std::move(f)]() mutable {
            if (!alive.expired()) f();
        });
    }

    /// Commits and calls that have begun are finished; nothing reaches the role any more.
    void end() {
        alive_.reset();
        timer_.cancel();
        callers_.stop();
        storage_.join();
    }

    ::boost::asio::io_context& io_;
    Role& role_;
    Store& store_;
    Observer& observer_;
    Clock clock_;

private:
    role_runner_options options_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
    ::boost::asio::steady_timer timer_;
    caller callers_;
    ::boost::asio::thread_pool storage_{1};
};

} // namespace daicho::asio
