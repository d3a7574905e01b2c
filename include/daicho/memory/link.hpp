#pragma once

#include <daicho/concept/link.hpp>

#include <algorithm>
#include <functional>

namespace daicho::memory {

/// A link whose other end is a function in the same process: a device beside its gateway, in tests and simulations. What the wire
/// does to a message, the function does: it may alter, refuse or lose it.
struct link {
    /// Takes a request and gives its reply, or the fault with which the exchange ends.
    std::function<result<bytes>(byte_view request)> send = [](byte_view) -> result<bytes> { return fault{errc::unreachable, "nobody listens"}; };

    result<byte_view> exchange(byte_view request, byte_span reply_buffer) {
        auto const reply = send(request);
        if (!reply) return reply.error();
        if (reply->size() > reply_buffer.size()) return fault{errc::oversized, "reply", reply->size()};
        std::copy(reply->begin(), reply->end(), reply_buffer.begin());
        return byte_view(reply_buffer.first(reply->size()));
    }
};

static_assert(daicho::link<link>);

} // namespace daicho::memory
