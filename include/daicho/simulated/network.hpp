#pragma once

#include <daicho/concept/sealer.hpp>
#include <daicho/memory/block_store.hpp>
#include <daicho/role/ledger_node.hpp>
#include <daicho/simulated/clock.hpp>

#include <functional>
#include <map>
#include <memory>

/// A network of ledger nodes in one thread and in virtual time: the real roles, with simulated disks, wires and clocks.
/// Everything follows from the seed: a run that fails can be run again.
namespace daicho::simulated {

/// How the wires behave. A message takes a random time, so messages overtake each other.
struct weather {
    std::uint64_t least_delay = 5, most_delay = 400;  ///< milliseconds, each way
    unsigned loss = 3;                                ///< percent of messages, each way
    std::uint64_t timeout = 2000;                     ///< milliseconds until a caller gives up
    std::uint64_t most_commit = 30;                   ///< milliseconds a commit takes at most
    std::uint64_t least_seal = 1, most_seal = 5;      ///< milliseconds a seal takes; a miner's are many
    std::uint64_t skew = 1;                           ///< seconds by which clocks differ at most
};

template <class Signer>
struct platform {
    using block_store = memory::block_store;
    using signer = Signer;
    using entropy = simulated::entropy;
};

/// Runs N ledger nodes of a Protocol. `Sealer` makes proofs: work_sealer<P>, authority_sealer<P, Signer>.
///     simulated::network<P, Signer, Sealer> net(seed, start);
///     net.add({.genesis = g, .peers = ...}, key, sealer);   // url_of(0)
///     net.run_for(60); net.divide({0, 0, 1}); ... net.heal();
template <class P, class Signer, class Sealer>
class network {
    static_assert(sealer<Sealer, proof_of<P>>, "Sealer must be a sealer of this proof: docs/concepts/sealer.md");

public:
    using node_type = role::ledger_node<P, platform<Signer>>;
    using options = typename node_type::options;
    using event_type = typename node_type::event_type;
    /// Has the last word on what a node answers: a peer that lies.
    using forger = std::function<void(role::http_request const&, role::http_response&)>;
    /// Sees a node after each of its steps.
    using watcher = std::function<void(std::size_t node)>;
    using reply_type = std::function<void(result<role::http_response>)>;

    network(std::uint64_t seed, std::uint64_t start_seconds, weather w = {}) : weather_(w), clock_(start_seconds), chance_(seed), seed_(seed) {}
    network(network const&) = delete;

    static std::string url_of(std::size_t n) { return "http://node-" + std::to_string(n); }

    std::size_t add(options o, Signer key, Sealer sealer) {
        auto const n = machines_.size();
        machines_.push_back(std::make_unique<machine>(std::move(o), std::move(key), std::move(sealer), simulated::entropy(seed_ * 1000 + n)));
        machines_[n]->skew = chance_.below(weather_.skew + 1);
        boot(n);
        return n;
    }

    std::size_t size() const noexcept { return machines_.size(); }
    simulated::clock const& clock() const noexcept { return clock_; }
    simulated::chance& chance() noexcept { return chance_; }
    std::uint64_t now(std::size_t n) const { return clock_.now() + machines_[n]->skew; }
    bool up(std::size_t n) const { return machines_[n]->node != nullptr; }
    node_type const& node(std::size_t n) const { return *machines_[n]->node; }
    memory::block_store& disk(std::size_t n) { return machines_[n]->disk; }
    std::uint64_t messages() const noexcept { return messages_; }

    void watch(watcher w) { watcher_ = std::move(w); }
    void listen(std::function<void(std::size_t node, role::note const&)> l) { listener_ = std::move(l); }
    void forge(std::size_t n, forger f) { machines_[n]->forged = std::move(f); }

    /// Nodes of different sides do not reach each other.
    void divide(std::vector<unsigned> const& sides) {
        for (std::size_t n = 0; n != machines_.size(); ++n) machines_[n]->side = n < sides.size() ? sides[n] : 0;
    }
    void heal() { divide({}); }

    /// The power fails: what was under way on the disk is there whole or not at all, all else is gone.
    void crash(std::size_t n) {
        auto& m = *machines_[n];
        if (!m.node) return;
        ++m.life;
        m.node.reset();
        if (m.commit && chance_.percent(50)) (void)m.disk.commit(m.commit->batch);
        m.commit.reset();
        m.waiting.clear();
    }
    /// Starts again from the disk. Errors: those of restore().
    fault boot(std::size_t n) {
        auto& m = *machines_[n];
        m.node = std::make_unique<node_type>(m.options, m.key, m.disk, m.entropy);
        if (auto f = m.node->restore(now(n))) return f;
        later(n, chance_.below(tick_milliseconds), [this, n] { tick(n); });
        return {};
    }

    /// A request from outside, by somebody on the same side. `then` hears the response, or that none came.
    void request(std::size_t n, role::http_request r, reply_type then) {
        deliver(machines_[n]->side, n, std::move(r), std::move(then));
    }

    void run_for(std::uint64_t seconds) {
        auto const end = clock_.milliseconds() + seconds * 1000;
        while (!agenda_.empty() && agenda_.next() <= end) {
            clock_.advance_to(agenda_.next());
            agenda_.take()();
        }
        clock_.advance_to(end);
    }

private:
    static constexpr std::uint64_t tick_milliseconds = 500;

    struct machine {
        machine(network::options o, Signer k, Sealer s, simulated::entropy e) : options(std::move(o)), key(std::move(k)), sealer(std::move(s)), entropy(e) {}
        network::options options;
        Signer key;
        Sealer sealer;
        simulated::entropy entropy;
        memory::block_store disk;
        std::unique_ptr<node_type> node;
        std::optional<role::persist> commit;      // under way
        std::map<role::ticket, reply_type> waiting;
        role::ticket last_ticket = 0;
        std::uint64_t life = 0;                   // counts crashes: what was arranged before one does not happen
        std::uint64_t sealing = 0;                // the job in work
        std::uint64_t skew = 0;
        unsigned side = 0;
        forger forged;
    };

    void step(std::size_t n, event_type e) {
        auto& m = *machines_[n];
        auto const life = m.life;
        for (auto& a : m.node->step(std::move(e), now(n))) {
            std::visit([&](auto& x) { take(n, x); }, a);
            if (m.life != life) return;
        }
        if (watcher_) watcher_(n);
    }

    void take(std::size_t n, role::respond& a) {
        auto& m = *machines_[n];
        auto const it = m.waiting.find(a.id);
        if (it == m.waiting.end()) return;
        auto then = std::move(it->second);
        m.waiting.erase(it);
        then(std::move(a.response));
    }
    void take(std::size_t n, role::call& a) {
        std::size_t to = 0;
        while (to != machines_.size() && url_of(to) != a.url) ++to;
        auto const life = machines_[n]->life;
        auto const answered = [this, n, id = a.id, life](result<role::http_response> r) {
            if (machines_[n]->life == life) step(n, role::answered{id, std::move(r)});
        };
        if (to == machines_.size()) return later(n, 1, [answered] { answered(fault{errc::unreachable, "peer"}); });
        deliver(machines_[n]->side, to, std::move(a.request), answered);
    }
    void take(std::size_t n, role::persist& a) {
        machines_[n]->commit = std::move(a);
        later(n, chance_.between(1, weather_.most_commit), [this, n] {
            auto& m = *machines_[n];
            auto const p = std::move(*m.commit);
            m.commit.reset();
            auto const outcome = m.disk.commit(p.batch);
            step(n, role::committed{p.id, outcome});
        });
    }
    void take(std::size_t n, role::seal& a) {
        auto& m = *machines_[n];
        auto const number = ++m.sealing;
        later(n, chance_.between(weather_.least_seal, weather_.most_seal), [this, n, number, job = a.job] {
            if (machines_[n]->sealing == number) step(n, role::sealed<proof_of<P>>{job.epoch, machines_[n]->sealer.seal(job, {})});
        });
    }
    void take(std::size_t n, role::stop_sealing&) { ++machines_[n]->sealing; }
    void take(std::size_t n, role::note& a) {
        if (listener_) listener_(n, a);
    }
    void take(std::size_t n, role::halt&) {
        crash(n);
        agenda_.at(clock_.milliseconds() + 1000, [this, n] {
            if (!up(n)) (void)boot(n);
        });
    }
    template <class Other>
    void take(std::size_t, Other&) {}  // a ledger node has no other actions

    /// There and back, each way late or lost; the caller hears something by the timeout at the latest.
    void deliver(unsigned from_side, std::size_t to, role::http_request r, reply_type then) {
        ++messages_;
        auto const once = std::make_shared<reply_type>(std::move(then));
        auto const finish = [once](result<role::http_response> answer) {
            if (auto f = std::exchange(*once, {})) f(std::move(answer));
        };
        agenda_.at(clock_.milliseconds() + weather_.timeout, [finish] { finish(fault{errc::timed_out, "peer"}); });
        if (chance_.percent(weather_.loss)) return;
        agenda_.at(clock_.milliseconds() + delay(), [this, from_side, to, r = std::move(r), finish]() mutable {
            auto& m = *machines_[to];
            if (m.side != from_side) return;
            if (!m.node) return finish(fault{errc::unreachable, "peer"});
            auto const id = ++m.last_ticket;
            m.waiting[id] = [this, from_side, to, asked = r, finish](result<role::http_response> answer) {
                if (answer && machines_[to]->forged) machines_[to]->forged(asked, *answer);
                if (chance_.percent(weather_.loss)) return;
                agenda_.at(clock_.milliseconds() + delay(), [this, from_side, to, finish, answer = std::move(answer)] {
                    if (machines_[to]->side == from_side) finish(answer);
                });
            };
            step(to, role::arrived{id, std::move(r)});
        });
    }
    std::uint64_t delay() { return chance_.between(weather_.least_delay, weather_.most_delay); }

    void tick(std::size_t n) {
        step(n, role::tick{});
        if (up(n)) later(n, tick_milliseconds, [this, n] { tick(n); });
    }

    /// Does it unless the node has crashed by then.
    void later(std::size_t n, std::uint64_t milliseconds, std::function<void()> what) {
        agenda_.at(clock_.milliseconds() + milliseconds, [this, n, life = machines_[n]->life, what = std::move(what)] {
            if (machines_[n]->life == life && machines_[n]->node) what();
        });
    }

    weather weather_;
    simulated::clock clock_;
    simulated::chance chance_;
    std::uint64_t seed_;
    agenda<std::function<void()>> agenda_;
    std::vector<std::unique_ptr<machine>> machines_;
    watcher watcher_;
    std::function<void(std::size_t, role::note const&)> listener_;
    std::uint64_t messages_ = 0;
};

} // namespace daicho::simulated
