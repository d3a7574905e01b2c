#pragma once

#include <daicho/record/enrolment.hpp>
#include <daicho/record/evidence.hpp>

#include <optional>

namespace daicho {

/// What a sender signs (paper table 3, and what it lacked: model, sequence, time, chain id).
template <class Scheme>
struct transaction_body {
    using release_type = std::optional<signed_release<Scheme>>;
    using enrolment_type = std::optional<daicho::enrolment<Scheme>>;
    using evidence_type = std::optional<member_evidence<Scheme>>;
    using state_type = daicho::state;
    static constexpr schema::tag schema{0x20, 1, "transaction_body"};
    DAICHO_RECORD(transaction_body<Scheme>,
        (digest, chain_id),
        (state_type, state),
        (node_id, recipient),
        (node_id, sender),
        (model_name, model),
        (std::uint64_t, ver),               // version of the update file
        (digest, verifier),                 // digest of the update file
        (std::uint64_t, sequence),          // strictly increases a sender; gaps are allowed and shown
        (std::uint64_t, time),
        (release_type, release),            // released only
        (enrolment_type, enrolment),        // enrolled only
        (evidence_type, evidence));         // expelled only: whoever shows that a member signed two histories expels it
    friend bool operator==(transaction_body const&, transaction_body const&) = default;
};

template <class Scheme>
struct transaction {
    using body_type = transaction_body<Scheme>;
    using signature_type = typename Scheme::signature_type;
    static constexpr schema::tag schema{0x21, 1, "transaction"};
    DAICHO_RECORD(transaction<Scheme>,
        (body_type, body),
        (signature_type, signature));       // the sender's, over the canonical bytes of body
    friend bool operator==(transaction const&, transaction const&) = default;
};

} // namespace daicho
