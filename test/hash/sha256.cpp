#include <daicho/hash/sha256.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/base/hex.hpp>

using namespace daicho;

namespace {
constexpr digest hash_of(char const* text, std::size_t times = 1) {
    bytes m;
    for (std::size_t i = 0; i != times; ++i)
        for (char const* c = text; *c != '\0'; ++c) m.push_back(byte(*c));
    sha256 h;
    h.update(m);
    return h.finish();
}
} // namespace

BOOST_AUTO_TEST_SUITE(sha256_)

// FIPS 180-4 examples (csrc.nist.gov, SHA256.pdf).
BOOST_AUTO_TEST_CASE(the_published_examples_agree) {
    BOOST_TEST(to_hex(hash_of("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    BOOST_TEST(to_hex(hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    BOOST_TEST(to_hex(hash_of("a", 1000000)) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

BOOST_AUTO_TEST_CASE(a_digest_can_be_a_constant) {
    constexpr digest d = hash_of("");
    static_assert(d[0] == 0xe3 && d[31] == 0x55);
    BOOST_TEST(to_hex(d) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

BOOST_AUTO_TEST_CASE(a_miner_can_start_from_the_state_after_the_first_block) {
    bytes preimage(80, 7);
    sha256 whole;
    whole.update(preimage);

    sha256_state state = sha256_initial;
    sha256_compress(state, preimage.data());
    std::array<byte, 64> last{};
    std::copy_n(preimage.begin() + 64, 16, last.begin());
    last[16] = 0x80;
    store_be64(last.data() + 56, 80 * 8);
    sha256_compress(state, last.data());
    digest by_hand;
    for (std::size_t i = 0; i != 8; ++i) store_be32(by_hand.data() + 4 * i, state[i]);

    BOOST_TEST((by_hand == whole.finish()));
}

BOOST_AUTO_TEST_SUITE_END()
