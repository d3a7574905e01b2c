#include <daicho/curve25519/table_cache.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

namespace {

struct table {
    int of;
};
using cache = curve25519::table_cache<table>;
constexpr std::size_t room(std::size_t tables) { return cache::bytes_of_register + tables * cache::bytes_per_table; }

digest key(int n) {
    digest d{};
    d[0] = byte(n);
    d[8] = byte(n + 1);  // not only in what the buckets look at
    return d;
}
/// The table's number, or -1.
int ask(cache& c, int n, int* filled = nullptr) {
    auto const* const t = c.find(key(n), [&](table& made) {
        made.of = n;
        if (filled != nullptr) ++*filled;
        return true;
    });
    return t == nullptr ? -1 : t->of;
}

} // namespace

BOOST_AUTO_TEST_SUITE(table_cache)

BOOST_AUTO_TEST_CASE(a_key_gets_its_table_at_the_second_meeting_and_keeps_it) {
    cache c(room(4));
    int filled = 0;
    BOOST_TEST(ask(c, 1, &filled) == -1);
    BOOST_TEST(filled == 0);
    BOOST_TEST(ask(c, 1, &filled) == 1);
    BOOST_TEST(ask(c, 1, &filled) == 1);
    BOOST_TEST(filled == 1);
    BOOST_TEST(ask(c, 2, &filled) == -1);
}

BOOST_AUTO_TEST_CASE(it_never_keeps_more_tables_than_its_bytes_allow) {
    cache c(room(3));
    BOOST_TEST(c.capacity() == 3u);
    for (int round = 0; round != 3; ++round)
        for (int n = 0; n != 50; ++n) {
            c.next_turn();
            ask(c, n);
            BOOST_TEST(ask(c, n) == n);
            BOOST_TEST(c.size() <= 3u);
        }
}

BOOST_AUTO_TEST_CASE(the_key_that_was_not_met_for_longest_makes_room) {
    cache c(room(2));
    for (int n : {1, 1, 2, 2, 1}) ask(c, n);
    c.next_turn();
    for (int n : {3, 3}) ask(c, n);  // in the place of 2
    int filled = 0;
    BOOST_TEST(ask(c, 1, &filled) == 1);
    BOOST_TEST(ask(c, 3, &filled) == 3);
    BOOST_TEST(filled == 0);
    c.next_turn();
    BOOST_TEST(ask(c, 2, &filled) == 2);  // met before: at once, anew
    BOOST_TEST(filled == 1);
}

BOOST_AUTO_TEST_CASE(what_was_found_in_a_turn_is_not_taken_away_in_it) {
    cache c(room(1));
    c.next_turn();
    ask(c, 1);
    BOOST_TEST(ask(c, 1) == 1);
    ask(c, 2);
    BOOST_TEST(ask(c, 2) == -1);
    BOOST_TEST(ask(c, 1) == 1);
    c.next_turn();
    BOOST_TEST(ask(c, 2) == 2);
}

BOOST_AUTO_TEST_CASE(keys_of_one_bucket_are_told_apart_after_any_of_them_left) {
    cache c(room(3));
    auto const twin = [](int n) {
        digest d{};
        d[20] = byte(n);  // one bucket, one place in the register
        return d;
    };
    auto const ask_twin = [&](int n) {
        auto const* const t = c.find(twin(n), [n](table& made) { return made.of = n, true; });
        return t == nullptr ? -1 : t->of;
    };
    for (int n = 1; n != 20; ++n) {
        c.next_turn();
        ask_twin(n);
        BOOST_TEST(ask_twin(n) == n);
        for (int kept = std::max(1, n - 2); kept <= n; ++kept) BOOST_TEST(ask_twin(kept) == kept);
    }
}

BOOST_AUTO_TEST_CASE(keys_of_one_place_in_the_register_that_come_by_turns_get_their_tables) {
    cache c(room(4));
    auto const neighbour = [](int n) {
        digest d{};
        d[15] = byte(n);  // one bucket, one place in the register
        return d;
    };
    auto const ask_by_turns = [&] {
        int tables = 0;
        for (int n = 1; n != 5; ++n)
            if (auto const* const t = c.find(neighbour(n), [n](table& made) { return made.of = n, true; })) tables += t->of == n;
        return tables;
    };
    BOOST_TEST(ask_by_turns() == 0);
    BOOST_TEST(ask_by_turns() == 4);
}

BOOST_AUTO_TEST_CASE(far_more_keys_than_there_is_room_for_that_come_by_turns_get_no_tables) {
    cache c(room(8));
    int filled = 0;
    for (int round = 0; round != 4; ++round)
        for (int n = 0; n != 100; ++n) {
            c.next_turn();
            BOOST_TEST(ask(c, n, &filled) == -1);
        }
    BOOST_TEST(filled == 0);
    for (int n = 0; n != 8; ++n) ask(c, n), ask(c, n, &filled);
    BOOST_TEST(filled == 8);
}

BOOST_AUTO_TEST_CASE(a_key_without_a_table_takes_no_room) {
    cache c(room(1));
    auto const refuse = [](table&) { return false; };
    for (int i = 0; i != 3; ++i) BOOST_TEST(c.find(key(9), refuse) == nullptr);
    ask(c, 1);
    BOOST_TEST(ask(c, 1) == 1);
    BOOST_TEST(c.size() == 1u);
}

BOOST_AUTO_TEST_CASE(without_room_for_one_table_it_keeps_none) {
    for (std::size_t bytes : {std::size_t(0), cache::bytes_of_register, room(1) - 1}) {
        cache c(bytes);
        BOOST_TEST(c.capacity() == 0u);
        for (int i = 0; i != 3; ++i) BOOST_TEST(ask(c, 1) == -1);
    }
}

BOOST_AUTO_TEST_SUITE_END()
