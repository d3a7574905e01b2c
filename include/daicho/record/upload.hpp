#pragma once

#include <daicho/schema/record.hpp>

namespace daicho {

/// What a publisher signs to place one artifact on a repository: these bytes, now, for this chain.
struct upload {
    static constexpr schema::tag schema{0x70, 1, "upload"};
    DAICHO_RECORD(upload,
        (digest, chain_id),
        (node_id, publisher),
        (digest, content),        // digest of the artifact
        (std::uint64_t, size),    // bytes of the artifact
        (std::uint64_t, time));
    friend bool operator==(upload const&, upload const&) = default;
};

} // namespace daicho
