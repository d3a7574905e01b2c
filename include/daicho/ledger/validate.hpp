#pragma once

#include <daicho/concept/executor.hpp>
#include <daicho/ledger/block_memory.hpp>
#include <daicho/ledger/chain.hpp>
#include <daicho/ledger/shared_verifiers.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>

/// Checks a whole chain as fast as a machine can, with the verdict of who pushes one block after another.
namespace daicho::ledger {

struct validate_options {
    std::uint64_t now = 0;                                     ///< this machine's clock
    bool own = false;                                          ///< this machine took them in before: its clock may have gone back since
    std::function<void(std::uint64_t height)> progress{};      ///< told, on the calling thread, up to where all is well
    std::size_t window = 128;                                  ///< the most blocks that one thread is given at a time
};

template <class P>
struct validated {
    ledger::chain<P> chain;      ///< at the tip when nothing was refused; else of no use
    fault refused{};             ///< the first fault in the order of the chain, however many threads looked for it
    std::uint64_t height = 0;    ///< of the block that was refused, or of the tip
};

namespace detail {

/// A few blocks on their way through validate(): read, examined, laid on the chain, their signatures verified.
template <class P>
struct window {
    std::uint64_t first = 0;                                   // height of the first block
    std::vector<std::shared_ptr<bytes const>> raw;
    std::vector<std::shared_ptr<block_of<P>>> decoded;         // up to one that cannot be; before, memory of blocks that are no longer held
    std::vector<typename chain<P>::examined> blocks;
    fault undecoded{};
    typename chain<P>::unverified left;
    std::vector<std::size_t> claimed;                          // signatures up to and with each block
    std::vector<std::uint32_t> in_lots;                        // all signatures, as they are shared out
    fault refused{};                                           // by the chain, after all that is left
    std::uint64_t refused_at = 0;
    std::size_t bad_signature = 0, bad_commitments = 0;        // the first
    std::size_t under_way = 0;                                 // jobs

    /// As new, with its memory kept.
    void clear() noexcept {
        raw.clear(), decoded.clear(), blocks.clear(), left.clear(), claimed.clear();
        undecoded = refused = {};
    }
    void examine() {
        decoded.resize(raw.size());
        for (std::size_t i = 0; i != raw.size(); ++i) {
            if (!decoded[i]) decoded[i] = std::make_shared<block_of<P>>();
            if (!(undecoded = schema::decode_into(*raw[i], *decoded[i]))) continue;
            decoded.resize(i);
            break;
        }
        blocks = chain<P>::examine({decoded.begin(), decoded.end()}, raw);
    }
};

/// What the threads of one validate() share: windows of which something is to be done. A job for the pool is to do whatever comes first,
/// so that the calling thread can do it instead.
template <class P, class Verifier>
class validating {
    using window_ptr = std::shared_ptr<window<P>>;

public:
    validating(std::function<Verifier()> make, std::size_t threads) : verifiers_(std::move(make), threads), lots_(threads) {}

    void examine_later(window_ptr const& w) {
        std::lock_guard const hold(lock_);
        w->under_way = 1;
        unexamined_.push_back(w);
    }
    /// Returns how many jobs it is: so small that no thread is left alone with much at the end.
    std::size_t verify_later(window_ptr const& w) {
        w->bad_signature = w->left.signatures.size();
        auto const parts = lots_.share_out(w->left.signatures.lot(), w->in_lots, at_once);
        std::lock_guard const hold(lock_);
        for (auto& p : parts) unverified_.push_back({w, p});
        unverified_.push_back({w, {}});  // its commitments
        return w->under_way = parts.size() + 1;
    }

    /// What a thread of the pool does: verification first, which ends blocks and lets go of them.
    void work() {
        std::unique_lock hold(lock_);
        auto next = verifiers_.nearest(unverified_);
        if (next == unverified_.end() && (examine_one(hold) || unverified_.empty())) return;
        if (next == unverified_.end()) next = unverified_.begin();
        auto const job = std::move(*next);
        unverified_.erase(next);
        auto& w = *job.of;
        if (job.part.empty()) {
            hold.unlock();
            w.bad_commitments = w.left.commitments.first_bad();
            hold.lock();
        } else {
            auto const some = std::span(w.in_lots).subspan(job.part.from, job.part.to - job.part.from);
            auto const bad = verifiers_.use(job.part.home, hold, [&](Verifier& v) { return first_bad(w.left.signatures, some, v); });
            w.bad_signature = std::min(w.bad_signature, bad);
        }
        tell(w);
    }

    bool done(window<P> const& w) {
        std::lock_guard const hold(lock_);
        return w.under_way == 0;
    }
    /// Until one of two windows is done, or something may be examined by whoever waits.
    void wait(window<P> const* a, window<P> const* b) {
        std::unique_lock hold(lock_);
        auto const one_is_done = [&] { return (a && a->under_way == 0) || (b && b->under_way == 0); };
        while (!one_is_done())
            if (!examine_one(hold)) told_.wait(hold);
    }

private:
    static constexpr std::size_t at_once = 256;
    struct job_of {
        window_ptr of;
        shared_lots::part part;  // of its signatures
    };

    bool examine_one(std::unique_lock<std::mutex>& hold) {
        if (unexamined_.empty()) return false;
        auto const w = std::move(unexamined_.front());
        unexamined_.pop_front();
        hold.unlock();
        w->examine();
        hold.lock();
        tell(*w);
        return true;
    }
    void tell(window<P>& w) {
        if (--w.under_way == 0) told_.notify_all();
    }

    std::mutex lock_;
    std::condition_variable told_;
    shared_verifiers<Verifier> verifiers_;
    shared_lots lots_;  // the calling thread's
    std::deque<window_ptr> unexamined_;
    std::deque<job_of> unverified_;
};

/// Memory of windows and of their blocks, used again.
template <class P>
class validated_memory {
public:
    std::shared_ptr<window<P>> window_for(std::size_t blocks) {
        auto w = windows_.empty() ? std::make_shared<window<P>>() : std::move(windows_.back());
        if (!windows_.empty()) windows_.pop_back();
        while (w->decoded.size() != blocks) {
            auto b = blocks_.free();
            if (!b) break;
            w->decoded.push_back(std::move(b));
        }
        return w;
    }
    /// The chain holds some of its blocks for a while.
    void take_back(std::shared_ptr<window<P>> w) {
        for (auto& b : w->decoded) blocks_.lend(std::move(b));
        w->clear();
        windows_.push_back(std::move(w));
    }

private:
    std::vector<std::shared_ptr<window<P>>> windows_;
    block_memory<P> blocks_;
};

} // namespace detail

/// Checks a chain from where it stands to its tip: decoding, trees and signatures by `pool`'s threads, what builds on the block before by
/// this one, which reads blocks when nothing else waits for it (docs/adr/0033-one-thread-lays-blocks.md).
///   source(height) -> result<std::optional<bytes>>   the block at a height, from the next on; none beyond the tip; on this thread
///   make_verifier() -> a batch_verifier              one for each thread of the pool
///   each(block)                                      in order, on this thread, each block whose every signature was verified
/// Holds some windows of blocks in memory, never the chain.
template <class P, class Source, class MakeVerifier, executor Executor, class Each>
validated<P> validate(chain<P> start, Source&& source, MakeVerifier&& make_verifier, Executor& pool, validate_options const& o, Each&& each) {
    using verifier_type = std::invoke_result_t<MakeVerifier&>;
    static_assert(batch_verifier<verifier_type, scheme_of<P>>, "make_verifier must make a batch_verifier of Protocol::signature: docs/concepts/batch_verifier.md");
    using window = detail::window<P>;
    constexpr std::size_t most_bytes = 128 * 1024;
    std::size_t const most_ahead = 2 * pool.threads() + 2;  // windows

    validated<P> out{.chain = std::move(start)};
    out.height = out.chain.height();
    auto const shared = std::make_shared<detail::validating<P, verifier_type>>(make_verifier, std::max<std::size_t>(pool.threads(), 1));
    std::deque<std::shared_ptr<window>> examining, verifying;  // in the order of the chain
    detail::validated_memory<P> memory;
    std::uint64_t next = out.height + 1;
    bool ended = false;
    fault unread;  // by the source, after everything before it

    auto const submit = [&](std::size_t jobs) {
        while (jobs-- != 0) pool.submit([shared] { shared->work(); });
    };
    auto const read = [&] {
        auto const w = memory.window_for(o.window);
        w->first = next;
        for (std::size_t size = 0; w->raw.size() < std::max<std::size_t>(o.window, 1) && size < most_bytes;) {
            auto raw = source(next);
            if (!raw) unread = raw.error();
            if (!raw || !*raw) {
                ended = true;
                break;
            }
            size += (*raw)->size();
            w->raw.push_back(std::make_shared<bytes const>(std::move(**raw)));
            ++next;
        }
        if (w->raw.empty()) return;
        examining.push_back(w);
        shared->examine_later(w);
        submit(1);
    };
    /// Returns false when nothing behind it can stand.
    auto const lay = [&](window& w) {
        for (auto& b : w.blocks) {
            auto const now = o.own ? std::max(o.now, b.block->head().time) : o.now;
            if ((w.refused = out.chain.push_unverified(b, now, w.left))) break;
            w.claimed.push_back(w.left.signatures.size());
        }
        w.refused_at = w.first + w.claimed.size();
        if (!w.refused && w.undecoded) w.refused = w.undecoded;
        return !w.refused;
    };
    auto const retire = [&](std::shared_ptr<window> w) {
        auto const of_signature = std::size_t(std::upper_bound(w->claimed.begin(), w->claimed.end(), w->bad_signature) - w->claimed.begin());
        if (w->bad_signature != w->left.signatures.size() && of_signature <= w->bad_commitments) {
            out.refused = w->left.signatures.if_bad(w->bad_signature);
            out.height = w->first + of_signature;
        } else if (w->bad_commitments != w->left.commitments.size()) {
            out.height = w->first + w->bad_commitments;
            out.refused = chain<P>::wrong_commitments(out.height);
        } else if (w->refused) {
            out.refused = w->refused;
            out.height = w->refused_at;
        } else {
            for (auto& b : w->blocks) each(*b.block);
            out.height = w->first + w->blocks.size() - 1;
            if (o.progress) o.progress(out.height);
            memory.take_back(std::move(w));
        }
    };
    auto const take = [](auto& from) {
        auto w = std::move(from.front());
        from.pop_front();
        return w;
    };

    for (bool standing = true; !out.refused;) {
        if (!verifying.empty() && shared->done(*verifying.front())) {
            retire(take(verifying));
        } else if (standing && !ended && examining.size() + verifying.size() < most_ahead) {
            read();
        } else if (standing && !examining.empty() && shared->done(*examining.front())) {
            auto const w = take(examining);
            standing = lay(*w);
            verifying.push_back(w);
            submit(shared->verify_later(w));
        } else if (!verifying.empty() || (standing && !examining.empty())) {
            shared->wait(verifying.empty() ? nullptr : verifying.front().get(), standing && !examining.empty() ? examining.front().get() : nullptr);
        } else {
            break;
        }
    }
    if (!out.refused && unread) {
        out.refused = unread;
        out.height = next;
    }
    return out;
}

/// The same from its genesis.
template <class P, class Source, class MakeVerifier, executor Executor, class Each>
validated<P> validate(genesis_of<P> const& genesis, Source&& source, MakeVerifier&& make_verifier, Executor& pool, validate_options const& o, Each&& each) {
    return validate<P>(chain<P>(genesis), source, make_verifier, pool, o, each);
}

} // namespace daicho::ledger
