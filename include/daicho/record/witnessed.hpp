#pragma once

#include <daicho/record/forked_log.hpp>

namespace daicho {

/// The last tree head that a witness cosigned of one log.
struct cosigned_tree {
    using origin_type = inline_string<255>;
    using note_type = bounded_bytes<forked_log::note_bound>;
    DAICHO_RECORD(cosigned_tree,
        (origin_type, origin),
        (std::uint64_t, size),
        (digest, root),
        (std::uint64_t, time),              // of its newest cosignature
        (note_type, note));                 // as the log signed it, with as many of its keys' lines as fit: what convicts it if it signs another
    friend bool operator==(cosigned_tree const&, cosigned_tree const&) = default;
};

/// What a witness must never forget, of logs too that it witnesses no more; and whom it caught.
struct witness_memory {
    using list_type = bounded_list<cosigned_tree, 128>;
    using fork_list = forked_logs::list_type;
    static constexpr schema::tag schema{0x83, 2, "witness_memory"};
    DAICHO_RECORD(witness_memory,
        (list_type, trees),
        (fork_list, forks));                // forked_log, canonical
    friend bool operator==(witness_memory const&, witness_memory const&) = default;
};

} // namespace daicho
