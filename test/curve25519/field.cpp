#include <daicho/curve25519/packed.hpp>

#include "kernels.hpp"

#include <daicho/curve25519/point.hpp>

#include <vector>

using namespace kernels;

namespace {

/// Numbers where carries go wrong, and some by chance.
std::vector<c::packed> numbers() {
    std::vector<c::packed> all;
    for (int d = 0; d != 3; ++d) {
        for (unsigned bit : {1u, 25u, 26u, 51u, 52u, 102u, 104u, 153u, 204u, 208u, 230u, 254u}) {
            all.push_back(pack(integer::Power2(bit) - integer(d)));
            all.push_back(pack(integer::Power2(255) - integer::Power2(bit) + integer(d) - integer(3)));
        }
        all.push_back(pack(integer(d)));
        all.push_back(pack(p() - integer(d)));
        all.push_back(pack(integer::Power2(255) - integer(1 + d)));
    }
    std::mt19937_64 random(25519);
    for (int i = 0; i != 40; ++i) {
        c::packed n{{random(), random(), random(), random() >> 1}};
        for (auto& w : n.word) {  // runs of ones and of zeros among them
            if (random() % 4 == 0) w = ~std::uint64_t(0);
            if (random() % 8 == 0) w = 0;
        }
        n.word[3] &= ~std::uint64_t(0) >> 1;
        all.push_back(n);
    }
    return all;
}

template <class F>
void give(typename F::element& r, c::packed const* first) {
    c::packed const* from[F::lanes];
    for (auto& f : from) f = first++;
    F::load(r, from);
}
template <class F>
bool are(typename F::element const& got, std::array<integer, F::lanes> const& wanted) {
    c::packed out[F::lanes];
    F::store(out, got);
    for (std::size_t i = 0; i != F::lanes; ++i)
        if (number(out[i]) != wanted[i] % p()) return false;
    return true;
}

} // namespace

BOOST_AUTO_TEST_SUITE(field)

BOOST_AUTO_TEST_CASE(the_constants_are_what_they_are_called) {
    BOOST_TEST((number(c::edwards_d) * integer(121666) % p() == p() - integer(121665)));
    BOOST_TEST((number(c::edwards_2d) == integer(2) * number(c::edwards_d) % p()));
    BOOST_TEST((number(c::square_root_of_minus_one).Squared() % p() == p() - integer(1)));
    BOOST_TEST((number(c::half) * integer(2) % p() == integer(1)));
}

BOOST_AUTO_TEST_CASE(every_number_below_2_to_the_256_has_one_canonical_form) {
    for (auto const& n : numbers()) {
        auto high = n;
        high.word[3] |= std::uint64_t(1) << 63;
        BOOST_TEST((number(c::canonical(n)) == number(n) % p()));
        BOOST_TEST((number(c::canonical(high)) == number(high) % p()));
    }
    BOOST_TEST((c::canonical({{~0ull, ~0ull, ~0ull, ~0ull}}) == c::packed{{37}}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(operations_agree_with_plain_integers_in_every_lane, kernel, all) {
    if (!runs_here<kernel>()) return;
    using f = typename kernel::field;
    auto const some = numbers();
    constexpr std::size_t lanes = f::lanes;
    bool good = true;
    for (std::size_t i = 0; i + lanes <= some.size(); i += 3)
        for (std::size_t j = 0; j + lanes <= some.size(); j += 5) {
            typename f::element a, b, r, s, q;
            give<f>(a, &some[i]);
            give<f>(b, &some[j]);
            std::array<integer, lanes> sum, difference, product, square, of_sums, twice, apart, together, left;
            for (std::size_t k = 0; k != lanes; ++k) {
                integer const x = number(some[i + k]), y = number(some[j + k]);
                sum[k] = x + y;
                difference[k] = x + integer(2) * p() - y;
                product[k] = x * y;
                square[k] = sum[k].Squared();
                // The largest that point.hpp makes: a first factor of twice a square and a difference, by a square taken from a sum.
                twice[k] = integer(2) * x.Squared() + difference[k];
                left[k] = twice[k] * (sum[k] + p() * p() * integer(4) - sum[k].Squared());
                of_sums[k] = sum[k] * difference[k];
                together[k] = of_sums[k] + product[k];
                apart[k] = of_sums[k] + p() * p() - product[k];
            }
            f::add(s, a, b);
            good = good && are<f>(s, sum);
            f::sub(q, a, b);
            good = good && are<f>(q, difference);
            f::mul(r, a, b);
            good = good && are<f>(r, product);
            f::sqr(r, s);
            good = good && are<f>(r, square);
            f::mul(r, s, q);
            good = good && are<f>(r, of_sums);
            typename f::element first, second;
            f::sum_and_difference(first, second, s, q, a, b);
            good = good && are<f>(first, together) && are<f>(second, apart);
            first = r;
            f::sum_and_difference(first, second, first, a, b);  // which may be one of the two
            good = good && are<f>(first, together) && are<f>(second, apart);
            f::twice_sqr_and(first, a, q);
            good = good && are<f>(first, twice);
            f::sqr_from_sum(second, s, s);
            f::mul(r, first, second);
            good = good && are<f>(r, left);
            f::mul(r, r, r);  // what it gave is a product again, and may stand on both sides
            for (auto& l : left) l = l.Squared();
            good = good && are<f>(r, left);
        }
    BOOST_TEST(good);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_kept_is_taken_back_as_it_was, kernel, all) {
    using f = typename kernel::field;
    if constexpr (requires(c::packed* const (&to)[f::lanes], typename f::element const& e) { f::keep(to, e); }) {
        if (!runs_here<kernel>()) return;
        auto const some = numbers();
        for (std::size_t i = 0; i + f::lanes < some.size(); ++i) {
            typename f::element a, b, kept;
            give<f>(a, &some[i]);
            give<f>(b, &some[i + 1]);
            f::sub(a, a, b);  // below 2^256, not always below p
            c::packed room[f::lanes];
            c::packed* to[f::lanes];
            for (std::size_t k = 0; k != f::lanes; ++k) to[k] = &room[k];
            f::keep(to, a);
            give<f>(kept, room);
            BOOST_TEST(std::equal(&a.limb[0][0], &a.limb[0][0] + sizeof a / sizeof(std::uint64_t), &kept.limb[0][0]));
        }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(lanes_are_exchanged_where_the_mask_has_a_one, kernel, all) {
    if (!runs_here<kernel>()) return;
    using f = typename kernel::field;
    auto const some = numbers();
    for (unsigned where = 0; where != 1u << f::lanes; ++where) {
        typename f::element a, b;
        give<f>(a, &some[0]);
        give<f>(b, &some[20]);
        f::exchange(a, b, typename f::mask(where));
        std::array<integer, f::lanes> now_a, now_b;
        for (std::size_t k = 0; k != f::lanes; ++k) {
            now_a[k] = number(some[(where >> k & 1 ? 20 : 0) + k]);
            now_b[k] = number(some[(where >> k & 1 ? 0 : 20) + k]);
        }
        BOOST_TEST(are<f>(a, now_a));
        BOOST_TEST(are<f>(b, now_b));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_number_times_its_inverse_is_one, kernel, all) {
    if (!runs_here<kernel>()) return;
    using f = typename kernel::field;
    using g = c::group<f>;
    auto const some = numbers();
    typename f::element a[3], kept[3], products[3], r;
    std::array<integer, f::lanes> one;
    one.fill(integer(1));
    for (std::size_t i = 0; i != 3; ++i) give<f>(a[i], &some[some.size() - 8 * (i + 1)]);
    std::copy(a, a + 3, kept);
    g::invert_all([&](std::size_t i) -> typename f::element& { return a[i]; }, products, 3);
    for (std::size_t i = 0; i != 3; ++i) {
        f::mul(r, a[i], kept[i]);
        BOOST_TEST(are<f>(r, one));
    }
}

BOOST_AUTO_TEST_SUITE_END()
