#pragma once

#include "fleet.hpp"

#include <daicho/record/message.hpp>

#include <cstdint>

/// What a device costs its network, counted and not timed: n devices of one model behind one gateway, one image for all.
/// Assumptions, the same for all three ways:
///   - messages are the real records in canonical bytes; what carries them (TCP, TLS, HTTP heads, handshakes) is left out
///   - an image travels in chunks of 16 KiB, one request each; every device reports its outcome once, and gets a receipt
///   - broadcast (Lee and Lee, paper 2.2): a device asks all n - 1 neighbours and each answers with its version; then metadata
///     comes from a verification node and the image from a peer. Copies of the log, which every device there keeps, are not counted
namespace daicho::benchmarks {

struct traffic {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;

    friend traffic operator+(traffic a, traffic b) { return {a.messages + b.messages, a.bytes + b.bytes}; }
    friend traffic operator*(std::uint64_t n, traffic t) { return {n * t.messages, n * t.bytes}; }
};

/// For the whole fleet: in its own network, and between that and the servers.
struct cost {
    traffic inside;
    traffic beyond;
    traffic all() const { return inside + beyond; }
};

inline constexpr std::uint64_t image_size = 256 * 1024;  ///< of seabios, the image in examples/run
inline constexpr std::uint64_t image_chunk = 16 * 1024;

template <class P>
class traffic_of {
public:
    template <class Signer, class MakeSigner>
    static traffic_of with(MakeSigner make_signer) {
        fleet<P, Signer> f(make_signer, 1);
        using scheme = scheme_of<P>;
        auto const one = [](auto const& record) { return traffic{1, encode(record).size()}; };
        version_check ask{.model = "lamp", .ver = 1};
        release r{.chain_id = f.chain_id, .model = "lamp", .version = 2, .size = image_size};
        r.sources.push_back("https://repository.example/artifacts");
        r.time = fleet_start;
        r.expires = fleet_start + 31'536'000;
        version_answer<scheme> same{};
        time_body const now{.chain_id = f.chain_id, .time = fleet_start};
        same.time = signed_time<scheme>{now, must(sign<P>(*f.management, now), "signing")};
        auto newer = same;
        newer.release = signed_release_of<P>{r, must(sign<P>(*f.management, r), "signing")};
        newer.publisher = f.enrolment(*f.devices[0]);
        bytes const content(image_chunk);

        traffic_of t;
        t.ask_ = one(ask);
        t.same_ = one(same);
        t.newer_ = one(newer);
        auto const piece = one(chunk_request{.offset = image_size, .length = image_chunk}) + one(chunk{image_size, {content}});
        t.image_ = (image_size / image_chunk) * piece;
        t.report_ = one(carry<scheme>{f.report(0)}) + one(receipt{});
        return t;
    }

    /// paper 2.3: the gateway asks once, fetches once, records `cached`; devices ask the gateway.
    cost update_with_cache(std::uint64_t n) const {
        auto const fetched = ask_ + newer_ + image_ + report_;
        return {n * fetched, fetched + n * report_};
    }
    cost update_without_cache(std::uint64_t n) const { return {{}, n * (ask_ + newer_ + image_ + report_)}; }
    cost update_by_broadcast(std::uint64_t n) const {
        return {{}, n * ((n - 1) * (ask_ + ask_) + ask_ + newer_ + image_ + report_)};
    }

    /// Everybody looks once, and nothing is new.
    cost look_with_cache(std::uint64_t n) const { return {n * (ask_ + same_), ask_ + same_}; }
    cost look_without_cache(std::uint64_t n) const { return {{}, n * (ask_ + same_)}; }
    cost look_by_broadcast(std::uint64_t n) const { return {{}, n * ((n - 1) * (ask_ + ask_) + ask_ + same_)}; }

private:
    traffic ask_, same_, newer_, image_, report_;
};

} // namespace daicho::benchmarks
