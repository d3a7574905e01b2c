#include <daicho/role/device_memory.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/memory/state_store.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using P = authority_protocol;

namespace {

struct remembering : network<P> {
    using memory_type = device_memory<P, memory::state_store<>>;

    memory_type started() { return {cell, trust::anchor<P>::of(genesis), 3}; }
    signed_time<scheme_of<P>> time(std::uint64_t t, nonce128 const& nonce, std::uint64_t by = management) const {
        signed_time<scheme_of<P>> out{};
        out.body.chain_id = chain_id;
        out.body.nonce = nonce;
        out.body.time = t;
        auto k = key(by);
        out.signature = *sign<P>(k, out.body);
        return out;
    }
    memory::power power;
    memory::state_store<> cell{power};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(device_memory, remembering)

BOOST_AUTO_TEST_CASE(what_was_saved_is_there_after_a_cut_and_nothing_else) {
    auto kept = started();
    BOOST_TEST(!*kept.recall());
    BOOST_TEST(kept->version == 3u);  // of the factory
    kept->version = 4;
    BOOST_TEST(!kept.save());
    kept->version = 5;
    auto again = started();
    BOOST_TEST(*again.recall());
    BOOST_TEST(again->version == 4u);
    power.cut_after(0);
    again->version = 6;
    BOOST_TEST((again.save() == errc::io_failed));
    power.restore();
    auto after = started();
    BOOST_TEST(*after.recall());
    BOOST_TEST(after->version == 4u);
}
BOOST_AUTO_TEST_CASE(a_cell_that_holds_something_else_is_corrupt) {
    BOOST_TEST_REQUIRE(!cell.save(bytes{1, 2, 3}));
    BOOST_TEST((started().recall().error() == errc::store_corrupt));
}
BOOST_AUTO_TEST_CASE(time_is_what_management_said_to_this_very_question_and_never_goes_down) {
    auto kept = started();
    nonce128 const ours{1}, other{2};
    BOOST_TEST((kept.take_time(time(start, other), ours) == errc::replayed));
    BOOST_TEST((kept.take_time(time(start, ours, stranger), ours) == errc::bad_signature));
    auto elsewhere = time(start, ours);
    elsewhere.body.chain_id[0] ^= 1;
    BOOST_TEST((kept.take_time(elsewhere, ours) == errc::wrong_chain));
    BOOST_TEST(kept->time_floor == 0u);
    BOOST_TEST(!kept.take_time(time(start + 9, ours), ours));
    BOOST_TEST(!kept.take_time(time(start, ours), ours));
    BOOST_TEST(kept->time_floor == start + 9);
}
BOOST_AUTO_TEST_CASE(a_replaced_management_key_is_followed_for_good) {
    auto kept = started();
    BOOST_TEST(!kept.follow(enrol(new_management, member_role::management, {}, recovery)));
    BOOST_TEST((kept.trust().management == key(new_management).public_key()));
    BOOST_TEST(bool(kept.follow(enrol(stranger, member_role::management, {}, stranger))));
    BOOST_TEST((kept.trust().management == key(new_management).public_key()));
    BOOST_TEST(!kept.save());
    auto again = started();
    BOOST_TEST((again.trust().management == key(management).public_key()));
    BOOST_TEST(*again.recall());
    BOOST_TEST((again.trust().management == key(new_management).public_key()));
    BOOST_TEST(!again.take_time(time(start, nonce128{1}, new_management), nonce128{1}));
}

BOOST_AUTO_TEST_SUITE_END()
