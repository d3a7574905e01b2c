#pragma once

#include <daicho/asio/http_client.hpp>
#include <daicho/concept/artifact_source.hpp>

#include <charconv>
#include <thread>

namespace daicho::asio {

/// Where a repository keeps an artifact: `where` and the digest, unless `where` ends in it already.
inline std::string artifact_address(std::string_view where, digest const& d) {
    auto const name = to_hex(d);
    std::string address(where);
    if (address.ends_with(name)) return address;
    if (!address.ends_with('/')) address += '/';
    return address + name;
}

struct http_source_options {
    http_client_options client{};
    unsigned attempts = 4;                          ///< in a row without a byte of progress
    std::chrono::milliseconds pause{100};           ///< before the second attempt; doubles with each
};

/// An artifact_source over HTTP. A transfer that is cut goes on where it stopped, never from the beginning: it asks for the
/// range it lacks (RFC 9110 14.2), and a server that cannot give ranges is read past what is there already.
class http_source {
public:
    explicit http_source(http_source_options options = {}) : options_(std::move(options)), client_(options_.client) {}

    /// Errors: the sink's, not_found, wrong_size, not_permitted, invalid_text (the address, the reply), and the link's.
    template <class Sink>
    fault fetch(std::string_view where, digest const& d, std::uint64_t offset, std::uint64_t size, Sink&& sink) {
        if (offset > size) return {errc::out_of_range, "offset", offset};
        transfer t{artifact_address(where, d), '"' + to_hex(d) + '"', offset, size};
        unsigned left = options_.attempts;
        auto pause = options_.pause;
        while (t.offset != size) {
            auto const before = t.offset;
            auto const f = attempt(t, sink);
            if (!f || t.sink_failed || !passing(f.code)) return f;
            if (t.offset != before) left = options_.attempts, pause = options_.pause;
            if (left <= 1) return f;
            --left;
            std::this_thread::sleep_for(pause);
            pause *= 2;
        }
        return {};
    }

private:
    struct transfer {
        std::string address, tag;
        std::uint64_t offset, size;
        bool conditional = true;   // If-Range: our repositories tag artifacts with their digests, others do not
        bool sink_failed = false;
    };

    /// Faults that may have gone when one asks again.
    static bool passing(errc code) noexcept {
        return code == errc::disconnected || code == errc::timed_out || code == errc::unreachable || code == errc::busy;
    }

    template <class Sink>
    fault attempt(transfer& t, Sink& sink) {
        role::http_request r;
        r.accept = "application/octet-stream";
        if (t.offset != 0) {
            r.range = "bytes=" + std::to_string(t.offset) + '-' + std::to_string(t.size - 1);
            if (t.conditional) r.if_range = t.tag;
        }
        std::uint64_t skip = 0;
        bool whole_again = false;
        auto const head = [&](http_client::reply_head const& reply) -> fault {
            switch (reply.status) {
            case 206: return same_range(reply.header("content-range"), t);
            case 200:
                if (t.offset != 0 && t.conditional) {
                    whole_again = true;
                    return {errc::busy, "range"};
                }
                skip = t.offset;
                if (auto const length = reply.header("content-length"); !length.empty() && length != std::to_string(t.size))
                    return {errc::wrong_size, "artifact"};
                return {};
            case 404: case 410: return {errc::not_found, "artifact"};
            case 416: return {errc::wrong_size, "artifact"};
            case 401: case 403: return {errc::not_permitted, "artifact"};
            case 429: case 500: case 502: case 503: case 504: return {errc::busy, "artifact", reply.status};
            default: return {errc::invalid_text, "reply status", reply.status};
            }
        };
        auto const body = [&](byte_view b) -> fault {
            auto const passed = std::min<std::uint64_t>(skip, b.size());
            skip -= passed;
            b = b.subspan(std::size_t(passed));
            if (b.size() > t.size - t.offset) return {errc::wrong_size, "artifact", t.size};
            if (b.empty()) return {};
            if (fault f = sink(b)) {
                t.sink_failed = true;
                return f;
            }
            t.offset += b.size();
            return {};
        };
        auto f = client_.exchange(t.address, r, t.size, head, body);
        if (whole_again) {
            // Somebody else's tag. Content is named by its digest and hashed by whoever fetches, so the plain range will do.
            t.conditional = false;
            return attempt(t, sink);
        }
        if (f == errc::oversized && !t.sink_failed) return {errc::wrong_size, "artifact"};
        if (!f && t.offset != t.size) return {errc::wrong_size, "artifact", t.offset};
        return f;
    }

    /// `bytes first-last/total` must be what we asked for.
    static fault same_range(std::string_view range, transfer const& t) {
        std::string const from = "bytes " + std::to_string(t.offset) + '-';
        if (!range.starts_with(from)) return {errc::out_of_range, "content-range"};
        if (!range.ends_with('/' + std::to_string(t.size))) return {errc::wrong_size, "artifact"};
        return {};
    }

    http_source_options options_;
    http_client client_;
};
static_assert(artifact_source<http_source>);

} // namespace daicho::asio
