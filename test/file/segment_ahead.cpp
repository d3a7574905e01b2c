#include <daicho/file/segment_ahead.hpp>

#include <boost/test/unit_test.hpp>

#include "../memory/random_batches.hpp"
#include "unreliable.hpp"

using namespace daicho;
using namespace std::chrono_literals;

namespace {

auto const now = file::zero_pace::time(1h);

std::vector<std::string> names_in(std::filesystem::path const& p) {
    std::vector<std::string> all;
    for (auto& e : std::filesystem::directory_iterator(p)) all.push_back(e.path().filename());
    std::sort(all.begin(), all.end());
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(segment_ahead)

BOOST_AUTO_TEST_CASE(zeros_wait_while_commits_come_and_enough_is_ready) {
    file::zero_pace p;
    p.committed(32u << 20, now);
    BOOST_TEST(p.next(32u << 20, now + 1ms) == 0u);
    BOOST_TEST(p.next(32u << 20, now + p.rest) == p.piece);
    BOOST_TEST(p.next(100, now + p.rest) == 100u);
}

BOOST_AUTO_TEST_CASE(zeros_are_written_beside_commits_before_they_would_be_late) {
    file::zero_pace p;
    p.committed(16u << 20, now);
    BOOST_TEST(p.next((32u << 20) + 1, now) == 4 * p.piece);
    p.committed((16u << 20) - 1, now);
    BOOST_TEST(p.next(32u << 20, now) == 4 * p.piece);
    p.committed(0, now);
    BOOST_TEST(p.next(32u << 20, now) == 32u << 20);
}

BOOST_AUTO_TEST_CASE(who_waits_for_a_segment_waits_for_no_pause) {
    file::zero_pace p;
    p.committed(32u << 20, now);
    p.hurry();
    BOOST_TEST(p.next(5u << 20, now) == 5u << 20);
}

BOOST_AUTO_TEST_CASE(segments_are_taken_in_the_order_of_their_numbers) {
    temporary_directory d;
    file::segment_ahead<unreliable> a;
    for (std::uint32_t n : {3u, 4u, 5u}) {
        a.begin(d.path, n, 1000 * n);
        BOOST_TEST(a.committed(0));
    }
    BOOST_TEST(a.count() == 3u);
    BOOST_TEST(a.ready() == 12'000u);
    for (std::uint32_t n : {3u, 4u}) {
        BOOST_TEST(a.size() == 1000 * n);
        auto const s = a.take();
        BOOST_REQUIRE(s);
        BOOST_TEST(s->number == n);
        BOOST_TEST(s->map.view().size() == 1000 * n);
    }
    a.drop();
    BOOST_TEST(!a);
    BOOST_TEST((names_in(d.path) == std::vector<std::string>{"00000003.log", "00000004.log"}));
}

BOOST_AUTO_TEST_CASE(one_that_fails_leaves_those_before_it) {
    temporary_directory d;
    file::segment_ahead<unreliable> a;
    a.begin(d.path, 3, 3000);
    BOOST_TEST(a.committed(0));
    unreliable::arm(unreliable::mode::fails, 1, ENOSPC, 1);
    a.begin(d.path, 4, 3000);
    unreliable::disarm();
    BOOST_TEST(!a.committed(0));
    BOOST_TEST(a.count() == 1u);
    BOOST_TEST((names_in(d.path) == std::vector<std::string>{"00000003.log.new"}));
    BOOST_TEST(bool(a.take()));
}

BOOST_AUTO_TEST_CASE(a_thread_makes_one_that_is_waited_for) {
    temporary_directory d;
    file::segment_ahead<file::posix> a;
    a.begin(d.path, 7, 3u << 20);
    BOOST_TEST(a.committed(1u << 30));
    auto const s = a.take();
    BOOST_REQUIRE(s);
    BOOST_TEST(s->map.view().size() == 3u << 20);
    BOOST_TEST(file::end_of_content(s->map.view()) <= file::segment_head::size);
    BOOST_TEST(!a);
}

BOOST_AUTO_TEST_SUITE_END()
