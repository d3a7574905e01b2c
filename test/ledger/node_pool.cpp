#include <daicho/ledger/node_pool.hpp>

#include <boost/test/unit_test.hpp>

#include <set>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(node_pool)

BOOST_AUTO_TEST_CASE(a_node_stays_where_it_is_while_others_are_made) {
    ledger::node_pool<int> pool;
    auto const first = pool.make();
    pool[first] = 7;
    int const* const there = &pool[first];
    std::set<std::uint32_t> numbers{first};
    for (int i = 0; i != 5000; ++i) {
        auto const n = pool.make();
        BOOST_TEST(numbers.insert(n).second);
        pool[n] = i;
    }
    BOOST_TEST(&pool[first] == there);
    BOOST_TEST(pool[first] == 7);
    BOOST_TEST(pool.held() == 5001u);
}

BOOST_AUTO_TEST_CASE(what_was_let_go_is_made_again_before_memory_is_taken) {
    ledger::node_pool<int> pool;
    std::set<std::uint32_t> numbers;
    for (int i = 0; i != 100; ++i) numbers.insert(pool.make());
    for (auto n : numbers) pool.let_go(n);
    BOOST_TEST(pool.held() == 0u);
    for (int i = 0; i != 100; ++i) BOOST_TEST(numbers.erase(pool.make()) == 1u);
    BOOST_TEST(pool.held() == 100u);
}

BOOST_AUTO_TEST_SUITE_END()
