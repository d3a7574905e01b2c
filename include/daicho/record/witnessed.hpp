#pragma once

#include <daicho/base/bounded.hpp>
#include <daicho/schema/record.hpp>

namespace daicho {

/// The last tree head that a witness cosigned of one log.
struct cosigned_tree {
    using origin_type = inline_string<255>;
    DAICHO_RECORD(cosigned_tree,
        (origin_type, origin),
        (std::uint64_t, size),
        (digest, root),
        (std::uint64_t, time));             // of its newest cosignature
    friend bool operator==(cosigned_tree const&, cosigned_tree const&) = default;
};

/// What a witness must never forget, of logs too that it witnesses no more.
struct witness_memory {
    using list_type = bounded_list<cosigned_tree, 128>;
    static constexpr schema::tag schema{0x83, 1, "witness_memory"};
    DAICHO_RECORD(witness_memory, (list_type, trees));
    friend bool operator==(witness_memory const&, witness_memory const&) = default;
};

} // namespace daicho
