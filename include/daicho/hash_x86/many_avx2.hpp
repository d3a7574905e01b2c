#pragma once

#include <daicho/hash_x86/cpu.hpp>
#include <daicho/hash_x86/many_in_lanes.hpp>
#include <daicho/hash_x86/transpose.hpp>

namespace daicho::hash_x86 {

/// Eight messages in AVX2's registers.
struct avx2_lanes {
    static constexpr std::string_view name = "AVX2, 8 lanes";
    static constexpr std::size_t lanes = 8;
    static bool available() noexcept { return cpu::avx2(); }

    template <std::size_t Varying>
    [[gnu::target("avx2")]] static void group(byte_view prefix, byte const* messages, std::size_t length, padded_block const& last,
                            lane_schedule<Varying> const& schedule, digest* out) noexcept {
        __m256i state[8], w[16];
        for (std::size_t i = 0; i != 8; ++i) state[i] = _mm256_set1_epi32(int(sha256_initial[i]));
        for (std::size_t b = 0; b + 1 != padded_block::count(prefix.size() + length); ++b) {
            read(padded_block(prefix, length, b), messages, length, w);
            compress(state, w, full_schedule);
        }
        read(last, messages, length, w);
        compress(state, w, schedule);
        transpose(state);
        for (std::size_t i = 0; i != lanes; ++i)
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(out[i].data()), big_endian(state[i]));
    }

private:
    /// A block of each message, a word of each in one register.
    [[gnu::target("avx2")]] static void read(padded_block const& place, byte const* messages, std::size_t length, __m256i (&w)[16]) noexcept {
        __m256i left[8], right[8];
        for (std::size_t i = 0; i != lanes; ++i) {
            alignas(32) byte block[64];
            place.put(messages + i * length, block);
            left[i] = big_endian(_mm256_load_si256(reinterpret_cast<__m256i const*>(block)));
            right[i] = big_endian(_mm256_load_si256(reinterpret_cast<__m256i const*>(block + 32)));
        }
        transpose(left);
        transpose(right);
        for (std::size_t i = 0; i != 8; ++i) w[i] = left[i], w[i + 8] = right[i];
    }

    [[gnu::target("avx2")]] static __m256i big_endian(__m256i v) noexcept {
        return _mm256_shuffle_epi8(v, _mm256_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203, 0x0c0d0e0f08090a0b, 0x0405060700010203));
    }

    /// FIPS 180-4, 6.2.2.
    template <std::size_t Varying>
    [[gnu::target("avx2")]] static void compress(__m256i (&state)[8], __m256i (&w)[16], lane_schedule<Varying> const& schedule) noexcept {
        using pattern = lane_schedule<Varying>;
        __m256i v[8];
        for (std::size_t i = 0; i != 8; ++i) v[i] = state[i];
#pragma GCC unroll 64
        for (std::size_t t = 0; t != 64; ++t) {
            if (t >= 16 && pattern::varies[t]) {
                __m256i x = pattern::partly_same[t] ? _mm256_set1_epi32(int(schedule.same[t])) : _mm256_setzero_si256();
                if (pattern::varies[t - 16]) x = _mm256_add_epi32(x, w[t % 16]);
                if (pattern::varies[t - 15]) x = _mm256_add_epi32(x, sigma<7, 18, 3>(w[(t - 15) % 16]));
                if (pattern::varies[t - 7]) x = _mm256_add_epi32(x, w[(t - 7) % 16]);
                if (pattern::varies[t - 2]) x = _mm256_add_epi32(x, sigma<17, 19, 10>(w[(t - 2) % 16]));
                w[t % 16] = x;
            }
            __m256i &a = v[(64 - t) % 8], &b = v[(65 - t) % 8], &c = v[(66 - t) % 8], &d = v[(67 - t) % 8];
            __m256i &e = v[(68 - t) % 8], &f = v[(69 - t) % 8], &g = v[(70 - t) % 8], &h = v[(71 - t) % 8];
            h = _mm256_add_epi32(h, _mm256_set1_epi32(int(pattern::varies[t] ? sha256_constants[t] : schedule.with_constant[t])));
            if (pattern::varies[t]) h = _mm256_add_epi32(h, w[t % 16]);
            h = _mm256_add_epi32(h, rotations<6, 11, 25>(e));
            h = _mm256_add_epi32(h, _mm256_xor_si256(g, _mm256_and_si256(e, _mm256_xor_si256(f, g))));
            d = _mm256_add_epi32(d, h);
            h = _mm256_add_epi32(h, rotations<2, 13, 22>(a));
            h = _mm256_add_epi32(h, _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(c, _mm256_or_si256(a, b))));
        }
        for (std::size_t i = 0; i != 8; ++i) state[i] = _mm256_add_epi32(state[i], v[i]);
    }

    template <int N>
    [[gnu::target("avx2")]] static __m256i rotated(__m256i x) noexcept {
        return _mm256_or_si256(_mm256_srli_epi32(x, N), _mm256_slli_epi32(x, 32 - N));
    }
    template <int A, int B, int C>
    [[gnu::target("avx2")]] static __m256i rotations(__m256i x) noexcept {
        return _mm256_xor_si256(_mm256_xor_si256(rotated<A>(x), rotated<B>(x)), rotated<C>(x));
    }
    template <int A, int B, int Shift>
    [[gnu::target("avx2")]] static __m256i sigma(__m256i x) noexcept {
        return _mm256_xor_si256(_mm256_xor_si256(rotated<A>(x), rotated<B>(x)), _mm256_srli_epi32(x, Shift));
    }
};

/// For processors without SHA instructions.
using many_avx2 = many_in_lanes<avx2_lanes>;

} // namespace daicho::hash_x86
