#include <daicho/asio/pool.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/laws/executor.hpp>

#include <latch>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(asio_pool)

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_an_executor) {
    for (std::size_t threads : {1u, 3u}) {
        laws::verdict v;
        laws::executor(v, [threads] { return std::make_unique<asio::pool>(threads); });
        BOOST_TEST(v.broken == std::vector<std::string>{}, boost::test_tools::per_element());
        BOOST_TEST(v.holds());
    }
}

BOOST_AUTO_TEST_CASE(as_many_jobs_run_at_once_as_it_has_threads) {
    asio::pool p(3);
    BOOST_TEST(p.threads() == 3u);
    std::latch all(3), done(3);
    for (int i = 0; i != 3; ++i)
        p.submit([&] {
            all.arrive_and_wait();  // ends only if the other two run beside it
            done.count_down();
        });
    done.wait();
    BOOST_TEST(asio::pool(0).threads() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
