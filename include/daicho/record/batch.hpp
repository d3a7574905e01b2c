#pragma once

#include <daicho/record/message.hpp>
#include <daicho/schema/codec.hpp>

namespace daicho {

/// Several transactions in one request, as canonical bytes: whoever reads them decodes and judges each by itself, so that one
/// that is bad hides no other.
struct transaction_batch {
    using transaction_bytes = bounded_bytes<limits::batched_transaction>;
    using transaction_list = bounded_list<transaction_bytes, limits::batch>;
    static constexpr schema::tag schema{0x69, 1, "transaction_batch"};
    DAICHO_RECORD(transaction_batch, (transaction_list, transactions));
    friend bool operator==(transaction_batch const&, transaction_batch const&) = default;
};

/// What became of one of them.
struct batch_verdict {
    using where_type = refusal::where_type;
    DAICHO_RECORD(batch_verdict,
        (errc, code),                       // ok: it is durable, and waits for a block
        (where_type, where));
    friend bool operator==(batch_verdict const&, batch_verdict const&) = default;
};

/// What became of each, in the order in which they were sent.
struct batch_answer {
    using verdict_list = bounded_list<batch_verdict, limits::batch>;
    static constexpr schema::tag schema{0x6a, 1, "batch_answer"};
    DAICHO_RECORD(batch_answer,
        (std::uint64_t, block),             // the next one's index
        (verdict_list, verdicts));
    friend bool operator==(batch_answer const&, batch_answer const&) = default;
};

/// How many transactions of this type one request may carry: a scheme with very large signatures sends one after the other.
template <class Transaction>
inline constexpr std::size_t batch_of = schema::max_encoded<Transaction> <= limits::batched_transaction ? limits::batch : 1;

} // namespace daicho
