#include <daicho/signature/rsa_pkcs1.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/base/hex.hpp>
#include <daicho/hash/sha256.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(rsa_pkcs1_)

// RFC 8017, 9.2: 0x00 || 0x01 || PS || 0x00 || T, PS at least eight octets of 0xff.
BOOST_AUTO_TEST_CASE(a_digest_has_one_encoding_for_a_modulus) {
    auto const d = hash_bytes<sha256>(as_bytes("daicho"));
    for (std::size_t size : {256u, 384u}) {
        auto const e = pkcs1_encoding_of(d, size);
        BOOST_REQUIRE(e.size() == size);
        BOOST_TEST(to_hex(e.view().first(3)) == "0001ff");
        BOOST_TEST(to_hex(e.view().subspan(size - 53, 21)) == "ff003031300d060960864801650304020105000420");
        BOOST_TEST(equal(e.view().last(32), d));
        BOOST_TEST(std::count(e.begin(), e.end() - 51, byte(0xff)) == std::ptrdiff_t(size - 54));
    }
    BOOST_TEST(pkcs1_encoding_of(d, 61).empty());
    BOOST_TEST(pkcs1_encoding_of(d, 62).size() == 62u);
    BOOST_TEST(pkcs1_encoding_of(d, 385).empty());
}

BOOST_AUTO_TEST_SUITE_END()
