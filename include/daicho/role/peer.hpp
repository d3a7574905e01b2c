#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/errc.hpp>

#include <string>

namespace daicho::role {

/// Another ledger node, as this one sees it.
struct peer {
    node_id id{};                       ///< who should be there
    std::string url;                    ///< scheme, host and port
    bool proven = false;                ///< it signed our nonce with that key
    bool busy = false;                  ///< a conversation is under way
    std::uint64_t next = 0;             ///< when to look at it again
    std::uint64_t looked = 0;           ///< when that was last done
    std::uint64_t told = 0;             ///< number of the last transaction that it heard of from us
    bool telling = false;               ///< it is being told of one
    std::uint64_t banned_until = 0;     ///< it sent what no honest node sends
    std::uint64_t bans = 0;             ///< how often it did so far
    errc ban_reason = errc::ok;         ///< the last of them
};

} // namespace daicho::role
