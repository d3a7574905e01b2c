#include <daicho/ledger/verified_cache.hpp>

#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using P = authority_protocol;

namespace {

digest numbered(std::uint64_t n) {
    digest d{};
    store_be64(d.data(), n);
    return d;
}

digest name_of(cryptopp::ed25519::public_key_type const& key, transaction_of<P> const& tx) {
    auto const text = encode(tx.body);
    return ledger::verified_cache<P>::name_of({&key, text, &tx.signature});
}

} // namespace

BOOST_AUTO_TEST_SUITE(verified_cache)

BOOST_AUTO_TEST_CASE(it_is_bounded_and_lets_the_oldest_go) {
    ledger::verified_cache<P> c(100);
    for (std::uint64_t i = 0; i != 1000; ++i) {
        c.add(numbered(i));
        BOOST_TEST(c.size() <= 100u);
        for (std::uint64_t back = 0; back != std::min<std::uint64_t>(i + 1, 50); ++back) BOOST_REQUIRE(c.holds(numbered(i - back)));
    }
    BOOST_TEST(!c.holds(numbered(0)));
    BOOST_TEST(!c.holds(numbered(800)));
    for (int i = 0; i != 500; ++i) c.add(numbered(999));  // said again, it pushes nothing out
    BOOST_TEST(c.holds(numbered(960)));
    ledger::verified_cache<P> none(0);
    none.add(numbered(1));
    BOOST_TEST(!none.holds(numbered(1)));
}

BOOST_AUTO_TEST_CASE(a_forged_transaction_with_the_same_body_is_not_known) {
    network<P> n;
    auto const key = network<P>::key(device).public_key(), other = network<P>::key(device_2).public_key();
    auto const good = n.signed_by(device, n.report(state::running, 1));
    ledger::verified_cache<P> c;
    c.add(name_of(key, good));
    BOOST_TEST(c.holds(name_of(key, good)));
    for (std::size_t i = 0; i != good.signature.size(); ++i) {
        auto forged = good;
        forged.signature[i] ^= 1;
        BOOST_TEST(!c.holds(name_of(key, forged)));
    }
    auto forged = good;
    forged.body.ver += 1;
    BOOST_TEST(!c.holds(name_of(key, forged)));
    BOOST_TEST(!c.holds(name_of(other, good)));  // nor under another key, whoever's it is
}

BOOST_AUTO_TEST_SUITE_END()
