#pragma once

#include <daicho/hash_x86/cpu.hpp>
#include <daicho/hash_x86/many_in_lanes.hpp>
#include <daicho/hash_x86/transpose.hpp>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"        // g++ 12's own intrinsics begin with a register of any value
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace daicho::hash_x86 {

/// Sixteen messages in the registers of AVX-512 (F, BW, VL).
struct avx512_lanes {
    static constexpr std::string_view name = "AVX-512, 16 lanes";
    static constexpr std::size_t lanes = 16;
    static bool available() noexcept { return cpu::avx512f() && cpu::avx512bw() && cpu::avx512vl(); }

    template <std::size_t Varying>
    [[gnu::target("avx512f,avx512bw,avx512vl")]] static void group(byte_view prefix, byte const* messages, std::size_t length, padded_block const& last,
                            lane_schedule<Varying> const& schedule, digest* out) noexcept {
        __m512i state[8], w[16];
        for (std::size_t i = 0; i != 8; ++i) state[i] = _mm512_set1_epi32(int(sha256_initial[i]));
        for (std::size_t b = 0; b + 1 != padded_block::count(prefix.size() + length); ++b) {
            read(padded_block(prefix, length, b), messages, length, w);
            compress(state, w, full_schedule);
        }
        read(last, messages, length, w);
        compress(state, w, schedule);
        for (std::size_t half = 0; half != 2; ++half) {
            __m256i rows[8];
            for (std::size_t i = 0; i != 8; ++i)
                rows[i] = half == 0 ? _mm512_castsi512_si256(state[i]) : _mm512_extracti64x4_epi64(state[i], 1);
            transpose(rows);
            for (std::size_t i = 0; i != 8; ++i)
                _mm256_storeu_si256(reinterpret_cast<__m256i*>(out[8 * half + i].data()), _mm256_shuffle_epi8(rows[i], _mm512_castsi512_si256(reversed())));
        }
    }

private:
    /// A block of each message, a word of each in one register.
    [[gnu::target("avx512f,avx512bw,avx512vl")]] static void read(padded_block const& place, byte const* messages, std::size_t length, __m512i (&w)[16]) noexcept {
        if (place.begin == place.end) {  // all of it prefix or padding
            for (auto& words : w) words = _mm512_setzero_si512();
        } else {
            __mmask64 const own = ~std::uint64_t(0) >> (64 - (place.end - place.begin)) << place.begin;
            for (std::size_t i = 0; i != lanes; ++i)  // what the mask leaves out is not read, wherever it lies
                w[i] = _mm512_shuffle_epi8(_mm512_maskz_loadu_epi8(own, messages + (std::ptrdiff_t(i * length) + place.from)), reversed());
            transpose_16(w);
        }
        for (std::size_t i = 0; i != 16; ++i) w[i] = _mm512_or_si512(w[i], _mm512_set1_epi32(int(load_be32(place.around + 4 * i))));
    }

    /// Sixteen rows of sixteen words.
    [[gnu::target("avx512f,avx512bw,avx512vl")]] static void transpose_16(__m512i (&r)[16]) noexcept {
        __m512i p[16], q[16];
        for (std::size_t i = 0; i != 16; i += 2) {
            p[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
            p[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
        }
        for (std::size_t i = 0; i != 16; i += 4) {
            q[i] = _mm512_unpacklo_epi64(p[i], p[i + 2]);
            q[i + 1] = _mm512_unpackhi_epi64(p[i], p[i + 2]);
            q[i + 2] = _mm512_unpacklo_epi64(p[i + 1], p[i + 3]);
            q[i + 3] = _mm512_unpackhi_epi64(p[i + 1], p[i + 3]);
        }
        for (std::size_t i = 0; i != 4; ++i) {  // quarters of registers: of four rows each, words i, 4 + i, 8 + i and 12 + i
            p[i] = _mm512_shuffle_i32x4(q[i], q[i + 4], 0x88);
            p[i + 4] = _mm512_shuffle_i32x4(q[i], q[i + 4], 0xdd);
            p[i + 8] = _mm512_shuffle_i32x4(q[i + 8], q[i + 12], 0x88);
            p[i + 12] = _mm512_shuffle_i32x4(q[i + 8], q[i + 12], 0xdd);
        }
        for (std::size_t i = 0; i != 4; ++i) {
            r[i] = _mm512_shuffle_i32x4(p[i], p[i + 8], 0x88);
            r[i + 8] = _mm512_shuffle_i32x4(p[i], p[i + 8], 0xdd);
            r[i + 4] = _mm512_shuffle_i32x4(p[i + 4], p[i + 12], 0x88);
            r[i + 12] = _mm512_shuffle_i32x4(p[i + 4], p[i + 12], 0xdd);
        }
    }

    [[gnu::target("avx512f,avx512bw,avx512vl")]] static __m512i reversed() noexcept {
        return _mm512_set4_epi32(0x0c0d0e0f, 0x08090a0b, 0x04050607, 0x00010203);
    }

    /// FIPS 180-4, 6.2.2.
    template <std::size_t Varying>
    [[gnu::target("avx512f,avx512bw,avx512vl")]] static void compress(__m512i (&state)[8], __m512i (&w)[16], lane_schedule<Varying> const& schedule) noexcept {
        using pattern = lane_schedule<Varying>;
        __m512i v[8];
        for (std::size_t i = 0; i != 8; ++i) v[i] = state[i];
#pragma GCC unroll 64
        for (std::size_t t = 0; t != 64; ++t) {
            if (t >= 16 && pattern::varies[t]) {
                __m512i x = pattern::partly_same[t] ? _mm512_set1_epi32(int(schedule.same[t])) : _mm512_setzero_si512();
                if (pattern::varies[t - 16]) x = _mm512_add_epi32(x, w[t % 16]);
                if (pattern::varies[t - 15]) x = _mm512_add_epi32(x, sigma<7, 18, 3>(w[(t - 15) % 16]));
                if (pattern::varies[t - 7]) x = _mm512_add_epi32(x, w[(t - 7) % 16]);
                if (pattern::varies[t - 2]) x = _mm512_add_epi32(x, sigma<17, 19, 10>(w[(t - 2) % 16]));
                w[t % 16] = x;
            }
            __m512i &a = v[(64 - t) % 8], &b = v[(65 - t) % 8], &c = v[(66 - t) % 8], &d = v[(67 - t) % 8];
            __m512i &e = v[(68 - t) % 8], &f = v[(69 - t) % 8], &g = v[(70 - t) % 8], &h = v[(71 - t) % 8];
            h = _mm512_add_epi32(h, _mm512_set1_epi32(int(pattern::varies[t] ? sha256_constants[t] : schedule.with_constant[t])));
            if (pattern::varies[t]) h = _mm512_add_epi32(h, w[t % 16]);
            h = _mm512_add_epi32(h, rotations<6, 11, 25>(e));
            h = _mm512_add_epi32(h, _mm512_ternarylogic_epi32(e, f, g, 0xca));  // e chooses between f and g
            d = _mm512_add_epi32(d, h);
            h = _mm512_add_epi32(h, rotations<2, 13, 22>(a));
            h = _mm512_add_epi32(h, _mm512_ternarylogic_epi32(a, b, c, 0xe8));  // what two of the three say
        }
        for (std::size_t i = 0; i != 8; ++i) state[i] = _mm512_add_epi32(state[i], v[i]);
    }

    /// 0x96: of three, whether an odd number is set.
    template <int A, int B, int C>
    [[gnu::target("avx512f,avx512bw,avx512vl")]] static __m512i rotations(__m512i x) noexcept {
        return _mm512_ternarylogic_epi32(_mm512_ror_epi32(x, A), _mm512_ror_epi32(x, B), _mm512_ror_epi32(x, C), 0x96);
    }
    template <int A, int B, int Shift>
    [[gnu::target("avx512f,avx512bw,avx512vl")]] static __m512i sigma(__m512i x) noexcept {
        return _mm512_ternarylogic_epi32(_mm512_ror_epi32(x, A), _mm512_ror_epi32(x, B), _mm512_srli_epi32(x, Shift), 0x96);
    }
};

using many_avx512 = many_in_lanes<avx512_lanes>;

} // namespace daicho::hash_x86

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
