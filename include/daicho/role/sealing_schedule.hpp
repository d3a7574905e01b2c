#pragma once

#include <daicho/ledger/pool.hpp>
#include <daicho/role/outbox.hpp>
#include <daicho/role/sealing.hpp>

namespace daicho::role {

/// When a node seals a block, and which: one job at a time, given up when the tip moves. An authority's slot is durable before
/// its signature is asked for.
template <class P>
class sealing_schedule {
public:
    using block_type = block_of<P>;
    using message_type = inline_string<limits::message>;
    using put_type = std::function<void(outbox::decision)>;

    static constexpr std::uint64_t pause_seconds = 2;    ///< before sealing again when it failed

    /// `put` takes a decision for the disk, `out` what the runner is to do.
    sealing_schedule(node_id const& me, sealing_policy policy, message_type const& message, put_type put, actions& out)
        : me_(me), policy_(policy), message_(message), put_(std::move(put)), out_(out) {}
    sealing_schedule(sealing_schedule const&) = delete;

    bool under_way() const noexcept { return sealing_; }
    void pause(std::uint64_t now) noexcept { again_ = now + pause_seconds; }

    /// Takes up the last slot that was sealed in an earlier life. Errors: store_corrupt.
    fault restore(byte_view cell) {
        if (cell.empty()) return {};
        if (cell.size() != 40) return {errc::store_corrupt, "slot"};
        last_slot_ = load_be64(cell.data());
        return {};
    }

    /// The tip is another one: whatever is being sealed is stale.
    void moved() {
        ++epoch_;
        if (std::exchange(sealing_, false)) out_.push_back(stop_sealing{});
    }

    /// Begins a block when one is due. `asked`: somebody waits for one.
    void consider(ledger::chain<P>& chain, ledger::pool<P> const& pool, bool asked, std::uint64_t now) {
        if (sealing_ || now < again_ || !due(chain, pool, asked, now)) return;
        auto h = chain.prepare(message_, now, me_, last_slot_);
        if (!h || (h->slot != 0 && h->slot <= last_slot_)) return;  // not this machine's turn
        auto transactions = pool.next_block(h->time);
        if (transactions.empty() && pool.size() != 0) return;
        chain.commit_to(*h, transactions);
        sealing_ = true;
        template_ = std::move(transactions);
        job_ = {++epoch_, *h, chain.chain_id()};
        if (h->slot == 0) {
            out_.push_back(seal{job_});
            return;
        }
        // An authority's signature leaves only after (slot, hash) is durable, and with it the branch it vouches for: a crash
        // never makes it sign another header for this slot, or forget which branch it left.
        bytes cell(8);
        store_be64(cell.data(), h->slot);
        auto const d = digest_of<hash_of<P>>(*h);
        cell.insert(cell.end(), d.begin(), d.end());
        last_slot_ = h->slot;
        store_batch batch;
        batch.cells.emplace_back("slot", std::move(cell));
        put_({std::move(batch),
              [this, epoch = job_.epoch](fault f) {
                  if (!sealing_ || epoch != epoch_) return;
                  if (f) sealing_ = false;
                  else out_.push_back(seal{job_});
              },
              {}});
    }

    /// The block that a proof completes; nothing when the tip moved on meanwhile.
    result<std::optional<block_type>> completed(std::uint64_t epoch, result<proof_of<P>> const& proof) {
        if (!sealing_ || epoch != epoch_) return std::optional<block_type>();
        sealing_ = false;
        if (!proof) return proof.error();
        block_type b;
        b.sealed = {job_.body, *proof};
        b.transactions = std::move(template_);
        return std::optional(std::move(b));
    }

private:
    bool due(ledger::chain<P> const& chain, ledger::pool<P> const& pool, bool asked, std::uint64_t now) const {
        bool const in_time = policy_.interval != 0 && now >= tip_time(chain) + policy_.interval;
        if (pool.size() == 0) return policy_.settle && policy_.interval != 0 && (in_time || long_silent(chain, now)) && unsettled(chain);
        return asked || (policy_.size != 0 && pool.size() >= policy_.size) || in_time;
    }
    /// A signer whose slots all come too soon after somebody else's block would never be heard, and finality needs its voice.
    bool long_silent(ledger::chain<P> const& chain, std::uint64_t now) const {
        if (chain.depth() == 0 || chain.at(0).body.slot == 0) return false;
        auto const own = std::max(chain.genesis().time, last_slot_ * chain.genesis().slot_seconds);
        return now >= own + policy_.interval * (chain.signers().size() + 1);
    }
    static std::uint64_t tip_time(ledger::chain<P> const& chain) { return chain.depth() == 0 ? chain.genesis().time : chain.at(0).body.time; }
    static bool unsettled(ledger::chain<P> const& chain) {
        for (auto h = chain.height(); h > chain.final_height(); --h)
            if (auto b = chain.recent(h); b && !b->transactions.empty()) return true;
        return false;
    }

    node_id me_;
    sealing_policy policy_;
    message_type message_;
    put_type put_;
    actions& out_;
    std::vector<transaction_of<P>> template_;
    seal_job job_{};
    std::uint64_t epoch_ = 0;
    std::uint64_t last_slot_ = 0;
    std::uint64_t again_ = 0;
    bool sealing_ = false;
};

} // namespace daicho::role
