#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/curve25519/scalar.hpp>
#include <daicho/hash/sha512_256.hpp>

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

/// h = SHA-512(R || A || M) modulo L (RFC 8032, 5.1.7, step 2).
namespace daicho::curve25519 {

/// FIPS 180-4, 5.3.5.
inline constexpr sha512_state sha512_initial = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                                                0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

/// sha512_compress() with its rounds written out sixteen at a time, so that no word is moved: a third of the time.
class sha512_unrolled {
public:
    static constexpr void compress(sha512_state& state, byte const* block) noexcept {
        sha512_state v = state;
        std::uint64_t w[16]{};
        sixteen<true>(v, w, block, 0, std::make_index_sequence<16>{});
        for (std::size_t round = 16; round != 80; round += 16) sixteen<false>(v, w, block, round, std::make_index_sequence<16>{});
        for (std::size_t i = 0; i != 8; ++i) state[i] += v[i];
    }

private:
    template <bool First, std::size_t... I>
    static constexpr void sixteen(sha512_state& v, std::uint64_t (&w)[16], byte const* block, std::size_t round,
                                  std::index_sequence<I...>) noexcept {
        (step<First, I>(v, w, block, round), ...);
    }
    template <bool First, std::size_t I>
    static constexpr void step(sha512_state& v, std::uint64_t (&w)[16], byte const* block, std::size_t round) noexcept {
        if constexpr (First) {
            w[I] = load_be64(block + 8 * I);
        } else {
            std::uint64_t const w15 = w[(I + 1) & 15], w2 = w[(I + 14) & 15];
            w[I] += (std::rotr(w15, 1) ^ std::rotr(w15, 8) ^ w15 >> 7) + w[(I + 9) & 15] + (std::rotr(w2, 19) ^ std::rotr(w2, 61) ^ w2 >> 6);
        }
        // In round I, the variable that FIPS 180-4 calls a is v[-I mod 8], and so on.
        std::uint64_t const a = v[(8 - I) & 7], b = v[(9 - I) & 7], c = v[(10 - I) & 7];
        std::uint64_t const e = v[(12 - I) & 7], f = v[(13 - I) & 7], g = v[(14 - I) & 7];
        std::uint64_t& d = v[(11 - I) & 7];
        std::uint64_t& h = v[(15 - I) & 7];
        h += (std::rotr(e, 14) ^ std::rotr(e, 18) ^ std::rotr(e, 41)) + (g ^ (e & (f ^ g))) + sha512_constants[round + I] + w[I];
        d += h;
        h += (std::rotr(a, 28) ^ std::rotr(a, 34) ^ std::rotr(a, 39)) + ((a & b) | (c & (a | b)));
    }
};

/// The message's blocks: R and A first, then M, a one and zeros, and the number of bits (FIPS 180-4, 5.1.2).
class challenge_blocks {
public:
    challenge_blocks(byte const* r, byte const* key, byte_view message) noexcept
        : r_(r), key_(key), message_(message), total_(64 + message.size()), count_((total_ + 17 + 127) / 128) {}
    std::size_t count() const noexcept { return count_; }

    /// Block i, which may lie in the message itself or be laid out in `room`.
    byte const* at(std::size_t i, byte (&room)[128]) const noexcept {
        std::size_t const begin = 128 * i;
        if (i != 0 && begin + 128 <= total_) return message_.data() + (begin - 64);
        std::size_t filled = 0;
        if (i == 0) {
            std::copy_n(r_, 32, room);
            std::copy_n(key_, 32, room + 32);
            filled = 64;
        }
        std::size_t const from = std::min(begin + filled - 64, message_.size());  // begin + filled is 64 at least
        std::size_t const n = std::min(message_.size() - from, 128 - filled);
        std::copy_n(message_.data() + from, n, room + filled);
        filled += n;
        std::fill(room + filled, room + 128, byte(0));
        if (begin + filled == total_ && filled != 128) room[filled] = 0x80;
        if (i + 1 == count_) {
            store_be64(room + 112, total_ >> 61);
            store_be64(room + 120, std::uint64_t(total_) << 3);
        }
        return room;
    }

private:
    byte const* r_;
    byte const* key_;
    byte_view message_;
    std::size_t total_, count_;
};

/// The digest's bytes are a number, least significant first.
constexpr packed challenge(sha512_state const& digest) noexcept {
    std::array<std::uint64_t, 8> x{};
    for (std::size_t i = 0; i != 8; ++i) x[i] = __builtin_bswap64(digest[i]);
    return modulo_order(x);
}

inline packed challenge(byte const* r, byte const* key, byte_view message) noexcept {
    challenge_blocks const blocks(r, key, message);
    sha512_state state = sha512_initial;
    byte room[128];
    for (std::size_t i = 0; i != blocks.count(); ++i) sha512_unrolled::compress(state, blocks.at(i, room));
    return challenge(state);
}

/// The challenges of as many questions as Many has lanes, or fewer. Where fewer than three messages are longer than the others, what is
/// left of them is hashed one by one: a lane costs what it costs, whoever needs it.
///   Many::states, begin(states), compress(states, blocks, mask)   as avx512_sha512
template <class Many, class Questions>
void challenges_in_lanes(Questions const& asked, packed* to) noexcept {
    constexpr std::size_t lanes = Many::lanes;
    typename Many::states states;
    Many::begin(states);
    std::optional<challenge_blocks> blocks[lanes];
    for (std::size_t i = 0; i != asked.size(); ++i) blocks[i].emplace(asked[i].signature->data(), asked[i].key->data(), asked[i].message);

    byte rooms[lanes][128]{};
    std::size_t block = 0;
    for (;; ++block) {
        byte const* at[lanes];
        unsigned live = 0;
        for (std::size_t i = 0; i != lanes; ++i) {
            bool const more = blocks[i] && block < blocks[i]->count();
            at[i] = more ? blocks[i]->at(block, rooms[i]) : rooms[i];
            live |= unsigned(more) << i;
        }
        if (std::popcount(live) < 3) break;
        Many::compress(states, at, std::uint8_t(live));
    }
    for (std::size_t i = 0; i != asked.size(); ++i) {
        sha512_state state;
        for (std::size_t k = 0; k != state.size(); ++k) state[k] = states.word[k][i];
        for (std::size_t b = block; b < blocks[i]->count(); ++b) sha512_unrolled::compress(state, blocks[i]->at(b, rooms[i]));
        to[i] = challenge(state);
    }
}

} // namespace daicho::curve25519
