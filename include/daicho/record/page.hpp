#pragma once

#include <daicho/record/block.hpp>

namespace daicho {

/// Where a ledger node stands.
struct status {
    static constexpr schema::tag schema{0x60, 1, "status"};
    DAICHO_RECORD(status,
        (digest, chain_id),
        (node_id, node),
        (std::uint64_t, height),
        (digest, head),                     // hash of the block at that height
        (std::uint64_t, final_height),
        (std::uint64_t, pending),           // transactions waiting for a block
        (std::uint64_t, peers));
    friend bool operator==(status const&, status const&) = default;
};

/// Part of a chain, as canonical bytes of its blocks: a reader decodes and checks each one itself.
struct page {
    using block_bytes = bounded_bytes<limits::http_body>;
    using block_list = bounded_list<block_bytes, limits::page>;
    static constexpr schema::tag schema{0x61, 1, "page"};
    DAICHO_RECORD(page,
        (digest, chain_id),
        (std::uint64_t, height),            // of the whole chain
        (digest, head),
        (std::uint64_t, from),              // index of the first block here
        (block_list, blocks));
    friend bool operator==(page const&, page const&) = default;
};

/// Part of a chain without its transactions: what who catches up asks for first.
template <class Proof>
struct header_page {
    using header_list = bounded_list<sealed_header<Proof>, limits::headers>;
    static constexpr schema::tag schema{0x6c, 1, "header_page"};
    DAICHO_RECORD(header_page<Proof>,
        (digest, chain_id),
        (std::uint64_t, height),            // of the whole chain
        (digest, head),
        (std::uint64_t, from),              // index of the first header here
        (header_list, headers));
    friend bool operator==(header_page const&, header_page const&) = default;
};

} // namespace daicho
