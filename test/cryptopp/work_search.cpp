#include <daicho/cryptopp/work_search.hpp>

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;

namespace {

using targets = boost::mp11::mp_list<little_endian_target, leading_zeros>;

template <class Target>
constexpr std::uint32_t easy = std::is_same_v<Target, leading_zeros> ? 6 : 0x2003ffff;  // one in 64

work_preimage some_preimage(byte seed) {
    work_preimage p;
    for (std::size_t i = 0; i != p.size(); ++i) p[i] = byte(seed * 37 + i * 11);
    return p;
}

} // namespace

BOOST_AUTO_TEST_SUITE(work_search)

BOOST_AUTO_TEST_CASE_TEMPLATE(it_finds_exactly_what_the_portable_search_finds, Target, targets) {
    constexpr std::uint64_t starts[] = {0, 1000, 0xfffffff0, 0xffffffffffffff00};
    std::size_t found = 0, exhausted = 0;
    for (byte seed = 0; seed != 40; ++seed)
        for (auto const first : starts) {
            auto const p = some_preimage(seed);
            auto const expected = portable_search::search<Target>(p, easy<Target>, first, 60);
            auto const nonce = cryptopp::work_search::search<Target>(p, easy<Target>, first, 60);
            BOOST_TEST((nonce == expected));
            ++(nonce ? found : exhausted);
        }
    BOOST_TEST(found > 0u);
    BOOST_TEST(exhausted > 0u);
}

// A digest whose leading word equals the target's is decided by the rest of it.
BOOST_AUTO_TEST_CASE(a_digest_equal_to_the_target_in_its_first_bytes_is_compared_in_full) {
    std::size_t found = 0;
    for (byte seed = 0; seed != 200; ++seed) {
        auto const p = some_preimage(seed);
        auto q = p;
        store_be64(q.data() + 72, 7);
        auto const d = work_digest(q);
        std::uint32_t const own = std::uint32_t(32) << 24 | std::uint32_t(d[31]) << 16 | std::uint32_t(d[30]) << 8 | d[29];
        if (!little_endian_target::valid(own)) continue;  // the digest itself, cut to the target's three bytes: just too low
        auto const try_one = [&](auto kernel, std::uint32_t limit) { return kernel.template search<little_endian_target>(p, limit, 7, 1); };
        BOOST_TEST((try_one(cryptopp::work_search{}, own) == try_one(portable_search{}, own)));
        if (!little_endian_target::valid(own + 1)) continue;
        BOOST_TEST((try_one(cryptopp::work_search{}, own + 1) == std::optional<std::uint64_t>(7)));
        ++found;
    }
    BOOST_TEST(found > 0u);
}

BOOST_AUTO_TEST_CASE(bitcoins_first_nonce_is_found) {
    constexpr std::string_view merkle_root = "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a";
    work_preimage p{1};  // version 1, no previous block
    for (std::size_t i = 0; i != 32; ++i) {
        auto const digit = [&](std::size_t at) {
            char const c = merkle_root[at];
            return byte(c <= '9' ? c - '0' : c - 'a' + 10);
        };
        p[36 + i] = byte(digit(2 * i) << 4 | digit(2 * i + 1));
    }
    std::copy_n(std::array<byte, 8>{0x29, 0xab, 0x5f, 0x49, 0xff, 0xff, 0x00, 0x1d}.begin(), 8, p.begin() + 68);
    std::uint64_t const nonce = 0xffff001d1dac2b7c;  // its bits and nonce, as our last eight bytes
    auto const found = cryptopp::work_search::search<little_endian_target>(p, 0x1d00ffff, nonce - 500, 1000);
    BOOST_TEST((found == std::optional<std::uint64_t>(nonce)));
}

BOOST_AUTO_TEST_CASE(a_header_sealed_with_it_holds) {
    network<work_protocol> n;
    ledger::chain<work_protocol> c(n.genesis);
    auto block = n.next(c, n.everybody());
    block.sealed.proof = *work_sealer<work_protocol, cryptopp::work_search>().seal({0, block.head()}, {});
    BOOST_TEST(!c.push(block, later));

    auto spoilt = n.next(c);
    auto const good = spoilt.sealed.proof.nonce;
    auto const preimage = work_preimage_of(digest_of<sha256>(spoilt.head()), spoilt.head());
    while (cryptopp::work_search::search<leading_zeros>(preimage, n.genesis.target, ++spoilt.sealed.proof.nonce, 1)) {}
    BOOST_TEST((c.push(spoilt, later) == errc::insufficient_work));
    spoilt.sealed.proof.nonce = good;
    BOOST_TEST(!c.push(spoilt, later));
}

BOOST_AUTO_TEST_SUITE_END()
