#pragma once

#include <daicho/hash/node_tails.hpp>
#include <daicho/hash/padded_block.hpp>
#include <daicho/hash_arm/cpu.hpp>
#include <daicho/hash_arm/sha2.hpp>

#if defined(__aarch64__)
#include <span>
#include <string_view>

namespace daicho::hash_arm {

/// SHA-256 of many messages, four at a time, by the processor's own instructions; a model of many_hash where they are there.
struct many_sha2 {
    static bool available() noexcept { return cpu::sha2(); }

    void hash(byte_view prefix, byte_view messages, std::size_t length, std::span<digest> out) const noexcept {
        padded_blocks const blocks(prefix, length);
        bool const nodes = prefix.size() == 1 && length == 64;  // of a tree: node_tails knows their second block
        std::size_t const fours = out.size() / 4 * 4;
        byte const* m = messages.data();
        for (std::size_t i = 0; i != fours; i += 4, m += 4 * length) group<4>(blocks, nodes, m, length, out.data() + i);
        for (std::size_t i = fours; i != out.size(); ++i, m += length) group<1>(blocks, nodes, m, length, out.data() + i);
    }
    std::string_view kernel() const noexcept { return "ARMv8 SHA-2, 4 streams"; }

    /// One node, prefix || left || right: nothing waits but for the rounds.
    [[gnu::target("+crypto")]] static digest node(byte prefix, byte const* left, byte const* right) noexcept {
        using unit = sha2<1>;
        uint8x16_t const l0 = vld1q_u8(left), l1 = vld1q_u8(left + 16), r0 = vld1q_u8(right), r1 = vld1q_u8(right + 16);
        unit::blocks w = {{unit::big_endian(vextq_u8(vdupq_n_u8(prefix), l0, 15)), unit::big_endian(vextq_u8(l0, l1, 15)),
                           unit::big_endian(vextq_u8(l1, r0, 15)), unit::big_endian(vextq_u8(r0, r1, 15))}};
        unit::state s;
        unit::begin(s);
        unit::compress(s, w);
        w[0][0] = uint32x4_t{std::uint32_t(right[31]) << 24 | 0x800000, 0, 0, 0};
        w[0][1] = w[0][2] = uint32x4_t{0, 0, 0, 0};
        w[0][3] = uint32x4_t{0, 0, 0, 65 * 8};
        unit::compress(s, w);  // its schedule is done beside the rounds, and a table of them need not be near
        digest d;
        unit::store(s, 0, d.data());
        return d;
    }

private:
    template <std::size_t N>
    [[gnu::target("+crypto")]] static void group(padded_blocks const& blocks, bool nodes, byte const* messages, std::size_t length, digest* out) noexcept {
        using unit = sha2<N>;
        typename unit::state s;
        unit::begin(s);
        typename unit::blocks w;
        for (std::size_t b = 0; b != (nodes ? 1 : blocks.count()); ++b) {
            for (std::size_t i = 0; i != N; ++i) {
                byte room[64];
                unit::read(w[i], blocks.of(messages + i * length, b, room));
            }
            unit::compress(s, w);
        }
        if (nodes) {
            std::uint32_t const* tails[N];
            for (std::size_t i = 0; i != N; ++i) tails[i] = node_tails::of(messages[64 * i + 63]);
            unit::compress_scheduled(s, tails);
        }
        for (std::size_t i = 0; i != N; ++i) unit::store(s, i, out[i].data());
    }
};

} // namespace daicho::hash_arm
#endif
