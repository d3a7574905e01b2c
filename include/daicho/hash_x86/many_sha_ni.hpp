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
            leaves(prefix[0], m, out.data(), twos);
            if (twos != n) leaf(prefix[0], m + 32 * twos, out.data() + twos);
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

    /// A path's nodes, one above the other (path_digest). What each waits for stays in registers as words, and those of its words that
    /// its neighbour gives are taken in while the node below is at work: eight rounds of a node whose left the neighbour is.
    [[gnu::target("sha,sse4.1")]] static digest path(byte prefix, digest const& from, std::span<digest const> neighbours, std::uint64_t lefts) noexcept {
        __m128i const first = _mm_set_epi32(prefix, 0, 0, 0);
        __m128i abcd = unit::big_endian(unit::bytes_at(from.data())), efgh = unit::big_endian(unit::bytes_at(from.data() + 16));
        for (auto& n : neighbours) {
            __m128i const n0 = unit::big_endian(unit::bytes_at(n.data())), n1 = unit::big_endian(unit::bytes_at(n.data() + 16));
            bool const left = lefts & 1;
            lefts >>= 1;
            __m128i const l0 = left ? n0 : abcd, l1 = left ? n1 : efgh, r0 = left ? abcd : n0, r1 = left ? efgh : n1;
            unit::state s[1] = {unit::begin()};
            unit::block b[1] = {{{words_behind(first, l0), words_behind(l0, l1), words_behind(l1, r0), words_behind(r0, r1)}}};
            unit::compress(s, b);
            b[0] = {{last_word(byte(_mm_extract_epi32(r1, 3))), _mm_setzero_si128(), _mm_setzero_si128(), _mm_set_epi32(65 * 8, 0, 0, 0)}};
            unit::compress(s, b);
            unit::words(s[0], abcd, efgh);
        }
        digest d;
        _mm_storeu_si128(reinterpret_cast<__m128i*>(d.data()), unit::big_endian(abcd));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(d.data() + 16), unit::big_endian(efgh));
        return d;
    }

protected:
    /// `n` nodes, a multiple of N: the first block of N beside the second one of the N before, which node_tails knows. A digest is
    /// written when the messages up to it are read.
    template <std::size_t N>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void nodes_by(byte prefix, byte const* m, digest* out, std::size_t n) noexcept {
        unit::state s[N], next[N];
        unit::block b[N];
        std::uint32_t const* tails[N];
        begin(prefix, m, s, b);
        find_tails(m, tails);
        unit::compress(s, b);
        for (std::size_t i = N; i != n; i += N, out += N) {
            m += 64 * N;
            begin(prefix, m, next, b);
            unit::compress_beside(next, b, s, tails);
            find_tails(m, tails);
            store(s, out);
#pragma GCC unroll 4
            for (std::size_t k = 0; k != N; ++k) s[k] = next[k];
        }
        unit::compress_scheduled(s, tails);
        store(s, out);
    }

    /// `n` leaves, a multiple of N: a byte and 32 more, one block, the second half of it padding.
    template <std::size_t N>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void leaves_by(byte prefix, byte const* m, digest* out, std::size_t n) noexcept {
        for (std::size_t i = 0; i != n; i += N, m += 32 * N, out += N) {
            unit::state s[N];
            unit::block b[N];
#pragma GCC unroll 4
            for (std::size_t k = 0; k != N; ++k) {
                byte const* const own = m + 32 * k;
                s[k] = unit::begin();
                b[k] = {{unit::big_endian(behind(prefix, unit::bytes_at(own))), unit::big_endian(unit::bytes_at(own + 15)), last_word(own[31]),
                         _mm_set_epi32(33 * 8, 0, 0, 0)}};
            }
            unit::compress(s, b);
            store(s, out);
        }
    }

    /// N messages of any one length.
    template <std::size_t N>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void any_by(byte_view prefix, padded_blocks const& blocks, byte const* messages, std::size_t length, digest* out) noexcept {
        unit::state s[N];
#pragma GCC unroll 4
        for (std::size_t i = 0; i != N; ++i) s[i] = unit::begin();
        for (std::size_t at = 0; at != blocks.count(); ++at) {
            unit::block b[N];
#pragma GCC unroll 4
            for (std::size_t i = 0; i != N; ++i) {
                byte const* const m = messages + i * length;
                byte room[64];
                if (at == 0 && prefix.size() == 1 && length >= 63) b[i] = first_block(prefix[0], m);
                else b[i] = unit::read(blocks.of(m, at, room));
            }
            unit::compress(s, b);
        }
        store(s, out);
    }

private:
    using unit = sha_ni;

    template <std::size_t N>
    [[gnu::target("sha,sse4.1")]] static void any(byte_view prefix, padded_blocks const& blocks, byte const* messages, std::size_t length, digest* out) noexcept {
        any_by<N>(prefix, blocks, messages, length, out);
    }
    [[gnu::target("sha,sse4.1")]] static void nodes(byte prefix, byte const* m, digest* out, std::size_t n) noexcept { nodes_by<2>(prefix, m, out, n); }
    [[gnu::target("sha,sse4.1")]] static void leaves(byte prefix, byte const* m, digest* out, std::size_t n) noexcept { leaves_by<2>(prefix, m, out, n); }
    [[gnu::target("sha,sse4.1")]] static void leaf(byte prefix, byte const* m, digest* out) noexcept { leaves_by<1>(prefix, m, out, 1); }

    template <std::size_t N>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void begin(byte prefix, byte const* m, unit::state (&s)[N], unit::block (&b)[N]) noexcept {
#pragma GCC unroll 4
        for (std::size_t k = 0; k != N; ++k) s[k] = unit::begin(), b[k] = first_block(prefix, m + 64 * k);
    }
    template <std::size_t N>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void find_tails(byte const* m, std::uint32_t const* (&tails)[N]) noexcept {
#pragma GCC unroll 4
        for (std::size_t k = 0; k != N; ++k) tails[k] = node_tails::of(m[64 * k + 63]);
    }
    template <std::size_t N>
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static void store(unit::state const (&s)[N], digest* out) noexcept {
#pragma GCC unroll 4
        for (std::size_t k = 0; k != N; ++k) unit::store(s[k], out[k].data());
    }

    /// A byte and the 63 that follow it.
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static unit::block first_block(byte prefix, byte const* m) noexcept {
        return {{unit::big_endian(behind(prefix, unit::bytes_at(m))), unit::big_endian(unit::bytes_at(m + 15)),
                 unit::big_endian(unit::bytes_at(m + 31)), unit::big_endian(unit::bytes_at(m + 47))}};
    }

    /// A byte and the fifteen that follow it.
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static __m128i behind(byte prefix, __m128i those) noexcept {
        return _mm_or_si128(_mm_slli_si128(those, 1), _mm_cvtsi32_si128(prefix));
    }
    /// Four words of a message that a byte was put before: each ends where the one before it in the message does, a byte late.
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static __m128i words_behind(__m128i before, __m128i words) noexcept {
        return _mm_or_si128(_mm_srli_epi32(words, 8), _mm_slli_epi32(_mm_alignr_epi8(words, before, 12), 24));
    }
    /// A message's last byte and the bit that ends it (FIPS 180-4, 5.1.1).
    [[gnu::target("sha,sse4.1"), gnu::always_inline]] static __m128i last_word(byte last) noexcept {
        return _mm_cvtsi32_si128(int(std::uint32_t(last) << 24 | 0x800000));
    }
};

/// The same where AVX-512 (F, VL) has 32 registers: three in step.
struct many_sha_ni_wide : private many_sha_ni {
    static constexpr std::size_t streams = 3;
    static bool available() noexcept { return cpu::sha_ni() && cpu::avx512f() && cpu::avx512vl(); }

    void hash(byte_view prefix, byte_view messages, std::size_t length, std::span<digest> out) const noexcept {
        std::size_t const done = out.size() / streams * streams;
        if (prefix.size() == 1 && length == 64) {
            if (done != 0) nodes(prefix[0], messages.data(), out.data(), done);
        } else if (prefix.size() == 1 && length == 32) {
            leaves(prefix[0], messages.data(), out.data(), done);
        } else {
            padded_blocks const blocks(prefix, length);
            for (std::size_t i = 0; i != done; i += streams) any(prefix, blocks, messages.data() + length * i, length, out.data() + i);
        }
        many_sha_ni::hash(prefix, messages.subspan(done * length), length, out.subspan(done));
    }
    std::string_view kernel() const noexcept { return "SHA-NI, 3 streams in 32 registers"; }

private:
    [[gnu::target("sha,avx512f,avx512vl")]] static void nodes(byte prefix, byte const* m, digest* out, std::size_t n) noexcept { nodes_by<streams>(prefix, m, out, n); }
    [[gnu::target("sha,avx512f,avx512vl")]] static void leaves(byte prefix, byte const* m, digest* out, std::size_t n) noexcept { leaves_by<streams>(prefix, m, out, n); }
    [[gnu::target("sha,avx512f,avx512vl")]] static void any(byte_view prefix, padded_blocks const& blocks, byte const* messages, std::size_t length, digest* out) noexcept {
        any_by<streams>(prefix, blocks, messages, length, out);
    }
};

} // namespace daicho::hash_x86
