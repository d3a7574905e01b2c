#include <daicho/curve25519/scalar.hpp>

#include "kernels.hpp"

using namespace kernels;

namespace {

integer wide(std::array<std::uint64_t, 8> const& x) {
    return number({{x[0], x[1], x[2], x[3]}}) + (number({{x[4], x[5], x[6], x[7]}}) << 256);
}

template <unsigned Width>
void recodes(c::packed const& s) {
    c::digits<Width> d;
    c::recode(d, s);
    integer sum = integer::Zero();
    for (std::size_t i = c::digits<Width>::count; i-- != 0;) {
        BOOST_TEST((d.at[i] >= -(1 << (Width - 1)) && d.at[i] <= 1 << (Width - 1)));
        sum = sum * integer(1 << Width) + integer(long(d.at[i]));
    }
    BOOST_TEST((sum == number(s)));
}

template <unsigned Width>
void recodes_sparsely(c::packed const& s) {
    c::sparse_digits<Width> d;
    c::recode(d, s);
    integer sum = integer::Zero();
    std::size_t since = Width;
    for (std::size_t i = std::size(d.at); i-- != 0;) {
        int const digit = d.at[i];
        BOOST_TEST((digit == 0 || (digit % 2 != 0 && digit > -(1 << (Width - 1)) && digit < 1 << (Width - 1))));
        BOOST_TEST((digit == 0 || (since >= Width && i < c::sparse_digits<Width>::count)));
        since = digit != 0 ? 1 : since + 1;
        sum = sum * integer(2) + integer(long(digit));
    }
    BOOST_TEST((sum == number(s)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(scalar)

BOOST_AUTO_TEST_CASE(a_number_of_512_bits_leaves_the_rest_that_a_plain_division_leaves) {
    std::mt19937_64 random(8032);
    auto const check = [](std::array<std::uint64_t, 8> const& x) { BOOST_TEST((number(c::modulo_order(x)) == wide(x) % order())); };
    check({});
    std::array<std::uint64_t, 8> x;
    x.fill(~std::uint64_t(0));
    check(x);
    for (unsigned bit = 0; bit != 512; ++bit) {
        std::array<std::uint64_t, 8> alone{}, below{};
        alone[bit / 64] = std::uint64_t(1) << bit % 64;
        for (unsigned i = 0; i != bit; ++i) below[i / 64] |= std::uint64_t(1) << i % 64;
        check(alone);
        check(below);
    }
    for (int i = 0; i != 500; ++i) {
        for (auto& w : x) w = random() % 5 == 0 ? ~std::uint64_t(0) : random();
        check(x);
        // Multiples of L, and one beside them.
        integer const multiple = order() * integer(long(random() >> 2));
        for (long beside : {-1L, 0L, 1L}) {
            integer const m = multiple + integer(beside);
            std::array<std::uint64_t, 8> words{};
            for (unsigned k = 0; k != 64; ++k) words[k / 8] |= std::uint64_t(m.GetByte(k)) << 8 * (k % 8);
            check(words);
        }
    }
}

BOOST_AUTO_TEST_CASE(digits_sum_to_their_number) {
    std::mt19937_64 random(4);
    for (int i = 0; i != 100; ++i) {
        c::packed s = pack(number({{random(), random(), random(), random()}}) % order());
        if (i < 4) s = pack(order() - integer(1 + i));
        if (i == 4) s = c::zero;
        if (i == 5) s = pack(integer::Power2(253) - integer(1));
        recodes<4>(s);
        recodes<5>(s);
        recodes<8>(s);
        recodes_sparsely<5>(s);
        recodes_sparsely<8>(s);
    }
}

BOOST_AUTO_TEST_SUITE_END()
