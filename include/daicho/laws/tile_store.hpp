#pragma once

#include <daicho/concept/tile_store.hpp>
#include <daicho/laws/law.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace daicho::laws {

namespace detail {
inline std::array<digest, tile_nodes> some_tile(unsigned number) {
    std::array<digest, tile_nodes> t;
    for (std::size_t i = 0; i != t.size(); ++i)
        for (std::size_t k = 0; k != t[i].size(); ++k) t[i][k] = byte(number * 101 + i * 7 + k * 13 + (i >> 8));
    return t;
}
} // namespace detail

/// The laws of docs/concepts/tile_store.md. `open()` opens the same store each time, an empty one the first time, and returns what acts
/// like a pointer: result<Store>, std::unique_ptr<Store> or Store*. It is never open twice at once.
template <class Open>
void tile_store(verdict& v, Open open) {
    auto const holds = [](auto& s, std::uint64_t t, unsigned number) {
        auto const expected = detail::some_tile(number);
        std::array<digest, tile_nodes> whole{};
        bool right = !s.read(t, 0, whole) && whole == expected;
        for (auto [first, n] : {std::pair<std::size_t, std::size_t>{0, 1}, {tile_nodes - 1, 1}, {tile_hashes, 128}, {17, 0}, {tile_nodes, 0}}) {
            std::vector<digest> part(n);
            right = right && !s.read(t, first, part) && std::equal(part.begin(), part.end(), expected.begin() + std::ptrdiff_t(first));
        }
        return right;
    };
    {
        auto s = open();
        v.law("a store opens", bool(s));
        if (!s) return;
        v.law("a new store is empty", s->count() == 0);
        bool counted = true, kept = true;
        for (unsigned i = 0; i != 5; ++i) {
            counted = counted && !s->append(detail::some_tile(i)) && s->count() == i + 1;
            for (unsigned j = 0; counted && j <= i; ++j) kept = kept && holds(*s, j, j);
        }
        v.law("each tile that is appended is one more", counted);
        v.law("every node of every tile is read back, alone or with those behind it", kept);
        std::array<digest, 2> two{};
        v.law("what is not there is out_of_range", s->read(5, 0, two) == errc::out_of_range && s->read(~std::uint64_t(0), 0, two) == errc::out_of_range &&
                                                       s->read(0, tile_nodes - 1, two) == errc::out_of_range && s->read(0, ~std::size_t(0), two) == errc::out_of_range);
        bool const cut = !s->cut(9) && s->count() == 5 && !s->cut(3) && s->count() == 3;
        v.law("cut forgets the tiles from there on and no others", cut && holds(*s, 2, 2) && s->read(3, 0, two) == errc::out_of_range);
        v.law("after a cut it goes on from there", !s->append(detail::some_tile(70)) && s->count() == 4 && holds(*s, 3, 70) && holds(*s, 2, 2));
    }
    auto s = open();
    v.law("reopening finds what was appended", s && s->count() == 4 && holds(*s, 0, 0) && holds(*s, 3, 70));
}

} // namespace daicho::laws
