#include <daicho/consensus/target.hpp>

#include <boost/test/unit_test.hpp>

#include <random>

using namespace daicho;
using little = little_endian_target;

namespace {

static_assert(little::valid(0x207fffff) && little::valid(0x14008000));
static_assert(!little::valid(0x217fffff) && !little::valid(0x13ffffff) && !little::valid(0x20007fff) && !little::valid(0x20800000));
static_assert(leading_zeros::valid(1) && leading_zeros::valid(120) && !leading_zeros::valid(0) && !leading_zeros::valid(121));

/// A digest whose byte at `i` is `v`, the others 0.
digest with(std::size_t i, byte v) {
    digest d{};
    d[i] = v;
    return d;
}

} // namespace

BOOST_AUTO_TEST_SUITE(target)

BOOST_AUTO_TEST_CASE(a_compact_target_has_one_form) {
    // m >= 0x8000 and m <= 0x7fffff: no two valid targets expand to the same number.
    std::vector<digest> seen;
    for (std::uint32_t e = 20; e <= 32; ++e)
        for (std::uint32_t m : {0x8000u, 0xffffu, 0x10000u, 0x7fffffu}) {
            std::uint32_t const compact = e << 24 | m;
            BOOST_TEST(little::valid(compact));
            seen.push_back(little::expand(compact));
        }
    std::sort(seen.begin(), seen.end());
    BOOST_TEST((std::adjacent_find(seen.begin(), seen.end()) == seen.end()));
}

BOOST_AUTO_TEST_CASE(a_digest_is_read_least_significant_byte_first) {
    std::uint32_t const target = 0x1e010000;  // 256^(30-3) * 0x10000: byte 29 is 1
    BOOST_TEST((little::expand(target) == with(29, 1)));
    BOOST_TEST(little::reached(with(29, 1), target));
    BOOST_TEST(little::reached(with(28, 255), target));
    BOOST_TEST(little::reached(digest{}, target));
    BOOST_TEST(!little::reached(with(29, 2), target));
    BOOST_TEST(!little::reached(with(31, 1), target));
    auto just_above = with(29, 1);
    just_above[0] = 1;
    BOOST_TEST(!little::reached(just_above, target));
}

BOOST_AUTO_TEST_CASE(the_ceiling_rejects_early_and_never_wrongly) {
    std::mt19937_64 random(7);
    for (std::uint32_t target : {0x207fffffu, 0x1f00ffffu, 0x1e7fffffu, 0x1d00ffffu}) {
        for (int i = 0; i != 2000; ++i) {
            digest d;
            for (auto& b : d) b = byte(random());
            if (i % 2) std::fill(d.begin() + 29, d.end(), byte(0));
            std::uint64_t last = 0;
            for (int k = 31; k >= 24; --k) last = last << 8 | d[std::size_t(k)];
            if (last > little::ceiling(target)) BOOST_TEST(!little::reached(d, target));
            if (last < little::ceiling(target)) BOOST_TEST(little::reached(d, target));
        }
    }
}

BOOST_AUTO_TEST_CASE(work_is_what_a_target_costs) {
    BOOST_TEST((little::work(0x207fffff) == 2));
    BOOST_TEST((little::work(0x1f00ffff) == 65537));              // 2^256 / (0xffff * 256^28)
    BOOST_TEST((little::work(0x1e00ffff) == 65537 * 256));
    BOOST_TEST((little::work(0x14008000) == weight(1) << 105));
    BOOST_TEST((leading_zeros::work(16) == 65536));
    std::mt19937_64 random(11);
    for (std::uint32_t bits : {1u, 4u, 8u}) {  // a digest reaches it about once in so many
        int hits = 0, tries = 20000;
        for (int i = 0; i != tries; ++i) {
            digest d{};
            for (int k = 0; k != 8; ++k) d[std::size_t(k)] = byte(random());
            hits += leading_zeros::reached(d, bits);
        }
        double const expected = double(tries) / double(leading_zeros::work(bits).low);
        BOOST_TEST(std::abs(hits - expected) < 5 * std::sqrt(expected) + 1);
    }
}

BOOST_AUTO_TEST_CASE(a_target_is_chosen_by_its_work) {
    std::mt19937_64 random(13);
    for (int i = 0; i != 20000; ++i) {
        weight const wanted = weight(random() | 1, random()) >> unsigned(24 + random() % 100);
        auto const compact = little::of_work(wanted);
        BOOST_REQUIRE(little::valid(compact));
        auto const work = little::work(compact);
        if (wanted > 1000) {  // below, whole digests are coarse
            BOOST_REQUIRE((work + work / 512 >= wanted));
            BOOST_REQUIRE((work <= wanted + wanted / 512));
        }
        auto const bits = leading_zeros::of_work(wanted);
        BOOST_REQUIRE(leading_zeros::valid(bits));
        if (wanted > 3) BOOST_REQUIRE((leading_zeros::work(bits) * 2 <= wanted * 3 && wanted * 3 <= leading_zeros::work(bits) * 5));
    }
    for (std::uint32_t bits = 1; bits <= 120; ++bits) BOOST_TEST(leading_zeros::of_work(leading_zeros::work(bits)) == bits);
    for (std::uint32_t compact : {0x1d00ffffu, 0x1b00ffffu, 0x18123456u}) BOOST_TEST(little::of_work(little::work(compact)) <= compact);
    for (weight w : {weight(0), weight(1), weight(2)}) BOOST_TEST(little::of_work(w) == 0x207fffffu);
    BOOST_TEST(little::of_work(weight(~0ull, ~0ull)) == 0x14008000u);
    BOOST_TEST(leading_zeros::of_work(0) == 1u);
    BOOST_TEST(leading_zeros::of_work(weight(~0ull, ~0ull)) == 120u);
}

BOOST_AUTO_TEST_CASE(zero_bits_are_counted_from_the_first_byte) {
    BOOST_TEST(leading_zeros::reached(with(0, 0x0f), 4));
    BOOST_TEST(!leading_zeros::reached(with(0, 0x1f), 4));
    BOOST_TEST(leading_zeros::reached(with(2, 0xff), 16));
    BOOST_TEST(!leading_zeros::reached(with(1, 0x01), 16));
    BOOST_TEST(leading_zeros::reached(with(1, 0x01), 15));
    BOOST_TEST(leading_zeros::reached(with(31, 1), 120));
}

BOOST_AUTO_TEST_SUITE_END()
