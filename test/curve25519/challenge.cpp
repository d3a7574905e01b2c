#include <daicho/curve25519/challenge.hpp>

#include "kernels.hpp"

#include <cryptopp/sha.h>

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

BOOST_AUTO_TEST_SUITE_END()
