#pragma once

#include <daicho/concept/block_store.hpp>
#include <daicho/concept/sealer.hpp>
#include <daicho/record/release.hpp>
#include <daicho/role/http.hpp>

#include <string>
#include <variant>
#include <vector>

/// What passes between a role that serves HTTP and whoever runs it: `step(event, now) -> actions`.
/// A runner (asio/, simulated/) owns sockets, threads, disks and clocks; a role owns decisions.
namespace daicho::role {

/// Names a request that waits for its reply, or a call that waits for its answer.
using ticket = std::uint64_t;

// --- events: what happened -------------------------------------------------------------------------------------------
struct arrived {
    ticket id;
    http_request request;
};
struct answered {
    ticket id;                        ///< of the call
    result<http_response> response;
};
struct committed {
    std::uint64_t id;                 ///< of the persist
    fault outcome;
};
template <class Proof>
struct sealed {
    std::uint64_t epoch;
    result<Proof> proof;
};
struct tick {};

/// Who asks on a secure channel, as the channel has proved it.
struct requester {
    node_id id{};
    bool enrolled = false;            ///< false: it may only ask to be enrolled
};
struct asked {
    ticket id;
    requester from;
    bytes request;
};
struct told {
    ticket id;                        ///< of the ask
    result<bytes> reply;
};
struct fetched {
    ticket id;                        ///< of the fetch
    fault outcome;                    ///< ok: the artifact is in the store, whole, and has its digest
};

/// What happens to a ledger node: it serves HTTP.
template <class Proof>
using event = std::variant<arrived, answered, committed, sealed<Proof>, tick>;
/// What happens to a gateway or a management server: they serve the secure channel and use the ledger.
using channel_event = std::variant<asked, told, answered, committed, fetched, tick>;

// --- actions: what to do, in this order --------------------------------------------------------------------------------
struct respond {
    ticket id;
    http_response response;
};
struct call {
    ticket id;
    std::string url;                  ///< of the peer, without the path
    http_request request;
};
struct persist {
    std::uint64_t id;
    store_batch batch;                ///< commit it, then say `committed`
};
struct seal {
    seal_job job;                     ///< replaces the job in work, if any
};
struct stop_sealing {};
struct answer {
    ticket id;
    bytes reply;                      ///< to the one who asked
};
struct ask {
    ticket id;
    bytes request;                    ///< for the management server, on the secure channel
};
struct fetch {
    ticket id;
    release wanted;                   ///< from any of its sources into the artifact store, going on where a cut transfer ended
};
struct renewed {};                    ///< the management key or the own credential is another: handshakes show and ask anew
struct note {
    std::string event;                ///< one word: "block", "refused", ...
    std::string detail;               ///< one readable line
};
struct halt {
    fault reason;                     ///< what is in memory can no longer be trusted; what is stored can: restart from it
};

using action = std::variant<respond, call, persist, seal, stop_sealing, answer, ask, fetch, renewed, note, halt>;
using actions = std::vector<action>;

} // namespace daicho::role
