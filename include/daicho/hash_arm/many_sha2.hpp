#pragma once

#include <daicho/hash_arm/cpu.hpp>
#include <daicho/hash_arm/sha2.hpp>
#include <daicho/hash_x86/node_tail.hpp>     // no instruction of x86 in these two
#include <daicho/hash_x86/padded_block.hpp>

#if defined(__aarch64__)
#include <span>
#include <string_view>

namespace daicho::hash_arm {

/// SHA-256 of many messages, four at a time, by the processor's own instructions; a model of many_hash where they are there.
struct many_sha2 {
    static bool available() noexcept { return cpu::sha2(); }

    void hash(byte_view prefix, byte_view messages, std::size_t length, std::span<digest> out) const noexcept {
        std::size_t const fours = out.size() / 4 * 4;
        byte const* m = messages.data();
        for (std::size_t i = 0; i != fours; i += 4, m += 4 * length) group<4>(prefix, m, length, out.data() + i);
        for (std::size_t i = fours; i != out.size(); ++i, m += length) group<1>(prefix, m, length, out.data() + i);
    }
    std::string_view kernel() const noexcept { return "ARMv8 SHA-2, 4 streams"; }

private:
    template <std::size_t N>
    [[gnu::target("+crypto")]] static void group(byte_view prefix, byte const* messages, std::size_t length, digest* out) noexcept {
        using unit = sha2<N>;
        using hash_x86::padded_block;
        typename unit::state s;
        unit::begin(s);
        bool const node = prefix.size() == 1 && length == 64;  // of a tree: node_tails knows its second block
        typename unit::blocks w;
        for (std::size_t b = 0; b != (node ? 1 : padded_block::count(prefix.size() + length)); ++b) {
            padded_block const place(prefix, length, b);
            for (std::size_t i = 0; i != N; ++i) {
                byte block[64];
                place.put(messages + i * length, block);
                unit::read(w[i], block);
            }
            unit::compress(s, w);
        }
        if (node) {
            std::uint32_t const* tails[N];
            for (std::size_t i = 0; i != N; ++i) tails[i] = hash_x86::node_tails::of(messages[64 * i + 63]);
            unit::compress_scheduled(s, tails);
        }
        for (std::size_t i = 0; i != N; ++i) unit::store(s, i, out[i].data());
    }
};

} // namespace daicho::hash_arm
#endif
