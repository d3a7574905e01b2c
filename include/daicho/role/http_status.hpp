#pragma once

#include <daicho/base/errc.hpp>

namespace daicho::role {

/// The HTTP status that fits a fault best (RFC 9110 15).
constexpr unsigned status_of(errc code) noexcept {
    switch (code) {
    case errc::ok: return 200;
    case errc::unknown_sender:
    case errc::bad_signature:
    case errc::bad_key:
    case errc::not_authenticated: return 401;
    case errc::expelled_sender:
    case errc::not_permitted:
    case errc::wrong_signer: return 403;
    case errc::not_found: return 404;
    case errc::duplicate:
    case errc::repeated_sequence:
    case errc::already_claimed:
    case errc::replayed:
    case errc::not_preferred:
    case errc::below_final:
    case errc::stale_version:
    case errc::nothing_to_seal:
    case errc::unlinked_block:
    case errc::wrong_index: return 409;
    case errc::pruned: return 410;
    case errc::oversized: return 413;
    case errc::over_quota: return 429;
    case errc::store_full: return 507;
    case errc::unreachable:
    case errc::disconnected: return 502;
    case errc::timed_out: return 504;
    case errc::pool_full:
    case errc::busy: return 503;
    case errc::store_corrupt:
    case errc::store_too_new:
    case errc::io_failed:
    case errc::no_entropy:
    case errc::slot_failed: return 500;
    case errc::wrong_type: return 415;
    case errc::truncated:
    case errc::trailing_bytes:
    case errc::non_canonical:
    case errc::wrong_schema:
    case errc::out_of_range:
    case errc::invalid_text:
    case errc::missing_field:
    case errc::unknown_field: return 400;
    default: return 422;
    }
}

} // namespace daicho::role
