#pragma once

#include <daicho/concept/entropy.hpp>
#include <daicho/laws/law.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>

namespace daicho::laws {

/// The laws of docs/concepts/entropy.md that a test can see broken. `make()` gives a source as it is after a restart of the machine,
/// by value. No test can tell good randomness from bad: a source that keeps these may still be predictable.
template <class Make>
void entropy(verdict& v, Make make) {
    auto source = make();
    static_assert(daicho::entropy<decltype(source)>, "make() must give an entropy: docs/concepts/entropy.md");
    {
        std::array<byte, 32> first{};
        bool const ready = !source.fill(first);
        v.law("A source that is ready fills.", ready);
        if (!ready) return;
    }
    constexpr std::size_t margin = 16, rounds = 8;  // a byte stays as it was in all rounds once in 2^64
    for (std::size_t n : {1u, 2u, 7u, 31u, 32u, 33u, 1000u, 4096u, 70001u}) {
        std::vector<bool> changed(n);
        bool beside = false;
        for (std::size_t round = 0; round != rounds; ++round) {
            byte const before = byte(round * 85);
            bytes buffer(margin + n + margin, before);
            if (source.fill(byte_span(buffer).subspan(margin, n))) return v.law("A source that is ready fills.", false);
            for (std::size_t i = 0; i != n; ++i)
                if (buffer[margin + i] != before) changed[i] = true;
            for (std::size_t i = 0; i != margin; ++i) beside = beside || buffer[i] != before || buffer[margin + n + i] != before;
        }
        v.law("Every byte that was asked for is filled, however many they are.", std::find(changed.begin(), changed.end(), false) == changed.end());
        v.law("Nothing beside them is written.", !beside);
    }
    v.law("None can be asked for, too.", !source.fill({}));

    using answer = std::array<byte, 16>;
    std::set<answer> answers;
    for (int i = 0; i != 2000; ++i) {
        answer a{};
        (void)source.fill(a);
        answers.insert(a);
    }
    v.law("No answer comes twice.", answers.size() == 2000);

    answer one{}, another{};
    {
        auto s = make();
        (void)s.fill(one);
    }
    auto restarted = make();
    (void)restarted.fill(another);
    v.law("After a restart it does not begin again as it did before.", one != another && !answers.contains(one));

    bytes many(1u << 16);
    (void)source.fill(many);
    std::array<unsigned, 256> count{};
    for (byte b : many) ++count[b];
    // 256 of each are expected, with a deviation of 16: eight of them are never seen.
    v.law("All values of a byte come about as often.", std::all_of(count.begin(), count.end(), [](unsigned n) { return n > 128 && n < 384; }));
}

} // namespace daicho::laws
