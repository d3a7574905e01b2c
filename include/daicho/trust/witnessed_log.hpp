#pragma once

#include <daicho/concept/light_client.hpp>
#include <daicho/ledger/proof.hpp>
#include <daicho/protocol.hpp>
#include <daicho/record/bundle.hpp>
#include <daicho/trust/forked_log.hpp>

namespace daicho::trust {

/// The largest tree that a machine has believed, a time at which an honest witness saw it, and whom it believes no more: what it keeps
/// of a ledger.
struct log_head {
    static constexpr schema::tag schema{0x81, 2, "log_head"};
    DAICHO_RECORD(log_head,
        (std::uint64_t, size),              // transactions; 0: none seen yet
        (digest, root),
        (std::uint64_t, time),
        (std::uint32_t, caught));           // bits of trust::note_keys: who was convicted by a forked_log
    friend bool operator==(log_head const&, log_head const&) = default;

    std::uint64_t reached() const noexcept { return size; }
};

/// A light_client of a ledger whose tree heads a quorum of witnesses cosigns: whoever shows it another history than the world sees
/// needs the log's key and so many witnesses. Never allocates, never throws.
/// `Ed25519`: the model that verifies notes, whatever P signs with. The keys outlive it.
template <class P, class Ed25519 = scheme_of<P>>
class witnessed_log {
    static_assert(tlog::note_scheme<Ed25519>, "a witnessed_log verifies notes with a model of Ed25519: docs/light-client.md");

public:
    using head_type = log_head;
    using evidence_type = log_evidence;

    /// `logs`: who may sign this log's checkpoints, all of one name, which is its origin.
    witnessed_log(std::span<tlog::note_key const> logs, tlog::quorum witnesses) noexcept : logs_(logs), witnesses_(witnesses) {}

    /// Errors, in this order: what a note and a checkpoint are refused for; wrong_log (another origin); not_authenticated (the log has
    /// not signed), expelled_sender (who signed was caught), bad_signature; not_empty (further lines: no node of this chain writes any); too_few_witnesses (`at` counts them), out_of_range (a quorum that cannot be met);
    /// stale_checkpoint (smaller than the head); forked_log (of the head's size, another root: keep the note, it convicts them);
    /// of the consistency proof missing_field (it starts at another size than the head's), wrong_size, wrong_root; of the inclusion
    /// proof out_of_range, wrong_size, wrong_root. `where` tells the two apart.
    result<head_type> follow(head_type const& head, digest const& leaf, evidence_type const& e) const {
        auto const seen = read(e.checkpoint, head.caught);
        if (!seen) return seen.error();
        if (auto f = continues(head, *seen, e)) return f;
        if (auto f = ledger::verify_inclusion<hash_of<P>>({leaf, e.index, view(e.inclusion)}, seen->size, seen->root))
            return fault{f.code, "bundle.inclusion", f.at};
        return head_type{seen->size, seen->root, std::max(head.time, seen->time), head.caught};
    }

    /// The head of who is shown that somebody signed two trees of one size, and believes it no more: its word counts for nothing, and the
    /// quorum asks for as many others as before. Errors: those of convicted_by.
    result<head_type> convict(head_type head, forked_log const& evidence) const {
        auto const whose = convicted_by<Ed25519>({logs_, witnesses_.cosigners}, evidence);
        if (!whose) return whose.error();
        head.caught |= *whose;
        return head;
    }

    /// The tree of a checkpoint that the log signed and a quorum cosigned, and a time at which an honest witness saw it. `caught`: who
    /// counts no more. Errors: those of follow up to out_of_range.
    result<head_type> read(byte_view checkpoint, std::uint32_t caught = 0) const {
        auto const note = tlog::note::parse(as_text(checkpoint));
        if (!note) return note.error();
        auto const seen = tlog::checkpoint::parse(note->text());
        if (!seen) return seen.error();
        if (auto f = signed_by_log(*note, seen->origin, caught)) return f;
        if (!seen->extensions.empty()) return fault{errc::not_empty, "checkpoint.extensions"};  // a forked_tree could not tell of it
        auto counting = witnesses_;
        counting.caught = caught & (note_keys::of_log(0) - 1);
        auto const time = counting.template met<Ed25519>(*note);
        if (!time) return time.error() == errc::not_authenticated ? fault{errc::too_few_witnesses, "checkpoint", time.error().at} : time.error();
        return head_type{seen->size, seen->root, *time, caught};
    }

private:
    fault signed_by_log(tlog::note const& n, std::string_view origin, std::uint32_t caught) const {
        fault why{errc::wrong_log, "checkpoint.origin"};
        bool by_caught = false;
        for (std::size_t i = 0; i != logs_.size(); ++i) {
            auto const& key = logs_[i];
            if (key.name.view() != origin) continue;
            if (caught & note_keys::of_log(i)) {
                by_caught = by_caught || n.find(key.name.view(), key.id());
                if (why == errc::wrong_log) why = {errc::not_authenticated, "note.signatures"};
                continue;
            }
            why = tlog::verify_note<Ed25519>(n, key);
            if (why != errc::not_authenticated) return why;  // C2SP signed-note: a known key's bad signature spoils the note
        }
        return by_caught ? fault{errc::expelled_sender, "checkpoint"} : why;
    }

    static fault continues(head_type const& head, head_type const& seen, evidence_type const& e) {
        if (seen.size < head.size) return {errc::stale_checkpoint, "checkpoint.size", head.size};
        if (head.size == 0) return {};
        if (seen.size == head.size) return seen.root == head.root ? fault{} : fault{errc::forked_log, "checkpoint.root", head.size};
        if (e.older_size != head.size) return {errc::missing_field, "bundle.consistency", head.size};
        auto const f = ledger::verify_consistency<hash_of<P>>(head.size, head.root, seen.size, seen.root, view(e.consistency));
        return {f.code, "bundle.consistency", f.at};
    }

    static std::span<digest const> view(tree_path const& p) noexcept { return {p.data(), p.size()}; }

    std::span<tlog::note_key const> logs_;
    tlog::quorum witnesses_;
};

} // namespace daicho::trust
