#include <daicho/consensus/weighted_retarget.hpp>

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include <daicho/laws/retarget.hpp>

#include "ledger/fixture.hpp"

#include <cmath>

using namespace fixture;

namespace {

using laws::timeline;
using follows = weighted_retarget<>;
using little = little_endian_target;

constexpr std::uint64_t wanted = 60;
constexpr std::uint32_t start_target = 0x1d00ffff;  // 2^32 digests

double number(weight w) { return std::ldexp(double(w.high), 64) + double(w.low); }

/// Miners of a hash rate, in works of the genesis' target a wanted time.
template <class Target = little>
struct miners {
    explicit miners(std::uint64_t seed = 1, std::uint32_t target = start_target)
        : random(seed), chain({.target = target, .slot_seconds = wanted}), unit(number(Target::work(target))) {}

    /// Mines so many blocks, with an even hand or with luck; gives back how long one took on average, in wanted times.
    /// `forge(true time)` is the time that a block bears.
    template <class Forge>
    double mine(int n, double rate, bool luck, Forge forge) {
        double const from = now;
        for (int i = 0; i != n; ++i) {
            auto const target = *follows::next<Target>(chain);
            double const mean = double(wanted) * number(Target::work(target)) / unit / rate;
            now += luck ? std::exponential_distribution<double>(1 / mean)(random) : mean;
            chain.add(forge(chain.genesis().time + std::uint64_t(now)), target);
            difficulty.push_back(number(Target::work(target)) / unit);
        }
        return (now - from) / n / double(wanted);
    }
    double mine(int n, double rate, bool luck = false) {
        return mine(n, rate, luck, [](std::uint64_t t) { return t; });
    }

    std::mt19937_64 random;
    timeline chain;
    double unit, now = 0;
    std::vector<double> difficulty;
};

/// The least time that the next header may bear: ledger::chain::earliest_time.
std::uint64_t earliest(timeline const& t) {
    std::vector<std::uint64_t> times;
    for (std::uint64_t d = 0; d != std::min<std::uint64_t>(t.height(), 11); ++d) times.push_back(t.at(d).body.time);
    if (times.empty()) return t.genesis().time + 1;
    std::sort(times.begin(), times.end());
    return times[times.size() / 2] + 1;
}
constexpr std::uint64_t ahead = default_limits::ahead;

/// docs/concepts/retarget.md: how far forged times can move the work, `held` seconds being the longest that all blocks were forged.
double bound(std::uint64_t held) { return 2.0 * double(ahead + held) / double((follows::window + 1) * wanted); }

using retargeting = protocol_with<sha256, proof_of_work<little, double_sha256, weighted_retarget<12>>>;

network<retargeting> easy() {
    network<retargeting> n(3, 100);
    n.genesis.target = 0x200fffff;  // one in sixteen
    n.chain_id = digest_of<hash_of<retargeting>>(n.genesis);
    return n;
}
/// So many blocks, one every `seconds`.
std::vector<block_of<retargeting>> mined(network<retargeting> const& n, int blocks, std::uint64_t seconds) {
    ledger::chain<retargeting> c(n.genesis);
    std::vector<block_of<retargeting>> all;
    for (int i = 1; i <= blocks; ++i) {
        all.push_back(n.next(c, {}, n.start + std::uint64_t(i) * seconds));
        BOOST_REQUIRE(!c.push(all.back(), later));
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(weighted_retargeting)

BOOST_AUTO_TEST_CASE(ten_times_the_miners_and_a_tenth_of_them_come_back_to_the_wanted_time_without_swinging) {
    for (double rate : {10.0, 0.1}) {
        miners m;
        m.mine(200, 1);
        m.difficulty.clear();
        m.mine(20, rate);
        BOOST_TEST(std::abs(m.difficulty.back() - 1) > 0.2);  // it was felt
        m.mine(150, rate);
        for (std::size_t i = 1; i != m.difficulty.size(); ++i)  // never back, but for what a compact target cannot express
            BOOST_TEST((m.difficulty[i] - m.difficulty[i - 1]) * (rate > 1 ? 1 : -1) >= -0.001 * m.difficulty[i]);
        BOOST_TEST(m.difficulty.back() == rate, boost::test_tools::tolerance(0.01));
        BOOST_TEST(m.mine(100, rate) == 1.0, boost::test_tools::tolerance(0.01));
    }
}

BOOST_AUTO_TEST_CASE(with_luck_as_miners_have_it_the_mean_time_is_the_wanted_one_at_any_rate) {
    for (std::uint64_t seed = 1; seed != 9; ++seed)
        for (double rate : {1.0, 10.0, 0.1}) {
            miners m(seed);
            m.mine(100, 1, true);
            m.mine(150, rate, true);  // gets used to it
            m.difficulty.clear();
            BOOST_TEST(m.mine(1000, rate, true) == 1.0, boost::test_tools::tolerance(0.12));
            auto const [least, most] = std::minmax_element(m.difficulty.begin(), m.difficulty.end());
            BOOST_TEST(*least > rate / 2);
            BOOST_TEST(*most < rate * 2);
        }
}

BOOST_AUTO_TEST_CASE(whole_bits_come_as_near_as_bits_can) {
    for (double rate : {10.0, 0.1, 1.4}) {
        miners<leading_zeros> m(1, 32);
        m.mine(300, rate);
        double const t = m.mine(200, rate);
        BOOST_TEST(t > 2.0 / 3 - 0.01);
        BOOST_TEST(t < 4.0 / 3 + 0.01);
        m.difficulty.erase(m.difficulty.begin(), m.difficulty.begin() + 300);
        for (double d : m.difficulty) BOOST_TEST(d == m.difficulty.back());  // it rests
    }
}

BOOST_AUTO_TEST_CASE(a_pause_of_a_week_counts_for_six_blocks) {
    miners m;
    m.mine(200, 1);
    m.now += 7 * 86400;
    m.mine(1, 1);
    BOOST_TEST(number(little::work(*follows::next<little>(m.chain))) / m.unit > 0.85);
    m.mine(200, 1);
    for (double d : m.difficulty) BOOST_TEST(d > 0.8);
}

// Attack: times within what the chain allows, above the median of eleven and at most `ahead` beyond the present.
BOOST_AUTO_TEST_CASE(forged_times_move_the_work_within_the_stated_bound) {
    miners honest;
    honest.mine(200, 1);
    auto const right = number(little::work(*follows::next<little>(honest.chain)));
    BOOST_TEST(right == honest.unit, boost::test_tools::tolerance(0.001));

    std::mt19937_64 random(5);
    auto const forged = [&](std::size_t run, auto pick) {  // `run` forged blocks, then an honest one
        timeline t(honest.chain.genesis());
        for (std::uint64_t i = 1; i <= honest.chain.height(); ++i) {
            auto const& h = honest.chain.at(honest.chain.height() - i).body;
            bool const mine = run == 0 || i % (run + 1) != 0;
            auto const least = earliest(t), most = std::max(least, h.time + ahead);
            t.add(mine ? pick(least, most) : std::max(least, h.time), h.target);
        }
        return number(little::work(*follows::next<little>(t))) / right;
    };
    auto const latest = [](auto, auto most) { return most; };
    auto const soonest = [](auto least, auto) { return least; };
    auto const any = [&](auto least, auto most) { return least + random() % (most - least + 1); };
    auto const either = [&](auto least, auto most) { return random() % 2 ? least : most; };

    BOOST_TEST(forged(0, latest) == 1.0, boost::test_tools::tolerance(0.001));  // all of them: the clock is shifted, no more
    double lowest = 1, highest = 1;
    for (std::size_t run : {1u, 2u, 3u, 5u}) {
        double const b = bound(run * wanted);
        auto const within = [&](double moved) {
            lowest = std::min(lowest, moved), highest = std::max(highest, moved);
            BOOST_TEST(moved >= 1 / (1 + b) - 0.001);
            BOOST_TEST(moved <= 1 / (1 - b) + 0.001);
        };
        within(forged(run, latest));
        within(forged(run, soonest));
        for (int i = 0; i != 50; ++i) within(forged(run, any)), within(forged(run, either));
    }
    BOOST_TEST(lowest < 0.99);   // it can be moved,
    BOOST_TEST(highest > 1.01);  // both ways
}

BOOST_AUTO_TEST_CASE(who_mines_two_blocks_in_five_and_forges_their_times_does_not_change_the_pace) {
    for (int how = 0; how != 3; ++how) {
        miners m(unsigned(how) + 1);
        std::mt19937_64 random(unsigned(how) + 7);
        auto const forge = [&](std::uint64_t now) {
            auto const least = earliest(m.chain), most = std::max(least, now + ahead);
            if (random() % 5 >= 2) return std::max(least, now);
            return how == 0 ? most : how == 1 ? least : random() % 2 ? least : most;
        };
        m.mine(200, 1, true, forge);
        double const pace = m.mine(3000, 1, true, forge);
        BOOST_TEST_MESSAGE("pace under forged times: " << pace);
        BOOST_TEST(pace > 1 / (1 + bound(0)));
        BOOST_TEST(pace < 1 + bound(0));
    }
}

BOOST_AUTO_TEST_CASE(a_block_bears_the_target_that_its_chain_asks_for_and_no_other) {
    auto const n = easy();
    auto const blocks = mined(n, 20, 1);  // twice as fast as wanted
    ledger::chain<retargeting> c(n.genesis);
    for (auto& b : blocks) BOOST_REQUIRE(!c.push(b, later));
    auto const good = n.next(c);
    BOOST_TEST(good.head().target != n.genesis.target);
    BOOST_TEST((little::work(good.head().target) > little::work(n.genesis.target)));
    for (auto target : {n.genesis.target, good.head().target - 1, good.head().target + 1}) {
        auto h = good.head();
        h.target = target;
        block_of<retargeting> const wrong{n.seal(h), {}};
        BOOST_TEST((c.push(wrong, later) == errc::wrong_target));
    }
    auto const prepared = c.prepare("", later, n.id(node));
    BOOST_TEST_REQUIRE(bool(prepared));
    BOOST_TEST(prepared->target == good.head().target);
    BOOST_TEST(!c.push(good, later));
}

BOOST_AUTO_TEST_CASE(of_two_branches_the_one_with_more_work_is_preferred_though_it_has_fewer_blocks) {
    auto const n = easy();
    auto const hard = mined(n, 40, 1), many = mined(n, 46, 8);
    ledger::chain<retargeting> a(n.genesis), b(n.genesis);
    for (auto& x : hard) BOOST_REQUIRE(!a.push(x, later));
    for (auto& x : many) BOOST_REQUIRE(!b.push(x, later));
    BOOST_TEST((a.branch().weight > b.branch().weight));
    BOOST_TEST(a.height() < b.height());
    BOOST_TEST((a.adopt(0, many, later) == errc::not_preferred));
    BOOST_TEST(!b.adopt(0, hard, later));
    BOOST_TEST((a.head() == b.head()));
    BOOST_TEST((a.branch() == b.branch()));
}

BOOST_AUTO_TEST_CASE(a_genesis_that_wants_no_time_or_too_much_is_refused) {
    auto n = easy();
    for (std::uint64_t seconds : {std::uint64_t(0), follows::most_seconds + 1, ~std::uint64_t(0)}) {
        n.genesis.slot_seconds = seconds;
        ledger::chain<retargeting> c(n.genesis);
        auto const refused = c.prepare("", later, n.id(node));
        BOOST_TEST((refused.error() == errc::out_of_range));
        BOOST_TEST(refused.error().where == std::string_view("genesis.slot_seconds"));
    }
    n.genesis.slot_seconds = follows::most_seconds;
    BOOST_TEST(ledger::chain<retargeting>(n.genesis).prepare("", later, n.id(node)).has_value());
    n.genesis.target = 0;
    BOOST_TEST((ledger::chain<retargeting>(n.genesis).prepare("", later, n.id(node)).error() == errc::wrong_target));
}

BOOST_AUTO_TEST_SUITE_END()
