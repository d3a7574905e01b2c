#pragma once

#include <daicho/ledger/chain.hpp>

namespace daicho::ledger {

/// A branch of which only the sealed headers are known, on a chain that is held: what can be told of it before any of its bodies is
/// fetched. A chain_view, so seals are checked by the consensus's own rule. The signers are those where it begins: a later header that
/// only another set could explain is taken as undecided, for bodies before it may change the set; the chain judges it when it is laid.
template <class P>
class header_branch {
public:
    using protocol_type = P;
    using consensus = consensus_of<P>;
    using sealed_type = sealed_header_of<P>;
    using check_type = typename chain<P>::check_type;

    struct entry {
        digest hash;
        sealed_type sealed;
        daicho::weight total;      ///< of the chain up to and with this header
        std::uint64_t vouched;     ///< what consensus::vouched says with it as the tip
    };

    /// Begins at a block that the chain holds, or at genesis.
    header_branch(chain<P> const& c, std::uint64_t fork_point) : chain_(c), base_(fork_point), base_hash_(hash_on_chain(fork_point)), base_weight_(weight_on_chain(fork_point)) {}

    // --- the view that the consensus looks at -----------------------------------------------------------------------------
    auto const& genesis() const noexcept { return chain_.genesis(); }
    digest const& chain_id() const noexcept { return chain_.chain_id(); }
    std::uint64_t height() const noexcept { return base_ + headers_.size(); }
    digest const& head() const noexcept { return headers_.empty() ? base_hash_ : headers_.back().hash; }
    std::uint64_t depth() const noexcept { return headers_.size() + depth_of_base(); }
    sealed_type const& at(std::uint64_t distance) const {
        if (distance < headers_.size()) return headers_[headers_.size() - 1 - std::size_t(distance)].sealed;
        return chain_.at(distance - headers_.size() + (chain_.height() - base_));
    }
    std::vector<node_id> const& signers() const noexcept { return chain_.signers_at(base_); }
    /// Who is known by key; who was expelled since may have sealed it before.
    struct known_members {
        registry<P> const& all;
        auto const* find(node_id const& id) const { return all.find(id); }
        auto const* active(node_id const& id) const { return all.find(id); }
    };
    known_members members() const noexcept { return {chain_.members()}; }
    std::uint64_t now() const noexcept { return now_; }
    std::uint64_t sealed_slot() const noexcept { return 0; }  // nobody seals on it
    std::uint64_t vouched(std::uint64_t distance) const {
        if (distance < headers_.size()) return headers_[headers_.size() - 1 - std::size_t(distance)].vouched;
        return chain_.vouched(distance - headers_.size() + (chain_.height() - base_));
    }

    // --- what who follows it asks ---------------------------------------------------------------------------------------
    /// The last block that the chain holds of it.
    std::uint64_t fork_point() const noexcept { return base_; }
    std::size_t size() const noexcept { return headers_.size(); }
    /// The header at a height in (fork_point(), height()].
    entry const& header_at(std::uint64_t h) const { return headers_[std::size_t(h - base_ - 1)]; }

    /// Does the chain still hold the block where it begins?
    bool stands() const { return base_ >= chain_.final_height() && base_ <= chain_.height() && hash_on_chain(base_) == base_hash_; }

    /// Takes in the next header when place and seal are right. `check` as in chain::push. Errors: wrong_index, unlinked_block,
    /// foreign_genesis, time_too_old, time_too_new, the consensus's.
    fault append(sealed_type const& sealed, std::uint64_t now, check_type const& check) {
        now_ = now;
        header const& h = sealed.body;
        if (h.index != height() + 1) return {errc::wrong_index, "header.index", h.index};
        if (h.previous_hash != head()) return {height() == 0 ? errc::foreign_genesis : errc::unlinked_block, "header.previous_hash", h.index};
        if (h.time < earliest_time()) return {errc::time_too_old, "header.time", h.time};
        if (h.time > now + limits_of<P>::ahead) return {errc::time_too_new, "header.time", h.time};
        bool claimed = false;
        if (auto f = check_seal(sealed, check, claimed)) {
            bool const unexplained = f.code == errc::wrong_signer || (f.code == errc::bad_signature && !claimed);
            if (headers_.empty() || !unexplained) return f;
            undecided_ = true;
        }
        auto const before = depth() == 0 ? 0 : vouched(0);
        headers_.push_back({hash_of_block<P>(sealed), sealed, weight() + consensus::weigh(sealed), 0});
        if constexpr (requires { consensus::vouched(*this, std::uint64_t()); }) headers_.back().vouched = consensus::vouched(*this, before);
        return {};
    }

    /// Why a header that somebody shows in place of the one at its height could not stand there; none when it could, or when it
    /// stands on another parent, of which nothing is known.
    fault refuses(sealed_type const& other, std::uint64_t now, check_type const& check) const {
        auto const h = other.body.index;
        if (h <= base_ || h > height() || other.body.previous_hash != (h == base_ + 1 ? base_hash_ : header_at(h - 1).hash)) return {};
        header_branch up_to_parent(*this);
        up_to_parent.headers_.resize(std::size_t(h - base_ - 1));
        return up_to_parent.append(other, now, check);
    }

    /// Would the chain prefer it, as far as its headers tell? With an undecided one: perhaps.
    bool preferred() const {
        if (undecided_) return true;
        daicho::branch const b{.height = height(), .weight = weight(), .final_height = base_, .vouched = depth() == 0 ? 0 : vouched(0), .head = head()};
        return consensus::prefer(b, chain_.branch()) == std::strong_ordering::greater;
    }

    /// What the chain holds of it by now begins it no more.
    void advance() {
        while (!headers_.empty() && base_ < chain_.height()) {
            auto const on_chain = chain_.recent(base_ + 1);
            if (!on_chain || !(on_chain->sealed == headers_.front().sealed)) return;
            base_hash_ = headers_.front().hash;
            base_weight_ = headers_.front().total;
            headers_.pop_front();
            ++base_;
        }
    }

private:
    daicho::weight weight() const noexcept { return headers_.empty() ? base_weight_ : headers_.back().total; }
    std::uint64_t depth_of_base() const noexcept {
        auto const above = chain_.height() - std::min(base_, chain_.height());
        return chain_.depth() > above ? chain_.depth() - above : 0;
    }
    digest hash_on_chain(std::uint64_t h) const {
        if (h == chain_.height()) return chain_.head();
        if (h == 0) return chain_.chain_id();
        auto const b = chain_.recent(h);
        return b ? hash_of_block<P>(b->sealed) : digest{};
    }
    daicho::weight weight_on_chain(std::uint64_t h) const {
        auto w = chain_.branch().weight;
        for (auto i = chain_.height(); i > h; --i)
            if (auto const b = chain_.recent(i)) w = w - consensus::weigh(b->sealed);
        return w;
    }
    std::uint64_t earliest_time() const {
        return chain<P>::earliest_time(genesis(), depth(), [&](std::size_t distance) { return at(distance).body.time; });
    }
    fault check_seal(sealed_type const& sealed, check_type const& check, bool& claimed) const {
        if constexpr (requires(claims<P>& c) { consensus::check(sealed, *this, c.noting()); }) {
            claims<P> one;
            if (auto f = consensus::check(sealed, *this, one.noting())) return f;
            claimed = true;
            if (check) return check(one);
            one_by_one<scheme_of<P>> verifier;
            return ledger::check(one, verifier);
        } else {
            return consensus::check(sealed, *this);
        }
    }

    chain<P> const& chain_;
    std::uint64_t base_;
    digest base_hash_;
    daicho::weight base_weight_;
    std::deque<entry> headers_;
    std::uint64_t now_ = 0;
    bool undecided_ = false;
};

} // namespace daicho::ledger
