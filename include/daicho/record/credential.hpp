#pragma once

#include <daicho/record/transaction.hpp>

#include <optional>

namespace daicho {

/// What a member shows of itself in handshakes and keeps in its folder: the transaction that enrolled it, and, when a later
/// management key than genesis's signed that, the transaction with which the recovery key put this key in office. Who has
/// pinned the genesis checks both, whether or not it has heard of the change.
template <class Scheme>
struct shown_credential {
    using transaction_type = transaction<Scheme>;
    using rotation_type = std::optional<transaction<Scheme>>;
    static constexpr schema::tag schema{0x15, 1, "shown_credential"};
    DAICHO_RECORD(shown_credential<Scheme>,
        (transaction_type, enrolled),
        (rotation_type, rotation));
    friend bool operator==(shown_credential const&, shown_credential const&) = default;
};

} // namespace daicho
