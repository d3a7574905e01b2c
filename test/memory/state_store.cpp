#include <daicho/memory/state_store.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/laws/state_store.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(memory_state_store)

BOOST_AUTO_TEST_CASE(it_keeps_the_laws) {
    memory::state_store<> s;
    laws::verdict v;
    laws::state_store(v, [&] { return &s; });
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(a_save_without_power_leaves_the_last_one) {
    memory::power power;
    memory::state_store<> s(power);
    bytes buffer(8);
    BOOST_TEST(!s.save(as_bytes("one")));
    power.cut_after(0);
    BOOST_TEST((s.save(as_bytes("two")) == errc::io_failed));
    BOOST_TEST((s.load(buffer).error() == errc::io_failed));
    power.restore();
    BOOST_TEST(as_text(*s.load(buffer)) == "one");
    BOOST_TEST(!s.save(as_bytes("two")));
    BOOST_TEST(as_text(*s.load(buffer)) == "two");
}

BOOST_AUTO_TEST_SUITE_END()
