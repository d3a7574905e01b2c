/// The hash that docs/tutorials/hash.md shows: on the laws, and in a Protocol.
#include <daicho/defaults/hardened.hpp>
#include <daicho/laws/hash_function.hpp>
#include <daicho/ledger/chain.hpp>

#include <cryptopp/blake2.h>

#include <boost/test/unit_test.hpp>

namespace hash_tutorial {

// [hash]
class blake2s {
public:
    static constexpr std::string_view name = "blake2s";
    static constexpr std::size_t block_size = 64;            // for HMAC and the channel
    void update(daicho::byte_view b) { hash_.Update(b.data(), b.size()); }
    daicho::digest finish() {
        daicho::digest d;
        hash_.Final(d.data());                               // and it has seen nothing again
        return d;
    }

private:
    ::CryptoPP::BLAKE2s hash_{false, 32};
};
static_assert(daicho::hash_function<blake2s>);

struct protocol : daicho::defaults::hardened { using hash = blake2s; };
// [/hash]

BOOST_AUTO_TEST_SUITE(hash_page)

BOOST_AUTO_TEST_CASE(the_hash_of_the_page_keeps_the_laws) {
    // [laws]
    daicho::laws::verdict v;
    daicho::laws::hash_function<blake2s>(v);
    for (auto& law : v.broken) BOOST_TEST_MESSAGE(law);
    BOOST_TEST(v.holds());
    // [/laws]
}

BOOST_AUTO_TEST_CASE(another_hash_is_another_chain) {
    daicho::genesis_of<protocol> genesis{};
    genesis.time = 1'000'000;
    daicho::ledger::chain<protocol> const here(genesis);
    daicho::ledger::chain<daicho::defaults::hardened> const there(genesis);
    BOOST_TEST((here.chain_id() == daicho::digest_of<blake2s>(genesis)));
    BOOST_TEST((here.chain_id() != there.chain_id()));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace hash_tutorial
