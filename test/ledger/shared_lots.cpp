#include <daicho/ledger/shared_lots.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <set>

using daicho::ledger::shared_lots;

namespace {

std::vector<std::uint8_t> some_lots(std::size_t n, unsigned keys, std::mt19937& random) {
    std::vector<std::uint8_t> lots(n);
    for (auto& l : lots) l = std::uint8_t(random() % keys * 3);
    return lots;
}

} // namespace

BOOST_AUTO_TEST_SUITE(shared_lots_)

BOOST_AUTO_TEST_CASE(each_is_in_one_part_and_a_lot_keeps_its_verifier) {
    std::mt19937 random(1);
    for (std::size_t verifiers : {1u, 2u, 5u}) {
        shared_lots lots(verifiers);
        std::map<std::uint8_t, std::size_t> home;
        for (std::size_t n : {0u, 1u, 64u, 65u, 1000u, 300u}) {
            auto const lot = some_lots(n, 40, random);
            std::vector<std::uint32_t> order;
            auto const parts = lots.share_out(lot, order, 64);
            BOOST_TEST((std::set(order.begin(), order.end()).size() == n && order.size() == n));
            std::size_t at = 0;
            for (auto const& p : parts) {
                BOOST_TEST(p.from == at);
                BOOST_TEST((!p.empty() && p.to - p.from <= 64));
                BOOST_TEST(p.home < verifiers);
                for (at = p.from; at != p.to && n > 64; ++at) BOOST_TEST(home.try_emplace(lot[order[at]], p.home).first->second == p.home);
                at = p.to;
            }
            BOOST_TEST(at == n);
            if (n <= 64) BOOST_TEST(parts.size() == (n == 0 ? 0u : 1u));
        }
    }
}

BOOST_AUTO_TEST_CASE(those_of_one_lot_follow_one_another_in_the_order_of_the_chain) {
    std::mt19937 random(2);
    auto const lot = some_lots(500, 7, random);
    std::vector<std::uint32_t> order;
    (void)shared_lots(2).share_out(lot, order, 64);
    std::set<std::uint8_t> met;
    for (std::size_t i = 0; i != order.size(); ++i) {
        bool const goes_on = i != 0 && lot[order[i - 1]] == lot[order[i]];
        if (goes_on) BOOST_TEST(order[i - 1] < order[i]);
        else BOOST_TEST(met.insert(lot[order[i]]).second);
    }
}

BOOST_AUTO_TEST_CASE(lots_of_one_size_are_divided_evenly) {
    std::vector<std::uint8_t> lot(640);
    for (std::size_t i = 0; i != lot.size(); ++i) lot[i] = std::uint8_t(i % 64);
    std::vector<std::uint32_t> order;
    std::array<std::size_t, 2> given{};
    for (auto const& p : shared_lots(2).share_out(lot, order, 100)) given[p.home] += p.to - p.from;
    BOOST_TEST(given[0] == 320u);
    BOOST_TEST(given[1] == 320u);
}

BOOST_AUTO_TEST_SUITE_END()
