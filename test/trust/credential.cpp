#include <daicho/trust/credential.hpp>

#include <daicho/cryptopp/hash.hpp>

#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using P = authority_protocol;

namespace {

struct office : network<P> {
    trust::anchor<P> const anchor = trust::anchor<P>::of(genesis);
    static constexpr std::uint64_t second_management = 12;

    /// The recovery key puts `n` in office.
    transaction_of<P> rotation(std::uint64_t n, std::uint64_t sequence) {
        auto b = enrol(n, member_role::management, {}, recovery).body;
        b.sequence = sequence;
        return signed_by(recovery, b);
    }
    trust::anchor<P> after(transaction_of<P> const& rotation) const {
        auto a = anchor;
        BOOST_TEST_REQUIRE(!trust::follow_rotation<P>(a, rotation));
        return a;
    }
    static bytes shown(transaction_of<P> const& enrolled, transaction_of<P> const* rotation = nullptr) {
        return encode(trust::present<P>(enrolled, rotation));
    }
    /// "enrolled", "stranger", or why it was refused.
    static std::string_view read(trust::anchor<P> const& a, bytes const& shown) {
        auto const h = trust::read_credential<P>(a, shown);
        return !h ? message(h.error().code) : h->enrolled ? "enrolled" : "stranger";
    }
    transaction_of<P> const first = rotation(new_management, 5);
    transaction_of<P> const second = rotation(second_management, 9);
    transaction_of<P> const by_old = enrol(gateway, member_role::gateway);
    transaction_of<P> const by_new = enrol(gateway, member_role::gateway, {}, new_management);
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(credential, office)

BOOST_AUTO_TEST_CASE(a_rotation_is_followed_and_nothing_older_ever_after) {
    auto a = after(first);
    BOOST_TEST((a.management == key(new_management).public_key()));
    BOOST_TEST(!trust::follow_rotation<P>(a, first));  // shown again
    BOOST_TEST(!trust::follow_rotation<P>(a, second));
    BOOST_TEST((trust::follow_rotation<P>(a, first) == errc::replayed));
    BOOST_TEST((a.management == key(second_management).public_key()));
}
BOOST_AUTO_TEST_CASE(two_rotations_of_one_sequence_are_not_played_against_each_other) {
    auto a = after(first);
    BOOST_TEST((trust::follow_rotation<P>(a, rotation(second_management, 5)) == errc::replayed));
    BOOST_TEST((a.management == key(new_management).public_key()));
}

BOOST_AUTO_TEST_CASE(what_the_replaced_key_signed_counts_no_more) {
    BOOST_TEST(read(anchor, shown(by_old)) == "enrolled");
    BOOST_TEST(read(after(first), shown(by_old)) == "stranger");
    // and nothing that is shown beside it helps
    auto dressed = trust::present<P>(by_old);
    dressed.rotation = first;
    BOOST_TEST(read(after(first), encode(dressed)) == "stranger");
    BOOST_TEST(read(anchor, encode(dressed)) == "stranger");
    BOOST_TEST(read(after(first), shown(by_new, &first)) == "enrolled");
}
BOOST_AUTO_TEST_CASE(who_has_not_followed_yet_believes_the_renewed_by_the_rotation_they_show) {
    BOOST_TEST(read(anchor, shown(by_new)) == "stranger");
    BOOST_TEST(read(anchor, shown(by_new, &first)) == "enrolled");
    auto forged = trust::present<P>(by_new);
    forged.rotation = resigned(stranger, first.body);
    BOOST_TEST(read(anchor, encode(forged)) == message(errc::bad_signature));
    forged.rotation = enrol(new_management, member_role::management, {}, stranger);
    BOOST_TEST(read(anchor, encode(forged)) == "stranger");
    forged.rotation = first;
    forged.enrolled.signature[7] ^= 1;
    BOOST_TEST(read(anchor, encode(forged)) == message(errc::bad_signature));
}
BOOST_AUTO_TEST_CASE(an_old_rotation_vouches_for_nobody) {
    auto const a = after(second);
    BOOST_TEST(read(a, shown(by_new, &first)) == "stranger");
    auto const renewed = enrol(gateway, member_role::gateway, {}, second_management);
    BOOST_TEST(read(a, shown(renewed, &second)) == "enrolled");
    BOOST_TEST(read(a, shown(renewed)) == "enrolled");
}
BOOST_AUTO_TEST_CASE(the_management_key_shows_its_own_word_and_later_the_recovery_keys) {
    auto k = key(management);
    auto const own = *trust::self_made<P>(k, chain_id, member_role::management, {});
    BOOST_TEST(read(anchor, shown(own)) == "enrolled");
    BOOST_TEST(read(anchor, shown(first)) == "enrolled");  // a server in office that this anchor has not heard of
    BOOST_TEST(read(after(first), shown(first)) == "enrolled");
    BOOST_TEST(read(after(first), shown(own)) == message(errc::not_authenticated));
    BOOST_TEST(read(after(second), shown(first)) == message(errc::replayed));
    auto next = key(new_management);
    auto const own_of_next = *trust::self_made<P>(next, chain_id, member_role::management, {});
    BOOST_TEST(read(after(first), shown(own_of_next)) == message(errc::not_authenticated));
}
BOOST_AUTO_TEST_CASE(a_device_that_nobody_enrolled_says_only_who_it_is) {
    auto k = key(device);
    BOOST_TEST(read(anchor, shown(*trust::self_made<P>(k, chain_id, member_role::device, {}, {}))) == "stranger");
    BOOST_TEST(read(anchor, shown(*trust::self_made<P>(k, chain_id, member_role::gateway, {}, {}))) == message(errc::not_permitted));
    auto stolen = *trust::self_made<P>(k, chain_id, member_role::device, {}, {});
    stolen.signature[0] ^= 1;
    BOOST_TEST(read(anchor, shown(stolen)) == message(errc::bad_signature));
    BOOST_TEST(read(anchor, encode(by_old)) == message(errc::wrong_schema));
}

BOOST_AUTO_TEST_SUITE_END()
