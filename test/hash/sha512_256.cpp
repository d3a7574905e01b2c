#include <daicho/hash/sha512_256.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/base/hex.hpp>
#include <daicho/hash/digest_of.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(sha512_256_)

// FIPS 180-4 examples (csrc.nist.gov, SHA512_256.pdf).
BOOST_AUTO_TEST_CASE(the_published_examples_agree) {
    BOOST_TEST(to_hex(hash_bytes<sha512_256>(as_bytes("abc"))) == "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23");
    BOOST_TEST(to_hex(hash_bytes<sha512_256>(as_bytes("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqkl"
                                                      "mnopqrlmnopqrsmnopqrstnopqrstu"))) ==
               "3928e184fb8690f840da3988121d31be65cb9d3ef83ee6146feac861e19b563a");
    BOOST_TEST(to_hex(hash_bytes<sha512_256>({})) == "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a");
}

BOOST_AUTO_TEST_SUITE_END()
