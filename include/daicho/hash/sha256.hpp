#pragma once

#include <daicho/hash/block_hash.hpp>

#include <bit>
#include <string_view>

/// SHA-256 (FIPS 180-4) in plain constexpr C++: for devices, for constants made at compile time, and to check faster models against.
namespace daicho {

using sha256_state = std::array<std::uint32_t, 8>;

/// FIPS 180-4, 5.3.3.
inline constexpr sha256_state sha256_initial = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/// FIPS 180-4, 4.2.2.
inline constexpr std::array<std::uint32_t, 64> sha256_constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// Takes one block of 64 bytes into the state (FIPS 180-4, 6.2.2). Miners start from a state that already holds the first block.
constexpr void sha256_compress(sha256_state& state, byte const* block) noexcept {
    std::array<std::uint32_t, 16> w{};
    for (std::size_t i = 0; i != 16; ++i) w[i] = load_be32(block + 4 * i);
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i != 64; ++i) {
        if (i >= 16) {
            std::uint32_t const w15 = w[(i + 1) & 15], w2 = w[(i + 14) & 15];
            w[i & 15] += (std::rotr(w15, 7) ^ std::rotr(w15, 18) ^ w15 >> 3) + w[(i + 9) & 15] +
                         (std::rotr(w2, 17) ^ std::rotr(w2, 19) ^ w2 >> 10);
        }
        std::uint32_t const t1 = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + (g ^ (e & (f ^ g))) +
                                 sha256_constants[i] + w[i & 15];
        std::uint32_t const t2 = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) | (c & (a | b)));
        h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

namespace detail {
struct sha256_kernel {
    using word = std::uint32_t;
    using state_type = sha256_state;
    static constexpr std::size_t block_size = 64;
    static constexpr state_type initial = sha256_initial;
    static constexpr void compress(state_type& state, byte const* blocks, std::size_t count) noexcept {
        for (; count != 0; --count, blocks += block_size) sha256_compress(state, blocks);
    }
};
} // namespace detail

class sha256 : public block_hash<detail::sha256_kernel> {
public:
    static constexpr std::string_view name = "sha256";
};

} // namespace daicho
