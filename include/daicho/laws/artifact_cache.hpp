#pragma once

#include <daicho/concept/artifact_cache.hpp>
#include <daicho/laws/law.hpp>

namespace daicho::laws {

/// The laws of docs/concepts/artifact_cache.md, for a cache that can be filled. `open()` opens the same cache each time, an empty
/// one the first time, and returns what acts like a pointer: result<Cache>, std::unique_ptr<Cache> or Cache*. It is never open
/// twice at once.
template <class Open>
void artifact_cache(verdict& v, Open open) {
    auto const some = [](std::size_t n, byte seed) {
        bytes b(n);
        for (std::size_t i = 0; i != n; ++i) b[i] = byte(i * 31 + i / 251 + seed);
        return b;
    };
    bytes const content = some(5000, 1), other = some(700, 9);
    byte_view const whole = content;
    std::size_t const part = 2000;
    digest const a{{1, 2}}, b{{1, 3}}, unknown{{7}};
    auto const reads = [](auto&& read, digest const& d, std::uint64_t offset, byte_view expected) {
        bytes out(expected.size());
        return !read(d, offset, byte_span(out)) && equal(out, expected);
    };
    auto const beyond = [](auto&& read, digest const& d, std::uint64_t offset, std::size_t n) {
        bytes out(n);
        return read(d, offset, byte_span(out)) == errc::out_of_range;
    };
    {
        auto c = open();
        v.law("A cache opens.", bool(c));
        if (!c) return;
        auto const read_part = [&](auto&&... x) { return c->read_part(x...); };
        bytes one(1);
        v.law("What is unknown is not_found, and nothing of it has come.",
              c->size(unknown).error() == errc::not_found && c->read(unknown, 0, one) == errc::not_found && c->begun(unknown) == 0);

        bool ok = !c->append(a, 0, whole.first(part));
        v.law("What is not finished cannot be read, only its parts.",
              ok && c->begun(a) == part && c->size(a).error() == errc::not_found && c->read(a, 0, one) == errc::not_found &&
                  reads(read_part, a, 100, whole.subspan(100, 500)));

        v.law("A read beyond the end is out_of_range.", beyond(read_part, a, part - 9, 10));

        ok = true;
        for (std::size_t offset : {std::size_t(0), part - 1, part + 1}) ok = ok && c->append(a, offset, whole.first(3)) == errc::out_of_range;
        v.law("A piece follows the last one; elsewhere it is out_of_range, and nothing changes.",
              ok && c->begun(a) == part && reads(read_part, a, 0, whole.first(part)));

        ok = !c->append(b, 0, other);
        v.law("The pieces of one artifact are no other's.",
              ok && c->begun(b) == other.size() && c->begun(a) == part && reads(read_part, a, 0, whole.first(part)) && reads(read_part, b, 0, other));
    }
    {
        auto c = open();
        if (!c) return v.law("A cache opens.", false);
        auto const read = [&](auto&&... x) { return c->read(x...); };
        auto const read_part = [&](auto&&... x) { return c->read_part(x...); };
        bool const kept = c->begun(a) == part && !c->append(a, part, whole.subspan(part)) && reads(read_part, a, 0, content);
        v.law("Reopening finds what had come, and the filling goes on.", kept);
        if (!kept) {  // starts over, as one does
            (void)c->drop(a);
            (void)c->append(a, 0, content);
        }
        bool const finished = !c->finish(a);
        auto const size = c->size(a);
        v.law("Once finished, it is read back as it was filled, also after reopening.",
              finished && size && *size == content.size() && reads(read, a, 0, content) && reads(read, a, 1234, whole.subspan(1234, 99)));
        v.law("A read beyond the end is out_of_range.", beyond(read, a, content.size(), 1) && beyond(read, a, content.size() - 9, 10) &&
                                                            beyond(read, a, ~std::uint64_t(0) - 3, 10));
    }
    auto c = open();
    if (!c) return v.law("A cache opens.", false);
    auto const read = [&](auto&&... x) { return c->read(x...); };
    v.law("Once finished, it is read back as it was filled, also after reopening.", reads(read, a, 0, content));
    bool const dropped = !c->drop(a) && !c->drop(b) && !c->drop(unknown);
    v.law("What was dropped is not_found, and so are its parts; dropping the unknown is nothing.",
          dropped && c->size(a).error() == errc::not_found && c->begun(a) == 0 && c->begun(b) == 0);
}

} // namespace daicho::laws
