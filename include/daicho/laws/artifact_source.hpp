#pragma once

#include <daicho/concept/artifact_source.hpp>
#include <daicho/laws/law.hpp>

#include <algorithm>

namespace daicho::laws {

/// The laws of docs/concepts/artifact_source.md, tried on a source that has `content` (some thousand bytes at least) under `d`
/// at `where`, and does not have `unknown`.
template <class Source>
void artifact_source(verdict& v, Source& source, std::string_view where, digest const& d, byte_view content, digest const& unknown) {
    struct transfer {
        bytes got;
        fault outcome;
    };
    auto const fetch = [&](digest const& which, std::uint64_t offset, std::uint64_t size, std::size_t stop_at = ~std::size_t(0)) {
        transfer t;
        t.outcome = source.fetch(where, which, offset, size, [&](byte_view b) {
            t.got.insert(t.got.end(), b.begin(), b.end());
            return t.got.size() >= stop_at ? fault{errc::slot_failed, "sink"} : fault{};
        });
        return t;
    };
    auto const n = content.size(), half = n / 2;
    {
        auto const t = fetch(d, 0, n);
        v.law("a fetch from the beginning delivers every byte, in order", !t.outcome && equal(t.got, content));
    }
    {
        bool good = true;
        for (auto offset : {std::size_t(1), half, n - 1}) {
            auto const t = fetch(d, offset, n);
            good = good && !t.outcome && equal(t.got, content.subspan(offset));
        }
        v.law("a fetch from an offset delivers what follows it, and nothing else", good);
    }
    {
        auto const t = fetch(d, n, n);
        v.law("a fetch from the end delivers nothing and succeeds", !t.outcome && t.got.empty());
    }
    {
        auto const t = fetch(d, n + 1, n);
        v.law("an offset beyond the end is a fault", t.outcome && t.got.empty());
    }
    {
        auto const t = fetch(d, 0, n, 1);
        v.law("a fault of the sink ends the transfer and is returned", t.outcome == errc::slot_failed && t.got.size() <= n);
        auto const again = fetch(d, t.got.size(), n);
        v.law("a transfer that was ended goes on where it stopped",
              !again.outcome && t.got.size() + again.got.size() == n && equal(again.got, content.subspan(std::min(n, t.got.size()))));
    }
    {
        auto const t = fetch(unknown, 0, n);
        v.law("an unknown digest is not_found, and delivers nothing", t.outcome == errc::not_found && t.got.empty());
    }
    {
        auto const t = fetch(d, 0, half);
        v.law("never more than the size asked for is delivered", t.got.size() <= half);
        v.law("an artifact larger than the size asked for is a fault", bool(t.outcome));
    }
    {
        auto const t = fetch(d, 0, n + 1000);
        v.law("an artifact smaller than the size asked for is a fault", bool(t.outcome) && t.got.size() <= n);
    }
}

} // namespace daicho::laws
