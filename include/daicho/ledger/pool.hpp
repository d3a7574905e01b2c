#pragma once

#include <daicho/ledger/chain.hpp>

namespace daicho::ledger {

/// Transactions that wait for a block. They are kept applied on top of the tip, so whatever is in the pool is valid in
/// its order: a block can be made of it at any moment, and a second one with the same sequence is refused at the door.
template <class P>
class pool {
public:
    struct waiting {
        digest id;
        transaction_of<P> transaction;
    };

    explicit pool(chain<P>& c) : chain_(c), tip_(c.overlay().mark()) {}

    std::size_t size() const noexcept { return waiting_.size(); }
    std::deque<waiting> const& all() const noexcept { return waiting_; }
    bool holds(digest const& id) const { return of_id_.count(id) != 0; }

    /// Checks a transaction against the tip and everything that waits. Errors: duplicate, pool_full, over_quota,
    /// time_too_new and those of registry::apply.
    fault submit(transaction_of<P> const& tx, std::uint64_t now) {
        digest const id = digest_of<hash_of<P>>(tx);
        if (holds(id)) return {errc::duplicate, "transaction", waiting_.size()};
        if (waiting_.size() >= limits_of<P>::pool) return {errc::pool_full, "pool", waiting_.size()};
        if (tx.body.time > now + limits_of<P>::ahead) return {errc::time_too_new, "transaction.time", tx.body.time};
        auto& count = of_sender_[tx.body.sender];
        if (tx.body.sender != chain_.members().management() && count >= limits_of<P>::per_sender) {
            return {errc::over_quota, "transaction.sender", count};
        }
        if (auto f = chain_.overlay().apply(tx, chain_.height() + 1)) {
            if (count == 0) of_sender_.erase(tx.body.sender);
            return f;
        }
        ++count;
        waiting_.push_back({id, tx});
        of_id_.emplace(id, true);
        return {};
    }

    /// The oldest transactions, as many as a block takes.
    std::vector<transaction_of<P>> next_block() const {
        std::vector<transaction_of<P>> out;
        for (auto& w : waiting_) {
            if (out.size() == limits_of<P>::block_transactions) break;
            out.push_back(w.transaction);
        }
        return out;
    }

    /// Lifts the pool off the chain, lets `change` work on the bare tip, and lays back what is still valid.
    /// Returns the ids that are gone: in a block now, or no longer valid.
    template <class Change>
    std::vector<digest> around(Change&& change) {
        chain_.overlay().rollback(tip_);
        change();
        tip_ = chain_.overlay().mark();
        std::deque<waiting> before;
        before.swap(waiting_);
        of_id_.clear();
        of_sender_.clear();
        std::vector<digest> gone;
        for (auto& w : before) {
            if (chain_.overlay().apply(w.transaction, chain_.height() + 1, true)) {
                gone.push_back(w.id);
                continue;
            }
            ++of_sender_[w.transaction.body.sender];
            of_id_.emplace(w.id, true);
            waiting_.push_back(std::move(w));
        }
        return gone;
    }

    /// Takes one back, and whatever only it made valid. Returns the ids that are gone.
    std::vector<digest> remove(digest const& id) {
        auto gone = around([&] { std::erase_if(waiting_, [&](waiting const& w) { return w.id == id; }); });
        gone.push_back(id);
        return gone;
    }

private:
    chain<P>& chain_;
    typename registry<P>::mark_type tip_;
    std::deque<waiting> waiting_;
    std::unordered_map<digest, bool, digest_hash> of_id_;
    std::unordered_map<node_id, std::size_t, digest_hash> of_sender_;
};

} // namespace daicho::ledger
