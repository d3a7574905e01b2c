#pragma once

#include <daicho/ledger/chain.hpp>

#include <deque>
#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace daicho::ledger {

/// Transactions that wait for a block. They are kept applied on top of the tip, so whatever is in the pool is valid in
/// its order: a block can be made of it at any moment, and a second one with the same sequence is refused at the door.
template <class P>
class pool {
public:
    using shared_transaction = std::shared_ptr<transaction_of<P> const>;  // large, and moved often

    struct waiting {
        digest id;
        shared_transaction kept;
        std::uint64_t arrival = 0;          ///< earlier ones are laid on the chain first; 0: it was in a block before
        transaction_of<P> const& transaction() const noexcept { return *kept; }
    };

    explicit pool(chain<P>& c) : chain_(c), tip_(c.overlay().mark()) {}

    std::size_t size() const noexcept { return waiting_.size(); }
    std::deque<waiting> const& all() const noexcept { return waiting_; }
    bool holds(digest const& id) const { return ids_.count(id) != 0; }

    /// Checks a transaction against the tip and everything that waits. Errors: duplicate, pool_full, over_quota,
    /// time_too_new and those of registry::apply, which is given `claim`.
    template <class... Claim>
    fault submit(transaction_of<P> const& tx, std::uint64_t now, Claim&&... claim) {
        return submit(std::make_shared<transaction_of<P> const>(tx), digest_of<hash_of<P>>(tx), now, claim...);
    }
    /// As submit, for who knows its id already.
    template <class... Claim>
    fault submit(shared_transaction tx, digest const& id, std::uint64_t now, Claim&&... claim) {
        if (auto f = admissible(*tx, now)) return f;
        return lay_on(std::move(tx), id, claim...);
    }

    /// What submit looks at before it asks the chain.
    fault admissible(transaction_of<P> const& tx, std::uint64_t now) const {
        if (waiting_.size() >= limits_of<P>::pool) return {errc::pool_full, "pool", waiting_.size()};
        if (tx.body.time > now + limits_of<P>::ahead) return {errc::time_too_new, "transaction.time", tx.body.time};
        auto const count = of_sender_.find(tx.body.sender);
        if (count != of_sender_.end() && count->second >= limits_of<P>::per_sender && tx.body.sender != chain_.members().management())
            return {errc::over_quota, "transaction.sender", count->second};
        return {};
    }

    /// As submit, for one that was acknowledged in an earlier life: no quota turns it away.
    template <class... Claim>
    fault resume(transaction_of<P> const& tx, Claim&&... claim) {
        return lay_on(std::make_shared<transaction_of<P> const>(tx), digest_of<hash_of<P>>(tx), claim...);
    }

    /// As resume, for all that a store kept. What returned from a replaced block may stand behind what builds on it: a sender's
    /// are taken by their sequence, and who depends on another waits for it. Returns those that are no longer valid.
    template <class... Claim>
    std::vector<digest> resume_all(std::vector<transaction_of<P>> kept, Claim&&... claim) {
        std::unordered_map<node_id, std::vector<std::size_t>, digest_hash> places;
        for (std::size_t i = 0; i != kept.size(); ++i) places[kept[i].body.sender].push_back(i);
        std::vector<transaction_of<P> const*> left(kept.size());
        for (auto& [sender, at] : places) {
            auto by_sequence = at;
            std::sort(by_sequence.begin(), by_sequence.end(), [&](auto a, auto b) { return std::pair(kept[a].body.sequence, a) < std::pair(kept[b].body.sequence, b); });
            for (std::size_t i = 0; i != at.size(); ++i) left[at[i]] = &kept[by_sequence[i]];
        }
        for (std::size_t before = left.size() + 1; left.size() < before;) {
            before = left.size();
            std::erase_if(left, [&](auto* tx) { return !resume(*tx, claim...); });
        }
        std::vector<digest> gone;
        for (auto* tx : left) gone.push_back(digest_of<hash_of<P>>(*tx));
        return gone;
    }

    /// The oldest transactions, as many as a block of that time takes. Never one without those before it.
    std::vector<transaction_of<P>> next_block(std::uint64_t time) const {
        std::vector<transaction_of<P>> out;
        std::unordered_map<node_id, std::size_t, digest_hash> of_sender;
        for (auto& w : waiting_) {
            auto const& b = w.transaction().body;
            if (out.size() == limits_of<P>::block_transactions || b.time > time + limits_of<P>::ahead) break;
            if (b.sender != chain_.members().management() && ++of_sender[b.sender] > limits_of<P>::per_sender) break;
            out.push_back(w.transaction());
        }
        return out;
    }

    /// Lifts the pool off the chain, lets `change` work on the bare tip, and lays back what is still valid, with those that
    /// `returning` names at their old place. Returns what is gone: in a block now, or no longer valid.
    template <class Change>
    std::vector<waiting> around(Change&& change, std::vector<waiting> returning = {}) {
        chain_.overlay().rollback(tip_);
        change();
        tip_ = chain_.overlay().mark();
        std::deque<waiting> before;
        before.swap(waiting_);
        before.insert(before.begin(), std::make_move_iterator(returning.begin()), std::make_move_iterator(returning.end()));
        auto const earlier = [](auto& a, auto& b) { return a.arrival < b.arrival; };
        if (!std::is_sorted(before.begin(), before.end(), earlier)) std::sort(before.begin(), before.end(), earlier);
        ids_.clear();
        of_sender_.clear();
        std::vector<waiting> gone;
        for (auto& w : before) {
            if (holds(w.id)) continue;
            if (chain_.overlay().apply(w.transaction(), chain_.height() + 1, registry<P>::found_good)) gone.push_back(std::move(w));
            else lay(std::move(w));
        }
        return gone;
    }

    /// Takes one back, and whatever only it made valid. Returns what is gone.
    std::vector<waiting> remove(digest const& id) {
        std::vector<waiting> gone;
        auto const it = std::find_if(waiting_.begin(), waiting_.end(), [&](waiting const& w) { return w.id == id; });
        if (it == waiting_.end()) return gone;
        gone.push_back(std::move(*it));
        waiting_.erase(it);
        auto rest = around([] {});
        std::move(rest.begin(), rest.end(), std::back_inserter(gone));
        return gone;
    }

private:
    template <class... Claim>
    fault lay_on(shared_transaction tx, digest const& id, Claim&&... claim) {
        if (holds(id)) return {errc::duplicate, "transaction", waiting_.size()};
        if (auto f = chain_.overlay().apply(*tx, chain_.height() + 1, claim...)) return f;
        lay({id, std::move(tx), ++arrivals_});
        return {};
    }
    void lay(waiting w) {
        ++of_sender_[w.transaction().body.sender];
        ids_.insert(w.id);
        waiting_.push_back(std::move(w));
    }

    chain<P>& chain_;
    typename registry<P>::mark_type tip_;
    std::deque<waiting> waiting_;
    std::unordered_set<digest, digest_hash> ids_;
    std::unordered_map<node_id, std::size_t, digest_hash> of_sender_;
    std::uint64_t arrivals_ = 0;
};

} // namespace daicho::ledger
