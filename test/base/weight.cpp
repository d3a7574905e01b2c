#include <daicho/base/weight.hpp>

#include <boost/test/unit_test.hpp>

#include <random>

using daicho::weight;

BOOST_AUTO_TEST_SUITE(weight_of_chains)

#if defined(__SIZEOF_INT128__)
__extension__ using wide = unsigned __int128;
static weight of(wide w) { return {std::uint64_t(w >> 64), std::uint64_t(w)}; }

BOOST_AUTO_TEST_CASE(arithmetic_agrees_with_the_compilers_own_128_bits) {
    std::mt19937_64 random(7);
    for (int i = 0; i != 20000; ++i) {
        auto const narrow = [&] { return random() >> random() % 64; };
        wide const a = wide(narrow()) << 64 | narrow(), b = wide(narrow()) << 64 | narrow();
        auto const divisor = std::uint32_t(random()) | 1;
        auto const shift = unsigned(random() % 128);
        BOOST_REQUIRE((of(a) + of(b) == of(a + b)));
        BOOST_REQUIRE((of(a) - of(b) == of(a - b)));
        BOOST_REQUIRE(((of(a) << shift) == of(a << shift)));
        BOOST_REQUIRE(((of(a) >> shift) == of(a >> shift)));
        BOOST_REQUIRE((of(a) / divisor == of(a / divisor)));
        BOOST_REQUIRE((of(a) * divisor == of(a * divisor)));
        unsigned width = 0;
        while (width != 128 && a >> width != 0) ++width;
        BOOST_REQUIRE(bit_width(of(a)) == width);
        BOOST_REQUIRE(((of(a) < of(b)) == (a < b)));
    }
}
#endif

BOOST_AUTO_TEST_CASE(a_carry_crosses_the_middle) {
    BOOST_TEST((weight(~0ull) + 1 == weight(1, 0)));
    BOOST_TEST((weight(1, 0) - 1 == weight(~0ull)));
    BOOST_TEST(((weight(1) << 64) == weight(1, 0)));
}

BOOST_AUTO_TEST_SUITE_END()
