#pragma once

#include <daicho/record/transaction.hpp>

/// What a ledger node answers when it is asked which transactions there are, and how far a version has come. All of it is about the first
/// `size` transactions of a chain, those up to and with the block at `height`, whose hash is `head`.
namespace daicho {

/// How far an answer has come, for the next question. A node makes it; nobody else needs to read it.
using page_token = inline_string<limits::page_token>;

/// A transaction and its place: `GET /proof?index=<index>&size=<size>` proves it.
template <class Scheme>
struct found_transaction {
    using transaction_type = daicho::transaction<Scheme>;
    DAICHO_RECORD(found_transaction<Scheme>,
        (std::uint64_t, index),             // in the history, counted from the chain's first
        (std::uint64_t, height),            // of its block
        (std::uint64_t, time),              // of its block, or of an earlier one that bears a later: it never goes back
        (transaction_type, transaction));
    friend bool operator==(found_transaction const&, found_transaction const&) = default;
};

/// A page of the transactions that were asked for, in the order of the chain.
template <class Scheme>
struct found_transactions {
    using list_type = bounded_list<found_transaction<Scheme>, limits::found>;
    static constexpr schema::tag schema{0x6e, 1, "found_transactions"};
    DAICHO_RECORD(found_transactions<Scheme>,
        (digest, chain_id),
        (std::uint64_t, height),
        (digest, head),
        (std::uint64_t, size),
        (list_type, found),                 // may be empty though more follow: a node looks only so far for one answer
        (page_token, next));                // `after` of the next question; empty: that was all
    friend bool operator==(found_transactions const&, found_transactions const&) = default;
};

/// A span of time in which devices of a model changed their version, were enrolled or expelled.
struct adoption_step {
    DAICHO_RECORD(adoption_step,
        (std::uint64_t, from),              // when it begins; it ends a step later
        (std::uint64_t, size),              // of the history with the last such change in it
        (std::uint64_t, devices),           // of the model then, without those that were expelled
        (std::uint64_t, adopted));          // that ran the version or a newer one then, as they said themselves
    friend bool operator==(adoption_step const&, adoption_step const&) = default;
};

/// How a version spread among the devices of a model. Steps without a change are left out.
struct adoption {
    using list_type = bounded_list<adoption_step, limits::found>;
    static constexpr schema::tag schema{0x6f, 1, "adoption"};
    DAICHO_RECORD(adoption,
        (digest, chain_id),
        (std::uint64_t, height),
        (digest, head),
        (std::uint64_t, size),
        (model_name, model),
        (std::uint64_t, version),
        (std::uint64_t, step),              // seconds
        (list_type, steps),
        (page_token, next));                // as of found_transactions
    friend bool operator==(adoption const&, adoption const&) = default;
};

} // namespace daicho
