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

/// Whom machines without the chain believe about it. All empty: nobody, so that there are none on this chain.
struct log_watch {
    using log_list = inline_list<note_signer, limits::log_keys>;
    using witness_list = inline_list<note_signer, limits::witnesses>;
    DAICHO_RECORD(log_watch,
        (log_list, logs),                   // sign its checkpoints; all of one name, the checkpoints' origin
        (witness_list, witnesses),          // cosign them
        (std::uint32_t, quorum));           // so many of the witnesses must have
    friend bool operator==(log_watch const&, log_watch const&) = default;
};

} // namespace daicho
