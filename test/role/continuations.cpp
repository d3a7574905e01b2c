#include <daicho/role/continuations.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(continuations)

BOOST_AUTO_TEST_CASE(each_answer_goes_to_what_waits_for_it_in_whichever_order_they_come) {
    role::continuations<int> waiting;
    int first = 0, second = 0;
    auto const a = waiting.keep([&](int n) { first = n; }), b = waiting.keep([&](int n) { second = n; });
    BOOST_TEST(a != b);
    waiting.resume(b, 2);
    waiting.resume(a, 1);
    BOOST_TEST(first == 1);
    BOOST_TEST(second == 2);
    BOOST_TEST(waiting.size() == 0u);
}
BOOST_AUTO_TEST_CASE(an_answer_counts_once_and_one_that_nobody_asked_for_never) {
    role::continuations<int> waiting;
    int times = 0;
    auto const t = waiting.keep([&](int) { ++times; });
    waiting.resume(t + 1, 0);
    BOOST_TEST(times == 0);
    waiting.resume(t, 0);
    waiting.resume(t, 0);
    BOOST_TEST(times == 1);
}
BOOST_AUTO_TEST_CASE(what_goes_on_may_ask_again_under_another_ticket) {
    role::continuations<std::string> waiting;
    std::string heard;
    role::ticket again = 0;
    auto const t = waiting.keep([&](std::string s) {
        heard += s;
        again = waiting.keep([&](std::string more) { heard += more; });
    });
    waiting.resume(t, "first ");
    BOOST_TEST(again != t);
    waiting.resume(t, "never ");
    waiting.resume(again, "second");
    BOOST_TEST(heard == "first second");
}

BOOST_AUTO_TEST_SUITE_END()
