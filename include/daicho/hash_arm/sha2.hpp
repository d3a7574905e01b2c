#pragma once

#include <daicho/hash/sha256.hpp>

#if defined(__aarch64__)
#include <arm_neon.h>
#include <cstddef>

/// SHA-256 by the processor's own instructions (Arm ARM, SHA256H), for several independent messages at once: one message alone
/// waits for each round's result, four keep the unit busy. Whoever calls has seen that the instructions are there.
namespace daicho::hash_arm {

template <std::size_t Streams>
struct sha2 {
    /// Eight words each.
    struct state {
        uint32x4_t abcd[Streams], efgh[Streams];
    };
    /// Sixteen words each, first to last.
    using blocks = uint32x4_t[Streams][4];

    [[gnu::target("+crypto")]] static void begin(state& s) noexcept {
        for (std::size_t i = 0; i != Streams; ++i) load(s, i, sha256_initial);
    }

    [[gnu::target("+crypto")]] static void load(state& s, std::size_t i, sha256_state const& h) noexcept {
        s.abcd[i] = vld1q_u32(h.data());
        s.efgh[i] = vld1q_u32(h.data() + 4);
    }

    [[gnu::target("+crypto")]] static void store(state const& s, std::size_t i, byte* to) noexcept {
        vst1q_u8(to, vrev32q_u8(vreinterpretq_u8_u32(s.abcd[i])));
        vst1q_u8(to + 16, vrev32q_u8(vreinterpretq_u8_u32(s.efgh[i])));
    }

    [[gnu::target("+crypto")]] static void read(uint32x4_t (&words)[4], byte const* block) noexcept {
        for (std::size_t i = 0; i != 4; ++i) words[i] = big_endian(vld1q_u8(block + 16 * i));
    }

    [[gnu::target("+crypto")]] static uint32x4_t big_endian(uint8x16_t v) noexcept { return vreinterpretq_u32_u8(vrev32q_u8(v)); }

    /// Takes one block of each message into its state (FIPS 180-4, 6.2.2). The blocks are spent.
    [[gnu::target("+crypto")]] static void compress(state& s, blocks& w) noexcept {
        state t = s;
#pragma GCC unroll 16
        for (std::size_t i = 0; i != 16; ++i) {
            uint32x4_t const k = vld1q_u32(sha256_constants.data() + 4 * i);
#pragma GCC unroll 4
            for (std::size_t m = 0; m != Streams; ++m) {
                four_rounds(t, m, vaddq_u32(w[m][i % 4], k));
                if (i < 12)  // the words 16 further on
                    w[m][i % 4] = vsha256su1q_u32(vsha256su0q_u32(w[m][i % 4], w[m][(i + 1) % 4]), w[m][(i + 2) % 4], w[m][(i + 3) % 4]);
            }
        }
        add(s, t);
    }

    /// The same for blocks whose 64 words and round constants were added up before.
    [[gnu::target("+crypto")]] static void compress_scheduled(state& s, std::uint32_t const* const (&scheduled)[Streams]) noexcept {
        state t = s;
#pragma GCC unroll 16
        for (std::size_t i = 0; i != 16; ++i)
#pragma GCC unroll 4
            for (std::size_t m = 0; m != Streams; ++m) four_rounds(t, m, vld1q_u32(scheduled[m] + 4 * i));
        add(s, t);
    }

private:
    [[gnu::target("+crypto")]] static void four_rounds(state& t, std::size_t m, uint32x4_t wk) noexcept {
        uint32x4_t const before = t.abcd[m];
        t.abcd[m] = vsha256hq_u32(t.abcd[m], t.efgh[m], wk);
        t.efgh[m] = vsha256h2q_u32(t.efgh[m], before, wk);
    }

    [[gnu::target("+crypto")]] static void add(state& s, state const& t) noexcept {
        for (std::size_t m = 0; m != Streams; ++m) {
            s.abcd[m] = vaddq_u32(s.abcd[m], t.abcd[m]);
            s.efgh[m] = vaddq_u32(s.efgh[m], t.efgh[m]);
        }
    }
};

} // namespace daicho::hash_arm
#endif
