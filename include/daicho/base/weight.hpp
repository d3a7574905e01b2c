#pragma once

#include <bit>
#include <compare>
#include <cstdint>

namespace daicho {

/// How much stands behind a chain: 128 bits, on every machine (a Cortex-M has no such integer of its own).
struct weight {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    constexpr weight() noexcept = default;
    constexpr weight(std::uint64_t v) noexcept : low(v) {}
    constexpr weight(std::uint64_t h, std::uint64_t l) noexcept : high(h), low(l) {}

    constexpr weight& operator+=(weight b) noexcept {
        low += b.low;
        high += b.high + (low < b.low);
        return *this;
    }
    constexpr weight& operator-=(weight b) noexcept {
        high -= b.high + (low < b.low);
        low -= b.low;
        return *this;
    }
    friend constexpr weight operator+(weight a, weight b) noexcept { return a += b; }
    friend constexpr weight operator-(weight a, weight b) noexcept { return a -= b; }

    /// 0 <= n < 128.
    friend constexpr weight operator<<(weight a, unsigned n) noexcept {
        if (n == 0) return a;
        if (n >= 64) return {a.low << (n - 64), 0};
        return {a.high << n | a.low >> (64 - n), a.low << n};
    }
    /// 0 <= n < 128.
    friend constexpr weight operator>>(weight a, unsigned n) noexcept {
        if (n == 0) return a;
        if (n >= 64) return {0, a.high >> (n - 64)};
        return {a.high >> n, a.low >> n | a.high << (64 - n)};
    }
    /// Modulo 2^128, as all of them.
    friend constexpr weight operator*(weight a, std::uint32_t factor) noexcept {
        std::uint64_t const lower = (a.low & 0xffffffff) * factor, upper = (a.low >> 32) * factor + (lower >> 32);
        return {a.high * factor + (upper >> 32), upper << 32 | (lower & 0xffffffff)};
    }
    /// Long division, 32 bits a step.
    friend constexpr weight operator/(weight a, std::uint32_t divisor) noexcept {
        std::uint32_t const digits[] = {std::uint32_t(a.high >> 32), std::uint32_t(a.high), std::uint32_t(a.low >> 32), std::uint32_t(a.low)};
        std::uint64_t rest = 0;
        weight quotient;
        for (std::uint32_t d : digits) {
            rest = rest << 32 | d;
            quotient = quotient << 32;
            quotient.low |= rest / divisor;
            rest %= divisor;
        }
        return quotient;
    }

    friend constexpr auto operator<=>(weight const&, weight const&) noexcept = default;

    /// Of the number: 0 for 0, at most 128.
    friend constexpr unsigned bit_width(weight a) noexcept {
        return a.high != 0 ? 64 + unsigned(std::bit_width(a.high)) : unsigned(std::bit_width(a.low));
    }
};

} // namespace daicho
