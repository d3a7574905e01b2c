#pragma once

#include <daicho/base/bytes.hpp>

/// A number below 2^256 in four words, least significant first: what elements of the field are loaded from and stored to, whichever
/// form the arithmetic gives them.
namespace daicho::curve25519 {

struct packed {
    std::uint64_t word[4];
    friend constexpr bool operator==(packed const&, packed const&) = default;
};

inline constexpr packed zero{};
inline constexpr packed one{{1}};
inline constexpr packed half{{0xfffffffffffffff7, ~0ull, ~0ull, 0x3fffffffffffffff}};  ///< (p + 1) / 2

/// RFC 8032, 5.1: d, and a square root of -1 modulo p = 2^255 - 19.
inline constexpr packed edwards_d{{0x75eb4dca135978a3, 0x00700a4d4141d8ab, 0x8cc740797779e898, 0x52036cee2b6ffe73}};
inline constexpr packed edwards_2d{{0xebd69b9426b2f159, 0x00e0149a8283b156, 0x198e80f2eef3d130, 0x2406d9dc56dffce7}};
inline constexpr packed square_root_of_minus_one{{0xc4ee1b274a0ea0b0, 0x2f431806ad2fe478, 0x2b4d00993dfbd7a7, 0x2b8324804fc1df0b}};

constexpr packed load_packed(byte const* from) noexcept {
    packed p{};
    for (std::size_t i = 0; i != 32; ++i) p.word[i / 8] |= std::uint64_t(from[i]) << 8 * (i % 8);
    return p;
}
constexpr void store_packed(byte* to, packed const& p) noexcept {
    for (std::size_t i = 0; i != 32; ++i) to[i] = byte(p.word[i / 8] >> 8 * (i % 8));
}

/// The representative below p of any number below 2^256.
constexpr packed canonical(packed p) noexcept {
    auto const plus = [&p](std::uint64_t v) {
        for (auto& w : p.word) {
            w += v;
            v = w < v;
        }
    };
    constexpr std::uint64_t low = 0x7fffffffffffffff;
    // 2^255 = 19. Once brings it below 2^255 + 19, and again below 2^255, for what is then left above is 18 at most.
    for (int i = 0; i != 2; ++i) {
        std::uint64_t const top = p.word[3] >> 63;
        p.word[3] &= low;
        plus(19 * top);
    }
    // In [p, 2^255) only the lowest byte is not all ones, and it lies 19 or less below.
    if (p.word[3] == low && p.word[2] == ~0ull && p.word[1] == ~0ull && p.word[0] >= ~0ull - 18) p = packed{{p.word[0] - (~0ull - 18)}};
    return p;
}

} // namespace daicho::curve25519
