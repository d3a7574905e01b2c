#include <daicho/threads/pool.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <latch>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(pool)

BOOST_AUTO_TEST_CASE(as_many_jobs_run_at_once_as_it_has_threads) {
    threads::pool p(3);
    BOOST_TEST(p.threads() == 3u);
    std::latch all(3), done(3);
    for (int i = 0; i != 3; ++i)
        p.submit([&] {
            all.arrive_and_wait();  // ends only if the other two run beside it
            done.count_down();
        });
    done.wait();
    BOOST_TEST(threads::pool(0).threads() == 1u);
}

BOOST_AUTO_TEST_CASE(jobs_of_one_thread_run_in_order) {
    std::vector<int> seen;
    {
        threads::pool p(1);
        for (int i = 0; i != 100; ++i) p.submit([&seen, i] { seen.push_back(i); });
    }
    BOOST_TEST(seen.size() == 100u);
    BOOST_TEST(std::is_sorted(seen.begin(), seen.end()));
}

BOOST_AUTO_TEST_SUITE_END()
