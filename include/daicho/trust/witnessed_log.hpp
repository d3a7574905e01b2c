#pragma once

#include <daicho/concept/light_client.hpp>
#include <daicho/ledger/proof.hpp>
#include <daicho/protocol.hpp>
#include <daicho/record/bundle.hpp>
#include <daicho/tlog/cosignature.hpp>

namespace daicho::trust {

/// The largest tree that a machine has believed, and a time at which an honest witness saw it: what it keeps of a ledger.
struct log_head {
    static constexpr schema::tag schema{0x81, 1, "log_head"};
    DAICHO_RECORD(log_head,
        (std::uint64_t, size),              // transactions; 0: none seen yet
        (digest, root),
        (std::uint64_t, time));
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
    /// not signed), bad_signature; too_few_witnesses (`at` counts them), out_of_range (a quorum that cannot be met);
    /// stale_checkpoint (smaller than the head); forked_log (of the head's size, another root: keep the note, it convicts them);
    /// of the consistency proof missing_field (it starts at another size than the head's), wrong_size, wrong_root; of the inclusion
    /// proof out_of_range, wrong_size, wrong_root. `where` tells the two apart.
    result<head_type> follow(head_type const& head, digest const& leaf, evidence_type const& e) const {
        auto const seen = read(e.checkpoint);
        if (!seen) return seen.error();
        if (auto f = continues(head, *seen, e)) return f;
        if (auto f = ledger::verify_inclusion<hash_of<P>>({leaf, e.index, view(e.inclusion)}, seen->size, seen->root))
            return fault{f.code, "bundle.inclusion", f.at};
        return head_type{seen->size, seen->root, std::max(head.time, seen->time)};
    }

    /// The tree of a checkpoint that the log signed and a quorum cosigned, and a time at which an honest witness saw it. Errors: those
    /// of follow up to out_of_range.
    result<head_type> read(byte_view checkpoint) const {
        auto const note = tlog::note::parse(as_text(checkpoint));
        if (!note) return note.error();
        auto const seen = tlog::checkpoint::parse(note->text());
        if (!seen) return seen.error();
        if (auto f = signed_by_log(*note, seen->origin)) return f;
        auto const time = witnesses_.met<Ed25519>(*note);
        if (!time) return time.error() == errc::not_authenticated ? fault{errc::too_few_witnesses, "checkpoint", time.error().at} : time.error();
        return head_type{seen->size, seen->root, *time};
    }

private:
    fault signed_by_log(tlog::note const& n, std::string_view origin) const {
        fault why{errc::wrong_log, "checkpoint.origin"};
        for (auto const& key : logs_) {
            if (key.name.view() != origin) continue;
            why = tlog::verify_note<Ed25519>(n, key);
            if (why != errc::not_authenticated) return why;  // C2SP signed-note: a known key's bad signature spoils the note
        }
        return why;
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
