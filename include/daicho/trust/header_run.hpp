#pragma once

#include <daicho/ledger/registry.hpp>
#include <daicho/concept/consensus.hpp>

#include <deque>

namespace daicho::trust {

/// Headers in a row, each sealed on the one before by the consensus's own rule: a chain, as far as it can be judged by who has its
/// headers and knows its signers. Where seals are signatures it may begin at any block, for each of them names its chain; by work it
/// begins at the first, since only the way there tells whose chain it is.
template <class P>
class header_run {
public:
    using protocol_type = P;
    using consensus = consensus_of<P>;
    using sealed_type = sealed_header_of<P>;

    /// Do seals name their chain and their signer?
    static constexpr bool is_signed = requires(proof_of<P> const& p) { p.signer; };

    /// All three outlive it. `members`: who signs the next header.
    header_run(genesis_of<P> const& g, digest const& chain_id, ledger::registry<P> const& members) : genesis_(g), chain_id_(chain_id), members_(members) {
        static_assert(daicho::consensus<consensus, header_run>, "Protocol::consensus must be a consensus: docs/concepts/consensus.md");
    }

    /// Takes in the next header. `change`: makes the members those after its block, once its seal is found good; a seal is made by who
    /// signs before. Errors: foreign_genesis, wrong_index, unlinked_block (it does not follow), what the consensus refuses a seal for,
    /// those of `change`. A fault leaves the run as it was.
    fault follow(sealed_type const& sealed) {
        return follow(sealed, [] { return fault{}; });
    }
    template <class Change>
    fault follow(sealed_type const& sealed, Change&& change) {
        header const& h = sealed.body;
        bool const begins = headers_.empty();
        if (begins && !is_signed && h.index != 1) return {errc::wrong_index, "header.index", h.index};
        if (begins ? h.index == 0 : h.index != height_ + 1) return {errc::wrong_index, "header.index", h.index};
        if (h.index == 1 && h.previous_hash != chain_id_) return {errc::foreign_genesis, "header.previous_hash", h.index};
        if (!begins && h.previous_hash != head()) return {errc::unlinked_block, "header.previous_hash", h.index};
        if (auto f = consensus::check(sealed, *this)) return f;
        if (auto f = change()) return f;
        headers_.push_back({sealed, digest_of<hash_of<P>>(sealed), 0});
        height_ = h.index;
        if constexpr (requires { consensus::vouched(*this, std::uint64_t()); })
            headers_.back().vouched = consensus::vouched(*this, headers_.size() > 1 ? vouched(1) : 0);
        return {};
    }

    /// No block at or below it is ever replaced, as these headers tell; 0 for none of them.
    std::uint64_t final_height() const {
        return headers_.empty() ? 0 : consensus::final_height(*this);
    }
    /// The header of a block; null when it is not in the run.
    header const* find(std::uint64_t index) const {
        if (index > height_ || height_ - index >= headers_.size()) return nullptr;
        return &at(height_ - index).body;
    }

    // --- the view that the consensus looks at ------------------------------------------------------------------------
    genesis_of<P> const& genesis() const noexcept { return genesis_; }
    digest const& chain_id() const noexcept { return chain_id_; }
    std::uint64_t height() const noexcept { return height_; }
    digest const& head() const noexcept { return headers_.empty() ? chain_id_ : headers_.back().hash; }
    std::uint64_t depth() const noexcept { return headers_.size(); }
    sealed_type const& at(std::uint64_t distance) const { return headers_[headers_.size() - 1 - distance].sealed; }
    std::vector<node_id> const& signers() const noexcept { return members_.signers(); }
    ledger::registry<P> const& members() const noexcept { return members_; }
    std::uint64_t now() const noexcept { return 0; }
    std::uint64_t sealed_slot() const noexcept { return 0; }
    std::uint64_t vouched(std::uint64_t distance) const { return headers_[headers_.size() - 1 - distance].vouched; }

private:
    struct entry {
        sealed_type sealed;
        digest hash;
        std::uint64_t vouched;
    };
    genesis_of<P> const& genesis_;
    digest const& chain_id_;
    ledger::registry<P> const& members_;
    std::deque<entry> headers_;
    std::uint64_t height_ = 0;
};

} // namespace daicho::trust
