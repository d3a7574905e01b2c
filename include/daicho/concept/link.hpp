#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <concepts>

namespace daicho {

/// One bounded request and its reply, blocking; for a device (docs/concepts/link.md).
/// The reply is a prefix of `reply_buffer`. Errors: oversized and the link errcs. Authenticity is the link's task:
/// what exchange() returns came from an enrolled peer, once, in answer to this request.
template <class L>
concept link = requires(L& l, byte_view request, byte_span reply_buffer) {
    { l.exchange(request, reply_buffer) } -> std::same_as<result<byte_view>>;
};

} // namespace daicho
