#pragma once

#include <daicho/record/block.hpp>
#include <daicho/record/fleet.hpp>
#include <daicho/record/genesis.hpp>
#include <daicho/record/proof.hpp>

namespace daicho {

/// That somebody was enrolled or expelled, shown to be in a history.
template <class Scheme>
struct member_change {
    using transaction_type = transaction<Scheme>;
    DAICHO_RECORD(member_change<Scheme>,
        (std::uint64_t, index),             // of the transaction among all of the ledger
        (proof_path, inclusion),            // to the history_root of the block that the statement is about
        (transaction_type, said));
    friend bool operator==(member_change const&, member_change const&) = default;
};

/// How devices stand, for who has only the hash of the genesis (docs/proofs.md): one file, whoever carries it.
template <class Scheme, class Proof>
struct fleet_statement {
    using genesis_type = daicho::genesis<Scheme>;
    using header_list = bounded_list<sealed_header<Proof>, limits::statement_headers>;
    using change_list = bounded_list<member_change<Scheme>, limits::statement_changes>;
    using note_type = bounded_bytes<limits::evidence_note>;
    using answer_type = std::variant<device_answer, behind_answer>;
    static constexpr schema::tag schema{0x98, 1, "fleet_statement"};
    DAICHO_RECORD(fleet_statement,
        (genesis_type, genesis),
        (change_list, changes),             // authority: who signs, if not whom genesis names; in the order of the ledger
        (header_list, headers),             // each the parent of the next: authority, from the one before the block in question on; work, from the first
        (note_type, checkpoint),            // of the history up to that block, cosigned; empty where genesis names no witnesses
        (answer_type, answer));
    friend bool operator==(fleet_statement const&, fleet_statement const&) = default;

    /// Of the block that it is about.
    std::uint64_t height() const {
        return std::visit([](auto const& a) { return a.height; }, answer);
    }
};

} // namespace daicho
