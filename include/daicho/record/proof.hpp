#pragma once

#include <daicho/base/bounded.hpp>
#include <daicho/base/bytes.hpp>
#include <daicho/schema/record.hpp>

namespace daicho {

/// The nodes of a proof, lowest first: one a level at most, and one more where a consistency proof begins.
using proof_path = inline_list<digest, 65>;

/// Shows that a transaction is in the history of a chain (RFC 9162 2.1.3); `ledger::verify_inclusion` checks it against a root that a header
/// commits to, or a checkpoint.
struct inclusion_proof {
    static constexpr schema::tag schema{0x66, 1, "inclusion_proof"};
    DAICHO_RECORD(inclusion_proof,
        (std::uint64_t, index),             // of the transaction, counted from the chain's first
        (std::uint64_t, size),              // of the history that it is shown in
        (proof_path, path));
    friend bool operator==(inclusion_proof const&, inclusion_proof const&) = default;
};

/// Shows that a history only grew (RFC 9162 2.1.4); `ledger::verify_consistency` checks it against both roots.
struct consistency_proof {
    static constexpr schema::tag schema{0x67, 1, "consistency_proof"};
    DAICHO_RECORD(consistency_proof,
        (std::uint64_t, old_size),
        (std::uint64_t, size),
        (proof_path, path));
    friend bool operator==(consistency_proof const&, consistency_proof const&) = default;
};

} // namespace daicho
