#pragma once

#include <daicho/concept/executor.hpp>
#include <daicho/ledger/chain.hpp>

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
    std::vector<bytes> raw;
    std::vector<typename chain<P>::examined> blocks;           // up to one that cannot be decoded
    fault undecoded{};
    typename chain<P>::unverified left;
    std::vector<std::size_t> claimed;                          // signatures up to and with each block
    fault refused{};                                           // by the chain, after all that is left
    std::uint64_t refused_at = 0;
    std::size_t bad_signature = 0, bad_commitments = 0;        // the first
    std::size_t under_way = 0;                                 // jobs

    /// As new, with its memory kept.
    void clear() noexcept {
        raw.clear(), blocks.clear(), left.clear(), claimed.clear();
        undecoded = refused = {};
    }
};

/// What the threads of one validate() share.
template <class P, class Verifier>
class validating {
public:
    explicit validating(std::function<Verifier()> make) : make_(std::move(make)) {}

    static void examine(window<P>& w) {
        std::vector<block_of<P>> decoded;
        decoded.reserve(w.raw.size());
        for (auto& raw : w.raw) {
            auto block = decode<block_of<P>>(raw);
            if (!block) {
                w.undecoded = block.error();
                break;
            }
            decoded.push_back(std::move(*block));
        }
        w.raw.clear();
        w.blocks = chain<P>::examine(std::move(decoded));
    }
    void verify(window<P>& w, std::size_t from, std::size_t to) {
        auto verifier = borrow();
        auto const bad = first_bad(w.left.signatures, from, to, *verifier);
        std::lock_guard const hold(lock_);
        idle_.push_back(std::move(verifier));
        if (bad != to) w.bad_signature = std::min(w.bad_signature, bad);
    }

    void tell(window<P>& w) {
        {
            std::lock_guard const hold(lock_);
            --w.under_way;
        }
        told_.notify_all();
    }
    void wait(window<P>& w) {
        std::unique_lock hold(lock_);
        told_.wait(hold, [&] { return w.under_way == 0; });
    }

private:
    std::unique_ptr<Verifier> borrow() {
        std::lock_guard const hold(lock_);
        if (idle_.empty()) return std::make_unique<Verifier>(make_());
        auto v = std::move(idle_.back());
        idle_.pop_back();
        return v;
    }

    std::mutex lock_;
    std::condition_variable told_;
    std::function<Verifier()> make_;
    std::vector<std::unique_ptr<Verifier>> idle_;
};

} // namespace detail

/// Checks a chain from where it stands to its tip: decoding, trees and signatures by `pool`'s threads, what builds on the block before by this one.
///   source(height) -> result<std::optional<bytes>>   the block at a height, from the next on; none beyond the tip; on this thread
///   make_verifier() -> a batch_verifier              one for each job at a time
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
    auto const shared = std::make_shared<detail::validating<P, verifier_type>>(make_verifier);
    std::deque<std::shared_ptr<window>> examining, verifying;  // in the order of the chain
    std::vector<std::shared_ptr<window>> spare;
    std::uint64_t next = out.height + 1;
    bool ended = false;
    fault unread;  // by the source, after everything before it

    auto const submit = [&](std::shared_ptr<window> const& w, auto job) {
        pool.submit([shared, w, job] {
            job(*shared, *w);
            shared->tell(*w);
        });
    };
    auto const examine = [&](std::shared_ptr<window> const& w) {
        examining.push_back(w);
        w->under_way = 1;
        submit(w, [](auto& s, window& x) { s.examine(x); });
    };
    /// In jobs so small that no thread is left alone with much at the end.
    auto const verify = [&](std::shared_ptr<window> const& w) {
        constexpr std::size_t at_once = 256;
        verifying.push_back(w);
        std::size_t const n = w->bad_signature = w->left.signatures.size();
        w->under_way = 1 + (n + at_once - 1) / at_once;
        for (std::size_t from = 0; from < n; from += at_once)
            submit(w, [from, to = std::min(from + at_once, n)](auto& s, window& x) { s.verify(x, from, to); });
        submit(w, [](auto&, window& x) { x.bad_commitments = x.left.commitments.first_bad(); });
    };
    auto const read = [&] {
        std::shared_ptr<window> w;
        if (spare.empty()) {
            w = std::make_shared<window>();
        } else {
            w = std::move(spare.back());
            spare.pop_back();
        }
        w->first = next;
        for (std::size_t size = 0; w->raw.size() < std::max<std::size_t>(o.window, 1) && size < most_bytes;) {
            auto raw = source(next);
            if (!raw) unread = raw.error();
            if (!raw || !*raw) {
                ended = true;
                break;
            }
            size += (*raw)->size();
            w->raw.push_back(std::move(**raw));
            ++next;
        }
        if (!w->raw.empty()) examine(w);
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
    auto const retire = [&] {
        auto const w = std::move(verifying.front());
        verifying.pop_front();
        shared->wait(*w);
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
            w->clear();
            spare.push_back(w);
        }
    };

    bool standing = true;
    while (!out.refused) {
        while (standing && !ended && examining.size() + verifying.size() < most_ahead) read();
        if (standing && !examining.empty()) {
            auto const w = std::move(examining.front());
            examining.pop_front();
            shared->wait(*w);
            standing = lay(*w);
            verify(w);
        } else if (verifying.empty()) {
            break;
        }
        while (!out.refused && !verifying.empty() && (examining.empty() || !standing || examining.size() + verifying.size() >= most_ahead)) retire();
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
