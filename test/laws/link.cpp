#include <daicho/laws/link.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/memory/link.hpp>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;

/// A link to the peer in the same process; each broken model spoils one thing.
struct sound : memory::link {
    laws::link_peer& peer;
    explicit sound(laws::link_peer& p) : peer(p) {
        send = [this](byte_view request) -> result<bytes> {
            auto reply = peer.answer(request);
            if (!reply) return fault{errc::disconnected, "peer"};
            return std::move(*reply);
        };
    }
};
struct cuts_requests : sound {
    using sound::sound;
    result<byte_view> exchange(byte_view request, byte_span out) { return sound::exchange(request.first(std::min<std::size_t>(request.size(), 3999)), out); }
};
struct sends_twice : sound {
    using sound::sound;
    result<byte_view> exchange(byte_view request, byte_span out) {
        auto const first = sound::exchange(request, out);
        return first && request.size() == 33 ? sound::exchange(request, out) : first;
    }
};
struct shows_its_own_buffer : sound {
    using sound::sound;
    bytes kept;
    result<byte_view> exchange(byte_view request, byte_span out) {
        auto const reply = sound::exchange(request, out);
        if (!reply) return reply;
        kept.assign(reply->begin(), reply->end());
        return byte_view(kept);
    }
};
struct ends_with_a_zero : sound {  // as text in C does
    using sound::sound;
    result<byte_view> exchange(byte_view request, byte_span out) {
        auto const reply = sound::exchange(request, out);
        if (reply) out.data()[reply->size()] = 0;
        return reply;
    }
};
struct cuts_replies : sound {
    using sound::sound;
    result<byte_view> exchange(byte_view request, byte_span out) {
        auto reply = send(request);
        if (!reply) return reply.error();
        auto const n = std::min(reply->size(), out.size());
        std::copy_n(reply->begin(), n, out.begin());
        return byte_view(out.first(n));
    }
};
struct keeps_the_rest : sound {
    using sound::sound;
    bytes rest;
    result<byte_view> exchange(byte_view request, byte_span out) {
        auto reply = send(request);
        if (!reply) return reply.error();
        reply->insert(reply->begin(), rest.begin(), rest.end());
        rest.clear();
        if (reply->size() > out.size()) {
            rest.assign(reply->begin() + std::ptrdiff_t(out.size()), reply->end());
            return fault{errc::oversized, "reply"};
        }
        std::copy(reply->begin(), reply->end(), out.begin());
        return byte_view(out.first(reply->size()));
    }
};
struct silence_is_an_answer : sound {
    using sound::sound;
    result<byte_view> exchange(byte_view request, byte_span out) {
        auto const reply = sound::exchange(request, out);
        return reply || reply.error() != errc::disconnected ? reply : byte_view(out.first(0));
    }
};
struct tries_again : sound {
    using sound::sound;
    result<byte_view> exchange(byte_view request, byte_span out) {
        auto const reply = sound::exchange(request, out);
        return reply || reply.error() != errc::disconnected ? reply : sound::exchange(request, out);
    }
};
struct stays_down : sound {
    using sound::sound;
    bool down = false;
    result<byte_view> exchange(byte_view request, byte_span out) {
        if (down) return fault{errc::disconnected, "down"};
        auto const reply = sound::exchange(request, out);
        down = !reply && reply.error() == errc::disconnected;
        return reply;
    }
};

template <class Link>
laws_broken broken_by() {
    laws::link_peer peer;
    Link l(peer);
    laws::verdict v;
    laws::link(v, l, peer);
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

} // namespace

BOOST_AUTO_TEST_SUITE(link_laws)

// Over sockets: test/asio/link_laws.cpp.
BOOST_AUTO_TEST_CASE(the_link_in_memory_keeps_them) { BOOST_TEST(broken_by<sound>() == laws_broken{}, boost::test_tools::per_element()); }

BOOST_AUTO_TEST_CASE(each_law_refuses_a_link_that_breaks_it) {
    auto const expect = [](laws_broken const& found, char const* law) { BOOST_TEST(found == laws_broken{law}, boost::test_tools::per_element()); };
    expect(broken_by<cuts_requests>(), "A request arrives whole and once.");
    expect(broken_by<sends_twice>(), "A request arrives whole and once.");
    expect(broken_by<shows_its_own_buffer>(), "A reply is returned whole, as a prefix of the buffer.");
    expect(broken_by<ends_with_a_zero>(), "Nothing beside the reply buffer is written.");
    expect(broken_by<cuts_replies>(), "A reply that does not fit is oversized, never cut.");
    expect(broken_by<keeps_the_rest>(), "After a reply that did not fit the next request has its own.");
    expect(broken_by<silence_is_an_answer>(), "Where no reply comes, it is a fault of the link.");
    expect(broken_by<tries_again>(), "A request without a reply is not sent again.");
    expect(broken_by<stays_down>(), "After an exchange that failed the next one has its own reply.");
}

BOOST_AUTO_TEST_SUITE_END()
