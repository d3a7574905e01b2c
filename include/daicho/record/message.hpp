#pragma once

#include <daicho/record/transaction.hpp>

#include <variant>

/// What devices, gateways, publishers and the management server say to each other on the secure channel (paper 3.3).
namespace daicho {

/// "I run this: is there something newer?" (paper 2.3). A gateway asks the management server with the same record.
struct version_check {
    static constexpr schema::tag schema{0x40, 1, "version_check"};
    DAICHO_RECORD(version_check,
        (node_id, sender),
        (model_name, model),
        (std::uint64_t, ver),
        (digest, verifier),
        (nonce128, nonce));                 // fresh; the answer carries it (paper 3.3: a random number against replay)
    friend bool operator==(version_check const&, version_check const&) = default;
};

/// The management server's word for what time it is, bound to the asker's own nonce.
struct time_body {
    static constexpr schema::tag schema{0x41, 1, "time"};
    DAICHO_RECORD(time_body,
        (digest, chain_id),
        (nonce128, nonce),
        (std::uint64_t, time));
    friend bool operator==(time_body const&, time_body const&) = default;
};

template <class Scheme>
struct signed_time {
    using signature_type = typename Scheme::signature_type;
    static constexpr schema::tag schema{0x42, 1, "signed_time"};
    DAICHO_RECORD(signed_time<Scheme>,
        (time_body, body),
        (signature_type, signature));
    friend bool operator==(signed_time const&, signed_time const&) = default;
};

/// The newest release for the asked model, if there is one, with the publisher's enrolment (signed by management),
/// so that the asker can check both under the genesis it pinned.
template <class Scheme>
struct version_answer {
    using release_type = std::optional<signed_release<Scheme>>;
    using credential_type = std::optional<transaction<Scheme>>;
    using time_type = std::optional<signed_time<Scheme>>;
    static constexpr schema::tag schema{0x43, 1, "version_answer"};
    DAICHO_RECORD(version_answer<Scheme>,
        (nonce128, nonce),
        (node_id, sender),                  // who answers: the recipient of the asker's outcome
        (release_type, release),
        (credential_type, publisher),
        (credential_type, management),      // when the recovery key has replaced the management key of genesis
        (time_type, time));
    friend bool operator==(version_answer const&, version_answer const&) = default;
};

struct chunk_request {
    static constexpr schema::tag schema{0x44, 1, "chunk_request"};
    DAICHO_RECORD(chunk_request,
        (digest, verifier),
        (std::uint64_t, offset),
        (std::uint32_t, length));
    friend bool operator==(chunk_request const&, chunk_request const&) = default;
};

struct chunk {
    using content_type = borrowed_bytes<limits::chunk>;
    static constexpr schema::tag schema{0x45, 1, "chunk"};
    DAICHO_RECORD(chunk,
        (std::uint64_t, offset),
        (content_type, content));
    friend bool operator==(chunk const&, chunk const&) = default;
};

/// "Show me that this release is in the ledger." Answered with a bundle (record/bundle.hpp) that continues what the asker has seen.
struct bundle_request {
    static constexpr schema::tag schema{0x4c, 1, "bundle_request"};
    DAICHO_RECORD(bundle_request,
        (digest, verifier),                 // of the image that was offered
        (std::uint64_t, seen));             // how far the asker's head has come: transactions of a log, or blocks; 0: nothing
    friend bool operator==(bundle_request const&, bundle_request const&) = default;
};

/// A transaction that its sender signed and the receiver shall put on the ledger (paper 2.1, step 3).
template <class Scheme>
struct carry {
    using transaction_type = transaction<Scheme>;
    static constexpr schema::tag schema{0x46, 1, "carry"};
    DAICHO_RECORD(carry<Scheme>,
        (transaction_type, carried));
    friend bool operator==(carry const&, carry const&) = default;
};

/// The receiver keeps it durably and will not lose it; the ledger decides later.
struct receipt {
    static constexpr schema::tag schema{0x47, 1, "receipt"};
    DAICHO_RECORD(receipt,
        (digest, id));                      // of the transaction or release
    friend bool operator==(receipt const&, receipt const&) = default;
};

template <class Scheme>
struct enrol {
    using request_type = enrolment_request<Scheme>;
    using signature_type = typename Scheme::signature_type;
    static constexpr schema::tag schema{0x48, 1, "enrol"};
    DAICHO_RECORD(enrol<Scheme>,
        (request_type, body),
        (signature_type, signature));       // by the key that wants to be enrolled
    friend bool operator==(enrol const&, enrol const&) = default;
};

/// A member's enrolment as the management key signed it: its credential.
template <class Scheme>
struct enrolled_answer {
    using transaction_type = transaction<Scheme>;
    using rotation_type = std::optional<transaction<Scheme>>;
    static constexpr schema::tag schema{0x49, 1, "enrolled_answer"};
    DAICHO_RECORD(enrolled_answer<Scheme>,
        (transaction_type, credential),
        (rotation_type, management));       // when the recovery key has replaced the management key of genesis
    friend bool operator==(enrolled_answer const&, enrolled_answer const&) = default;
};

/// A publisher tells the management server about a release it placed on the repository (paper 2.1: the update begins).
template <class Scheme>
struct announce {
    using release_type = signed_release<Scheme>;
    static constexpr schema::tag schema{0x4a, 1, "announce"};
    DAICHO_RECORD(announce<Scheme>,
        (release_type, announced));
    friend bool operator==(announce const&, announce const&) = default;
};

/// Why a request was not served.
struct refusal {
    using where_type = inline_string<48>;
    static constexpr schema::tag schema{0x4b, 1, "refusal"};
    DAICHO_RECORD(refusal,
        (errc, code),
        (where_type, where));
    friend bool operator==(refusal const&, refusal const&) = default;
};

inline refusal refuse(fault f) { return {f.code, refusal::where_type::cut(f.where)}; }

template <class Scheme>
using request = std::variant<version_check, chunk_request, carry<Scheme>, enrol<Scheme>, announce<Scheme>, bundle_request>;

template <class Scheme>
using response = std::variant<version_answer<Scheme>, chunk, receipt, enrolled_answer<Scheme>, refusal>;

} // namespace daicho

/// A fault travels as its number and is shown as its sentence.
template <>
inline constexpr auto daicho::schema::names_of<daicho::errc> = daicho::detail::errc_messages;
