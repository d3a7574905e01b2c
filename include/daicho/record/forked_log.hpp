#pragma once

#include <daicho/record/log_watch.hpp>

namespace daicho {

/// Two trees of one size of one log that one note key signed: proof that its holder is not honest, to whoever believes that key.
/// Reading one borrows from its bytes and allocates nothing.
struct forked_log {
    static constexpr std::size_t note_bound = 1280;  ///< the longest checkpoint, and one signature
    using key_type = note_signer::key_type;
    using note_type = borrowed_bytes<note_bound>;
    static constexpr schema::tag schema{0x23, 1, "forked_log"};
    DAICHO_RECORD(forked_log,
        (key_type, signer),                 // a log's or a witness's
        (note_type, first),                 // a checkpoint with the signer's line and no other (docs/tlog.md); its root is below the other's
        (note_type, second));
    friend bool operator==(forked_log const&, forked_log const&) = default;
};

/// Of everybody who was caught so: kept over restarts, and what a node shows.
struct forked_logs {
    using item_type = bounded_bytes<2 * forked_log::note_bound + 64>;  // canonical bytes of one
    using list_type = bounded_list<item_type, limits::log_keys + limits::witnesses>;
    static constexpr schema::tag schema{0x86, 1, "forked_logs"};
    DAICHO_RECORD(forked_logs, (list_type, all));
    friend bool operator==(forked_logs const&, forked_logs const&) = default;
};

} // namespace daicho
