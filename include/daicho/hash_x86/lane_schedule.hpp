#pragma once

#include <daicho/hash/sha256.hpp>

#include <array>

namespace daicho::hash_x86 {

/// Messages of one length side by side, a word of each in one wide register, differ in their first words of a block only: what
/// follows is padding, the same in all. This is the part of the message schedule (FIPS 180-4, 6.2.2, step 1) that padding decides.
template <std::size_t Varying>
struct lane_schedule {
    /// Whether word t differs between messages.
    static constexpr std::array<bool, 64> varies = [] {
        std::array<bool, 64> v{};
        for (std::size_t t = 0; t != 64; ++t) v[t] = t < 16 ? t < Varying : v[t - 16] || v[t - 15] || v[t - 7] || v[t - 2];
        return v;
    }();

    /// Whether a word that differs also has a part that is the same in all.
    static constexpr std::array<bool, 64> partly_same = [] {
        std::array<bool, 64> p{};
        for (std::size_t t = 16; t != 64; ++t) p[t] = varies[t] && !(varies[t - 16] && varies[t - 15] && varies[t - 7] && varies[t - 2]);
        return p;
    }();

    /// Of word t what the same words of all messages add to it, and in `with_constant` the round constant on top.
    std::array<std::uint32_t, 64> same{}, with_constant{};

    /// Of the block around the messages, sixteen words; those from Varying on are looked at.
    constexpr explicit lane_schedule(std::array<std::uint32_t, 16> const& words) noexcept {
        for (std::size_t t = 0; t != 64; ++t) {
            if (t >= 16) {
                auto const known = [&](std::size_t back) { return varies[t - back] ? 0 : same[t - back]; };
                std::uint32_t const w15 = known(15), w2 = known(2);
                same[t] = known(16) + (std::rotr(w15, 7) ^ std::rotr(w15, 18) ^ w15 >> 3) + known(7) +
                          (std::rotr(w2, 17) ^ std::rotr(w2, 19) ^ w2 >> 10);
            } else if (t >= Varying) {
                same[t] = words[t];
            }
            with_constant[t] = same[t] + sha256_constants[t];
        }
    }
};

/// Of a block that may differ everywhere.
inline constexpr lane_schedule<16> full_schedule{{}};

} // namespace daicho::hash_x86
