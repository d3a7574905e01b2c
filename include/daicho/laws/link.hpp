#pragma once

#include <daicho/concept/link.hpp>
#include <daicho/laws/law.hpp>

#include <algorithm>
#include <functional>
#include <mutex>
#include <optional>

namespace daicho::laws {

/// The other end of a link under test. Whoever serves the link calls answer() once for each request that arrives, on any thread.
class link_peer {
public:
    using says_type = std::function<std::optional<bytes>(byte_view)>;

    /// The reply; where there is none, hang up or stay silent.
    std::optional<bytes> answer(byte_view request) {
        std::lock_guard const held(mutex_);
        heard_.emplace_back(request.begin(), request.end());
        return says_ ? says_(request) : std::nullopt;
    }

    /// From now on it says this, and has heard nothing.
    void play(says_type says) {
        std::lock_guard const held(mutex_);
        says_ = std::move(says);
        heard_.clear();
    }
    std::vector<bytes> heard() {
        std::lock_guard const held(mutex_);
        return heard_;
    }

private:
    std::mutex mutex_;
    says_type says_;
    std::vector<bytes> heard_;
};

/// The laws of docs/concepts/link.md, tried on a link whose other end is `peer`. Authenticity is tried with the secure channel's laws.
template <daicho::link Link>
void link(verdict& v, Link& l, link_peer& peer) {
    auto const message = [](std::size_t n, byte seed) {
        bytes m(n);
        for (std::size_t i = 0; i != n; ++i) m[i] = byte(i * 13 + i / 256 + seed);
        return m;
    };
    constexpr std::size_t margin = 16;
    constexpr byte untouched = 0xa5;
    bool beside = false;
    struct outcome {
        fault error;
        bytes reply;
        bool prefix = false;
        bool is(bytes const& expected) const { return !error && reply == expected; }
    };
    auto const exchange = [&](byte_view request, std::size_t room) {
        bytes buffer(margin + room + margin, untouched);
        auto const window = byte_span(buffer).subspan(margin, room);
        auto const r = l.exchange(request, window);
        for (std::size_t i = 0; i != margin; ++i) beside = beside || buffer[i] != untouched || buffer[margin + room + i] != untouched;
        if (!r) return outcome{r.error(), {}, false};
        return outcome{{}, bytes(r->begin(), r->end()), r->data() == window.data() && r->size() <= room};
    };
    auto const replies = [&](bytes const& reply) {
        peer.play([reply](byte_view) { return reply; });
    };
    std::vector<std::size_t> const sizes{1, 33, 1000, 4000};

    for (auto n : sizes) {
        auto const request = message(n, 1), reply = message(n, 2);
        replies(reply);
        auto const roomy = exchange(request, n + 100);
        v.law("A request arrives whole and once.", peer.heard() == std::vector<bytes>{request});
        v.law("A reply is returned whole, as a prefix of the buffer.", roomy.prefix && roomy.is(reply));
        auto const tight = exchange(request, n);
        v.law("A reply is returned whole, as a prefix of the buffer.", tight.prefix && tight.is(reply));
    }
    for (auto n : sizes) {
        auto const later = message(20, 4);
        replies(message(n, 3));
        v.law("A reply that does not fit is oversized, never cut.", exchange(message(9, 1), n - 1).error == errc::oversized);
        replies(later);
        v.law("After a reply that did not fit the next request has its own.", exchange(message(9, 5), 4000).is(later));
    }
    v.law("Nothing beside the reply buffer is written.", !beside);

    peer.play({});
    auto const request = message(50, 6);
    auto const f = exchange(request, 100).error;
    bool const of_the_link = f == errc::unreachable || f == errc::timed_out || f == errc::disconnected || f == errc::not_authenticated;
    v.law("Where no reply comes, it is a fault of the link.", of_the_link);
    v.law("A request without a reply is not sent again.", peer.heard() == std::vector<bytes>{request});
    auto const later = message(60, 7);
    replies(later);
    v.law("After an exchange that failed the next one has its own reply.", exchange(message(9, 8), 100).is(later));
}

} // namespace daicho::laws
