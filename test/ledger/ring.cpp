#include <daicho/ledger/ring.hpp>

#include <boost/test/unit_test.hpp>

#include <deque>
#include <memory>
#include <random>

using daicho::ledger::ring;

BOOST_AUTO_TEST_SUITE(ring_)

BOOST_AUTO_TEST_CASE(whatever_is_put_in_and_taken_from_either_end_it_holds_what_a_deque_holds) {
    std::mt19937 random(1);
    ring<int> r;
    std::deque<int> model;
    for (int i = 0; i != 20'000; ++i) {
        switch (random() % 5) {
        case 0:
            if (model.empty()) break;
            r.pop_back();
            model.pop_back();
            break;
        case 1: {
            std::size_t const n = random() % 4 % (model.size() + 1);
            r.pop_front(n);
            model.erase(model.begin(), model.begin() + std::ptrdiff_t(n));
            break;
        }
        default:
            r.push_back(i);
            model.push_back(i);
        }
        BOOST_TEST_REQUIRE(r.size() == model.size());
        BOOST_TEST(r.empty() == model.empty());
        if (model.empty()) continue;
        BOOST_TEST(r[0] == model.front());
        BOOST_TEST(r.back() == model.back());
        std::size_t const at = random() % model.size();
        BOOST_TEST(r[at] == model[at]);
    }
    ring<int> const copy = r;
    for (std::size_t i = 0; i != model.size(); ++i) BOOST_TEST(copy[i] == model[i]);
}

BOOST_AUTO_TEST_CASE(what_was_taken_out_is_held_no_more) {
    auto const held = std::make_shared<int>(1);
    ring<std::shared_ptr<int>> r;
    for (int i = 0; i != 20; ++i) r.push_back(held);
    BOOST_TEST(held.use_count() == 21);
    r.pop_back();
    r.pop_front(9);
    BOOST_TEST(held.use_count() == 11);
}

BOOST_AUTO_TEST_SUITE_END()
