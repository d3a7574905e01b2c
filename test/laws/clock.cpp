#include <daicho/laws/clock.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/file/clock.hpp>
#include <daicho/simulated/clock.hpp>

#include <chrono>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;
constexpr std::uint64_t present = 1'800'000'000;

struct sound {
    std::uint64_t time = present;
    std::uint64_t now() { return time; }
    void wait(std::uint64_t seconds) { time += seconds; }
};
struct milliseconds : sound {
    std::uint64_t now() { return 1'800'000'000'000 + time - present; }
};
struct since_the_start : sound {  // of the machine
    std::uint64_t now() { return 3 + time - present; }
};
struct counts_questions : sound {
    std::uint64_t now() { return ++time; }
};
struct stands : sound {
    void wait(std::uint64_t) {}
};

template <class C>
laws_broken broken_by() {
    C c;
    laws::verdict v;
    laws::clock(v, c, present, [&](std::uint64_t n) { c.wait(n); });
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

} // namespace

BOOST_AUTO_TEST_SUITE(clock_laws)

// That it goes on is not tried: no test waits for it.
BOOST_AUTO_TEST_CASE(the_operating_system_keeps_them) {
    file::clock c;
    laws::verdict v;
    auto const present_here = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    laws::clock(v, c, std::uint64_t(present_here.count()));
    BOOST_TEST(v.checked != 0u);
    BOOST_TEST(v.broken == laws_broken{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(virtual_time_keeps_them) {
    simulated::clock c(present);
    laws::verdict v;
    laws::clock(v, c, present, [&](std::uint64_t n) { c.advance_to(c.milliseconds() + n * 1000); });
    BOOST_TEST(v.broken == laws_broken{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_law_refuses_a_clock_that_breaks_it) {
    auto const expect = [](laws_broken const& found, char const* law) { BOOST_TEST(found == laws_broken{law}, boost::test_tools::per_element()); };
    BOOST_TEST(broken_by<sound>() == laws_broken{}, boost::test_tools::per_element());
    expect(broken_by<milliseconds>(), "It counts seconds since 1970-01-01 UTC.");
    expect(broken_by<since_the_start>(), "It counts seconds since 1970-01-01 UTC.");
    expect(broken_by<counts_questions>(), "Asking does not move it.");
    expect(broken_by<stands>(), "It goes on as time does.");
}

BOOST_AUTO_TEST_SUITE_END()
