#include <daicho/ledger/shared_verifiers.hpp>

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace daicho;

namespace {

struct numbered {
    int number;
};
struct job {
    ledger::shared_lots::part part;
};

} // namespace

BOOST_AUTO_TEST_SUITE(shared_verifiers)

BOOST_AUTO_TEST_CASE(each_home_has_one_of_its_own_made_once) {
    int made = 0;
    ledger::shared_verifiers<numbered> all([&] { return numbered{++made}; }, 2);
    std::mutex lock;
    std::unique_lock hold(lock);
    auto const number = [&](std::size_t home) { return all.use(home, hold, [](numbered& v) { return v.number; }); };
    BOOST_TEST(number(1) == 1);
    BOOST_TEST(number(0) == 2);
    BOOST_TEST(number(1) == 1);
    BOOST_TEST(made == 2);
    BOOST_TEST(hold.owns_lock());
}

BOOST_AUTO_TEST_CASE(where_it_is_busy_another_is_given_and_the_lock_is_open_meanwhile) {
    int made = 0;
    ledger::shared_verifiers<numbered> all([&] { return numbered{++made}; }, 1);
    std::mutex lock;
    std::unique_lock hold(lock);
    (void)all.use(0, hold, [&](numbered& outer) {
        std::unique_lock again(lock);
        auto const given = all.use(0, again, [](numbered& inner) { return inner.number; });
        BOOST_TEST(given != outer.number);
        return given;
    });
    BOOST_TEST(made == 2);
}

BOOST_AUTO_TEST_CASE(the_nearest_job_is_one_for_the_verifier_that_a_thread_had_last) {
    ledger::shared_verifiers<numbered> all([] { return numbered{0}; }, 3);
    std::mutex lock;
    std::unique_lock hold(lock);
    (void)all.use(2, hold, [](numbered&) { return 0; });
    std::vector<job> jobs = {{{.home = 0, .from = 0, .to = 1}}, {{.home = 2, .from = 1, .to = 2}}};
    BOOST_TEST((all.nearest(jobs) - jobs.begin()) == 1);
    jobs.pop_back();
    BOOST_TEST((all.nearest(jobs) - jobs.begin()) == 0);
    (void)all.use(0, hold, [&](numbered&) {
        BOOST_TEST((all.nearest(jobs) == jobs.end()));  // somebody else knows its keys
        return 0;
    });
}

BOOST_AUTO_TEST_SUITE_END()
