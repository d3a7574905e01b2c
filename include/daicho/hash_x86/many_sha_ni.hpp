#pragma once

#include <daicho/hash/node_tails.hpp>
#include <daicho/hash/padded_block.hpp>
#include <daicho/hash_x86/cpu.hpp>
#include <daicho/hash_x86/sha_ni.hpp>

#include <span>
#include <string_view>

namespace daicho::hash_x86 {

/// SHA-256 of many messages, two in step, by the processor's own instructions; a model of many_hash where they are there. Two fill
/// sixteen registers; the processor itself goes on to the next two while these wait.
struct many_sha_ni {
    static bool available() noexcept { return cpu::sha_ni(); }

    void hash(byte_view prefix, byte_view messages, std::size_t length, std::span<digest> out) const noexcept {
        byte const* const m = messages.data();
        std::size_t const n = out.size(), twos = n / 2 * 2;
        if (prefix.size() == 1 && length == 64) {
            if (twos != 0) nodes(prefix[0], m, out.data(), twos);
            if (twos != n) out[twos] = node(prefix[0], m + 64 * twos, m + 64 * twos + 32);
        } else if (prefix.size() == 1 && length == 32) {
            for (std::size_t i = 0; i != twos; i += 2) leaves<2>(prefix[0], m + 32 * i, out.data() + i);
            if (twos != n) leaves<1>(prefix[0], m + 32 * twos, out.data() + twos);
        } else {
            padded_blocks const blocks(prefix, length);
            for (std::size_t i = 0; i != twos; i += 2) any<2>(prefix, blocks, m + length * i, length, out.data() + i);
            if (twos != n) any<1>(prefix, blocks, m + length * twos, length, out.data() + twos);
        }
    }
    std::string_view kernel() const noexcept { return "SHA-NI, 2 streams"; }

    /// One node, prefix || left || right: nothing waits but for the rounds.
    [[gnu::target("sha,sse4.1")]] static digest node(byte prefix, byte const* left, byte const* right) noexcept {
        __m128i const l0 = unit::bytes_at(left), l1 = unit::bytes_at(left + 16), r0 = unit::bytes_at(right), r1 = unit::bytes_at(right + 16);
        unit::block b[1] = {{{unit::big_endian(behind(prefix, l0)), unit::big_endian(_mm_alignr_epi8(l1, l0, 15)),
                              unit::big_endian(_mm_alignr_epi8(r0, l1, 15)), unit::big_endian(_mm_alignr_epi8(r1, r0, 15))}}};
        unit::state s[1] = {unit::begin()};
        unit::compress(s, b);
        b[0] = {{last_word(right[31]), _mm_setzero_si128(), _mm_setzero_si128(), _mm_set_epi32(65 * 8, 0, 0, 0)}};
        unit::compress(s, b);  // its schedule is done beside the rounds, and a table of them need not be near
        digest d;
        unit::store(s[0], d.data());
        return d;
    }

private:
    using unit = sha_ni;

    /// `n` nodes, an even number: the first block of two beside the second one of the two before, which node_tails knows. A digest
    /// is written when the messages up to it are read.
    [[gnu::target("sha,sse4.1")]] static void nodes(byte prefix, byte const* m, digest* out, std::size_t n) noexcept {
        unit::state s[2] = {unit::begin(), unit::begin()};
        unit::block b[2] = {first_block(prefix, m), first_block(prefix, m + 64)};
        std::uint32_t const* tails[2] = {node_tails::of(m[63]), node_tails::of(m[127])};
        unit::compress(s, b);
        for (std::size_t i = 2; i != n; i += 2, out += 2) {
            m += 128;
            unit::state next[2] = {unit::begin(), unit::begin()};
            unit::block c[2] = {first_block(prefix, m), first_block(prefix, m + 64)};
            std::uint32_t const* const next_tails[2] = {node_tails::of(m[63]), node_tails::of(m[127])};
            unit::compress_beside(next, c, s, tails);
            for (std::size_t k = 0; k != 2; ++k) {
                unit::store(s[k], out[k].data());
                s[k] = next[k], tails[k] = next_tails[k];
            }
        }
        unit::compress_scheduled(s, tails);
        for (std::size_t k = 0; k != 2; ++k) unit::store(s[k], out[k].data());
    }

    /// A byte and the 63 that follow it.
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static unit::block first_block(byte prefix, byte const* m) noexcept {
        return {{unit::big_endian(behind(prefix, unit::bytes_at(m))), unit::big_endian(unit::bytes_at(m + 15)),
                 unit::big_endian(unit::bytes_at(m + 31)), unit::big_endian(unit::bytes_at(m + 47))}};
    }

    /// A byte and 32 more: one block, the second half of it padding.
    template <std::size_t N>
    [[gnu::target("sha,sse4.1")]] static void leaves(byte prefix, byte const* messages, digest* out) noexcept {
        unit::state s[N];
        unit::block b[N];
        for (std::size_t i = 0; i != N; ++i) {
            byte const* const m = messages + 32 * i;
            s[i] = unit::begin();
            b[i] = {{unit::big_endian(behind(prefix, unit::bytes_at(m))), unit::big_endian(unit::bytes_at(m + 15)), last_word(m[31]),
                     _mm_set_epi32(33 * 8, 0, 0, 0)}};
        }
        unit::compress(s, b);
        for (std::size_t i = 0; i != N; ++i) unit::store(s[i], out[i].data());
    }

    template <std::size_t N>
    [[gnu::target("sha,sse4.1")]] static void any(byte_view prefix, padded_blocks const& blocks, byte const* messages, std::size_t length, digest* out) noexcept {
        unit::state s[N];
        for (std::size_t i = 0; i != N; ++i) s[i] = unit::begin();
        for (std::size_t at = 0; at != blocks.count(); ++at) {
            unit::block b[N];
            for (std::size_t i = 0; i != N; ++i) {
                byte const* const m = messages + i * length;
                byte room[64];
                if (at == 0 && prefix.size() == 1 && length >= 63) b[i] = first_block(prefix[0], m);
                else b[i] = unit::read(blocks.of(m, at, room));
            }
            unit::compress(s, b);
        }
        for (std::size_t i = 0; i != N; ++i) unit::store(s[i], out[i].data());
    }

    /// A byte and the fifteen that follow it.
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static __m128i behind(byte prefix, __m128i those) noexcept {
        return _mm_or_si128(_mm_slli_si128(those, 1), _mm_cvtsi32_si128(prefix));
    }
    /// A message's last byte and the bit that ends it (FIPS 180-4, 5.1.1).
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static __m128i last_word(byte last) noexcept {
        return _mm_cvtsi32_si128(int(std::uint32_t(last) << 24 | 0x800000));
    }
};

} // namespace daicho::hash_x86
