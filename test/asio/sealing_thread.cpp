#include <daicho/asio/sealing_thread.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/asio/shared_store.hpp>
#include <daicho/memory/block_store.hpp>

#include <atomic>
#include <future>

using namespace daicho;
using namespace std::chrono_literals;

namespace {

/// Finds its proof at once when the header's index is even, and never when it is odd.
struct patient {
    result<int> seal(seal_job const& job, std::stop_token stop) {
        while (job.body.index % 2 == 1) {
            if (stop.stop_requested()) return fault{errc::busy, "stopped"};
            std::this_thread::sleep_for(1ms);
        }
        return int(job.body.index);
    }
};
seal_job job_of(std::uint64_t epoch, std::uint64_t index) {
    seal_job j;
    j.epoch = epoch;
    j.body.index = index;
    return j;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_newer_job_ends_the_one_in_work_and_nothing_is_heard_of_it) {
    std::promise<std::pair<std::uint64_t, bool>> first;
    std::atomic<int> heard = 0;
    asio::sealing_thread<patient, int> sealing({}, [&](std::uint64_t epoch, result<int> proof) {
        if (++heard == 1) first.set_value({epoch, proof.has_value()});
    });
    sealing.start(job_of(1, 1));  // would take for ever
    std::this_thread::sleep_for(20ms);
    sealing.start(job_of(2, 4));
    auto outcome = first.get_future();
    BOOST_REQUIRE((outcome.wait_for(10s) == std::future_status::ready));
    BOOST_TEST((outcome.get() == std::pair(std::uint64_t(2), true)));
    sealing.join();
    BOOST_TEST(heard == 1);
}

BOOST_AUTO_TEST_CASE(a_stopped_job_ends_and_the_thread_can_be_joined) {
    std::atomic<int> heard = 0;
    asio::sealing_thread<patient, int> sealing({}, [&](std::uint64_t, result<int>) { ++heard; });
    sealing.start(job_of(1, 1));
    std::this_thread::sleep_for(10ms);
    sealing.stop();
    sealing.join();
    BOOST_TEST(heard == 0);
}

BOOST_AUTO_TEST_CASE(a_shared_store_can_be_read_while_another_thread_commits) {
    asio::shared_store<memory::block_store> store{memory::block_store()};
    static_assert(block_store<decltype(store)>);
    std::atomic<bool> refused = false;
    std::jthread const writer([&] {
        for (byte i = 0; i != 200; ++i) {
            store_batch b;
            b.blocks.push_back(bytes(100, i));
            if (store.commit(b)) refused = true;
        }
    });
    for (std::uint64_t seen = 0; seen != 200 && !refused;) {
        seen = store.height();
        if (seen != 0) BOOST_REQUIRE((store.read(seen)->at(0) == byte(seen - 1)));
    }
    BOOST_TEST(!refused);
}
