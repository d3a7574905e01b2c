#pragma once

#include <daicho/consensus/work_preimage.hpp>

#include <optional>

namespace daicho {

/// A target whose failure shows in one word of the digest, so that a kernel completes no other:
///   deciding_word             0 to 7, of the digest's eight big-endian words
///   deciding_zeros(target)    the bits that are zero in that word of every digest that reaches the target
template <class T>
concept early_target = requires(std::uint32_t target) {
    { T::deciding_word } -> std::convertible_to<unsigned>;
    { T::deciding_zeros(target) } -> std::convertible_to<std::uint32_t>;
} && (T::deciding_word == 0 || T::deciding_word == 7);

/// SHA-256's small sigmas (FIPS 180-4, 4.1.2).
constexpr std::uint32_t sha256_sigma0(std::uint32_t x) noexcept { return std::rotr(x, 7) ^ std::rotr(x, 18) ^ x >> 3; }
constexpr std::uint32_t sha256_sigma1(std::uint32_t x) noexcept { return std::rotr(x, 17) ^ std::rotr(x, 19) ^ x >> 10; }

/// One round (FIPS 180-4, 6.2.2, step 3), given the sum of its constant and its word.
constexpr sha256_state sha256_round(sha256_state const& s, std::uint32_t kw) noexcept {
    auto const [a, b, c, d, e, f, g, h] = s;
    std::uint32_t const t1 = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + (g ^ (e & (f ^ g))) + kw;
    std::uint32_t const t2 = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) | (c & (a | b)));
    return {t1 + t2, a, b, c, d + t1, e, f, g};
}

/// All of the first hash that does not depend on the nonce's low half: computed once for 2^32 nonces.
/// Its second block is time, target, nonce (two words), 0x80000000, zeros, 640; only word 3 varies.
struct search_plan {
    sha256_state midstate{};  ///< after the first 64 of the 80 bytes
    sha256_state fixed{};     ///< after rounds 0 to 2 of the second block
    std::array<std::uint32_t, 3> head{};  ///< words 0 to 2
    std::uint32_t w16 = 0, w17 = 0;  ///< words of the message schedule that are whole
    std::uint32_t w18 = 0, w19 = 0;  ///< and what of the others does not vary
    std::uint32_t w31 = 0, w32 = 0;
    std::uint32_t zeros = 0;  ///< of the deciding word

    static constexpr search_plan of(work_preimage const& p, std::uint32_t nonce_high, std::uint32_t zeros) noexcept {
        search_plan s;
        s.midstate = sha256_initial;
        sha256_compress(s.midstate, p.data());
        s.head = {load_be32(p.data() + 64), load_be32(p.data() + 68), nonce_high};
        s.fixed = s.midstate;
        for (std::size_t i = 0; i != 3; ++i) s.fixed = sha256_round(s.fixed, sha256_constants[i] + s.head[i]);
        constexpr std::uint32_t end = 0x80000000, length = 640;
        s.w16 = s.head[0] + sha256_sigma0(s.head[1]);
        s.w17 = s.head[1] + sha256_sigma0(s.head[2]) + sha256_sigma1(length);
        s.w18 = s.head[2] + sha256_sigma1(s.w16);
        s.w19 = sha256_sigma0(end) + sha256_sigma1(s.w17);
        s.w31 = length + sha256_sigma0(s.w16);
        s.w32 = s.w16 + sha256_sigma0(s.w17);
        s.zeros = zeros;
        return s;
    }
};

/// Searches with a kernel, which gives candidates, and holds each of them in full against the target.
/// A Kernel has
///   first<Word, Twice>(plan, low, count)   the least i < count for which the digest of nonce `low + i` may reach the
///                                          target, `count` when there is none; low + count is at most 2^32
/// Word is the word of the digest that decides, Twice whether the digest is hashed again.
template <class Kernel>
struct planned_search {
    /// The first nonce in [first, first + count) that reaches the target.
    template <early_target Target, class Digest = double_sha256>
    static constexpr std::optional<std::uint64_t> search(work_preimage p, std::uint32_t target, std::uint64_t first, std::uint64_t count) noexcept {
        auto const zeros = Target::deciding_zeros(target);
        while (count != 0) {
            std::uint64_t const low = std::uint32_t(first), here = std::min(count, (std::uint64_t(1) << 32) - low);
            auto const plan = search_plan::of(p, std::uint32_t(first >> 32), zeros);
            for (std::uint64_t done = 0; done != here; ++done) {
                done += Kernel::template first<unsigned(Target::deciding_word), Digest::twice>(plan, std::uint32_t(low + done), here - done);
                if (done == here) break;
                store_be64(p.data() + 72, first + done);
                if (Target::reached(Digest::of(p), target)) return first + done;
            }
            first += here;
            count -= here;
        }
        return std::nullopt;
    }
};

} // namespace daicho
