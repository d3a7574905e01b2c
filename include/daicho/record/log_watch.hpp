#pragma once

#include <daicho/base/bounded.hpp>
#include <daicho/base/limits.hpp>
#include <daicho/schema/record.hpp>

namespace daicho {

/// A key that signs notes (docs/tlog.md): Ed25519 always, and a name.
struct note_signer {
    using name_type = inline_string<limits::note_name>;
    using key_type = std::array<byte, 32>;
    DAICHO_RECORD(note_signer,
        (name_type, name),
        (key_type, key));
    friend bool operator==(note_signer const&, note_signer const&) = default;
};

/// What a note key signs to say that it is a member's, of this chain only: nobody claims another's key, and none of another chain.
struct note_claim {
    static constexpr schema::tag schema{0x3b, 1, "note_claim"};
    DAICHO_RECORD(note_claim,
        (digest, draft),                    // H(genesis without its owners), as the chain id cannot be in the genesis
        (node_id, member));
    friend bool operator==(note_claim const&, note_claim const&) = default;
};

/// Whose a key of the log is: who is expelled when it signs two trees of one size.
struct log_owner {
    using proof_type = std::array<byte, 64>;
    DAICHO_RECORD(log_owner,
        (std::uint32_t, log),               // place of the key among the log's
        (node_id, member),
        (proof_type, proof));               // the note key's, over a note_claim: Ed25519
    friend bool operator==(log_owner const&, log_owner const&) = default;
};

/// Whom machines without the chain believe about it. All empty: nobody, so that there are none on this chain.
struct log_watch {
    using log_list = inline_list<note_signer, limits::log_keys>;
    using witness_list = inline_list<note_signer, limits::witnesses>;
    using owner_list = inline_list<log_owner, limits::log_keys>;
    DAICHO_RECORD(log_watch,
        (log_list, logs),                   // sign its checkpoints; all of one name, the checkpoints' origin
        (witness_list, witnesses),          // cosign them
        (std::uint32_t, quorum),            // so many of the witnesses must have
        (owner_list, owners));              // of the log's keys; one that is nobody's may be caught, and nobody is expelled for it
    friend bool operator==(log_watch const&, log_watch const&) = default;
};

} // namespace daicho
