#pragma once

#include <daicho/consensus/search_plan.hpp>

#include <type_traits>
#include <utility>

namespace daicho {

/// The searched hash in lanes, a nonce each: V is an unsigned number of 32 bits or a vector of them (the compilers' vector
/// extension). Plain C++, constexpr for a number; a function for an instruction set that calls it gets it in those
/// instructions, since everything here is inlined.
template <class V>
struct search_lanes {
    /// `out`: word `Word` (0 or 7) of each lane's digest, and no other. Words of the message that are constants by FIPS 180-4,
    /// 5.1.1 are folded into the round constants; of the rounds, three are in the plan already, and word 7 needs no more than 61.
    template <unsigned Word, bool Twice>
    [[gnu::always_inline]] static constexpr void deciding(V& out, search_plan const& p, V const& low) noexcept {
        V w[16] = {}, s[8] = {};
        third_round(s, w, p, low);
        rounds<4, 4, Twice ? 0 : Word>(s, w, p);
        if constexpr (Twice) {
            for (unsigned i = 0; i != 8; ++i) w[i] = s[i] + p.midstate[i];
            zeroth_round(s, w);
            rounds<8, 1, Word>(s, w, p);
            out = s[Word] + sha256_initial[Word];
        } else {
            out = s[Word] + p.midstate[Word];
        }
    }

private:
    using number = std::uint32_t;

    /// Keeps the order of additions written here: gcc's own makes the chain from round to round longer.
    [[gnu::always_inline]] static constexpr void in_this_order([[maybe_unused]] V& x) noexcept {
#if defined(__GNUC__) && !defined(__clang__) && (defined(__x86_64__) || defined(__i386__))
        if constexpr (sizeof(V) >= 16)
            if (!std::is_constant_evaluated()) __asm__("" : "+v"(x));
#endif
    }

    // FIPS 180-4, 4.1.2. They add to a number, since a vector that is returned would ask for its instruction set here.
    template <class N>
    [[gnu::always_inline]] static constexpr void add_big0(N& t, N const& a) noexcept { t += (a >> 2 | a << 30) ^ (a >> 13 | a << 19) ^ (a >> 22 | a << 10); }
    template <class N>
    [[gnu::always_inline]] static constexpr void add_big1(N& t, N const& e) noexcept { t += (e >> 6 | e << 26) ^ (e >> 11 | e << 21) ^ (e >> 25 | e << 7); }
    template <class N>
    [[gnu::always_inline]] static constexpr void add_choice(N& t, N const& e, N const& f, N const& g) noexcept { t += g ^ (e & (f ^ g)); }
    template <class N>
    [[gnu::always_inline]] static constexpr void add_majority(N& t, N const& a, N const& b, N const& c) noexcept { t += b ^ ((a ^ b) & (b ^ c)); }
    [[gnu::always_inline]] static constexpr void add_sigma0(V& t, V const& x) noexcept { t += (x >> 7 | x << 25) ^ (x >> 18 | x << 14) ^ x >> 3; }
    [[gnu::always_inline]] static constexpr void add_sigma1(V& t, V const& x) noexcept { t += (x >> 17 | x << 15) ^ (x >> 19 | x << 13) ^ x >> 10; }

    /// Round 3 of the first hash, whose word is the nonce: all but the nonce is one number for all lanes.
    [[gnu::always_inline]] static constexpr void third_round(V* s, V* w, search_plan const& p, V const& low) noexcept {
        auto const [a, b, c, d, e, f, g, h] = sha256_round(p.fixed, sha256_constants[3]);
        s[4] = low + a, s[5] = V{} + b, s[6] = V{} + c, s[7] = V{} + d;
        s[0] = low + e, s[1] = V{} + f, s[2] = V{} + g, s[3] = V{} + h;
        w[3] = low;
    }

    /// Round 0 of the second hash, which starts from constants.
    [[gnu::always_inline]] static constexpr void zeroth_round(V* s, V const* w) noexcept {
        constexpr auto i = sha256_round(sha256_initial, sha256_constants[0]);
        s[7] = w[0] + i[0], s[0] = V{} + i[1], s[1] = V{} + i[2], s[2] = V{} + i[3];
        s[3] = w[0] + i[4], s[4] = V{} + i[5], s[5] = V{} + i[6], s[6] = V{} + i[7];
    }

    /// Instead of the state, its names go round: a is s[-I], h is s[7 - I].
    template <unsigned I, class W>
    [[gnu::always_inline]] static constexpr void round(V* s, W const& kw) noexcept {
        V &a = s[(0 - I) & 7], &b = s[(1 - I) & 7], &c = s[(2 - I) & 7], &d = s[(3 - I) & 7];
        V &e = s[(4 - I) & 7], &f = s[(5 - I) & 7], &g = s[(6 - I) & 7], &h = s[(7 - I) & 7];
        V t = h + kw;
        in_this_order(t);
        add_choice(t, e, f, g);
        in_this_order(t);
        add_big1(t, e);
        in_this_order(t);
        d += t;
        add_majority(t, a, b, c);
        in_this_order(t);
        add_big0(t, a);
        h = t;
    }

    /// FIPS 180-4, 5.1.1: words End to 15 of the block, where the message ends at End: a one, zeros, the length.
    template <unsigned End>
    static constexpr bool is_padding(unsigned i) noexcept { return i >= End && i <= 15; }
    template <unsigned End>
    static constexpr number padding(unsigned i) noexcept {
        return i == End ? 0x80000000 : i == 15 ? (End == 4 ? 640 : 256) : 0;
    }

    /// FIPS 180-4, 6.2.2, step 1: word I, 16 <= I, from those before.
    template <unsigned I, unsigned End>
    [[gnu::always_inline]] static constexpr void next_word(V* w, search_plan const& p) noexcept {
        V& x = w[I & 15];
        V const &w15 = w[(I - 15) & 15], &w7 = w[(I - 7) & 15], &w2 = w[(I - 2) & 15];
        if constexpr (End == 4 && (I == 16 || I == 17)) {
            x = V{} + (I == 16 ? p.w16 : p.w17);
        } else if constexpr (End == 4 && I == 18) {
            x = V{} + p.w18;
            add_sigma0(x, w15);
        } else if constexpr (End == 4 && I == 19) {
            x = w[3] + p.w19;
        } else if constexpr (End == 4 && (I == 31 || I == 32)) {
            x = w7 + (I == 31 ? p.w31 : p.w32);
            in_this_order(x);
            add_sigma1(x, w2);
        } else {
            constexpr number known = (is_padding<End>(I - 16) ? padding<End>(I - 16) : 0) +
                                     (is_padding<End>(I - 15) ? sha256_sigma0(padding<End>(I - 15)) : 0) +
                                     (is_padding<End>(I - 7) ? padding<End>(I - 7) : 0) +
                                     (is_padding<End>(I - 2) ? sha256_sigma1(padding<End>(I - 2)) : 0);
            if constexpr (is_padding<End>(I - 16)) x = V{} + known;
            else if constexpr (known != 0) x += known;
            if constexpr (!is_padding<End>(I - 15)) add_sigma0(x, w15);
            if constexpr (!is_padding<End>(I - 7)) x += w7;
            in_this_order(x);
            if constexpr (!is_padding<End>(I - 2)) add_sigma1(x, w2);
        }
    }

    template <unsigned I, unsigned End>
    [[gnu::always_inline]] static constexpr void step(V* s, V* w, search_plan const& p) noexcept {
        if constexpr (is_padding<End>(I)) {
            round<I>(s, number(sha256_constants[I] + padding<End>(I)));
        } else {
            if constexpr (I >= 16) next_word<I, End>(w, p);
            if constexpr (End == 4 && (I == 16 || I == 17)) round<I>(s, number(sha256_constants[I] + (I == 16 ? p.w16 : p.w17)));
            else round<I>(s, V(w[I & 15] + sha256_constants[I]));
        }
    }
    template <unsigned From, unsigned End, unsigned... I>
    [[gnu::always_inline]] static constexpr void steps(V* s, V* w, search_plan const& p, std::integer_sequence<unsigned, I...>) noexcept {
        (step<From + I, End>(s, w, p), ...);
    }
    /// Rounds From up to the one that completes state word `Word`: the last word is the fifth after round 60.
    template <unsigned End, unsigned From, unsigned Word>
    [[gnu::always_inline]] static constexpr void rounds(V* s, V* w, search_plan const& p) noexcept {
        steps<From, End>(s, w, p, std::make_integer_sequence<unsigned, (Word == 7 ? 61 : 64) - From>());
    }
};

/// One nonce at a time, with all that is folded: what a processor without extensions does, and the form that is constexpr.
struct scalar_kernel {
    static constexpr std::string_view name = "scalar";

    template <unsigned Word, bool Twice>
    static constexpr std::uint64_t first(search_plan const& p, std::uint32_t low, std::uint64_t count) noexcept {
        for (std::uint64_t i = 0; i != count; ++i) {
            std::uint32_t word = 0;
            search_lanes<std::uint32_t>::deciding<Word, Twice>(word, p, low + std::uint32_t(i));
            if ((word & p.zeros) == 0) return i;
        }
        return count;
    }
};

} // namespace daicho
