#include <daicho/curve25519/challenge.hpp>

#include "kernels.hpp"

#include <cryptopp/sha.h>

#include <cstdio>

using namespace kernels;

BOOST_AUTO_TEST_SUITE(challenge)

BOOST_AUTO_TEST_CASE(messages_of_every_length_are_hashed_as_sha512_is_defined) {
    daicho::bytes stream(64 + 700);
    for (std::size_t i = 0; i != stream.size(); ++i) stream[i] = daicho::byte(i * 31 + i / 256);
    for (std::size_t n = 0; n != 700; ++n) {
        CryptoPP::SHA512 hash;
        daicho::byte digest[64];
        hash.CalculateDigest(digest, stream.data(), 64 + n);
        integer const wanted(digest, 64, integer::UNSIGNED, CryptoPP::LITTLE_ENDIAN_ORDER);
        // The message in memory of its own length, so that a sanitizer sees a step beyond it.
        daicho::bytes const message(stream.begin() + 64, stream.begin() + 64 + std::ptrdiff_t(n));
        BOOST_TEST((number(c::challenge(stream.data(), stream.data() + 32, message)) == wanted % order()), "length " << n);
    }
}

#if defined(__x86_64__)
BOOST_AUTO_TEST_CASE(challenges_in_lanes_are_those_of_one_after_another_whatever_their_lengths) {
    if (!c::avx512::runs_here()) return (void)std::puts("SKIPPED: this processor has no AVX-512 for SHA-512 in lanes");
    struct asked {
        std::array<daicho::byte, 64> const* signature;
        std::array<daicho::byte, 32> const* key;
        daicho::bytes message;
    };
    std::array<daicho::byte, 64> signature;
    std::array<daicho::byte, 32> key;
    for (std::size_t i = 0; i != 64; ++i) signature[i] = daicho::byte(3 * i), key[i % 32] = daicho::byte(5 * i);
    // Of one length; each longer than the one before; one alone, and two, much longer than the others; fewer than there are lanes.
    for (std::size_t shape = 0; shape != 5; ++shape)
        for (std::size_t count = 1; count <= 8; ++count)
            for (std::size_t base : {0u, 47u, 48u, 63u, 64u, 111u, 112u, 237u}) {
                std::vector<asked> all;
                for (std::size_t i = 0; i != count; ++i) {
                    std::size_t const more = shape == 1 ? 37 * i : shape == 2 && i == 0 ? 900 : shape == 3 && i < 2 ? 700 : shape == 4 && i < 3 ? 400 : 0;
                    all.push_back({&signature, &key, daicho::bytes(base + more, daicho::byte(i + shape))});
                }
                c::packed found[8];
                c::challenges_in_lanes<c::avx512_sha512>(all, found);
                for (std::size_t i = 0; i != count; ++i)
                    BOOST_TEST((found[i] == c::challenge(signature.data(), key.data(), all[i].message)), "shape " << shape << ", " << count << ", " << base);
            }
}
#endif

BOOST_AUTO_TEST_SUITE_END()
