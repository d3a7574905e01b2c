#pragma once

#include <daicho/hash_x86/cpu.hpp>
#include <daicho/hash_x86/node_tail.hpp>
#include <daicho/hash_x86/padded_block.hpp>
#include <daicho/hash_x86/sha_ni.hpp>

#include <span>
#include <string_view>

namespace daicho::hash_x86 {

/// SHA-256 of many messages, four at a time, by the processor's own instructions; a model of many_hash where they are there.
struct many_sha_ni {
    static bool available() noexcept { return cpu::sha_ni(); }

    void hash(byte_view prefix, byte_view messages, std::size_t length, std::span<digest> out) const noexcept {
        std::size_t const fours = out.size() / 4 * 4;
        byte const* m = messages.data();
        for (std::size_t i = 0; i != fours; i += 4, m += 4 * length) group<4>(prefix, m, length, out.data() + i);
        for (std::size_t i = fours; i != out.size(); ++i, m += length) group<1>(prefix, m, length, out.data() + i);
    }
    std::string_view kernel() const noexcept { return "SHA-NI, 4 streams"; }

private:
    template <std::size_t N>
    [[gnu::target("sha,sse4.1")]] static void group(byte_view prefix, byte const* messages, std::size_t length, digest* out) noexcept {
        using unit = sha_ni<N>;
        typename unit::state s;
        unit::begin(s);
        if (prefix.size() == 1 && length == 64) {
            node<N>(prefix[0], messages, s);
        } else if (prefix.size() == 1 && length == 32) {
            leaf<N>(prefix[0], messages, s);
        } else {
            typename unit::blocks w;
            for (std::size_t b = 0; b != padded_block::count(prefix.size() + length); ++b) {
                padded_block const place(prefix, length, b);
                for (std::size_t i = 0; i != N; ++i) {
                    byte block[64];
                    place.put(messages + i * length, block);
                    unit::read(w[i], block);
                }
                unit::compress(s, w);
            }
        }
        for (std::size_t i = 0; i != N; ++i) unit::store(s, i, out[i].data());
    }

    /// A byte and two digests: one block of 64 bytes, and one that node_tails knows.
    template <std::size_t N>
    [[gnu::target("sha,sse4.1")]] static void node(byte prefix, byte const* messages, typename sha_ni<N>::state& s) noexcept {
        using unit = sha_ni<N>;
        typename unit::blocks w;
        std::uint32_t const* tails[N];
        for (std::size_t i = 0; i != N; ++i) {
            byte const* const m = messages + 64 * i;
            w[i][0] = behind(prefix, m);
            for (std::size_t k = 1; k != 4; ++k) w[i][k] = unit::big_endian(_mm_loadu_si128(reinterpret_cast<__m128i const*>(m + 16 * k - 1)));
            tails[i] = node_tails::of(m[63]);
        }
        unit::compress(s, w);
        unit::compress_scheduled(s, tails);
    }

    /// A byte and 32 more: one block, the second half of it padding.
    template <std::size_t N>
    [[gnu::target("sha,sse4.1")]] static void leaf(byte prefix, byte const* messages, typename sha_ni<N>::state& s) noexcept {
        using unit = sha_ni<N>;
        typename unit::blocks w;
        for (std::size_t i = 0; i != N; ++i) {
            byte const* const m = messages + 32 * i;
            w[i][0] = behind(prefix, m);
            w[i][1] = unit::big_endian(_mm_loadu_si128(reinterpret_cast<__m128i const*>(m + 15)));
            w[i][2] = _mm_cvtsi32_si128(int(std::uint32_t(m[31]) << 24 | 0x800000));
            w[i][3] = _mm_set_epi32(33 * 8, 0, 0, 0);
        }
        unit::compress(s, w);
    }

    /// The words of one byte and the fifteen that follow it.
    [[gnu::target("sha,sse4.1")]] static __m128i behind(byte prefix, byte const* m) noexcept {
        __m128i const moved = _mm_slli_si128(_mm_loadu_si128(reinterpret_cast<__m128i const*>(m)), 1);
        return sha_ni<1>::big_endian(_mm_or_si128(moved, _mm_cvtsi32_si128(prefix)));
    }
};

} // namespace daicho::hash_x86
