#include <daicho/consensus/best_search.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/consensus/work.hpp>

#include "consensus/search_cases.hpp"

namespace {
using namespace daicho;

constexpr work_preimage counted() {
    work_preimage p{};
    for (std::size_t i = 0; i != p.size(); ++i) p[i] = byte(i);
    return p;
}

/// The same nonces from the folded form and from the plain one, by the compiler alone.
template <class Target, class Digest>
constexpr bool agree(std::uint32_t target, std::uint64_t first) {
    return planned_search<scalar_kernel>::search<Target, Digest>(counted(), target, first, 6) == portable_search::search<Target, Digest>(counted(), target, first, 6);
}
static_assert(agree<little_endian_target, double_sha256>(0x203fffff, 0));
static_assert(agree<little_endian_target, single_sha256>(0x203fffff, 0xfffffffd));
static_assert(agree<leading_zeros, double_sha256>(2, 0xfffffffd));
static_assert(agree<leading_zeros, single_sha256>(2, 7));
} // namespace

BOOST_AUTO_TEST_SUITE(search_lanes_test)

BOOST_AUTO_TEST_CASE(the_scalar_kernel_finds_exactly_what_the_portable_search_finds) { search_cases::finds_what_the_portable_search_finds<best_search<>>(); }

// What a kernel drops early can never reach the target, and what reaches it is never dropped.
BOOST_AUTO_TEST_CASE(a_digest_that_reaches_its_target_has_zeros_where_the_target_says) {
    for (std::uint32_t const target : {0x207fffffu, 0x2000ffffu, 0x1f7fffffu, 0x1d00ffffu, 0x1c123456u, 0x14008000u}) {
        digest d = little_endian_target::expand(target);
        BOOST_TEST(little_endian_target::reached(d, target));
        BOOST_TEST((load_be32(d.data() + 28) & little_endian_target::deciding_zeros(target)) == 0u);
    }
    for (std::uint32_t const bits : {1u, 7u, 8u, 31u, 32u, 120u}) {
        digest d{};
        for (std::uint32_t i = bits; i != 256; ++i) d[i / 8] = byte(d[i / 8] | 0x80 >> i % 8);
        BOOST_TEST(leading_zeros::reached(d, bits));
        BOOST_TEST((load_be32(d.data()) & leading_zeros::deciding_zeros(bits)) == 0u);
        d[(bits - 1) / 8] = byte(d[(bits - 1) / 8] | 0x80 >> (bits - 1) % 8);
        BOOST_TEST(!leading_zeros::reached(d, bits));
        if (bits <= 32) BOOST_TEST((load_be32(d.data()) & leading_zeros::deciding_zeros(bits)) != 0u);
    }
}

BOOST_AUTO_TEST_SUITE_END()
