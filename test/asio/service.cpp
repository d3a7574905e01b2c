#include <daicho/asio/service.hpp>

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <thread>

using namespace daicho;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(service)

BOOST_AUTO_TEST_CASE(a_signal_ends_it_and_takes_down_what_was_built_last_first) {
    for (int number : {SIGTERM, SIGINT}) {
        asio::service s;
        std::string order;
        s.at_stop([&] { order += 'a'; });
        s.at_stop([&] { order += 'b'; });
        boost::asio::steady_timer later(s.context(), 10ms);
        later.async_wait([&](boost::system::error_code) { std::raise(number); });
        BOOST_TEST(s.run() == number);
        BOOST_TEST(order == "ba");
    }
}

BOOST_AUTO_TEST_CASE(it_can_be_stopped_from_another_thread) {
    asio::service s;
    std::thread other([&] { s.stop(); });
    BOOST_TEST(s.run() == 0);
    other.join();
}

BOOST_AUTO_TEST_CASE(a_ticker_ticks_until_it_is_destroyed_even_by_its_own_tick) {
    boost::asio::io_context io;
    int ticks = 0;
    std::optional<asio::ticker> t;
    t.emplace(io, 5ms, [&] {
        if (++ticks == 3) t.reset();
    });
    io.run_for(2s);
    BOOST_TEST(ticks == 3);
}

BOOST_AUTO_TEST_SUITE_END()
