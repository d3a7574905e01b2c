#include <daicho/ledger/sender_count.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

BOOST_AUTO_TEST_SUITE(sender_count)

BOOST_AUTO_TEST_CASE(each_sender_is_counted_for_itself_and_every_block_anew) {
    static int const senders[64] = {};
    std::mt19937 random(1);
    daicho::ledger::sender_count count;
    for (std::size_t speeches : {1u, 2u, 64u, 1000u, 7u}) {
        count.begin(speeches);
        std::map<int const*, std::size_t> model;
        for (std::size_t i = 0; i != speeches; ++i) {
            auto const* const who = senders + random() % 64;
            BOOST_TEST(count.add(who) == ++model[who]);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
