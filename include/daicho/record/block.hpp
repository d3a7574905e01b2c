#pragma once

#include <daicho/record/commitments.hpp>
#include <daicho/record/transaction.hpp>

namespace daicho {

/// A block without its transactions and proof (paper table 2). What is sealed covers all of it.
struct header {
    using message_type = inline_string<limits::message>;
    using commitments_type = inline_bytes<limits::commitments>;
    static constexpr schema::tag schema{0x30, 1, "header"};
    DAICHO_RECORD(header,
        (std::uint64_t, index),             // 1 follows genesis
        (message_type, message),
        (std::uint64_t, time),              // UNIX time
        (digest, previous_hash),            // of the previous sealed header; the chain id for index 1
        (digest, transactions_root),        // RFC 9162 2.1.1, over the canonical bytes of each transaction
        (std::uint64_t, slot),              // authority; 0 where work decides
        (std::uint64_t, vouches_after),     // authority: the last slot that the signer sealed in another branch, 0 for none
        (std::uint32_t, target),            // work, compact; 0 where authority decides
        (commitments_type, commitments));   // canonical bytes of the record `commitments`
    friend bool operator==(header const&, header const&) = default;
};

/// A header and what seals it. Its digest is the block's hash.
template <class Proof>
struct sealed_header {
    static constexpr schema::tag schema{0x31, 1, "sealed_header"};
    DAICHO_RECORD(sealed_header<Proof>,
        (header, body),
        (Proof, proof));                    // the result of mining, or the slot owner's signature
    friend bool operator==(sealed_header const&, sealed_header const&) = default;
};

template <class Scheme, class Proof>
struct block {
    using sealed_type = sealed_header<Proof>;
    using transaction_list = bounded_list<transaction<Scheme>, limits::transactions>;
    static constexpr schema::tag schema{0x32, 1, "block"};
    DAICHO_RECORD(block,
        (sealed_type, sealed),
        (transaction_list, transactions));

    header const& head() const noexcept { return sealed.body; }
    friend bool operator==(block const&, block const&) = default;
};

} // namespace daicho
