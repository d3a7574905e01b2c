#pragma once

#include <daicho/hash/encoded_records.hpp>
#include <daicho/ledger/fleet_proof.hpp>
#include <daicho/ledger/history.hpp>
#include <daicho/record/fleet_statement.hpp>
#include <daicho/trust/header_run.hpp>
#include <daicho/trust/log_keys.hpp>
#include <daicho/trust/witnessed_log.hpp>

#include <set>

/// One file that says how devices stand, judged by who holds nothing but the hash of the genesis
/// (docs/proofs.md, docs/adr/0028-a-fleet-statement-is-bound-by-seals-and-witnesses.md). For hosts: it allocates.
namespace daicho::trust {

template <class P>
using fleet_statement_of = fleet_statement<scheme_of<P>, proof_of<P>>;

/// What a good statement tells. Good as long as the statement is.
struct stated_fleet {
    header block{};                                ///< of the block after which it stands so
    std::uint64_t transactions = 0;                ///< of the ledger until then
    std::uint64_t seen = 0;                        ///< a time at which an honest witness saw this very history; 0 where genesis names none
    model_name model{};
    node_id device{};                              ///< asked about one: this one
    std::optional<device_standing> standing{};     ///< and how it stands; nothing when no record of the model has it
    ledger::devices_behind behind{};               ///< asked about all behind a version: those
};

namespace detail {

/// Who was enrolled or expelled, up to the block whose history that is. What a statement leaves out nobody can tell.
template <class P>
class shown_changes {
public:
    shown_changes(ledger::registry<P>& members, typename fleet_statement_of<P>::change_list const& changes, commitments const& history)
        : members_(members), changes_(changes), history_(history) {}

    /// Takes in those of the first `size` transactions.
    fault follow(std::uint64_t size) {
        for (; taken_ != changes_.size() && changes_[taken_].index < size; ++taken_)
            if (auto f = take(changes_[taken_])) return f;
        return {};
    }
    /// All that is left.
    fault follow() { return follow(~std::uint64_t(0)); }

private:
    fault take(member_change<scheme_of<P>> const& c) {
        auto const& body = c.said.body;
        if (body.state != state::enrolled && body.state != state::expelled) return {errc::wrong_type, "statement.changes", c.index};
        if (c.index < next_) return {errc::non_canonical, "statement.changes", c.index};
        next_ = c.index + 1;
        auto const leaf = ledger::leaf_hash<hash_of<P>>(encode(c.said));
        auto const f = ledger::verify_inclusion<hash_of<P>>({leaf, c.index, {c.inclusion.data(), c.inclusion.size()}}, history_.history_size, history_.history_root);
        if (f) return {f.code, "statement.changes", c.index};
        return members_.apply(c.said, 0);
    }

    ledger::registry<P>& members_;
    typename fleet_statement_of<P>::change_list const& changes_;
    commitments const& history_;
    std::size_t taken_ = 0;
    std::uint64_t next_ = 0;
};

/// When did an honest witness see that history? 0 where genesis names none.
template <class P, class Ed25519>
result<std::uint64_t> witnessed(genesis_of<P> const& g, byte_view checkpoint, commitments const& history) {
    if (g.watch.logs.empty()) {
        if (!checkpoint.empty()) return fault{errc::not_empty, "statement.checkpoint"};
        return std::uint64_t(0);
    }
    auto const keys = log_keys::of(g.watch);
    if (!keys) return keys.error();
    auto const tree = witnessed_log<P, Ed25519>(keys->log(), keys->quorum()).read(checkpoint);
    if (!tree) return tree.error();
    if (tree->size < history.history_size) return fault{errc::stale_checkpoint, "checkpoint.size", history.history_size};
    if (tree->size > history.history_size) return fault{errc::wrong_size, "checkpoint.size", history.history_size};
    if (tree->root != history.history_root) return fault{errc::forked_log, "checkpoint.root", history.history_size};
    return tree->time;
}

template <class H>
fault answer_of(device_answer const& a, digest const& root, stated_fleet& out) {
    auto const found = ledger::verify_standing<H>(a.proof, a.model, a.device, root);
    if (!found) return found.error();
    out.model = a.model;
    out.device = a.device;
    out.standing = *found;
    return {};
}
template <class H>
fault answer_of(behind_answer const& a, digest const& root, stated_fleet& out) {
    auto const found = ledger::verify_behind<H>(a.proof, a.model, a.version, root);
    if (!found) return found.error();
    out.model = a.model;
    out.behind = *found;
    return {};
}

} // namespace detail

/// What a statement proves to who trusts this chain. `since`: the height of a block that the reader knows of; older statements are
/// refused. `Ed25519`: the model that verifies notes, whatever P signs with.
/// Errors, in this order: foreign_genesis (another chain's); missing_field, out_of_range (no headers, not those that are needed),
/// stale_checkpoint at `statement.height` (older than `since`); decode faults of a header's commitments; not_empty (changes, where
/// nobody signs); of the headers those of header_run::follow, and of the changes up to each of them wrong_type, non_canonical,
/// out_of_range, wrong_size, wrong_root (they are not in the history), and what a registry refuses them for; not_final (`at` counts the
/// blocks above it); of the checkpoint those of witnessed_log::read, stale_checkpoint, wrong_size (of an older or a newer history),
/// forked_log (of another one), not_empty; of the answer those of ledger::verify_standing and verify_behind.
template <class P, class Ed25519 = scheme_of<P>>
result<stated_fleet> check_statement(fleet_statement_of<P> const& s, digest const& chain_id, std::uint64_t since = 0) {
    using run_type = header_run<P>;
    if constexpr (!run_type::is_signed)
        static_assert(consensus_of<P>::retarget_type::step == 1, "by work only a chain of a fixed target convinces who has seen no other (docs/proofs.md)");
    if (digest_of<hash_of<P>>(s.genesis) != chain_id) return fault{errc::foreign_genesis, "statement.genesis"};
    if (s.headers.empty()) return fault{errc::missing_field, "statement.headers"};
    std::uint64_t const first = s.headers[0].body.index, height = s.height();
    std::size_t const place = std::size_t(height - first);
    if (height < first || place >= s.headers.size()) return fault{errc::out_of_range, "statement.height", height};
    if (run_type::is_signed && first + (height == 1 ? 0 : 1) != height) return fault{errc::out_of_range, "statement.height", height};
    if (height < since) return fault{errc::stale_checkpoint, "statement.height", height};

    stated_fleet out{.block = s.headers[place].body};
    auto const said = decode<commitments>(out.block.commitments);
    if (!said) return fault{said.error().code, "header.commitments", height};
    out.transactions = said->history_size;
    ledger::registry<P> members(s.genesis, chain_id);
    detail::shown_changes<P> changes(members, s.changes, *said);
    run_type run(s.genesis, chain_id, members);
    std::span<sealed_header_of<P> const> headers(s.headers);
    if constexpr (run_type::is_signed) {
        if (height != 1) {  // whose transactions come before those of the block; the next one's seal vouches for it
            auto const before = decode<commitments>(headers[0].body.commitments);
            if (!before) return fault{before.error().code, "header.commitments", first};
            if (headers[1].body.index != height) return fault{errc::wrong_index, "header.index", headers[1].body.index};
            if (headers[1].body.previous_hash != digest_of<hash_of<P>>(headers[0])) return fault{errc::unlinked_block, "header.previous_hash", height};
            if (auto f = changes.follow(before->history_size)) return f;
            headers = headers.subspan(1);
        }
        if (auto f = run.follow(headers[0], [&] { return changes.follow(); })) return f;
        headers = headers.subspan(1);
    } else if (!s.changes.empty()) {
        return fault{errc::not_empty, "statement.changes"};
    }
    for (auto& sealed : headers)
        if (auto f = run.follow(sealed)) return f;
    if (run.final_height() < height) return fault{errc::not_final, "statement.headers", run.height() - height};
    auto const seen = detail::witnessed<P, Ed25519>(s.genesis, s.checkpoint, *said);
    if (!seen) return seen.error();
    out.seen = *seen;
    if (auto f = std::visit([&](auto const& a) { return detail::answer_of<hash_of<P>>(a, said->fleet_root, out); }, s.answer)) return f;
    return out;
}
template <class P, class Ed25519 = scheme_of<P>>
result<stated_fleet> check_statement(fleet_statement_of<P>&&, digest const&, std::uint64_t = 0) = delete;  // what is found would be gone

namespace detail {

/// Which transactions say who signs: enrolments of signers and of those who expelled some, of management keys, and expulsions of all these.
template <class P>
class signer_changes {
public:
    signer_changes(std::span<block_of<P> const> blocks, std::vector<node_id> const& at_genesis) : signers_(at_genesis.begin(), at_genesis.end()) {
        for (auto& b : blocks)
            for (auto& tx : b.transactions) {
                if (tx.body.enrolment && tx.body.enrolment->role == member_role::signer) signers_.insert(tx.body.recipient);
                if (tx.body.state == state::expelled && signers_.contains(tx.body.recipient)) accusers_.insert(tx.body.sender);
            }
    }
    bool holds(transaction_body<scheme_of<P>> const& t) const {
        bool const ours = signers_.contains(t.recipient) || accusers_.contains(t.recipient);
        return t.state == state::expelled ? ours : t.enrolment && (ours || t.enrolment->role == member_role::management);
    }

private:
    std::set<node_id> signers_, accusers_;
};

} // namespace detail

/// Puts a statement together from a node's answer, its chain, which was checked, and a checkpoint of the history up to that block.
/// As few headers as make it final. Nothing is verified here: who reads it does. Errors: out_of_range (no such block), not_final,
/// oversized (too many headers or changes; the note), those of header_run::follow (signers changed since: ask again later).
template <class P>
result<fleet_statement_of<P>> make_statement(genesis_of<P> const& g, std::span<block_of<P> const> blocks, typename fleet_statement_of<P>::answer_type answer,
                                             std::string_view checkpoint) {
    using run_type = header_run<P>;
    fleet_statement_of<P> s{.genesis = g, .answer = std::move(answer)};
    std::uint64_t const height = s.height();
    if (height == 0 || height > blocks.size()) return fault{errc::out_of_range, "statement.height", height};
    if (checkpoint.size() > limits::evidence_note) return fault{errc::oversized, "statement.checkpoint", checkpoint.size()};
    auto const note = as_bytes(checkpoint);
    s.checkpoint.assign(note.begin(), note.end());
    auto const chain_id = digest_of<hash_of<P>>(g);
    ledger::registry<P> members(g, chain_id);

    run_type run(s.genesis, chain_id, members);
    if constexpr (run_type::is_signed) {
        ledger::tile_list tiles;
        ledger::history<hash_of<P>, ledger::tile_list> history(tiles);
        if (auto f = history.open()) return f;
        detail::signer_changes<P> const wanted(blocks.first(std::size_t(height)), members.signers());
        auto const take = [&](block_of<P> const& b) -> fault {
            for (std::size_t i = 0; i != b.transactions.size(); ++i) {
                if (!wanted.holds(b.transactions[i].body)) continue;
                if (s.changes.size() == limits::statement_changes) return {errc::oversized, "statement.changes", s.changes.size()};
                s.changes.push_back({history.size() + i, {}, b.transactions[i]});
                if (auto f = members.apply(b.transactions[i], b.head().index)) return f;
            }
            return history.append(encoded_records(b.transactions).template digests<hash_of<P>>(ledger::leaf_prefix));
        };
        for (auto& b : blocks.first(std::size_t(height - 1)))
            if (auto f = take(b)) return f;
        if (height != 1) s.headers.push_back(blocks[std::size_t(height - 2)].sealed);
        auto const& here = blocks[std::size_t(height - 1)];
        if (auto f = run.follow(here.sealed, [&] { return take(here); })) return f;
        s.headers.push_back(here.sealed);
        for (auto& c : s.changes) {
            auto const path = history.inclusion(c.index, history.size());
            if (!path) return path.error();
            c.inclusion = *path;
        }
    }
    for (auto& b : blocks.subspan(run_type::is_signed ? std::size_t(height) : 0)) {
        if (run.final_height() >= height) break;
        if (s.headers.size() == limits::statement_headers) return fault{errc::oversized, "statement.headers", s.headers.size()};
        if (auto f = run.follow(b.sealed)) return f;
        s.headers.push_back(b.sealed);
    }
    if (run.final_height() < height) return fault{errc::not_final, "statement.headers", height};
    return s;
}

} // namespace daicho::trust
