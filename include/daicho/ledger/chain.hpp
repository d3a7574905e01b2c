#pragma once

#include <daicho/concept/consensus.hpp>
#include <daicho/concept/rule.hpp>
#include <daicho/hash/encoded_records.hpp>
#include <daicho/ledger/block_bytes.hpp>
#include <daicho/ledger/claims.hpp>
#include <daicho/ledger/committed.hpp>
#include <daicho/ledger/fleet_state.hpp>
#include <daicho/ledger/registry.hpp>
#include <daicho/ledger/sender_count.hpp>
#include <daicho/ledger/tree.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <deque>
#include <functional>
#include <memory>
#include <span>

namespace daicho::ledger {

template <class P>
digest hash_of_block(sealed_header_of<P> const& sealed) {
    return digest_of<hash_of<P>>(sealed);
}

/// Leaves of the block's tree and of the chain's.
template <class P>
std::vector<digest> leaves_of(std::vector<transaction_of<P>> const& transactions) {
    return encoded_records(transactions).template digests<hash_of<P>>(leaf_prefix);
}

template <class P>
digest root_of(std::vector<transaction_of<P>> const& transactions) {
    auto leaves = leaves_of<P>(transactions);
    return root_over<hash_of<P>>(leaves);
}

/// Of all blocks that were examined together, which hold parts of it.
struct examined_together {
    std::vector<digest> leaves;
    std::vector<byte_view> transactions;
};

/// A chain from its pinned genesis to its tip: decides which block may follow and which branch is preferred.
/// Pure: it keeps what decisions need (the registry, and the blocks above the final point, so that a better branch can
/// replace them) and leaves storing to whoever asked. A fault leaves it unchanged.
template <class P>
class chain {
    static_assert(checked_protocol<P>);
    friend class snapshots<P>;

public:
    using protocol_type = P;
    using consensus = consensus_of<P>;
    using block_type = block_of<P>;
    using sealed_type = sealed_header_of<P>;
    using history_type = tree_head<hash_of<P>>;
    using fleet_type = fleet_state<P>;
    /// Verifies the signatures that a block claims: the fault of the first bad one, none when all are good. Empty: they are
    /// verified one by one.
    using check_type = std::function<fault(claims<P>&)>;

    static constexpr std::size_t median_window = 11;  ///< headers whose median time the next block must exceed
    static constexpr std::size_t kept_headers = 64;   ///< always seen, up to the final point
    static constexpr bool seal_has_digest = requires(sealed_type const& s, digest const& d) {
        typename consensus::seal_digest_by;
        consensus::template seal_digest<hash_of<P>>(s, d);
    };

    explicit chain(genesis_of<P> g)
        : genesis_(std::move(g)), chain_id_(digest_of<hash_of<P>>(genesis_)), registry_(genesis_, chain_id_), signers_(registry_.signers()) {
        static_assert(fork_choice<consensus>, "Protocol::consensus must prefer one branch as a fork_choice does: docs/concepts/fork_choice.md");
        static_assert(daicho::consensus<consensus, chain>, "Protocol::consensus must be a consensus: docs/concepts/consensus.md");
    }

    // --- the view that rules and seals look at -----------------------------------------------------------------------
    genesis_of<P> const& genesis() const noexcept { return genesis_; }
    digest const& chain_id() const noexcept { return chain_id_; }
    std::uint64_t height() const noexcept { return height_; }
    digest const& head() const noexcept { return recent_.empty() ? chain_id_ : recent_.back().hash; }
    std::uint64_t depth() const noexcept { return recent_.size(); }
    sealed_type const& at(std::uint64_t distance) const { return recent_[recent_.size() - 1 - distance].block->sealed; }
    /// The authorities as of the tip, whatever waits in a pool above it.
    std::vector<node_id> const& signers() const noexcept { return signers_; }
    /// The same as of the block at a height that is still held.
    std::vector<node_id> const& signers_at(std::uint64_t height) const noexcept {
        return height >= height_ || height + recent_.size() < height_ ? signers_ : registry_.signers(recent_[recent_.size() - std::size_t(height_ - height)].before);
    }
    std::uint64_t now() const noexcept { return now_; }
    std::uint64_t sealed_slot() const noexcept { return sealed_slot_; }
    std::uint64_t vouched(std::uint64_t distance) const { return recent_[recent_.size() - 1 - distance].vouched; }
    registry<P> const& members() const noexcept { return registry_; }
    /// What a consensus that has seal_digest gave of this very header, when the block was examined; null when it was not.
    template <class By>
    digest const* seal_digest(sealed_type const& sealed) const noexcept {
        if constexpr (seal_has_digest)
            if (std::same_as<typename consensus::seal_digest_by, By> && examined_ && &examined_->block->sealed == &sealed) return &examined_->seal;
        return nullptr;
    }
    /// The tree over every transaction up to the tip, in the order of the chain (RFC 9162 2.1.1).
    history_type const& history() const noexcept { return recent_.empty() ? no_history() : recent_.back().history; }

    /// How every device stands after the block at `height`, to prove it to its header's fleet_root; nothing for one that is no longer, or
    /// not yet, among those held. Good until the chain changes.
    std::optional<typename fleet_type::view> fleet_at(std::uint64_t height) const {
        if (height == height_) return fleet_.now();
        if (height > height_ || height < final_ || height + recent_.size() < height_) return std::nullopt;
        return fleet_.at(recent_[recent_.size() - (height_ - height)].fleet_before);
    }

    // --- what a role asks --------------------------------------------------------------------------------------------
    daicho::branch branch() const noexcept { return {height_, weight(), final_, recent_.empty() ? 0 : vouched(0), head()}; }
    std::uint64_t final_height() const noexcept { return final_; }

    /// The block at a height that is still held; null for older ones and beyond the tip.
    std::shared_ptr<block_type const> recent(std::uint64_t index) const {
        auto const* e = entry_of(index);
        if (!e) return nullptr;
        return e->packed ? std::make_shared<block_type const>(*decode<block_type>(*e->packed)) : e->block;
    }

    /// The earliest time that a block on this tip may bear.
    std::uint64_t earliest_time() const {
        return earliest_time(genesis_, depth(), [&](std::size_t distance) { return recent_[recent_.size() - 1 - distance].time; });
    }
    /// The same on headers of which `time_at(distance)` tells the time, 0 being the tip: one more than their median.
    template <class TimeAt>
    static std::uint64_t earliest_time(genesis_of<P> const& genesis, std::uint64_t depth, TimeAt&& time_at) {
        std::array<std::uint64_t, median_window> times;
        std::size_t const n = std::min<std::size_t>(std::size_t(depth), median_window);
        if (n == 0) return genesis.time + 1;
        for (std::size_t d = 0; d != n; ++d) times[d] = time_at(d);
        std::nth_element(times.begin(), times.begin() + std::ptrdiff_t(n / 2), times.begin() + std::ptrdiff_t(n));
        return times[n / 2] + 1;
    }

    /// A header for a block on this tip, to be completed by commit_to; a fault when this machine is not to seal now.
    /// `sealed_slot`: the last slot that `me` ever sealed, in whichever branch.
    result<header> prepare(inline_string<limits::message> const& message, std::uint64_t now, node_id const& me, std::uint64_t sealed_slot = 0) {
        now_ = now;
        sealed_slot_ = sealed_slot;
        header h{.index = height_ + 1, .message = message, .time = std::max(now, earliest_time()), .previous_hash = head()};
        if (auto f = consensus::prepare(h, *this, me)) return f;
        return h;
    }

    /// Completes the header of a block with these transactions on this tip: transactions_root and commitments.
    void commit_to(header& h, std::vector<transaction_of<P>> const& transactions) const {
        auto leaves = leaves_of<P>(transactions);
        auto grown = history();
        grown.append_hashes(leaves);
        h.transactions_root = root_over<hash_of<P>>(leaves);
        auto const before = fleet_.mark();
        h.commitments = committed(grown.size(), grown.root(), fleet_.apply(transactions, h.index));
        fleet_.rollback(before);
    }

    /// What can be told of a block without the chain that it stands on, so by any thread.
    struct examined {
        std::shared_ptr<block_type const> block;
        std::shared_ptr<bytes const> raw;                       ///< its canonical bytes
        digest hash;                                            ///< hash_of_block
        digest seal;                                            ///< seal_digest of a consensus that has one
        digest transactions_root;                               ///< root_of its transactions
        std::span<digest const> leaves;                         ///< leaves_of them
        std::span<byte_view const> transactions;                ///< the bytes of each, in `raw`
        std::shared_ptr<examined_together const> together;
        bool found_good = false;                                ///< the signatures of all its transactions were verified before: nobody claims them again
    };
    /// Many at a time, in their order: their hashes are made together. `raw`: the bytes that they were decoded from, where somebody has
    /// them; nobody else holds the blocks then.
    static std::vector<examined> examine(std::vector<std::shared_ptr<block_type const>> blocks, std::span<std::shared_ptr<bytes const> const> raw = {}) {
        std::vector<examined> out(blocks.size());
        std::vector<byte_view> seals, heads;
        auto const together = std::make_shared<examined_together>();
        for (std::size_t i = 0; i != out.size(); ++i) {
            auto const& b = *(out[i].block = std::move(blocks[i]));
            out[i].raw = raw.empty() ? std::make_shared<bytes const>(encode(b)) : raw[i];
            block_bytes<P> const parts(b, *out[i].raw);
            seals.push_back(parts.sealed());
            if constexpr (seal_has_digest) heads.push_back(parts.header());
            parts.append_transactions(together->transactions);
        }
        auto const digests = [](auto const& records, byte_view prefix = {}) { return encoded_records::of_canonical(records).template digests<hash_of<P>>(prefix); };
        auto const hashes = digests(seals), bodies = digests(heads);
        together->leaves = digests(together->transactions, leaf_prefix);
        std::vector<digest> level;
        std::size_t first = 0;
        for (std::size_t i = 0; i != out.size(); ++i) {
            auto& e = out[i];
            std::size_t const n = e.block->transactions.size();
            e.hash = hashes[i];
            if constexpr (seal_has_digest) e.seal = consensus::template seal_digest<hash_of<P>>(e.block->sealed, bodies[i]);
            e.together = together;
            e.leaves = std::span(together->leaves).subspan(first, n);
            e.transactions = std::span(together->transactions).subspan(first, n);
            level.assign(e.leaves.begin(), e.leaves.end());
            e.transactions_root = root_over<hash_of<P>>(level);
            first += n;
        }
        return out;
    }
    static std::vector<examined> examine(std::vector<block_type> blocks) {
        std::vector<std::shared_ptr<block_type const>> shared;
        shared.reserve(blocks.size());
        for (auto& b : blocks) shared.push_back(std::make_shared<block_type const>(std::move(b)));
        return examine(std::move(shared));
    }
    static examined examine(block_type block) {
        std::vector<block_type> one;
        one.push_back(std::move(block));
        return std::move(examine(std::move(one)).front());
    }

    /// What recent() says, with its bytes and what was found of them, if it came so and did not become final long ago: no hash is made again.
    std::optional<examined> recent_examined(std::uint64_t index) const {
        auto const* e = entry_of(index);
        if (!e || !e->raw || !e->together) return std::nullopt;
        return examined{.block = e->block, .raw = e->raw, .hash = e->hash, .seal = {}, .transactions_root = e->block->head().transactions_root,
                        .leaves = e->leaves, .transactions = e->transactions, .together = e->together};
    }

    /// What push_unverified leaves to whoever asked, of one block after another.
    struct unverified {
        claims<P> signatures;
        commitment_claims<hash_of<P>> commitments;  ///< one of each block
        void clear() noexcept {
            signatures.clear();
            commitments.clear();
        }
    };

    /// Takes in the next block, or says why not. Checks everything, in this order: place, seal, content.
    fault push(block_type const& block, std::uint64_t now, check_type const& check = {}) {
        return push(block, nullptr, now, check);
    }
    /// The same of a block that was examined.
    fault push(examined const& known, std::uint64_t now, check_type const& check = {}) { return push(*known.block, &known, now, check); }
    /// As push, with the signatures and the commitments left to whoever asks: they are put behind `left`, those before a fault too,
    /// which stands only if all of them are good. A block's signatures come before its commitments. Who finds a bad one has to throw
    /// the chain away, or to unwind it to before that block while nothing above is final.
    fault push_unverified(examined const& known, std::uint64_t now, unverified& left) {
        return take_in(*known.block, &known, now, left.signatures, [] { return fault{}; },
                       [&](auto const& said, auto const& history, digest const& fleet_root) { return left.commitments.add(said, history, fleet_root), true; });
    }
    static fault wrong_commitments(std::uint64_t height) { return {errc::wrong_commitments, "block.commitments", height}; }

    /// Takes back the tip until `height` is the tip. Errors: below_final.
    fault unwind(std::uint64_t height) {
        if (height < final_) return {errc::below_final, "chain.unwind", height};
        (void)take_off(height);
        return {};
    }

    /// While held, nothing becomes final: what a disk does not hold yet can still be taken back.
    void hold_final(bool held) {
        held_ = held;
        settle();
    }

    /// Replaces everything above `fork_point` by `blocks` when that is preferred and valid throughout.
    /// Errors: below_final, not_preferred, and whatever the first bad block is refused for; the chain is then as it was.
    fault adopt(std::uint64_t fork_point, std::span<block_type const> blocks, std::uint64_t now, check_type const& check = {}) {
        if (fork_point < final_) return {errc::below_final, "branch.fork_point", fork_point};
        if (fork_point > height_ || blocks.empty()) return {errc::unlinked_block, "branch.fork_point", fork_point};
        // Cheap first: nobody makes us check a branch that could not win. Its weight is recomputed, never believed.
        daicho::branch candidate{.height = fork_point, .weight = weight_at(fork_point), .vouched = ~std::uint64_t(0)};
        for (auto& b : blocks) {
            ++candidate.height;
            candidate.weight += consensus::weigh(b.sealed);
        }
        candidate.final_height = candidate.height;  // at best
        candidate.head = hash_of_block<P>(blocks.back().sealed);
        auto const current = branch();
        if (consensus::prefer(candidate, current) != std::strong_ordering::greater)
            return {errc::not_preferred, "branch.weight", candidate.height};

        auto displaced = take_off(fork_point);
        on_trial_ = true;  // nothing becomes final while the branch is on trial
        fault verdict;
        for (auto& b : blocks)
            if ((verdict = push(b, now, check))) break;
        if (!verdict) {  // now all is known about it, and the preference is for good
            auto judged = branch();
            judged.final_height = std::max(final_, consensus::final_height(*this));
            if (consensus::prefer(judged, current) != std::strong_ordering::greater)
                verdict = {errc::not_preferred, "branch", judged.height};
        }
        if (verdict) {
            (void)take_off(fork_point);
            put_back(std::move(displaced));
        }
        on_trial_ = false;
        settle();
        return verdict;
    }

    /// The registry, for transactions that wait for a block: whoever changes it rolls back before the next push.
    registry<P>& overlay() noexcept { return registry_; }

private:
    struct entry {
        digest hash;
        std::shared_ptr<block_type const> block;
        std::uint64_t time;                        // the header's
        daicho::weight total;                      // of the chain up to and with this block
        std::uint64_t vouched;                     // what consensus::vouched says with this block as the tip
        typename registry<P>::mark_type before;    // the registry before this block
        typename fleet_type::mark_type fleet_before;
        history_type history;                      // up to and with this block
        std::shared_ptr<bytes const> raw{};        // the block, where they came with it
        std::span<digest const> leaves{};          // and what was found of it by then
        std::span<byte_view const> transactions{};
        std::shared_ptr<examined_together const> together{};
        std::shared_ptr<bytes const> packed{};     // the block, where `block` has lost its transactions
    };

    /// Of a recent block; null when it is none.
    entry const* entry_of(std::uint64_t index) const {
        if (index > height_ || index + recent_.size() <= height_) return nullptr;
        return &recent_[recent_.size() - 1 - (height_ - index)];
    }

    static history_type const& no_history() noexcept {
        static history_type const none;
        return none;
    }

    fault push(block_type const& block, examined const* known, std::uint64_t now, check_type const& check) {
        claims_.clear();
        return take_in(block, known, now, claims_, [&] { return settle_claims(check); },
                       [](auto const& said, auto const& history, digest const& fleet_root) { return said == committed(history.size(), history.root(), fleet_root); });
    }

    daicho::weight weight() const noexcept { return recent_.empty() ? base_weight_ : recent_.back().total; }
    daicho::weight weight_at(std::uint64_t height) const {
        if (height == height_) return weight();
        auto const& next = recent_[recent_.size() - (height_ - height)];
        return next.total - consensus::weigh(next.block->sealed);
    }

    std::vector<entry> take_off(std::uint64_t height) {
        std::vector<entry> off;
        while (height_ > height) {
            registry_.rollback(recent_.back().before);
            fleet_.rollback(recent_.back().fleet_before);
            off.push_back(std::move(recent_.back()));
            recent_.pop_back();
            --height_;
        }
        std::reverse(off.begin(), off.end());
        signers_ = registry_.signers();
        return off;
    }
    /// Undoes take_off: these blocks were checked when they were first taken in.
    void put_back(std::vector<entry> off) {
        for (auto& e : off) {
            ++height_;
            for (auto& tx : e.block->transactions) (void)registry_.apply(tx, height_, registry<P>::found_good);
            e.fleet_before = fleet_.mark();
            (void)fleet_.apply(e.block->transactions, height_);
            recent_.push_back(std::move(e));
        }
        signers_ = registry_.signers();
    }

    fault check_place(header const& h) const {
        if (h.index != height_ + 1) return {errc::wrong_index, "block.index", h.index};
        if (h.previous_hash != head()) return {height_ == 0 ? errc::foreign_genesis : errc::unlinked_block, "block.previous_hash", h.index};
        if (h.time < earliest_time()) return {errc::time_too_old, "block.time", h.time};
        if (h.time > now_ + limits_of<P>::ahead) return {errc::time_too_new, "block.time", h.time};
        return {};
    }

    /// `grown`: the history up to the tip, and then up to this block.
    fault check_content(block_type const& block, examined const* known, history_type& grown) const {
        auto const& h = block.head();
        if (block.transactions.size() > limits_of<P>::block_transactions)
            return {errc::oversized, "block.transactions", block.transactions.size()};
        std::vector<digest> own;
        if (!known) own = leaves_of<P>(block.transactions);
        grown.append_hashes(known ? known->leaves : own);
        if ((known ? known->transactions_root : root_over<hash_of<P>>(own)) != h.transactions_root)
            return {errc::wrong_root, "block.transactions_root", h.index};
        return {};
    }

    /// Puts the next block on the tip, or says why not. Its signatures are noted behind `noted`; `settle() -> fault` says what they are
    /// worth, as soon as they are wanted. `agrees(commitments, history, fleet_root)`: whether they are what they have to be.
    template <class Settle, class Agrees>
    fault take_in(block_type const& block, examined const* known, std::uint64_t now, claims<P>& noted, Settle settle, Agrees agrees) {
        now_ = now;
        auto const before = registry_.mark();
        auto const fleet_before = fleet_.mark();
        auto grown = history();
        if (auto f = judge(block, known, grown, noted, settle, agrees)) {
            registry_.rollback(before);
            fleet_.rollback(fleet_before);
            return f;
        }
        entry e{known ? known->hash : hash_of_block<P>(block.sealed), known ? known->block : std::make_shared<block_type const>(block), block.head().time, 0, 0,
                before, fleet_before, std::move(grown)};
        if (known) e.raw = known->raw, e.leaves = known->leaves, e.transactions = known->transactions, e.together = known->together;
        enter(std::move(e));
        return {};
    }

    /// All that is asked of the next block. Whoever asks takes back what a refused one changed in the registry and the fleet.
    template <class Settle, class Agrees>
    fault judge(block_type const& block, examined const* known, history_type& grown, claims<P>& noted, Settle& settle, Agrees& agrees) {
        auto const& h = block.head();
        if (auto f = check_place(h)) return f;
        if (auto f = check_seal(block.sealed, known, noted, settle)) return f;
        if constexpr (requires { typename P::rules; }) {
            static_assert(rule<typename P::rules, block_type, chain>, "Protocol::rules must be a rule: docs/concepts/rule.md");
            if (auto f = P::rules::check(block, *this)) return f;
        }
        if (auto f = check_content(block, known, grown)) return f;
        auto const f = apply_all(block, known, noted);
        // Whatever was refused, the signatures before it come first.
        if (auto bad = settle()) return bad;
        if (f) return f;
        // The registry has taken the block in; now the fleet does.
        return agrees(h.commitments, grown, fleet_.apply(block.transactions, h.index)) ? fault{} : wrong_commitments(h.index);
    }

    /// The signature of a seal is verified before anything else is looked at: a forger pays first.
    template <class Settle>
    fault check_seal(sealed_type const& sealed, examined const* known, claims<P>& noted, Settle& settle) {
        if constexpr (requires { consensus::check(sealed, *this, noted.noting()); }) {
            auto const before = noted.size();
            if (auto f = consensus::check(sealed, *this, noted.noting())) return noted.keep(before), f;
            return settle();
        } else {
            examined_ = known;
            auto const f = consensus::check(sealed, *this);
            examined_ = nullptr;
            return f;
        }
    }

    /// Applies transactions up to the first that is refused; their signatures are noted, unless they were found good before.
    fault apply_all(block_type const& block, examined const* known, claims<P>& noted) {
        bool const found_good = known && known->found_good;
        if (known && !found_good) noted.share(known->raw);
        bool const may_exceed = block.transactions.size() > limits_of<P>::per_sender;
        if (may_exceed) spoken_.begin(block.transactions.size());
        for (std::size_t i = 0; i != block.transactions.size(); ++i) {
            auto const& tx = block.transactions[i];
            auto const* const sender = registry_.find(tx.body.sender);  // nobody: refused below
            if (may_exceed && sender && tx.body.sender != registry_.management() && spoken_.add(sender) > limits_of<P>::per_sender)
                return {errc::over_quota, "block.transactions", i};
            if (tx.body.time > block.head().time + limits_of<P>::ahead) return {errc::time_too_new, "transaction.time", i};
            auto const height = block.head().index;
            byte_view const body = known ? body_bytes<P>(tx, known->transactions[i]) : byte_view();
            if (auto f = found_good ? registry_.apply(tx, sender, height, registry<P>::found_good) : registry_.apply(tx, sender, height, noted.noting(body))) return f;
        }
        return {};
    }

    fault settle_claims(check_type const& check) {
        one_by_one<scheme_of<P>> verifier;
        auto const f = check ? check(claims_) : ledger::check(claims_, verifier);
        claims_.clear();
        return f;
    }

    /// Puts a block that was judged well on the tip.
    void enter(entry e) {
        e.total = weight() + consensus::weigh(e.block->sealed);
        recent_.push_back(std::move(e));
        ++height_;
        signers_ = registry_.signers();
        if constexpr (requires { consensus::vouched(*this, std::uint64_t()); })
            recent_.back().vouched = consensus::vouched(*this, recent_.size() > 1 ? vouched(1) : 0);
        settle();
    }

    /// Moves the final point up and lets go of what can no longer change, except the headers that the next rules look at.
    void settle() {
        if (held_ || on_trial_) return;
        std::uint64_t const first = height_ - recent_.size() + 1;
        for (std::uint64_t h = std::max(first, packed_ + 1); h <= final_ && h < height_; ++h) pack(recent_[std::size_t((packed_ = h) - first)]);
        final_ = std::max(final_, consensus::final_height(*this));  // what becomes final now is looked at once more: it is packed the next time
        for (std::uint64_t h = std::max(first, forgotten_ + 1); h <= final_ && h < height_; ++h) {
            registry_.forget(recent_[std::size_t(h + 1 - first)].before);  // marks before the next block: this one is permanent
            fleet_.forget(recent_[std::size_t(h + 1 - first)].fleet_before);
            forgotten_ = h;
        }
        while (height_ - recent_.size() + 1 + kept_headers <= final_) {  // so many up to the final point: a snapshot begins there
            base_weight_ = recent_.front().total;
            recent_.pop_front();
        }
    }

    /// What is final is never undone: of a large block that came with its bytes, these are enough.
    static void pack(entry& e) {
        constexpr std::size_t large = 16;
        e.leaves = {}, e.transactions = {}, e.together.reset();
        if (!e.raw || e.block->transactions.size() < large) return e.raw.reset();
        e.packed = std::move(e.raw);
        e.block = std::make_shared<block_type const>(block_type{e.block->sealed, {}});
    }

    genesis_of<P> genesis_;
    digest chain_id_;
    registry<P> registry_;
    mutable fleet_type fleet_;  // of the tip; looking at it hashes what has changed
    claims<P> claims_;      // of the block in question
    sender_count spoken_;   // in it
    examined const* examined_ = nullptr;  // while its seal is checked
    std::vector<node_id> signers_;
    std::deque<entry> recent_;
    daicho::weight base_weight_ = 0;  // of everything before recent_
    std::uint64_t height_ = 0;
    std::uint64_t final_ = 0;
    std::uint64_t forgotten_ = 0;
    std::uint64_t packed_ = 0;
    std::uint64_t now_ = 0;
    std::uint64_t sealed_slot_ = 0;
    bool held_ = false;
    bool on_trial_ = false;
};

} // namespace daicho::ledger
