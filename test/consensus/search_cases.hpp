#pragma once

#include <daicho/consensus/target.hpp>
#include <daicho/consensus/work.hpp>

#include <boost/test/unit_test.hpp>

#include <random>

/// What every search must find, on random preimages, targets and places. Tests of each wing's kernels share it.
namespace search_cases {

using namespace daicho;

struct tally {
    std::size_t found = 0, exhausted = 0;
};

template <class Search, class Target, class Digest>
void compare(std::uint32_t target, tally& t) {
    std::mt19937_64 random(target);
    for (int round = 0; round != 120; ++round) {
        work_preimage p;
        for (auto& b : p) b = byte(random());
        // Some runs go over the end of the low half, some over the end of all nonces.
        std::uint64_t const first = round % 3 == 0 ? random() : round % 3 == 1 ? 0xffffffff - random() % 40 : ~std::uint64_t(0) - random() % 40;
        std::uint64_t const count = random() % 100;
        auto const expected = portable_search::search<Target, Digest>(p, target, first, count);
        auto const nonce = Search::template search<Target, Digest>(p, target, first, count);
        BOOST_TEST((nonce == expected));
        ++(expected ? t.found : t.exhausted);
    }
}

template <class Search>
void finds_what_the_portable_search_finds() {
    tally t;
    for (std::uint32_t const target : {0x2003ffffu, 0x2000ffffu, 0x207fffffu, 0x201fff00u}) {
        compare<Search, little_endian_target, double_sha256>(target, t);
        compare<Search, little_endian_target, single_sha256>(target, t);
    }
    for (std::uint32_t const bits : {1u, 5u, 8u, 9u}) {
        compare<Search, leading_zeros, double_sha256>(bits, t);
        compare<Search, leading_zeros, single_sha256>(bits, t);
    }
    BOOST_TEST(t.found > 100u);
    BOOST_TEST(t.exhausted > 100u);
    BOOST_TEST((!Search::template search<little_endian_target>(work_preimage{}, 0x207fffff, 5, 0)));

    // Bitcoin's first block: its bits and nonce as our last eight bytes.
    auto const root = std::to_array<byte>({0x3b, 0xa3, 0xed, 0xfd, 0x7a, 0x7b, 0x12, 0xb2, 0x7a, 0xc7, 0x2c, 0x3e, 0x67, 0x76, 0x8f, 0x61,
                                           0x7f, 0xc8, 0x1b, 0xc3, 0x88, 0x8a, 0x51, 0x32, 0x3a, 0x9f, 0xb8, 0xaa, 0x4b, 0x1e, 0x5e, 0x4a});
    work_preimage bitcoin{1};
    std::copy(root.begin(), root.end(), bitcoin.begin() + 36);
    store_be64(bitcoin.data() + 68, 0x29ab5f49ffff001d);
    std::uint64_t const nonce = 0xffff001d1dac2b7c;
    for (std::uint64_t const before : {0u, 1u, 5u, 17u, 500u})
        BOOST_TEST((Search::template search<little_endian_target>(bitcoin, 0x1d00ffff, nonce - before, 1000) == std::optional<std::uint64_t>(nonce)));
}

} // namespace search_cases
