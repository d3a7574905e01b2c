#include <daicho/ledger/permission.hpp>

#include <daicho/ledger/registry.hpp>

#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using P = authority_protocol;

// Who may say what is tried state by state, signatures and all, in ledger/registry.cpp.
namespace {

struct founded : network<P> {
    errc verdict(transaction_of<P> const& tx) const { return ledger::permission<P>(now).check(tx.body, now.find(tx.body.sender), 1).code; }
    ledger::registry<P> now{genesis, chain_id};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(permission, founded)

BOOST_AUTO_TEST_CASE(it_is_a_matter_of_what_is_said_and_not_of_the_signature) {
    auto tx = enrol(gateway, member_role::gateway);
    BOOST_TEST((verdict(tx) == errc::ok));
    tx.signature[0] ^= 1;
    BOOST_TEST((verdict(tx) == errc::ok));
    BOOST_TEST((now.apply(tx, 1) == errc::bad_signature));
}
BOOST_AUTO_TEST_CASE(it_is_given_by_what_the_registry_says_at_that_moment) {
    auto const first = enrol(gateway, member_role::gateway);
    BOOST_TEST((verdict(enrol(stranger, member_role::device, {"lamp"}, gateway)) == errc::unknown_sender));
    BOOST_TEST(!now.apply(first, 1));
    BOOST_TEST((verdict(enrol(stranger, member_role::device, {"lamp"}, gateway)) == errc::not_permitted));
    BOOST_TEST((verdict(first) == errc::repeated_sequence));
}

BOOST_AUTO_TEST_SUITE_END()
