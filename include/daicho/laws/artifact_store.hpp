#pragma once

#include <daicho/concept/artifact_store.hpp>
#include <daicho/laws/law.hpp>

namespace daicho::laws {

/// The laws of docs/concepts/artifact_store.md. `open()` opens the same store each time, an empty one the first time, and returns
/// what acts like a pointer. It is never open twice at once.
template <class Open>
void artifact_store(verdict& v, Open open) {
    digest a{}, b{}, absent{};
    a[0] = 1, b[0] = 2, absent[0] = 3;
    bytes const first(5000, byte(7)), second{1, 2, 3};
    auto const holds = [](auto& s, digest const& d, byte_view expected) {
        auto const n = s.size(d);
        if (!n || *n != expected.size()) return false;
        bytes out(expected.size());
        return !s.read(d, 0, out) && equal(out, expected);
    };
    {
        auto s = open();
        v.law("a store opens", bool(s));
        if (!s) return;
        bytes out(1);
        v.law("what was never put is not_found", s->size(absent).error() == errc::not_found && s->read(absent, 0, out) == errc::not_found);
        v.law("what was put is there, with its size", !s->put(a, first) && !s->put(b, second) && holds(*s, a, first) && holds(*s, b, second));
        v.law("a second put under one digest is duplicate, and what was there stays",
              s->put(a, second) == errc::duplicate && holds(*s, a, first));
        bytes tail(2);
        v.law("a read starts at its offset", !s->read(b, 1, tail) && tail == bytes({2, 3}));
        v.law("a read beyond the end is out_of_range", s->read(b, 2, tail) == errc::out_of_range && s->read(b, 9, tail) == errc::out_of_range &&
                                                            s->read(b, ~std::uint64_t(0) - 1, tail) == errc::out_of_range);
    }
    auto s = open();
    v.law("reopening finds what was put", s && holds(*s, a, first) && holds(*s, b, second));
}

} // namespace daicho::laws
