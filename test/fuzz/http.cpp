/// What the network gives an HTTP door: requests and replies in any chunks, addresses, ranges, authorizations. Each is refused, or
/// what was read is within its bounds and means the same when it is read again. The first byte chooses, the second cuts.
#include <daicho/asio/http_parser.hpp>
#include <daicho/base/url.hpp>
#include <daicho/role/byte_range.hpp>
#include <daicho/role/upload_authorization.hpp>
#include <daicho/signature/ed25519.hpp>

#include <cstdlib>

namespace {

using namespace daicho;
constexpr std::uint64_t bound = 4096;

struct scheme : ed25519_types {
    static bool verify(public_key_type const&, byte_view, signature_type const&) noexcept { return false; }
};

void demand(bool held) {
    if (!held) std::abort();
}

/// Feeds `in` as a connection would: what is not used stays, more comes.
template <class Reader>
bool feed(Reader& reader, byte_view in, std::size_t piece) {
    bytes unread;
    std::size_t at = 0;
    while (!reader.is_done()) {
        asio::detail::error_code ec;
        auto const used = reader.read(unread, ec);
        demand(used <= unread.size());
        unread.erase(unread.begin(), unread.begin() + std::ptrdiff_t(used));
        if (ec && ec != asio::detail::http::error::need_more) return false;
        if constexpr (requires { reader.request; })
            if (reader.is_header_done() && reader.request.body.empty()) reader.body_limit(bound);
        if (used != 0) continue;
        if (at == in.size() || unread.size() > 16 * 1024) return false;
        auto const n = std::min(piece, in.size() - at);
        unread.insert(unread.end(), in.begin() + std::ptrdiff_t(at), in.begin() + std::ptrdiff_t(at + n));
        at += n;
    }
    return true;
}

void request(byte_view in, std::size_t piece) {
    asio::request_reader one;
    bool const read = feed(one, in, piece);
    demand(one.request.body.size() <= in.size());
    if (!read) return;
    demand(one.request.path.starts_with('/') && one.request.method.size() <= 16);
    for (char c : one.request.path) demand(byte(c) >= 0x20 && c != 0x7f);
    asio::request_reader whole;  // however it is cut, it is the same request
    if (in.size() > 8 * 1024) return;
    demand(feed(whole, in, in.size()));
    demand(whole.request.method == one.request.method && whole.request.path == one.request.path && whole.request.query == one.request.query &&
           whole.request.authorization == one.request.authorization && whole.request.body == one.request.body);
}

void reply(byte_view in, std::size_t piece, bool to_head) {
    std::uint64_t got = 0;
    asio::response_reader one(bound, to_head);
    one.sink = [&](byte_view b) {
        got += b.size();
        return got > 3000 ? fault{errc::store_full, "sink"} : fault{};
    };
    feed(one, in, piece);
    demand(got <= bound && (!to_head || got == 0));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* input, std::size_t size) {
    if (size < 2) return 0;
    byte_view const b{input + 2, size - 2};
    std::size_t const piece = input[1] == 0 ? 1 : input[1];
    switch (input[0] % 6) {
    case 0: request(b, piece); break;
    case 1: reply(b, piece, false); break;
    case 2: reply(b, piece, true); break;
    case 3:
        if (auto const u = parse_url(as_text(b))) {
            auto const again = parse_url(u->text());
            demand(again && *again == *u && u->port != 0 && !u->host.empty() && u->target.starts_with('/'));
        }
        break;
    case 4: {
        auto const r = role::read_range(as_text(b), input[1]);
        demand(r.offset <= input[1] && r.length <= input[1] - r.offset);
        demand(r.what != role::byte_range::kind::part || r.length != 0);
        break;
    }
    default:
        if (auto const a = role::read_authorization<scheme>(as_text(b))) {
            auto const again = role::read_authorization<scheme>("Daicho " + to_hex(a->publisher) + ' ' + std::to_string(a->time) + ' ' +
                                                                       to_hex(encode(a->signature)));
            demand(again && again->publisher == a->publisher && again->time == a->time && again->signature == a->signature);
        }
    }
    return 0;
}
