#include <daicho/schema/describe.hpp>

#include <daicho/channel/rsa.hpp>
#include <daicho/consensus/authority.hpp>
#include <daicho/consensus/work.hpp>
#include <daicho/record.hpp>
#include <daicho/record/forked_log.hpp>
#include <daicho/record/identity.hpp>
#include <daicho/record/witnessed.hpp>
#include <daicho/signature/ed25519.hpp>
#include <daicho/signature/ecdsa_p256.hpp>
#include <daicho/signature/rsa_pkcs1.hpp>
#include <daicho/signature/rsa_pss.hpp>
#include <daicho/trust/witnessed_log.hpp>
#include <daicho/trust/work_headers.hpp>
#include <daicho/update/device_state.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

using namespace daicho;

/// docs/wire.md is written by this test and compared by it ever after. DAICHO_REGENERATE=1 writes it anew.
namespace wire {

/// A key and a signature of whichever scheme the Protocol names: large enough for each that daicho ships.
struct any_key : inline_bytes<384> {};
struct any_signature : inline_bytes<384> {};
struct any_scheme {
    using public_key_type = any_key;
    using signature_type = any_signature;
    static constexpr std::string_view name = "any";
    static constexpr std::uint16_t algorithm = 0;
    static bool verify(any_key const&, byte_view, any_signature const&) noexcept { return false; }
};

} // namespace wire

template <>
struct daicho::schema::field<wire::any_key> : field<inline_bytes<384>> {};
template <>
struct daicho::schema::field<wire::any_signature> : field<inline_bytes<384>> {};

template <>
struct daicho::schema::cddl<wire::any_key> {
    static std::string of(description& d) {
        return d.define<wire::any_key>("public_key", [&](description::rule& r) {
            r.body = "(\n    " + d.add<ed25519_types::public_key_type>() + "           ; " + std::string(ed25519_types::name) + ", algorithm " +
                     std::to_string(ed25519_types::algorithm) + "\n  / " + d.add<rsa_pss_sha256_types::public_key_type>() + "     ; " +
                     std::string(rsa_pss_sha256_types::name) + ", algorithm " + std::to_string(rsa_pss_sha256_types::algorithm) + "\n  / " +
                     d.add<ecdsa_p256_types::public_key_type>() + "           ; " + std::string(ecdsa_p256_types::name) + ", algorithm " +
                     std::to_string(ecdsa_p256_types::algorithm) + "\n  / " + d.add<rsa_pkcs1_sha256_types::public_key_type>() + "     ; " +
                     std::string(rsa_pkcs1_sha256_types::name) + ", algorithm " + std::to_string(rsa_pkcs1_sha256_types::algorithm) + "\n)";
        });
    }
};
template <>
struct daicho::schema::cddl<wire::any_signature> {
    static std::string of(description& d) {
        return d.define<wire::any_signature>("signature", [&](description::rule& r) {
            r.body = "(\n    " + d.add<ed25519_types::signature_type>() + "           ; " + std::string(ed25519_types::name) + "\n  / " +
                     d.add<rsa_pss_sha256_types::signature_type>() + "     ; " + std::string(rsa_pss_sha256_types::name) + "\n  / " +
                     d.add<ecdsa_p256_types::signature_type>() + "           ; " + std::string(ecdsa_p256_types::name) + "\n  / " +
                     d.add<rsa_pkcs1_sha256_types::signature_type>() + "     ; " + std::string(rsa_pkcs1_sha256_types::name) + "\n)";
        });
    }
};

namespace wire {

using S = any_scheme;
using any_proof = std::variant<work_proof, authority_proof<S>>;
using any_evidence = std::variant<log_evidence, work_evidence>;

struct chapter {
    std::string title;
    schema::description records;
};

template <class... Records>
schema::description all_of_them() {
    schema::description d;
    (d.add<Records>(), ...);
    return d;
}

inline schema::description everything() {
    return all_of_them<genesis<S>, release, signed_release<S>, enrolment<S>, enrolment_request<S>, transaction<S>, shown_credential<S>, block<S, any_proof>,
                       version_check, version_answer<S>, chunk_request, chunk, bundle_request, carry<S>, receipt, enrol<S>, enrolled_answer<S>, announce<S>,
                       refusal, command<S>, transaction_batch, batch_answer, status, page, header_page<any_proof>, identity<S>, upload, channel::client_hello, channel::server_hello<any_signature>,
                       channel::key_exchange<any_signature>, channel::finished, channel::sealed, channel::proof, channel::refusal,
                       channel::introduction<any_signature>, channel::session_binding, update::device_state<S>, command_marks, commitments, inclusion_proof,
                        consistency_proof, found_transactions<S>, adoption, model_proof, standing_proof, behind_proof, device_answer, behind_answer,
                        fleet_statement<S, any_proof>, bundle<S, any_evidence>, headers_first, trust::log_head, trust::work_head, witness_memory, forked_log, forked_logs, note_claim>();
}

inline std::string number(std::size_t n) { return std::to_string(n); }

inline std::string prose() {
    return R"(# The wire format

This page is generated from the records by test/record/wire.cpp, which fails when the two differ.

## Canonical bytes

What is hashed, signed, stored and sent is deterministic CBOR (RFC 8949 section 4.2.1), and of that only:

- unsigned integers, byte strings, text strings, arrays, `false`, `true` and `null`; no negative numbers, floating point, maps, tags or
  other simple values;
- every head in its shortest form, every length definite;
- text in UTF-8 without controls (C0, DEL, C1), line and paragraph separators (U+2028, U+2029) and marks that reorder the text after
  them (U+202A to U+202E, U+2066 to U+2069).

A record is the array of its members in declaration order. Its first element is its tag, `kind * 256 + version`, so that bytes that were
signed or hashed say themselves what they are, and no record passes for another. Parts that never stand alone have no tag. An absent value is
`null`; one of several records is told by its tag.

A decoder accepts exactly what the encoder writes. Anything else is refused with the field's name and the offset: cut, followed by more bytes,
in a longer form, of another type, length, kind or version, beyond a bound. A length that is claimed is checked against its bound and against
the bytes that are there before anything is allocated.

## Digests and names

`H` is the Protocol's hash (`daicho::hash_function`), always 32 bytes.

| name | is |
|---|---|
| chain id | H(genesis) |
| node id | H(0x02, algorithm in two bytes big-endian, canonical bytes of the public key) |
| transaction id | H(transaction), with its signature |
| block hash | H(sealed_header); the block of index 1 has the chain id as its previous hash |
| transactions root | RFC 9162 section 2.1.1 over the canonical bytes of each transaction: a leaf is H(0x00, bytes), a node H(0x01, left, right), none H() |
| history root | the same over every transaction of the chain so far, in its order; a header's `commitments` are the canonical bytes of the record of that name |
| fleet root | 32 bytes that say how every device stands: [what they are made of](proofs.md#bytes) |
| what a signature covers | the canonical bytes of the record's `body`, tag included |
| what seals a block, by authority | the canonical bytes of `seal_statement`: chain id, slot, H(header); two of them for one slot are an `equivocation` |
| what says whose a note key of the log is | the canonical bytes of `note_claim`, by that key (Ed25519): H(genesis with no owners), the member |

## Who says what

The signature is always the sender's. Whoever carries a transaction to a ledger node signs nothing and can change nothing.

| state | signed by | carried by | says |
|---|---|---|---|
| released | the publisher, or the management server; the release inside is signed by its publisher either way | the same | this version of this model may be installed |
| withdrawn | the release's publisher, or the management server | the same | it may no longer be installed |
| cached | a gateway | the gateway | it keeps the file and has verified it |
| installed | the device | its gateway | the new image passed its health check and was confirmed |
| unchanged | the device | its gateway | it asked and was up to date |
| failed | the device | its gateway | it refused the release or could not write it |
| rolled_back | the device | its gateway | the new image did not pass; the old one runs |
| running | the device | its gateway | what it runs, from time to time |
| enrolled | the management server; the recovery key for a management key | anyone | this key is a member, in this role; again: with this channel key and these models |
| expelled | the management server, or the recovery key; with evidence, whoever keeps a chain | anyone | the recipient's key counts no more, for good |

A device speaks for itself and for its own model. `sequence` strictly increases for each sender.

## Work

)";
}

inline std::string channel_prose() {
    return R"(Proof of work is over 80 bytes, hashed twice with SHA-256 whatever H is. Numbers are big-endian.

| offset | size | what |
|---|---|---|
| 0 | 32 | H(header) |
| 32 | 32 | previous hash |
| 64 | 4 | the low half of the time |
| 68 | 4 | target |
| 72 | 8 | nonce, the proof's only member |

The header's digest covers all that is sealed, so altered content needs new work. The 32 bytes that come out are read as a little-endian number and
must not exceed the target. A target is compact: one byte of exponent e, 20 to 32, and three of mantissa m, 0x008000 to 0x7fffff, worth m * 256^(e-3).

## The secure channel

On a TCP stream each frame follows its length, four bytes big-endian. A length beyond the bound is refused when it is read: )" +
           number(channel::handshake_frame<S>) + R"( bytes
during the handshake of the RSA channel (at most; less with smaller signatures), )" +
           number(channel::session_frame) + R"( afterwards. One frame is one record.

The RSA channel (paper 3.3) speaks in this order; anything else ends it.

| frame | from | to note |
|---|---|---|
| client_hello | client | a fresh nonce, the chain, the client's credential |
| server_hello | server | returns the client's nonce, adds its own; signed over the dialogue |
| key_exchange | client | 32 secret bytes under RSA-OAEP with SHA-256 for the server's channel key; signed over the dialogue |
| sealed(finished) | each | the digest of the dialogue |
| sealed(...) | each | a request or its response |

What is signed is a channel_proof: which side speaks, and the digest of the records so far. Keys come from HKDF (RFC 5869, HMAC with H) with the
dialogue's digest as salt and the secret as input, one of 32 bytes for each direction, `info` being `daicho channel 1, client to server` and
`daicho channel 1, server to client`. A sealed frame is AES-256-GCM; its nonce is four zero bytes and the sequence number, eight bytes big-endian, which counts from 0
in each direction; a number that repeats, goes back or leaps ends the session.

Over TLS 1.3 the first frame each way is an introduction. Its signature covers a session_binding, whose `exported` are 32 bytes of keying material
(RFC 8446 section 7.5) under the label `EXPORTER-daicho-channel-1`.

## HTTP

Bodies are canonical bytes (`application/cbor`) or the JSON view (`application/json`) of one record; docs/concepts/record.md has the JSON forms. What is signed or
hashed are the canonical bytes either way.

`POST /transactions/new` carries one transaction. `POST /transactions/batch` carries a `transaction_batch`, )" +
           number(limits::batch) + R"( transactions at most, each as a byte string of
its canonical bytes, )" +
           number(limits::batched_transaction) + R"( bytes at most. Its answer is 200 and a `batch_answer`: a verdict on each, in the order in which they came; 0 is `ok`, and then the
transaction is durable. One that is cut, altered or refused hides no other. What is not a batch is refused as a whole, and nothing of it is taken.
Statuses 429 and 503, and in a verdict `over_quota`, `pool_full` and `busy`, ask to be sent again later; `Retry-After` says when.

)";
}

inline std::string page_text() {
    auto const d = everything();
    return prose() + channel_prose() + "## Records\n\nThe largest that a type can be, whatever the scheme; sizes in bytes.\n\n" + schema::tables(d) +
           "## CDDL\n\nRFC 8610. `public_key` and `signature` are the Protocol's; a threshold of schemes is an array of theirs.\n\n```cddl\n" + d.text() + "```\n";
}

inline std::string place() {
    if (char const* source = std::getenv("DAICHO_SOURCE")) return std::string(source) + "/docs/wire.md";
    std::string const here = __FILE__;
    return here.substr(0, here.rfind("test/record/")) + "docs/wire.md";
}

BOOST_AUTO_TEST_SUITE(wire_page)

BOOST_AUTO_TEST_CASE(the_page_shows_the_records_as_they_are) {
    auto const text = page_text();
    if (std::getenv("DAICHO_REGENERATE") != nullptr) {
        std::ofstream(place(), std::ios::binary) << text;
        BOOST_TEST_MESSAGE("wrote " << place());
    }
    std::ifstream in(place(), std::ios::binary);
    BOOST_TEST_REQUIRE(bool(in), place() << " is missing: run this test with DAICHO_REGENERATE=1");
    std::string const written(std::istreambuf_iterator<char>(in), {});
    BOOST_TEST((written == text), "docs/wire.md is out of date: run this test with DAICHO_REGENERATE=1 and look at what changed");
}

BOOST_AUTO_TEST_CASE(no_two_records_share_a_tag_or_a_name) {
    auto const d = everything();
    std::set<unsigned> tags;
    std::set<std::string> names;
    for (auto& r : d.rules()) {
        if (r.schema.empty()) continue;
        BOOST_TEST(tags.insert(r.tag).second, r.schema);
        BOOST_TEST(names.insert(r.schema).second, r.schema);
    }
    BOOST_TEST(tags.size() > 35u);
}

BOOST_AUTO_TEST_CASE(the_work_preimage_lies_as_the_page_says) {
    header h{};
    digest d{};
    d.fill(0xaa);
    h.previous_hash.fill(0xbb);
    h.time = 0x1122334455667788;
    h.target = 0x1d00ffff;
    auto const p = work_preimage_of(d, h, 0x0102030405060708);
    auto const part = [&](std::size_t from, std::size_t n) { return bytes(p.begin() + long(from), p.begin() + long(from + n)); };
    BOOST_TEST(p.size() == 80u);
    BOOST_TEST((part(0, 32) == bytes(32, 0xaa)));
    BOOST_TEST((part(32, 32) == bytes(32, 0xbb)));
    BOOST_TEST((part(64, 4) == bytes{0x55, 0x66, 0x77, 0x88}));
    BOOST_TEST((part(68, 4) == bytes{0x1d, 0x00, 0xff, 0xff}));
    BOOST_TEST((part(72, 8) == bytes{1, 2, 3, 4, 5, 6, 7, 8}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace wire
