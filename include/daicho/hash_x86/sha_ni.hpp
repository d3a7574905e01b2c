#pragma once

#include <daicho/hash/sha256.hpp>

#include <cstddef>
#include <immintrin.h>
#include <utility>

/// SHA-256 by the processor's own instructions (Intel SDM, SHA256RNDS2), for a few independent messages in step: one alone waits
/// for each round's result, another's round goes between. Loops over messages are unrolled, or g++ moves states through memory, in
/// other pieces than it wrote them, and each waits until those have arrived. Whoever calls has seen that the instructions are there.
namespace daicho::hash_x86 {

struct sha_ni {
    /// Eight words, in the order in which the instructions want them.
    struct state {
        __m128i abef, cdgh;
    };
    /// The last sixteen words of the schedule, word t in place t mod 16: a block's own, at first.
    struct block {
        __m128i words[4];
    };

    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static state begin() noexcept { return load(sha256_initial); }

    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static state load(sha256_state const& h) noexcept {
        return {_mm_set_epi32(int(h[0]), int(h[1]), int(h[4]), int(h[5])), _mm_set_epi32(int(h[2]), int(h[3]), int(h[6]), int(h[7]))};
    }

    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static state sum(state const& a, state const& b) noexcept {
        return {_mm_add_epi32(a.abef, b.abef), _mm_add_epi32(a.cdgh, b.cdgh)};
    }

    /// The state's words in their own order: what FIPS 180-4 calls a to d, and e to h.
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void words(state const& s, __m128i& abcd, __m128i& efgh) noexcept {
        __m128i const abef = _mm_shuffle_epi32(s.abef, 0x1b), ghcd = _mm_shuffle_epi32(s.cdgh, 0xb1);
        abcd = _mm_blend_epi16(abef, ghcd, 0xf0);
        efgh = _mm_alignr_epi8(ghcd, abef, 8);
    }

    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void store(state const& s, byte* to) noexcept {
        __m128i abcd, efgh;
        words(s, abcd, efgh);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), big_endian(abcd));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 16), big_endian(efgh));
    }

    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static __m128i bytes_at(byte const* p) noexcept {
        return _mm_loadu_si128(reinterpret_cast<__m128i const*>(p));
    }

    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static block read(byte const* p) noexcept {
        return {{big_endian(bytes_at(p)), big_endian(bytes_at(p + 16)), big_endian(bytes_at(p + 32)), big_endian(bytes_at(p + 48))}};
    }

    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static __m128i big_endian(__m128i v) noexcept {
        return _mm_shuffle_epi8(v, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
    }

    /// Takes one block of each message into its state (FIPS 180-4, 6.2.2). The blocks are spent.
    template <std::size_t N>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void compress(state (&s)[N], block (&b)[N]) noexcept {
        state t[N];
#pragma GCC unroll 4
        for (std::size_t i = 0; i != N; ++i) t[i] = s[i];
        each_step(t, b, steps);
#pragma GCC unroll 4
        for (std::size_t i = 0; i != N; ++i) s[i] = sum(s[i], t[i]);
    }

    /// The same for blocks whose 64 words and round constants were added up before (node_tails).
    template <std::size_t N>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void compress_scheduled(state (&s)[N], std::uint32_t const* const (&scheduled)[N]) noexcept {
        state t[N];
#pragma GCC unroll 4
        for (std::size_t i = 0; i != N; ++i) t[i] = s[i];
        each_scheduled_step(t, scheduled, steps);
#pragma GCC unroll 4
        for (std::size_t i = 0; i != N; ++i) s[i] = sum(s[i], t[i]);
    }

    /// Both at once, for N messages each. What the schedule of the first costs is done while rounds of the second wait, which ask for
    /// nothing else.
    template <std::size_t N>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void compress_beside(state (&s)[N], block (&b)[N], state (&others)[N], std::uint32_t const* const (&scheduled)[N]) noexcept {
        state t[N], u[N];
#pragma GCC unroll 4
        for (std::size_t i = 0; i != N; ++i) t[i] = s[i], u[i] = others[i];
        each_step_beside(t, b, u, scheduled, steps);
#pragma GCC unroll 4
        for (std::size_t i = 0; i != N; ++i) s[i] = sum(s[i], t[i]), others[i] = sum(others[i], u[i]);
    }

private:
    static constexpr std::make_integer_sequence<unsigned, 16> steps{};  // of four rounds

    template <std::size_t N, unsigned... G>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void each_step(state (&t)[N], block (&b)[N], std::integer_sequence<unsigned, G...>) noexcept {
        (step<G>(t, b), ...);
    }
    template <unsigned G, std::size_t N>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void step(state (&t)[N], block (&b)[N]) noexcept {
#pragma GCC unroll 4
        for (std::size_t i = 0; i != N; ++i) {
            four_rounds<G>(t[i], b[i]);
            next_words<G>(b[i]);
        }
    }

    template <std::size_t N, unsigned... G>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void each_scheduled_step(state (&t)[N], std::uint32_t const* const (&scheduled)[N], std::integer_sequence<unsigned, G...>) noexcept {
        (scheduled_step<G>(t, scheduled), ...);
    }
    template <unsigned G, std::size_t N>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void scheduled_step(state (&t)[N], std::uint32_t const* const (&scheduled)[N]) noexcept {
#pragma GCC unroll 4
        for (std::size_t i = 0; i != N; ++i) four_rounds<G>(t[i], scheduled[i]);
    }

    template <std::size_t N, unsigned... G>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void each_step_beside(state (&t)[N], block (&b)[N], state (&u)[N], std::uint32_t const* const (&scheduled)[N], std::integer_sequence<unsigned, G...>) noexcept {
        (step_beside<G>(t, b, u, scheduled), ...);
    }
    /// In this order g++ keeps nearly all of it in registers.
    template <unsigned G, std::size_t N>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void step_beside(state (&t)[N], block (&b)[N], state (&u)[N], std::uint32_t const* const (&scheduled)[N]) noexcept {
#pragma GCC unroll 4
        for (std::size_t i = 0; i != N; ++i) four_rounds<G>(t[i], b[i]);
#pragma GCC unroll 4
        for (std::size_t i = 0; i != N; ++i) four_rounds<G>(u[i], scheduled[i]);
#pragma GCC unroll 4
        for (std::size_t i = 0; i != N; ++i) next_words<G>(b[i]);
    }

    /// Rounds 4G to 4G + 3.
    template <unsigned G>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void four_rounds(state& t, block const& b) noexcept {
        __m128i const wk = _mm_add_epi32(b.words[G % 4], _mm_loadu_si128(reinterpret_cast<__m128i const*>(sha256_constants.data() + 4 * G)));
        t.cdgh = _mm_sha256rnds2_epu32(t.cdgh, t.abef, wk);
        t.abef = _mm_sha256rnds2_epu32(t.abef, t.cdgh, _mm_shuffle_epi32(wk, 0x0e));
    }
    /// The same; loads of two words each leave the other units free.
    template <unsigned G>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void four_rounds(state& t, std::uint32_t const* scheduled) noexcept {
        t.cdgh = _mm_sha256rnds2_epu32(t.cdgh, t.abef, _mm_loadl_epi64(reinterpret_cast<__m128i const*>(scheduled + 4 * G)));
        t.abef = _mm_sha256rnds2_epu32(t.abef, t.cdgh, _mm_loadl_epi64(reinterpret_cast<__m128i const*>(scheduled + 4 * G + 2)));
    }
    /// Words 4G + 16 to 4G + 19 of the schedule (FIPS 180-4, 6.2.2, step 1).
    template <unsigned G>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void next_words(block& b) noexcept {
        if constexpr (G < 12) {
            auto& w = b.words;
            __m128i const first = _mm_sha256msg1_epu32(w[G % 4], w[(G + 1) % 4]);
            w[G % 4] = _mm_sha256msg2_epu32(_mm_add_epi32(first, _mm_alignr_epi8(w[(G + 3) % 4], w[(G + 2) % 4], 4)), w[(G + 3) % 4]);
        }
    }
};

} // namespace daicho::hash_x86
