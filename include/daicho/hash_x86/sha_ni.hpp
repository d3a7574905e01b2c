#pragma once

#include <daicho/hash/sha256.hpp>

#include <cstddef>
#include <immintrin.h>

/// SHA-256 by the processor's own instructions (Intel SDM, SHA256RNDS2), for several independent messages at once: one message
/// alone waits for each round's result, four keep the unit busy. Whoever calls has seen that the instructions are there.
namespace daicho::hash_x86 {

template <std::size_t Streams>
struct sha_ni {
    /// Eight words each, in the order in which the instructions want them.
    struct state {
        __m128i abef[Streams], cdgh[Streams];
    };
    /// Sixteen words each, first to last.
    using blocks = __m128i[Streams][4];

    [[gnu::target("sha,sse4.1")]] static void begin(state& s) noexcept {
        for (std::size_t i = 0; i != Streams; ++i) load(s, i, sha256_initial);
    }

    [[gnu::target("sha,sse4.1")]] static void load(state& s, std::size_t i, sha256_state const& h) noexcept {
        s.abef[i] = _mm_set_epi32(int(h[0]), int(h[1]), int(h[4]), int(h[5]));
        s.cdgh[i] = _mm_set_epi32(int(h[2]), int(h[3]), int(h[6]), int(h[7]));
    }

    /// The state's words in their own order: what FIPS 180-4 calls a to d, and e to h.
    [[gnu::target("sha,sse4.1")]] static void words(state const& s, std::size_t i, __m128i& abcd, __m128i& efgh) noexcept {
        __m128i const abef = _mm_shuffle_epi32(s.abef[i], 0x1b), ghcd = _mm_shuffle_epi32(s.cdgh[i], 0xb1);
        abcd = _mm_blend_epi16(abef, ghcd, 0xf0);
        efgh = _mm_alignr_epi8(ghcd, abef, 8);
    }

    [[gnu::target("sha,sse4.1")]] static void store(state const& s, std::size_t i, byte* to) noexcept {
        __m128i abcd, efgh;
        words(s, i, abcd, efgh);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), big_endian(abcd));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 16), big_endian(efgh));
    }

    [[gnu::target("sha,sse4.1")]] static void read(__m128i (&words)[4], byte const* block) noexcept {
        for (std::size_t i = 0; i != 4; ++i) words[i] = big_endian(_mm_loadu_si128(reinterpret_cast<__m128i const*>(block + 16 * i)));
    }

    [[gnu::target("sha,sse4.1")]] static __m128i big_endian(__m128i v) noexcept {
        return _mm_shuffle_epi8(v, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
    }

    /// Takes one block of each message into its state (FIPS 180-4, 6.2.2). The blocks are spent.
    [[gnu::target("sha,sse4.1")]] static void compress(state& s, blocks& w) noexcept {
        state t = s;
#pragma GCC unroll 16
        for (std::size_t i = 0; i != 16; ++i) {
            __m128i const k = _mm_loadu_si128(reinterpret_cast<__m128i const*>(sha256_constants.data() + 4 * i));
#pragma GCC unroll 4
            for (std::size_t m = 0; m != Streams; ++m) {
                four_rounds(t, m, _mm_add_epi32(w[m][i % 4], k));
                if (i < 12) {  // the word 16 further on
                    __m128i const a = _mm_sha256msg1_epu32(w[m][i % 4], w[m][(i + 1) % 4]);
                    __m128i const b = _mm_alignr_epi8(w[m][(i + 3) % 4], w[m][(i + 2) % 4], 4);
                    w[m][i % 4] = _mm_sha256msg2_epu32(_mm_add_epi32(a, b), w[m][(i + 3) % 4]);
                }
            }
        }
        add(s, t);
    }

    /// The same for blocks whose 64 words and round constants were added up before (see sha256_scheduled).
    [[gnu::target("sha,sse4.1")]] static void compress_scheduled(state& s, std::uint32_t const* const (&scheduled)[Streams]) noexcept {
        state t = s;
#pragma GCC unroll 16
        for (std::size_t i = 0; i != 16; ++i)
#pragma GCC unroll 4
            for (std::size_t m = 0; m != Streams; ++m)
                four_rounds(t, m, _mm_load_si128(reinterpret_cast<__m128i const*>(scheduled[m] + 4 * i)));
        add(s, t);
    }

private:
    [[gnu::target("sha,sse4.1")]] static void four_rounds(state& t, std::size_t m, __m128i wk) noexcept {
        t.cdgh[m] = _mm_sha256rnds2_epu32(t.cdgh[m], t.abef[m], wk);
        t.abef[m] = _mm_sha256rnds2_epu32(t.abef[m], t.cdgh[m], _mm_shuffle_epi32(wk, 0x0e));
    }

    [[gnu::target("sha,sse4.1")]] static void add(state& s, state const& t) noexcept {
        for (std::size_t m = 0; m != Streams; ++m) {
            s.abef[m] = _mm_add_epi32(s.abef[m], t.abef[m]);
            s.cdgh[m] = _mm_add_epi32(s.cdgh[m], t.cdgh[m]);
        }
    }
};

} // namespace daicho::hash_x86
