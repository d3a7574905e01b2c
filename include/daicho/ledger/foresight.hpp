#pragma once

#include <daicho/concept/executor.hpp>
#include <daicho/ledger/chain.hpp>
#include <daicho/ledger/shared_verifiers.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>

namespace daicho::ledger {

/// Verifies the signatures of blocks that are still to be laid on a chain, on another's threads and on that of whoever waits for them
/// (docs/adr/0040-signatures-are-foreseen.md). Finds blocks whose every signature is good; says nothing of the others, which a chain
/// judges as if nobody had looked.
template <class P, class Verifier>
    requires batch_verifier<Verifier, scheme_of<P>>
class foresight {
    struct task {
        claims<P> signatures;
        std::vector<std::uint32_t> order;
        std::vector<std::size_t> upto;  // of each block: signatures up to and with its own
        std::vector<bool> known;        // of each block: the keys of them all
        std::size_t bad = 0;            // the first that was found so far
        std::size_t under_way = 0;      // parts
    };
    class crew;

public:
    using examined = typename chain<P>::examined;

    /// Some blocks. Who lets go of them does not want to know any more: what nobody has begun is left.
    class window {
    public:
        window(std::shared_ptr<crew> c, std::shared_ptr<task> t) noexcept : crew_(std::move(c)), task_(std::move(t)) {}
        window(window const&) = delete;
        ~window() { crew_->forget(*task_); }

        bool done() const { return crew_->done(*task_); }
        /// Verifies with the others until it is done; then says of each block, the very ones, whether all its signatures are good.
        void finish(std::span<examined> blocks) const {
            auto const bad = crew_->finish(*task_);
            for (std::size_t i = 0; i != blocks.size(); ++i) blocks[i].found_good = task_->known[i] && task_->upto[i] <= bad;
        }

    private:
        std::shared_ptr<crew> crew_;
        std::shared_ptr<task> task_;
    };

    /// Beside the threads of `others`, that of whoever waits; each has a verifier that `make` makes.
    explicit foresight(executor_ref others, std::function<Verifier()> make = [] { return Verifier(); })
        : others_(std::move(others)), crew_(std::make_shared<crew>(std::move(make), others_.threads() + 1)) {}

    /// Begins with blocks that `members` will be asked about later.
    std::shared_ptr<window const> begin(registry<P> const& members, std::span<examined const> blocks) {
        auto const t = std::make_shared<task>();
        for (auto& b : blocks) claim(members, b, *t);
        auto const jobs = crew_->add(t);
        for (std::size_t i = 0; i != jobs; ++i) others_.submit([c = crew_] { c->work(); });
        return std::make_shared<window const>(crew_, t);
    }

private:
    static constexpr std::size_t at_once = 128;

    static void claim(registry<P> const& members, examined const& b, task& t) {
        auto const before = t.signatures.size();
        auto const& transactions = b.block->transactions;
        t.signatures.share(b.raw);
        bool known = true;
        for (std::size_t i = 0; known && i != transactions.size(); ++i)
            known = members.foresee_signatures(transactions[i], t.signatures.noting(body_bytes<P>(transactions[i], b.transactions[i])));
        if (!known) t.signatures.keep(before);
        t.known.push_back(known);
        t.upto.push_back(t.signatures.size());
    }

    struct job {
        std::shared_ptr<task> of;
        shared_lots::part part;  // of its signatures
    };

    /// What all threads share. Outlives whoever began, as long as an executor holds a job.
    class crew {
    public:
        crew(std::function<Verifier()> make, std::size_t threads) : verifiers_(std::move(make), threads), lots_(threads) {}

        /// Returns how many jobs it is.
        std::size_t add(std::shared_ptr<task> const& t) {
            auto const parts = lots_.share_out(t->signatures.lot(), t->order, at_once);
            t->bad = t->signatures.size();
            std::lock_guard const hold(lock_);
            for (auto& p : parts)
                if (!p.empty()) jobs_.push_back({t, p}), ++t->under_way;
            return t->under_way;
        }
        void forget(task const& t) {
            std::lock_guard const hold(lock_);
            std::erase_if(jobs_, [&](auto& j) { return j.of.get() == &t; });
        }
        bool done(task const& t) {
            std::lock_guard const hold(lock_);
            return t.under_way == 0;
        }
        /// One job, unless somebody was faster.
        void work() {
            std::unique_lock hold(lock_);
            if (!jobs_.empty()) verify_one(hold);
        }
        /// Returns the first bad signature, or how many there are.
        std::size_t finish(task const& t) {
            std::unique_lock hold(lock_);
            while (t.under_way != 0)
                jobs_.empty() ? told_.wait(hold) : verify_one(hold);
            return t.bad;
        }

    private:
        void verify_one(std::unique_lock<std::mutex>& hold) {
            auto next = verifiers_.nearest(jobs_);
            if (next == jobs_.end()) next = jobs_.begin();
            auto const j = std::move(*next);
            jobs_.erase(next);
            auto& t = *j.of;
            auto const some = std::span(t.order).subspan(j.part.from, j.part.to - j.part.from);
            auto const bad = verifiers_.use(j.part.home, hold, [&](Verifier& v) { return first_bad(t.signatures, some, v); });
            t.bad = std::min(t.bad, bad);
            if (--t.under_way == 0) told_.notify_all();
        }

        std::mutex lock_;
        std::condition_variable told_;
        shared_verifiers<Verifier> verifiers_;
        shared_lots lots_;       // of whoever adds
        std::deque<job> jobs_;   // not begun
    };

    executor_ref others_;
    std::shared_ptr<crew> crew_;
};

} // namespace daicho::ledger
