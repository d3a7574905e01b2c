#pragma once

#include <daicho/curve25519/packed.hpp>

#include <array>

/// Numbers modulo L = 2^252 + c, the order of the base point (RFC 8032, 5.1), and their digits.
namespace daicho::curve25519 {

namespace detail {

__extension__ typedef unsigned __int128 wide;

/// L and 2L, and c.
inline constexpr std::uint64_t order[4] = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000};
inline constexpr std::uint64_t twice_order[4] = {0xb024c634b9eba7da, 0x29bdf3bd45ef39ac, 0, 0x2000000000000000};
inline constexpr std::uint64_t order_rest[2] = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6};

/// The bits from 252 up of the N words of x, times c; x keeps the bits below.
template <std::size_t N>
constexpr std::array<std::uint64_t, N - 1> fold(std::array<std::uint64_t, N>& x) noexcept {
    std::array<std::uint64_t, N - 1> r{};
    for (std::size_t i = 0; i != N - 3; ++i) {
        std::uint64_t const high = x[i + 3] >> 60 | (i + 4 != N ? x[i + 4] << 4 : 0);
        wide carry = 0;
        for (std::size_t j = 0; j != 2; ++j) {
            carry += wide(high) * order_rest[j] + r[i + j];
            r[i + j] = std::uint64_t(carry);
            carry >>= 64;
        }
        r[i + 2] = std::uint64_t(carry);
    }
    for (std::size_t i = 4; i != N; ++i) x[i] = 0;
    x[3] &= 0x0fffffffffffffff;
    return r;
}

constexpr void add(packed& a, std::uint64_t const* b) noexcept {
    wide carry = 0;
    for (std::size_t i = 0; i != 4; ++i) {
        carry += wide(a.word[i]) + b[i];
        a.word[i] = std::uint64_t(carry);
        carry >>= 64;
    }
}
/// Whether a was below b; then a is as if 2^256 more.
constexpr bool subtract(packed& a, std::uint64_t const* b) noexcept {
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i != 4; ++i) {
        wide const difference = wide(a.word[i]) - b[i] - borrow;
        a.word[i] = std::uint64_t(difference);
        borrow = std::uint64_t(difference >> 64) & 1;
    }
    return borrow != 0;
}

} // namespace detail

/// 512 bits, least significant word first, modulo L. What lies above bit 252 weighs -c there, three times over:
///   x = low1 - c high1,  c high1 < 2^385 = low2 + 2^252 high2,  c high2 < 2^258 = low3 + 2^252 high3,  c high3 < 2^131,
/// so x = low1 - low2 + low3 - c high3, which lies above -2^253 and below 2^253.
constexpr packed modulo_order(std::array<std::uint64_t, 8> x1) noexcept {
    std::array<std::uint64_t, 7> x2 = detail::fold(x1);
    std::array<std::uint64_t, 6> x3 = detail::fold(x2);
    std::array<std::uint64_t, 5> const x4 = detail::fold(x3);
    packed r{{x1[0], x1[1], x1[2], x1[3]}};
    detail::add(r, x3.data());
    detail::add(r, detail::twice_order);
    detail::subtract(r, x2.data());
    detail::subtract(r, x4.data());
    for (packed less = r; !detail::subtract(less, detail::order);) r = less;  // at most four times: r was below 2^254 + 2L
    return r;
}

/// Signed digits of Width bits of a number below 2^253, least significant first: it is the sum of digit[i] 2^(Width i), and each
/// digit lies between -2^(Width-1) and 2^(Width-1), or one below. The last takes no carry out: 2^253 leaves it room.
template <unsigned Width>
    requires(Width >= 2 && Width <= 8)
struct digits {
    static constexpr std::size_t count = (254 + Width - 1) / Width;
    std::int8_t at[count];
};

template <unsigned Width>
constexpr void recode(digits<Width>& to, packed const& s) noexcept {
    constexpr int base = 1 << Width;
    int carry = 0;
    for (std::size_t i = 0; i != digits<Width>::count; ++i) {
        std::size_t const bit = Width * i, word = bit / 64, shift = bit % 64;
        std::uint64_t window = s.word[word] >> shift;
        if (shift + Width > 64 && word != 3) window |= s.word[word + 1] << (64 - shift);
        int const digit = int(window & (base - 1)) + carry;
        carry = digit >= base / 2;
        to.at[i] = std::int8_t(digit - carry * base);
    }
}

/// A number's digits as one lane by itself takes them: each is 0 or odd and below 2^(Width-1), and of Width in a row one at most is
/// not 0. So a sum of them has an addition for every Width + 1 doublings.
template <unsigned Width>
struct sparse_digits {
    static constexpr std::size_t count = 254;
    std::int8_t at[count + Width];
};

/// Of numbers below 2^253.
template <unsigned Width>
constexpr void recode(sparse_digits<Width>& to, packed const& s) noexcept {
    constexpr int base = 1 << Width;
    for (auto& d : to.at) d = 0;
    int carry = 0;
    for (std::size_t i = 0; i < sparse_digits<Width>::count;) {
        std::size_t const word = i / 64, shift = i % 64;
        std::uint64_t window = s.word[word] >> shift;
        if (shift + Width > 64 && word != 3) window |= s.word[word + 1] << (64 - shift);
        if (int(window & 1) == carry) {
            ++i;
            continue;
        }
        int const digit = int(window & (base - 1)) + carry;
        carry = digit > base / 2;
        to.at[i] = std::int8_t(digit - carry * base);
        i += Width;
    }
}

} // namespace daicho::curve25519
