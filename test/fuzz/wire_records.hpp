#pragma once

#include <daicho/channel/message.hpp>
#include <daicho/consensus/authority.hpp>
#include <daicho/consensus/work.hpp>
#include <daicho/record.hpp>
#include <daicho/record/identity.hpp>
#include <daicho/record/snapshot.hpp>
#include <daicho/record/witnessed.hpp>
#include <daicho/schema/check_bounds.hpp>
#include <daicho/signature/ed25519.hpp>
#include <daicho/trust/witnessed_log.hpp>
#include <daicho/trust/work_headers.hpp>
#include <daicho/update/device_state.hpp>

#include <cstdlib>

/// Every kind of record that meets the network, and one that both proofs fit.
namespace wire {

using namespace daicho;
using S = ed25519_types;
using proof = std::variant<work_proof, authority_proof<S>>;
using block = daicho::block<S, proof>;

/// Calls f.template operator()<Record>() for the record that `choice` means.
template <class... Records, class F>
void choose_from(std::uint8_t choice, F&& f) {
    std::size_t i = 0;
    (void)((i++ == choice % sizeof...(Records) ? (f.template operator()<Records>(), true) : false) || ...);
}

template <class F>
void choose(std::uint8_t choice, F&& f) {
    choose_from<genesis<S>, signed_release<S>, transaction<S>, block, request<S>, command<S>, enrolment_request<S>, identity<S>, status, page,
                version_answer<S>, sealed_header<proof>, channel::client_hello, channel::server_hello<S::signature_type>,
                channel::key_exchange<S::signature_type>, channel::finished, channel::introduction<S::signature_type>, command_marks, upload, commitments, inclusion_proof, consistency_proof, header_page<proof>,
                // appended only: seeds name a record by its place here
                found_transactions<S>, adoption, snapshot_head, snapshot_part<S>, forked_logs, equivocation<S>, fleet_statement<S, proof>, device_answer, behind_answer,
                known_peers, peer_bans, witness_memory, update::device_state<S>, trust::log_head, trust::work_head, transaction_batch, batch_answer>(
        choice, std::forward<F>(f));
}

inline void demand(bool held) {
    if (!held) std::abort();
}

} // namespace wire
