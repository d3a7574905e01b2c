#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/schema/record.hpp>

namespace daicho {

/// What a header commits its whole chain to, beside its own transactions: its canonical bytes are the header's `commitments`.
struct commitments {
    static constexpr schema::tag schema{0x33, 1, "commitments"};
    DAICHO_RECORD(commitments,
        (std::uint64_t, history_size),      // transactions of the chain up to and with this block
        (digest, history_root),             // RFC 9162 2.1.1, over the canonical bytes of each of them, by the Protocol's hash
        (digest, fleet_root));              // how every device stands after this block (docs/proofs.md)
    friend bool operator==(commitments const&, commitments const&) = default;
};

} // namespace daicho
