#pragma once

#include <daicho/concept/shelf.hpp>
#include <daicho/laws/law.hpp>

#include <optional>

namespace daicho::laws {

/// The laws of docs/concepts/shelf.md, tried on a shelf that has none of the artifacts in question.
///   hold(bytes)    gives a workshop, by reference, whose copy is these bytes
///   fetch(digest)  what anybody gets from the repository: std::optional<bytes>
template <class Shelf, class Hold, class Fetch>
void shelf(verdict& v, Shelf& s, Hold hold, Fetch fetch) {
    using workshop_type = std::remove_reference_t<decltype(hold(byte_view()))>;
    static_assert(daicho::shelf<Shelf, workshop_type>, "s must be a shelf for this workshop: docs/concepts/shelf.md");
    auto const some = [](std::size_t n, byte seed) {
        bytes b(n);
        for (std::size_t i = 0; i != n; ++i) b[i] = byte(i * 11 + i / 256 + seed);
        return b;
    };
    auto const measure = [&](bytes const& content) { return *hold(content).measure(); };
    auto const place = [&](bytes const& content, measured_file const& as) { return s.place(hold(content), as); };
    bytes const first = some(3000, 1), second = some(500, 2), third = some(3000, 3);
    auto const a = measure(first), b = measure(second), c = measure(third);

    bool const placed = !place(first, a) && fetch(a.verifier) == first;
    v.law("When it says ok, anybody can fetch the artifact under its digest.", placed);
    if (!placed) return;  // the others look at what is there
    v.law("Placing twice is ok and changes nothing.", !place(first, a) && fetch(a.verifier) == first);
    v.law("What was placed stays when another is placed.", !place(second, b) && fetch(b.verifier) == second && fetch(a.verifier) == first);
    bool refused = bool(place(first, c));  // the copy changed since it was measured
    refused = bool(place(some(2999, 3), c)) && refused;
    v.law("What is not as it was measured is refused, and nothing can be fetched under that digest.", refused && !fetch(c.verifier));
    auto const before = fetch(b.verifier);
    (void)place(third, b);
    v.law("Nothing that is there is ever replaced.", fetch(b.verifier) == before);
}

} // namespace daicho::laws
