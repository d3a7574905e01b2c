#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>
#include <daicho/schema/record.hpp>

#include <concepts>
#include <cstdint>

namespace daicho {

/// Follows a ledger without keeping it (docs/concepts/light_client.md), from one small head to the next.
///   head_type       a record: what is kept of the ledger. A default one has seen nothing; `time` has passed for sure, and reached()
///                   says how far it has come, so that whoever shows evidence knows what it must continue. 0: nothing seen
///   evidence_type   a record: what somebody who has the chain shows of one transaction
///   follow(head, leaf, evidence)   the head to keep from now on, if the evidence shows that the transaction with this leaf hash
///                   (RFC 9162 2.1.1, over its canonical bytes) is in a ledger that continues `head`
template <class C>
concept light_client = record<typename C::head_type> && record<typename C::evidence_type> && std::regular<typename C::head_type> &&
                       requires(C const& c, typename C::head_type const& head, digest const& leaf, typename C::evidence_type const& evidence) {
                           { c.follow(head, leaf, evidence) } -> std::same_as<result<typename C::head_type>>;
                           { head.time } -> std::convertible_to<std::uint64_t>;
                           { head.reached() } -> std::convertible_to<std::uint64_t>;
                       };

} // namespace daicho
