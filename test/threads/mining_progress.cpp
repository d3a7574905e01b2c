#include <daicho/threads/mining_progress.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/consensus/target.hpp>

using namespace daicho;

namespace {

std::string text(std::uint64_t tried, double seconds, weight work) {
    return threads::mining_progress{tried, std::chrono::duration<double>(seconds), work}.text();
}

} // namespace

BOOST_AUTO_TEST_SUITE(mining_progress)

BOOST_AUTO_TEST_CASE(it_says_how_fast_and_how_long) {
    BOOST_TEST(text(28'800'000, 1, 345'600'000) == "28.8 M hashes/s, expected 12 s");
    BOOST_TEST(text(57'600'000, 2, 345'600'000) == "28.8 M hashes/s, expected 12 s");
    BOOST_TEST(text(500, 1, 16) == "500 hashes/s, expected less than 1 s");
    BOOST_TEST(text(1500, 1, 450'000) == "1.5 k hashes/s, expected 5 min");
    BOOST_TEST(text(2'000'000'000, 1, weight(1) << 45) == "2.0 G hashes/s, expected 5 h");
}

// Bitcoin's first target is worth 2^32 hashes; a search that will not end in anybody's life says so.
BOOST_AUTO_TEST_CASE(the_work_is_the_targets) {
    BOOST_TEST(text(1'000'000, 1, little_endian_target::work(0x1d00ffff)) == "1.0 M hashes/s, expected 72 min");
    BOOST_TEST(text(1'000'000, 1, leading_zeros::work(40)) == "1.0 M hashes/s, expected 13 days");
    BOOST_TEST(text(1'000'000, 1, leading_zeros::work(120)) == "1.0 M hashes/s, expected 4.21e+22 years");
}

BOOST_AUTO_TEST_CASE(before_the_first_hash_nothing_is_divided_by_nothing) {
    BOOST_TEST(text(0, 1, 16) == "0 hashes/s");
    BOOST_TEST(text(16, 0, 16) == "0 hashes/s");
}

BOOST_AUTO_TEST_SUITE_END()
