#include <daicho/ledger/journaled_map.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <map>
#include <random>

namespace {

using journaled = daicho::ledger::journaled_map<int, int, std::hash<int>>;

struct account {
    int name = 0, balance = 0;
    friend bool operator==(account const&, account const&) = default;
};
using accounts = daicho::ledger::journaled_map<int, account, std::hash<int>, &account::balance>;

std::map<int, account> contents(accounts const& m) { return {m.begin(), m.end()}; }

} // namespace

BOOST_AUTO_TEST_SUITE(journaled_map)

BOOST_AUTO_TEST_CASE(a_rollback_restores_values_and_absences) {
    journaled m;
    m.set(1, 10);
    auto const before = m.mark();
    m.set(1, 11);
    m.set(2, 20);
    m.set(2, 21);
    BOOST_TEST(*m.find(1) == 11);
    BOOST_TEST(*m.find(2) == 21);
    m.rollback(before);
    BOOST_TEST(*m.find(1) == 10);
    BOOST_TEST(m.find(2) == nullptr);
    BOOST_TEST(m.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_forgotten_stays) {
    journaled m;
    m.set(1, 10);
    auto const first = m.mark();
    m.set(1, 11);
    auto const second = m.mark();
    m.set(1, 12);
    m.forget(second);
    m.rollback(first);  // older than what is remembered: goes back as far as it can
    BOOST_TEST(*m.find(1) == 11);
}

BOOST_AUTO_TEST_CASE(a_part_goes_back_beside_the_whole_and_a_copy_goes_its_own_way) {
    accounts m;
    m.set(1, {10, 100});
    auto const before = m.mark();
    m.set_part(*m.find(1), 101);
    m.set(1, {11, 102});
    m.set_part(*m.find(1), 103);
    auto copy = m;
    BOOST_TEST((*m.find(1) == account{11, 103}));
    m.rollback(before);
    BOOST_TEST((*m.find(1) == account{10, 100}));
    BOOST_TEST((*copy.find(1) == account{11, 103}));
    copy.rollback(before);
    BOOST_TEST((*copy.find(1) == account{10, 100}));
}

BOOST_AUTO_TEST_CASE(random_marks_rollbacks_and_forgets_agree_with_copies) {
    for (unsigned seed = 1; seed != 60; ++seed) {
        std::mt19937 random(seed);
        auto const below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
        accounts m;
        std::map<int, account> model;
        std::vector<std::pair<accounts::mark_type, std::map<int, account>>> marks;  // the naive model: a copy each
        for (int i = 0; i != 400; ++i) {
            switch (below(8)) {
            case 0: marks.emplace_back(m.mark(), model); break;
            case 1:
                if (!marks.empty()) {
                    auto const to = below(marks.size());
                    std::map<int, account> stood;
                    m.each_at(marks[to].first, [&](int key, account const& value) { stood.emplace(key, value); });
                    BOOST_REQUIRE(stood == marks[to].second);
                    m.rollback(marks[to].first);
                    model = marks[to].second;
                    marks.resize(to + 1);
                }
                break;
            case 2:
                if (!marks.empty() && below(4) == 0) {
                    auto const from = below(marks.size());
                    m.forget(marks[from].first);
                    marks.erase(marks.begin(), marks.begin() + std::ptrdiff_t(from));
                }
                break;
            default: {
                int const key = int(below(12)), value = int(below(1000));
                if (auto const* held = m.find(key); held && below(2) == 0) {
                    m.set_part(*held, value);
                    model[key].balance = value;
                } else {
                    m.set(key, {i, value});
                    model[key] = {i, value};
                }
            }
            }
            BOOST_TEST_CONTEXT("seed " << seed << " step " << i) BOOST_TEST((contents(m) == model));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
