#include <daicho/trust/log_keys.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

namespace {

note_signer named(char const* name, byte key) {
    note_signer s{};
    s.name.assign(std::string_view(name));
    s.key[0] = key;
    return s;
}
log_watch sound() {
    log_watch w{};
    w.logs = {named("ledger.example/town", 1), named("ledger.example/town", 2)};
    w.witnesses = {named("w1", 3), named("w2", 4), named("w3", 5)};
    w.quorum = 2;
    return w;
}
template <class Alter>
fault refused(Alter alter) {
    auto w = sound();
    alter(w);
    return trust::log_keys::of(w).error();
}

} // namespace

BOOST_AUTO_TEST_SUITE(log_keys)

BOOST_AUTO_TEST_CASE(genesis_says_who_is_believed) {
    auto const keys = trust::log_keys::of(sound());
    BOOST_TEST_REQUIRE(bool(keys));
    BOOST_TEST(keys->log().size() == 2u);
    BOOST_TEST((keys->log()[1].name == "ledger.example/town"));
    BOOST_TEST((keys->log()[1].type == tlog::signature_type::ed25519));
    BOOST_TEST(keys->quorum().cosigners.size() == 3u);
    BOOST_TEST((keys->quorum().cosigners[0].type == tlog::signature_type::cosignature));
    BOOST_TEST(keys->quorum().cosigners[2].key[0] == 5);
    BOOST_TEST(keys->quorum().least == 2u);
}
BOOST_AUTO_TEST_CASE(a_chain_that_names_nobody_has_no_light_clients) {
    BOOST_TEST((trust::log_keys::of({}).error() == errc::missing_field));
    BOOST_TEST((refused([](auto& w) { w.logs.clear(); }) == errc::missing_field));
}
BOOST_AUTO_TEST_CASE(a_quorum_is_of_somebody_and_can_be_met) {
    BOOST_TEST((refused([](auto& w) { w.quorum = 0; }) == errc::out_of_range));
    BOOST_TEST((refused([](auto& w) { w.quorum = 4; }) == errc::out_of_range));
    BOOST_TEST((refused([](auto& w) { w.witnesses.clear(); }) == errc::out_of_range));
    BOOST_TEST(!refused([](auto& w) { w.quorum = 3; }));
    BOOST_TEST((refused([](auto& w) { w.witnesses[2].key = w.witnesses[0].key; }) == errc::duplicate));
}
BOOST_AUTO_TEST_CASE(names_are_those_of_note_keys_and_a_log_has_one) {
    BOOST_TEST((refused([](auto& w) { w.logs[1].name = "ledger.example/village"; }) == errc::wrong_log));
    BOOST_TEST((refused([](auto& w) { w.witnesses[1].name = "no name"; }) == errc::invalid_text));
    BOOST_TEST((refused([](auto& w) { w.logs[0].name = w.logs[1].name = ""; }) == errc::invalid_text));
}

BOOST_AUTO_TEST_SUITE_END()
