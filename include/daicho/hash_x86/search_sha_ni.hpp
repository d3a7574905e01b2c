#pragma once

#include <daicho/consensus/search_plan.hpp>
#include <daicho/hash_x86/cpu.hpp>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>

#include <utility>

namespace daicho::hash_x86 {

/// The SHA extensions, a few nonces at a time: a round's result is late, and another nonce's round goes between.
template <unsigned Streams = 4>
struct sha_ni_kernel_of {
    static constexpr std::string_view name = "SHA-NI";
    static bool usable() noexcept { return cpu::sha_ni(); }

    template <unsigned Word, bool Twice>
    [[gnu::target("sha,sse4.1,ssse3")]] static std::uint64_t first(search_plan const& p, std::uint32_t low, std::uint64_t count) noexcept {
        return look<Word, Twice>(p, low, count);
    }

protected:
    template <unsigned Word, bool Twice>
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static std::uint64_t look(search_plan const& p, std::uint32_t low, std::uint64_t count) noexcept {
        common const c(p);
        __m128i const zeros = Word == 7 ? _mm_set_epi32(0, 0, 0, int(p.zeros)) : _mm_set_epi32(int(p.zeros), 0, 0, 0);
        for (std::uint64_t i = 0; i < count; i += Streams) {
            stream s[Streams];
            deciding<Word, Twice>(s, c, low + std::uint32_t(i), std::make_integer_sequence<unsigned, Streams>());
            for (unsigned n = 0; n != Streams; ++n)
                if (_mm_testz_si128(s[n].abef, zeros)) [[unlikely]] return std::min(count, i + n);
        }
        return count;
    }

private:
    /// Two registers of four state words as the instructions want them, and the last sixteen words of the message.
    struct stream {
        __m128i abef, cdgh, m[4];
    };

    /// The plan in registers' shape.
    struct common {
        __m128i abef, cdgh;          // after round 3 of the first hash, were the nonce zero
        __m128i first, fourth;       // words 0 to 3, and what words 16 to 19 get beside word 0 to 4's share
        __m128i fifth, seventh;      // what is fixed of words 20 to 23 and 28 to 31
        __m128i mid_abef, mid_cdgh;

        [[gnu::target("sha,sse4.1,ssse3")]] explicit common(search_plan const& p) noexcept {
            auto const [a, b, c, d, e, f, g, h] = sha256_round(p.fixed, sha256_constants[3]);
            abef = of(f, e, b, a), cdgh = of(h, g, d, c);
            first = of(p.head[0], p.head[1], p.head[2], 0);
            fourth = of(0, sha256_sigma1(640), sha256_sigma1(p.w16), sha256_sigma1(p.w17));
            fifth = of(0x80000000, 0, 640, p.w16);
            seventh = of(0, 0, sha256_sigma0(640), p.w31);
            auto const& m = p.midstate;
            mid_abef = of(m[5], m[4], m[1], m[0]), mid_cdgh = of(m[7], m[6], m[3], m[2]);
        }
    };

    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static __m128i of(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) noexcept {
        return _mm_set_epi32(int(d), int(c), int(b), int(a));
    }

    /// Four rounds; `kw` has the sums of constant and word.
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static void four_rounds(stream& s, __m128i kw) noexcept {
        s.cdgh = _mm_sha256rnds2_epu32(s.cdgh, s.abef, kw);
        s.abef = _mm_sha256rnds2_epu32(s.abef, s.cdgh, _mm_shuffle_epi32(kw, 0x0e));
    }
    /// Constants of rounds 4G to 4G + 3, plus four words known beforehand.
    template <unsigned G>
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static __m128i constants(std::uint32_t first = 0, std::uint32_t last = 0) noexcept {
        constexpr auto& k = sha256_constants;
        return of(k[4 * G] + first, k[4 * G + 1], k[4 * G + 2], k[4 * G + 3] + last);
    }
    template <unsigned G>
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static void four_rounds(stream& s) noexcept {
        four_rounds(s, _mm_add_epi32(s.m[G & 3], constants<G>()));
    }

    /// Words 4G to 4G + 3 of the schedule, given what words 4G - 16 to 4G - 12 give to them.
    template <unsigned G>
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static void next_words(stream& s, __m128i share) noexcept {
        __m128i const &before = s.m[(G - 2) & 3], &last = s.m[(G - 1) & 3];
        s.m[G & 3] = _mm_sha256msg2_epu32(_mm_add_epi32(share, _mm_alignr_epi8(last, before, 4)), last);
    }
    template <unsigned G>
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static void next_words(stream& s) noexcept {
        next_words<G>(s, _mm_sha256msg1_epu32(s.m[G & 3], s.m[(G + 1) & 3]));
    }

    /// Group G of four rounds of the first hash, from 1: all of the first four is in the plan but an addition.
    template <unsigned G>
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static void once(stream& s, common const& c, std::uint32_t nonce) noexcept {
        if constexpr (G == 1) {
            __m128i const low = _mm_cvtsi32_si128(int(nonce));
            __m128i const in_a_and_e = _mm_shuffle_epi32(low, 0b00'01'00'01);
            s.abef = _mm_add_epi32(c.abef, in_a_and_e);
            s.cdgh = c.cdgh;
            s.m[0] = _mm_add_epi32(c.first, _mm_shuffle_epi32(low, 0b00'01'01'01));
            four_rounds(s, constants<1>(0x80000000));
        } else if constexpr (G == 2) {
            four_rounds(s, constants<2>());
        } else if constexpr (G == 3) {
            four_rounds(s, constants<3>(0, 640));
        } else {
            if constexpr (G == 4) s.m[0] = _mm_add_epi32(_mm_sha256msg1_epu32(s.m[0], of(0x80000000, 0, 0, 0)), c.fourth);
            else if constexpr (G == 5) s.m[1] = _mm_sha256msg2_epu32(c.fifth, s.m[0]);
            else if constexpr (G == 6) s.m[2] = _mm_sha256msg2_epu32(_mm_alignr_epi8(s.m[1], s.m[0], 4), s.m[1]);
            else if constexpr (G == 7) next_words<7>(s, c.seventh);
            else next_words<G>(s);
            four_rounds<G>(s);
        }
    }

    /// Group G of the second hash, whose message is what the first one left.
    template <unsigned G, unsigned Word>
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static void again(stream& s) noexcept {
        if constexpr (G == 0) {
            __m128i const abef = _mm_shuffle_epi32(s.abef, 0x1b), ghcd = _mm_shuffle_epi32(s.cdgh, 0xb1);
            s.m[0] = _mm_blend_epi16(abef, ghcd, 0xf0);
            s.m[1] = _mm_alignr_epi8(ghcd, abef, 8);
            constexpr auto& i = sha256_initial;
            s.abef = of(i[5], i[4], i[1], i[0]);
            s.cdgh = of(i[7], i[6], i[3], i[2]);
            four_rounds<0>(s);
        } else if constexpr (G == 2) {
            s.m[2] = of(0x80000000, 0, 0, 0);
            four_rounds(s, constants<2>(0x80000000));
        } else if constexpr (G == 3) {
            s.m[3] = of(0, 0, 0, 256);
            four_rounds(s, constants<3>(0, 256));
        } else {
            if constexpr (G == 4) s.m[0] = _mm_sha256msg2_epu32(_mm_sha256msg1_epu32(s.m[0], s.m[1]), s.m[3]);
            else if constexpr (G == 6) next_words<6>(s, of(0x80000000, 0, 0, 0));
            else if constexpr (G > 6 || G == 5) next_words<G>(s);
            last<G, Word>(s);
        }
    }
    /// As four_rounds; of the last group, word 7 needs no more than a half: E after round 60 is F after round 61, H at the end.
    template <unsigned G, unsigned Word>
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static void last(stream& s) noexcept {
        if constexpr (G == 15 && Word == 7) s.abef = _mm_sha256rnds2_epu32(s.cdgh, s.abef, _mm_add_epi32(s.m[3], constants<15>()));
        else four_rounds<G>(s);
    }

    template <unsigned Word, bool Twice, unsigned... S>
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static void deciding(stream* s, common const& c, std::uint32_t low, std::integer_sequence<unsigned, S...> all) noexcept {
        (once<1>(s[S], c, low + S), ...);
        all_once<Twice ? 0 : Word>(s, c, all, std::make_integer_sequence<unsigned, Twice || Word == 0 ? 14 : 13>());
        if constexpr (!Twice && Word == 7) (last_once(s[S], c), ...);
        else if constexpr (!Twice) ((s[S].abef = _mm_add_epi32(s[S].abef, c.mid_abef)), ...);
        else {
            ((s[S].abef = _mm_add_epi32(s[S].abef, c.mid_abef), s[S].cdgh = _mm_add_epi32(s[S].cdgh, c.mid_cdgh)), ...);
            all_again<Word>(s, all, std::make_integer_sequence<unsigned, 16>());
            constexpr auto& i = sha256_initial;
            if constexpr (Word == 7) ((s[S].abef = _mm_add_epi32(s[S].abef, of(i[7], 0, 0, 0))), ...);
            else ((s[S].abef = _mm_add_epi32(s[S].abef, of(0, 0, 0, i[0]))), ...);
        }
    }
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static void last_once(stream& s, common const& c) noexcept {
        next_words<15>(s);
        last<15, 7>(s);
        s.abef = _mm_add_epi32(s.abef, c.mid_cdgh);
    }
    template <unsigned Word, unsigned... S, unsigned... G>
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static void all_once(stream* s, common const& c, std::integer_sequence<unsigned, S...> all, std::integer_sequence<unsigned, G...>) noexcept {
        (each_once<G + 2>(s, c, all), ...);
    }
    template <unsigned G, unsigned... S>
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static void each_once(stream* s, common const& c, std::integer_sequence<unsigned, S...>) noexcept {
        (once<G>(s[S], c, 0), ...);
    }
    template <unsigned Word, unsigned... S, unsigned... G>
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static void all_again(stream* s, std::integer_sequence<unsigned, S...> all, std::integer_sequence<unsigned, G...>) noexcept {
        (each_again<G, Word>(s, all), ...);
    }
    template <unsigned G, unsigned Word, unsigned... S>
    [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] static void each_again(stream* s, std::integer_sequence<unsigned, S...>) noexcept {
        (again<G, Word>(s[S]), ...);
    }
};

using sha_ni_kernel = sha_ni_kernel_of<>;

/// The same where AVX-512 (F, VL) has 32 registers: the schedules stay in those that the SHA instructions cannot name, and no sum
/// overwrites what it was made of.
struct sha_ni_wide_kernel : private sha_ni_kernel {
    static constexpr std::string_view name = "SHA-NI, 32 registers";
    static bool usable() noexcept { return cpu::sha_ni() && cpu::avx512f() && cpu::avx512vl(); }

    template <unsigned Word, bool Twice>
    [[gnu::target("sha,avx512f,avx512vl")]] static std::uint64_t first(search_plan const& p, std::uint32_t low, std::uint64_t count) noexcept {
        return look<Word, Twice>(p, low, count);
    }
};

} // namespace daicho::hash_x86
#endif
