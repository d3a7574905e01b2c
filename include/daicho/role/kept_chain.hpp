#pragma once

#include <daicho/ledger/foresight.hpp>
#include <daicho/ledger/pool.hpp>
#include <daicho/ledger/remembering_verifier.hpp>
#include <daicho/ledger/shared_lots.hpp>
#include <daicho/role/outbox.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

namespace daicho::role {

/// A chain and its pool in memory, ahead of what the disk holds by what waits in the outbox. Each change is a decision: it is
/// told when it is durable, and taken back when the disk refuses it. Nothing becomes final before it is durable.
template <class P, class Verifier>
class kept_chain {
public:
    using block_type = block_of<P>;
    using transaction_type = transaction_of<P>;
    using seen_block = std::shared_ptr<block_type const>;
    using waiting = typename ledger::pool<P>::waiting;
    using then_type = std::function<void(fault)>;

    struct tip {
        std::uint64_t height = 0;
        digest head{};
    };
    /// Blocks that came onto the chain together.
    struct change {
        char const* how;                 ///< "sealed", "received", ...
        std::vector<seen_block> added;
        std::size_t displaced = 0;       ///< blocks that they replaced
    };
    /// Who wants to know.
    struct listener {
        std::function<void()> moved;                                ///< the tip is another one, in memory
        std::function<void(change const&, fault)> settled;          ///< it is durable, or was taken back
    };

    kept_chain(genesis_of<P> const& g, listener l) : chain_(g), pool_(chain_), durable_{0, chain_.chain_id()}, listener_(std::move(l)) {}
    kept_chain(kept_chain const&) = delete;

    ledger::chain<P> const& chain() const noexcept { return chain_; }
    ledger::chain<P>& chain() noexcept { return chain_; }
    ledger::pool<P> const& pool() const noexcept { return pool_; }
    auto const& verifier() const noexcept { return verifier_; }
    /// What the store holds.
    tip const& durable() const noexcept { return durable_; }
    /// One signature or many, remembered when good.
    fault check(ledger::claims<P> const& all) { return ledger::check(all, verifier_); }
    /// Is a decision about blocks not yet durable?
    bool settling() const noexcept { return settling_ != 0; }

    // --- start-up ------------------------------------------------------------------------------------------------------
    /// What a store held, and was checked.
    void restore(ledger::chain<P> checked) {
        (void)pool_.around([&] { chain_ = std::move(checked); });
        durable_ = {chain_.height(), chain_.head()};
    }
    /// Transactions that waited. Returns those that are no longer valid.
    std::vector<digest> resume(std::vector<transaction_type> kept) {
        std::vector<transaction_type const*> all;
        for (auto& tx : kept) all.push_back(&tx);
        verify_together(all);
        return pool_.resume_all(std::move(kept), claiming());
    }

    // --- transactions --------------------------------------------------------------------------------------------------
    /// Verifies together what will be asked for one by one, and remembers. Of which are all signatures good? They are for ever: a member's id
    /// names its key. What is refused without a look at its signature is left out, and who is not yet a member; a bad signature is refused
    /// when its turn comes.
    std::vector<bool> verify_together(std::span<transaction_type const* const> transactions) {
        ledger::claims<P> all;
        std::vector<std::size_t> upto;  // claims with those of each
        auto const height = chain_.height() + 1;
        for (auto* tx : transactions) {
            if (!chain_.members().check(*tx, height)) (void)chain_.members().claim_signatures(*tx, height, all.noting());
            upto.push_back(all.size());
        }
        auto const verdicts = std::make_unique<bool[]>(all.size());
        verifier_.verify(all.messages(0, all.size()), {verdicts.get(), all.size()});
        std::vector<bool> good(upto.size());
        for (std::size_t i = 0, from = 0; i != good.size(); from = upto[i++])
            good[i] = from != upto[i] && std::all_of(verdicts.get() + from, verdicts.get() + upto[i], std::identity());
        return good;
    }

    /// One that asks to wait for a block.
    struct candidate {
        typename ledger::pool<P>::shared_transaction transaction;
        digest id{};
        bytes canonical;
        fault refused{};                 ///< says why it may not
        bool verified = false;           ///< its signatures were found good, by verify_together
    };

    /// Lets those wait that may, in their order; the others get their faults. All that wait are one decision: `then` hears of them
    /// together. Who waits already waits: `then` hears when that is durable too. False when none may wait; `then` hears nothing.
    bool admit(std::span<candidate> all, std::uint64_t now, then_type then) {
        store_batch batch;
        std::vector<digest> taken;
        bool any = false;
        for (auto& c : all) {
            if (c.refused) continue;
            bool const again = pool_.holds(c.id);
            if (!again && (c.refused = submit(c, now))) continue;
            any = true;
            if (again) continue;
            taken.push_back(c.id);
            batch.add_pending.emplace_back(c.id, c.canonical);
        }
        if (!any) return false;
        outbox_.put({std::move(batch), std::move(then), [this, taken = std::move(taken)]() -> fault {
                         for (auto id = taken.rbegin(); id != taken.rend(); ++id) (void)pool_.remove(*id);
                         return {};
                     }});
        return true;
    }

    // --- blocks --------------------------------------------------------------------------------------------------------
    using examined = typename ledger::chain<P>::examined;

    /// Puts a block on the tip, in memory now and durably soon. Its seal is verified before anything else is looked at: anybody may push one.
    fault extend(block_type const& block, char const* how, std::uint64_t now, then_type then = {}) {
        return grow(how, now, std::move(then), [&] { return chain_.push(block, now, together()); }, [&] { return std::vector<bytes>{encode(block)}; });
    }

    /// The same of one that was made of the pool, which verified all that is in it.
    fault extend_by_own(block_type block, std::uint64_t now) {
        auto known = ledger::chain<P>::examine(std::move(block));
        known.found_good = true;
        return grow("sealed", now, {}, [&] { return chain_.push(known, now, together()); }, [&] { return std::vector<bytes>{*known.raw}; });
    }

    using foreseen_window = typename ledger::foresight<P, Verifier>::window;

    /// From now on signatures of blocks to come are verified by these threads too, while a peer is followed. Until verify_alone().
    void verify_with(executor_ref others) { foresight_.emplace(std::move(others)); }
    void verify_alone() { foresight_.reset(); }
    /// Begins with blocks that will be put on the tip later; null where that would not pay: few signatures, or what waits at the pool's
    /// door, which were verified there.
    std::shared_ptr<foreseen_window const> foresee(std::span<examined const> blocks) {
        std::size_t n = 0;
        for (auto& b : blocks) n += b.block->transactions.size();
        return foresight_ && n >= worth_foreseeing && pool_.size() == 0 ? foresight_->begin(chain_.members(), blocks) : nullptr;
    }

    /// Puts blocks on the tip, of which headers were seen before. All their signatures are verified together. Those before a bad one
    /// stay.
    fault extend(std::span<examined const> blocks, char const* how, std::uint64_t now) {
        return grow(how, now, {}, [&] { return lay(blocks, now); }, [&] {
            std::vector<bytes> canonical;
            for (auto& b : blocks) canonical.push_back(*b.raw);
            return canonical;
        });
    }

    /// Replaces the tail by a preferred branch; what was in the tail and is still valid waits again.
    fault replace(std::uint64_t fork_point, std::vector<block_type> const& blocks, std::uint64_t now) {
        std::vector<seen_block> displaced;
        std::vector<waiting> returning;
        for (auto h = fork_point + 1; h <= chain_.height(); ++h) {
            displaced.push_back(chain_.recent(h));
            if (!displaced.back()) return {errc::below_final, "branch.fork_point", fork_point};
            for (auto& tx : displaced.back()->transactions) returning.push_back({digest_of<hash_of<P>>(tx), {displaced.back(), &tx}, 0});
        }
        fault f;
        chain_.hold_final(true);
        auto gone = pool_.around([&] { f = chain_.adopt(fork_point, blocks, now, together()); }, returning);
        if (f) {
            if (settling_ == 0) chain_.hold_final(false);
            return f;
        }
        store_batch batch{.keep = fork_point, .blocks = {}, .add_pending = {}, .drop_pending = {}, .cells = {}};
        for (auto& b : blocks) batch.blocks.push_back(encode(b));
        for (auto& w : returning)
            if (pool_.holds(w.id)) batch.add_pending.emplace_back(w.id, encode(w.transaction()));
        for (auto& w : gone) batch.drop_pending.push_back(w.id);
        std::erase_if(gone, [](auto& w) { return w.arrival == 0; });  // these were in the tail: an undo puts them back there
        settle(std::move(batch), fork_point, std::move(displaced), std::move(gone), "adopted", now, {});
        return {};
    }

    // --- the disk ------------------------------------------------------------------------------------------------------
    void put(outbox::decision d) { outbox_.put(std::move(d)); }
    outbox& decisions() noexcept { return outbox_; }
    std::optional<persist> next() {
        auto p = outbox_.next(durable_.height);
        if (p) travelling_ = {chain_.height(), chain_.head()};
        return p;
    }
    bool waits_for(std::uint64_t id) const noexcept { return outbox_.waits_for(id); }
    fault finish(std::uint64_t id, fault outcome) {
        if (!outcome) durable_ = travelling_;
        return outbox_.finish(id, outcome);
    }

private:
    static constexpr std::size_t worth_foreseeing = 128;

    /// A block's signatures are verified together, except those that were at the pool's door.
    auto together() {
        return [this](ledger::claims<P> const& all) { return ledger::check(all, verifier_); };
    }
    fault submit(candidate const& c, std::uint64_t now) {
        if (c.verified) return pool_.submit(c.transaction, c.id, now, ledger::registry<P>::found_good);
        return pool_.submit(c.transaction, c.id, now, claiming());
    }
    /// One signature at the door, unless it was foreseen.
    auto claiming() {
        return [this](auto& key, auto& what, auto& signature, fault const& if_bad) {
            ledger::claims<P> one;
            one.add(key, what, signature, if_bad);
            return ledger::check(one, verifier_);
        };
    }

    /// `push() -> fault` puts blocks on the tip; `canonical()` gives their bytes, and perhaps those of some that were refused.
    template <class Push, class Canonical>
    fault grow(char const* how, std::uint64_t now, then_type then, Push push, Canonical canonical) {
        std::uint64_t const before = chain_.height();
        chain_.hold_final(true);
        fault f;
        auto gone = pool_.around([&] { f = push(); });
        if (chain_.height() == before) {
            if (settling_ == 0) chain_.hold_final(false);
            return f;
        }
        store_batch batch;
        batch.blocks = canonical();
        batch.blocks.resize(std::size_t(chain_.height() - before));
        for (auto& w : gone) batch.drop_pending.push_back(w.id);
        settle(std::move(batch), before, {}, std::move(gone), how, now, std::move(then));
        return f;
    }

    fault lay(std::span<examined const> blocks, std::uint64_t now) {
        std::uint64_t const before = chain_.height();
        fault f;
        typename ledger::chain<P>::unverified left;
        std::vector<std::size_t> claimed;  // signatures up to and with each block
        for (auto& b : blocks) {
            if ((f = chain_.push_unverified(b, now, left))) break;
            claimed.push_back(left.signatures.size());
        }
        auto const bad = first_bad(left.signatures, claimed.size());
        auto good = std::size_t(std::upper_bound(claimed.begin(), claimed.end(), bad) - claimed.begin());  // blocks before it
        if (bad != left.signatures.size()) f = left.signatures.if_bad(bad);
        if (auto const other = left.commitments.first_bad(); other < good) {
            good = other;
            f = chain_.wrong_commitments(before + 1 + other);
        }
        (void)chain_.unwind(before + good);  // nothing of it is final yet
        return f;
    }

    /// Of few signatures a block, many are seals, which were verified with the headers; of what waits at the pool's door, the senders' were.
    /// Others are met once: those of a key are verified one after another, and nothing is looked for or remembered.
    std::size_t first_bad(ledger::claims<P> const& all, std::size_t blocks) {
        constexpr std::size_t few = 8;
        if (all.size() < few * blocks || pool_.size() != 0) return ledger::first_bad(all, verifier_);
        std::vector<std::uint32_t> order;
        (void)ledger::shared_lots(1).share_out(all.lot(), order, all.size());
        return ledger::first_bad(all, order, verifier_.without_memory());
    }

    void settle(store_batch batch, std::uint64_t before, std::vector<seen_block> displaced, std::vector<waiting> gone, char const* how,
                std::uint64_t now, then_type then) {
        listener_.moved();
        ++settling_;
        change c{how, {}, displaced.size()};
        for (auto h = before + 1; h <= chain_.height(); ++h) c.added.push_back(chain_.recent(h));
        outbox_.put({std::move(batch),
                     [this, then = std::move(then), c = std::move(c)](fault f) {
                         if (--settling_ == 0) chain_.hold_final(false);
                         if (then) then(f);
                         listener_.settled(c, f);
                     },
                     [this, before, now, displaced = std::move(displaced), gone = std::move(gone)]() -> fault {
                         fault f;
                         (void)pool_.around(
                             [&] {
                                 if ((f = chain_.unwind(before))) return;
                                 for (auto& b : displaced)
                                     if ((f = chain_.push(*b, std::max(now, b->head().time), together()))) return;
                             },
                             gone);
                         listener_.moved();
                         return f;
                     }});
    }

    ledger::chain<P> chain_;
    ledger::pool<P> pool_;
    ledger::remembering_verifier<P, Verifier> verifier_;
    std::optional<ledger::foresight<P, Verifier>> foresight_;
    outbox outbox_;
    tip durable_;
    tip travelling_{};             // what the store will hold after the commit under way
    std::size_t settling_ = 0;     // decisions about blocks that are not yet durable
    listener listener_;
};

} // namespace daicho::role
