#pragma once

#include <daicho/record/credential.hpp>

/// What a machine without the chain is shown, perhaps as a file on a USB stick: a release, and that it stands in the ledger.
namespace daicho {

/// From a leaf, or from an older tree, up to a root: lowest node first (RFC 9162 2.1.3.1 and 2.1.4.1).
using tree_path = inline_list<digest, limits::tree_path>;

/// That a transaction is in a log which witnesses watch.
struct log_evidence {
    using note_type = borrowed_bytes<limits::evidence_note>;
    static constexpr schema::tag schema{0x17, 1, "log_evidence"};
    DAICHO_RECORD(log_evidence,
        (std::uint64_t, index),             // of the transaction among all of the ledger
        (tree_path, inclusion),             // to the checkpoint's root
        (std::uint64_t, older_size),        // of a tree that the reader may know already; 0: none
        (tree_path, consistency),           // from that tree to the checkpoint's
        (note_type, checkpoint));           // cosigned (docs/tlog.md)
    friend bool operator==(log_evidence const&, log_evidence const&) = default;
};

/// That a transaction is in a block under so much work.
struct work_evidence {
    using headers_type = borrowed_bytes<limits::evidence_headers>;
    static constexpr schema::tag schema{0x18, 1, "work_evidence"};
    DAICHO_RECORD(work_evidence,
        (headers_type, headers),            // canonical sealed headers, one after another, each the parent of the next
        (std::uint64_t, height),            // of the block that holds the transaction: one of these
        (std::uint64_t, index),             // of the transaction in its block
        (std::uint64_t, leaves),            // transactions of that block
        (tree_path, inclusion));            // to its transactions_root
    friend bool operator==(work_evidence const&, work_evidence const&) = default;
};

/// In place of a bundle, to who is too far behind for one: headers that go on where it is. When it has taken them in it asks again.
struct headers_first {
    using headers_type = borrowed_bytes<limits::evidence_headers>;
    static constexpr schema::tag schema{0x19, 1, "headers_first"};
    DAICHO_RECORD(headers_first, (headers_type, headers));  // as in a work_evidence
    friend bool operator==(headers_first const&, headers_first const&) = default;
};

/// A release for who has only the genesis. Reading one borrows from its bytes and allocates nothing.
template <class Scheme, class Evidence>
struct bundle {
    using transaction_type = transaction<Scheme>;
    using credential_type = shown_credential<Scheme>;
    static constexpr schema::tag schema{0x16, 1, "bundle"};
    DAICHO_RECORD(bundle,
        (transaction_type, released),       // embeds the release that its publisher signed
        (credential_type, publisher),
        (Evidence, evidence));
    friend bool operator==(bundle const&, bundle const&) = default;
};

} // namespace daicho
