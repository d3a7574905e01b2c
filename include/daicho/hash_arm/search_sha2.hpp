#pragma once

#include <daicho/consensus/search_plan.hpp>
#include <daicho/hash_arm/cpu.hpp>

#if defined(__aarch64__)
#include <arm_neon.h>

#include <utility>

namespace daicho::hash_arm {

/// The SHA-2 instructions of ARMv8-A, a few nonces at a time: a round's result is late, and another nonce's round goes between.
/// Four of them take nearly all of the 32 registers.
template <unsigned Streams = 4>
struct sha2_kernel_of {
    static constexpr std::string_view name = "ARMv8 SHA-2";
    static bool usable() noexcept { return cpu::sha2(); }

    template <unsigned Word, bool Twice>
    [[gnu::target("+crypto")]] static std::uint64_t first(search_plan const& p, std::uint32_t low, std::uint64_t count) noexcept {
        common const c(p);
        std::uint32_t const addend = Twice ? sha256_initial[Word] : p.midstate[Word];
        for (std::uint64_t i = 0; i < count; i += Streams) {
            stream s[Streams];
            deciding<Word, Twice>(s, c, low + std::uint32_t(i), std::make_integer_sequence<unsigned, Streams>());
            for (unsigned n = 0; n != Streams; ++n)
                if (((word<Word>(s[n]) + addend) & p.zeros) == 0) [[unlikely]] return std::min(count, i + n);
        }
        return count;
    }

private:
    /// Eight state words, and the last sixteen words of the message.
    struct stream {
        uint32x4_t abcd, efgh, m[4];
    };

    /// The plan in registers' shape.
    struct common {
        uint32x4_t abcd, efgh;      // after round 3 of the first hash, were the nonce zero
        uint32x4_t first, fourth;   // words 0 to 3 but the nonce, and what words 16 to 19 get beside word 0 to 4's share
        uint32x4_t seventh;         // what words 12 to 16 give to words 28 to 31
        uint32x4_t mid_abcd, mid_efgh;

        [[gnu::target("+crypto")]] explicit common(search_plan const& p) noexcept {
            auto const [a, b, c, d, e, f, g, h] = sha256_round(p.fixed, sha256_constants[3]);
            abcd = of(a, b, c, d), efgh = of(e, f, g, h);
            first = of(p.head[0], p.head[1], p.head[2], 0);
            fourth = of(0, sha256_sigma1(640), sha256_sigma1(p.w16), sha256_sigma1(p.w17));
            seventh = of(0, 0, sha256_sigma0(640), p.w31);
            mid_abcd = vld1q_u32(p.midstate.data()), mid_efgh = vld1q_u32(p.midstate.data() + 4);
        }
    };

    [[gnu::target("+crypto"), gnu::always_inline]] static uint32x4_t of(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) noexcept {
        return uint32x4_t{a, b, c, d};
    }

    /// What is complete of a state: word 0 or 7.
    template <unsigned Word>
    [[gnu::target("+crypto"), gnu::always_inline]] static std::uint32_t word(stream const& s) noexcept {
        return Word == 7 ? vgetq_lane_u32(s.efgh, 3) : vgetq_lane_u32(s.abcd, 0);
    }

    /// Four rounds (Arm ARM, SHA256H and SHA256H2); `kw` has the sums of constant and word.
    [[gnu::target("+crypto"), gnu::always_inline]] static void four_rounds(stream& s, uint32x4_t kw) noexcept {
        uint32x4_t const before = s.abcd;
        s.abcd = vsha256hq_u32(s.abcd, s.efgh, kw);
        s.efgh = vsha256h2q_u32(s.efgh, before, kw);
    }
    /// Constants of rounds 4G to 4G + 3, plus two words known beforehand.
    template <unsigned G>
    [[gnu::target("+crypto"), gnu::always_inline]] static uint32x4_t constants(std::uint32_t first = 0, std::uint32_t last = 0) noexcept {
        constexpr auto& k = sha256_constants;
        return of(k[4 * G] + first, k[4 * G + 1], k[4 * G + 2], k[4 * G + 3] + last);
    }
    template <unsigned G>
    [[gnu::target("+crypto"), gnu::always_inline]] static void four_rounds(stream& s) noexcept {
        four_rounds(s, vaddq_u32(s.m[G & 3], constants<G>()));
    }
    /// As four_rounds, with only that half of the state which holds the deciding word.
    template <unsigned G, unsigned Word>
    [[gnu::target("+crypto"), gnu::always_inline]] static void last_rounds(stream& s) noexcept {
        uint32x4_t const kw = vaddq_u32(s.m[G & 3], constants<G>());
        if constexpr (Word == 7) s.efgh = vsha256h2q_u32(s.efgh, s.abcd, kw);
        else s.abcd = vsha256hq_u32(s.abcd, s.efgh, kw);
    }

    /// Words 4G to 4G + 3 of the schedule, given what words 4G - 16 to 4G - 12 give to them.
    template <unsigned G>
    [[gnu::target("+crypto"), gnu::always_inline]] static void next_words(stream& s, uint32x4_t share) noexcept {
        s.m[G & 3] = vsha256su1q_u32(share, s.m[(G - 2) & 3], s.m[(G - 1) & 3]);
    }
    template <unsigned G>
    [[gnu::target("+crypto"), gnu::always_inline]] static void next_words(stream& s) noexcept {
        next_words<G>(s, vsha256su0q_u32(s.m[G & 3], s.m[(G + 1) & 3]));
    }

    /// Group G of four rounds of the first hash, from 1: all of the first four is in the plan but an addition.
    template <unsigned G, unsigned Last>
    [[gnu::target("+crypto"), gnu::always_inline]] static void once(stream& s, common const& c, std::uint32_t nonce) noexcept {
        if constexpr (G == 1) {
            uint32x4_t const in_a_and_e = vsetq_lane_u32(nonce, of(0, 0, 0, 0), 0);
            s.abcd = vaddq_u32(c.abcd, in_a_and_e);
            s.efgh = vaddq_u32(c.efgh, in_a_and_e);
            s.m[0] = vsetq_lane_u32(nonce, c.first, 3);
            four_rounds(s, constants<1>(0x80000000));
        } else if constexpr (G == 2) {
            four_rounds(s, constants<2>());
        } else if constexpr (G == 3) {
            s.m[3] = of(0, 0, 0, 640);
            four_rounds(s, constants<3>(0, 640));
        } else {
            if constexpr (G == 4) s.m[0] = vaddq_u32(vsha256su0q_u32(s.m[0], of(0x80000000, 0, 0, 0)), c.fourth);
            else if constexpr (G == 5) s.m[1] = vsha256su1q_u32(of(0x80000000, 0, 0, 0), s.m[3], s.m[0]);
            else if constexpr (G == 6) next_words<6>(s, of(0, 0, 0, 0));
            else if constexpr (G == 7) next_words<7>(s, c.seventh);
            else next_words<G>(s);
            rounds<G, Last>(s);
        }
    }

    /// Group G of the second hash, whose message is what the first one left.
    template <unsigned G, unsigned Last>
    [[gnu::target("+crypto"), gnu::always_inline]] static void again(stream& s) noexcept {
        if constexpr (G == 0) {
            s.m[0] = s.abcd, s.m[1] = s.efgh;
            constexpr auto& i = sha256_initial;
            s.abcd = of(i[0], i[1], i[2], i[3]), s.efgh = of(i[4], i[5], i[6], i[7]);
            four_rounds<0>(s);
        } else if constexpr (G == 2) {
            s.m[2] = of(0x80000000, 0, 0, 0);
            four_rounds(s, constants<2>(0x80000000));
        } else if constexpr (G == 3) {
            s.m[3] = of(0, 0, 0, 256);
            four_rounds(s, constants<3>(0, 256));
        } else {
            if constexpr (G == 6) next_words<6>(s, of(0x80000000, 0, 0, 0));
            else if constexpr (G > 3) next_words<G>(s);
            rounds<G, Last>(s);
        }
    }

    /// Group G of a hash of which state word `Last` alone is asked for, or with 8 all.
    template <unsigned G, unsigned Last>
    [[gnu::target("+crypto"), gnu::always_inline]] static void rounds(stream& s) noexcept {
        if constexpr (G == 15 && Last != 8) last_rounds<G, Last>(s);
        else four_rounds<G>(s);
    }

    template <unsigned Word, bool Twice, unsigned... S>
    [[gnu::target("+crypto"), gnu::always_inline]] static void deciding(stream* s, common const& c, std::uint32_t low, std::integer_sequence<unsigned, S...> all) noexcept {
        all_once<Twice ? 8 : Word>(s, c, low, all, std::make_integer_sequence<unsigned, 15>());
        if constexpr (Twice) {
            ((s[S].abcd = vaddq_u32(s[S].abcd, c.mid_abcd), s[S].efgh = vaddq_u32(s[S].efgh, c.mid_efgh)), ...);
            all_again<Word>(s, all, std::make_integer_sequence<unsigned, 16>());
        }
    }
    template <unsigned Last, unsigned... S, unsigned... G>
    [[gnu::target("+crypto"), gnu::always_inline]] static void all_once(stream* s, common const& c, std::uint32_t low, std::integer_sequence<unsigned, S...> all, std::integer_sequence<unsigned, G...>) noexcept {
        (each_once<G + 1, Last>(s, c, low, all), ...);
    }
    template <unsigned G, unsigned Last, unsigned... S>
    [[gnu::target("+crypto"), gnu::always_inline]] static void each_once(stream* s, common const& c, std::uint32_t low, std::integer_sequence<unsigned, S...>) noexcept {
        (once<G, Last>(s[S], c, low + S), ...);
    }
    template <unsigned Last, unsigned... S, unsigned... G>
    [[gnu::target("+crypto"), gnu::always_inline]] static void all_again(stream* s, std::integer_sequence<unsigned, S...> all, std::integer_sequence<unsigned, G...>) noexcept {
        (each_again<G, Last>(s, all), ...);
    }
    template <unsigned G, unsigned Last, unsigned... S>
    [[gnu::target("+crypto"), gnu::always_inline]] static void each_again(stream* s, std::integer_sequence<unsigned, S...>) noexcept {
        (again<G, Last>(s[S]), ...);
    }
};

using sha2_kernel = sha2_kernel_of<>;

} // namespace daicho::hash_arm
#endif
