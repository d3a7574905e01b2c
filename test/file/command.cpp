#include <daicho/file/command.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

using namespace daicho;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(a_command)

BOOST_AUTO_TEST_CASE(tells_its_exit_status) {
    BOOST_TEST(*file::run_command("exit 0 #", "", 5s) == 0u);
    BOOST_TEST(*file::run_command("exit 3 #", "", 5s) == 3u);
    BOOST_TEST(*file::run_command("kill -9 $$ #", "", 5s) == 128u + 9u);
    BOOST_TEST(*file::run_command("/no/such/program", "", 5s) == 127u);
}

BOOST_AUTO_TEST_CASE(gets_its_argument_as_one_word_whatever_is_in_it) {
    BOOST_TEST(*file::run_command("test 'a b; exit 9; $(exit 8)' =", "a b; exit 9; $(exit 8)", 5s) == 0u);
    BOOST_TEST(*file::run_command("test 'a' =", "b", 5s) == 1u);
}

BOOST_AUTO_TEST_CASE(that_takes_too_long_is_killed_with_all_it_started) {
    auto const mark = std::filesystem::temp_directory_path() / ("daicho-command-" + std::to_string(::getpid()));
    auto const f = file::run_command("(sleep 1; touch " + mark.string() + ") & wait #", "", 100ms);
    BOOST_TEST((f.error() == errc::timed_out));
    std::this_thread::sleep_for(1300ms);
    BOOST_TEST(!std::filesystem::exists(mark));
}

BOOST_AUTO_TEST_CASE(that_is_stopped_ends_at_once) {
    std::stop_source stop;
    std::jthread const later([&] {
        std::this_thread::sleep_for(100ms);
        stop.request_stop();
    });
    auto const began = std::chrono::steady_clock::now();
    BOOST_TEST((file::run_command("sleep 30 #", "", 60s, stop.get_token()).error() == errc::busy));
    BOOST_TEST((std::chrono::steady_clock::now() - began < 10s));
}

BOOST_AUTO_TEST_SUITE_END()
