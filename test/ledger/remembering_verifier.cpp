#include <daicho/ledger/remembering_verifier.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/laws/batch_verifier.hpp>
#include <daicho/ledger/claims.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using P = authority_protocol;
using scheme = scheme_of<P>;

BOOST_AUTO_TEST_SUITE(remembering_verifier)

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_what_it_remembers_for) {
    for (std::size_t remembered : {0u, 10u, 10'000u}) {
        ledger::remembering_verifier<P> b({}, remembered);
        auto one = network<P>::key(1), other = network<P>::key(2);
        laws::verdict v;
        laws::batch_verifier<scheme>(v, b, one, other);
        BOOST_TEST(v.broken == std::vector<std::string>{}, boost::test_tools::per_element());
        BOOST_TEST(v.holds());
    }
}

BOOST_AUTO_TEST_CASE(a_good_signature_is_verified_once_and_a_bad_one_each_time) {
    network<P> n;
    ledger::claims<P> all;
    for (std::uint64_t i = 0; i != 300; ++i) {
        auto tx = n.signed_by(device, n.report(state::running, i));
        if (i == 299) tx.signature[3] ^= 1;
        all.add(network<P>::key(device).public_key(), tx.body, tx.signature, {errc::bad_signature, "here", i});
    }
    ledger::remembering_verifier<P> b;
    BOOST_TEST(ledger::check(all, b).at == 299u);
    BOOST_TEST(b.asked() == 300u);
    BOOST_TEST(b.known().size() == 299u);
    BOOST_TEST(ledger::check(all, b).at == 299u);
    BOOST_TEST(b.asked() == 301u);
    BOOST_TEST(b.kernel() == one_by_one<scheme>().kernel());
}

BOOST_AUTO_TEST_CASE(without_memory_the_verdict_is_the_same_and_nothing_is_remembered) {
    network<P> n;
    ledger::claims<P> all;
    for (std::uint64_t i = 0; i != 20; ++i) {
        auto tx = n.signed_by(device, n.report(state::running, i));
        if (i == 11) tx.signature[3] ^= 1;
        all.add(network<P>::key(device).public_key(), tx.body, tx.signature, {errc::bad_signature, "here", i});
    }
    ledger::remembering_verifier<P> b;
    BOOST_TEST(ledger::first_bad(all, b.without_memory()) == 11u);
    BOOST_TEST(b.asked() == 0u);
    BOOST_TEST(b.known().size() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
