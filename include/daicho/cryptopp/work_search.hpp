#pragma once

#include <daicho/consensus/work.hpp>

#include <cryptopp/sha.h>

/// Mining by Crypto++'s compression function, which uses the processor's own SHA instructions where it has them.
namespace daicho::cryptopp {

/// Tries nonces one by one: two compressions each, since the first 64 of the 80 bytes are hashed once. Finds exactly what
/// portable_search finds (test/cryptopp/work_search.cpp).
struct work_search {
    static constexpr std::string_view name = "Crypto++";

    /// The first nonce in [first, first + count) that reaches the target.
    template <class Target, class Digest = double_sha256>
    static std::optional<std::uint64_t> search(work_preimage const& p, std::uint32_t target, std::uint64_t first, std::uint64_t count) {
        using state = std::array<::CryptoPP::word32, 8>;
        using words = std::array<::CryptoPP::word32, 16>;
        state midstate = sha256_initial;
        words head;
        for (std::size_t i = 0; i != 16; ++i) head[i] = load_be32(p.data() + 4 * i);
        ::CryptoPP::SHA256::Transform(midstate.data(), head.data());

        // FIPS 180-4, 5.1.1: the second block of 80 bytes, and the only block of 32.
        alignas(16) words tail{load_be32(p.data() + 64), load_be32(p.data() + 68), 0, 0, 0x80000000};
        tail[15] = 80 * 8;
        alignas(16) words once{};
        once[8] = 0x80000000;
        once[15] = 32 * 8;
        for (std::uint64_t i = 0; i != count; ++i) {
            std::uint64_t const nonce = first + i;
            tail[2] = std::uint32_t(nonce >> 32);
            tail[3] = std::uint32_t(nonce);
            alignas(16) state inner = midstate;
            ::CryptoPP::SHA256::Transform(inner.data(), tail.data());
            alignas(16) state outer = sha256_initial;
            if constexpr (Digest::twice) {
                std::copy(inner.begin(), inner.end(), once.begin());
                ::CryptoPP::SHA256::Transform(outer.data(), once.data());
            } else {
                outer = inner;
            }
            if (hopeless<Target>(outer, target)) continue;
            digest found;
            for (std::size_t w = 0; w != 8; ++w) store_be32(found.data() + 4 * w, outer[w]);
            if (Target::reached(found, target)) return nonce;
        }
        return std::nullopt;
    }

private:
    /// Whether the digest's most significant end already lies above the target.
    template <class Target>
    static bool hopeless(std::array<::CryptoPP::word32, 8> const& digest_words, std::uint32_t target) noexcept {
        if constexpr (requires { Target::ceiling(target); })
            return (std::uint64_t(__builtin_bswap32(digest_words[7])) << 32 | __builtin_bswap32(digest_words[6])) > Target::ceiling(target);
        else
            return false;
    }
};

} // namespace daicho::cryptopp
