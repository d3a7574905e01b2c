#include <daicho/consensus/work.hpp>

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include <daicho/base/hex.hpp>
#include <daicho/defaults/sha256.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;

namespace {

using compact_protocol = protocol_with<sha256, proof_of_work<>>;
using protocols = boost::mp11::mp_list<work_protocol, work_protocol_512, compact_protocol>;

template <class P>
network<P> net() {
    network<P> n;
    if constexpr (std::is_same_v<typename consensus_of<P>::target, little_endian_target>) {
        n.genesis.target = 0x200fffff;  // one in sixteen
        n.chain_id = digest_of<hash_of<P>>(n.genesis);
    }
    return n;
}

} // namespace

BOOST_AUTO_TEST_SUITE(work)

// docs/wire.md: digest of the header, previous hash, low half of the time, target, nonce.
BOOST_AUTO_TEST_CASE(the_preimage_is_fixed) {
    digest header_digest, previous;
    for (std::size_t i = 0; i != 32; ++i) {
        header_digest[i] = byte(i);
        previous[i] = byte(0xa0 + i);
    }
    header h{.time = 0x1122334455667788, .previous_hash = previous, .target = 0x1d00ffff};
    auto const p = work_preimage_of(header_digest, h, 0x0102030405060708);
    BOOST_TEST(to_hex(p) == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
                            "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
                            "55667788"
                            "1d00ffff"
                            "0102030405060708");
}

// Bitcoin's first block: 80 bytes hashed twice. What everybody's miners compute is what ours compute.
BOOST_AUTO_TEST_CASE(the_digest_is_the_one_miners_know) {
    auto const first = *bytes_from_hex("0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"
                                       "29ab5f49ffff001d1dac2b7c");
    work_preimage p;
    BOOST_REQUIRE(first.size() == p.size());
    std::copy(first.begin(), first.end(), p.begin());
    auto const d = work_digest(p);
    BOOST_TEST(to_hex(d) == "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000");
    BOOST_TEST(little_endian_target::reached(d, 0x1d00ffff));  // its own target
    BOOST_TEST(!little_endian_target::reached(d, 0x1a00ffff));
}

// However a Protocol hashes: work is SHA-256, by its own hash where that is SHA-256 too.
BOOST_AUTO_TEST_CASE(work_is_sha256_by_whichever_means) {
    struct by_other_means : sha256 {};
    struct named_otherwise : sha512_256 {};
    static_assert(std::same_as<work_hash<by_other_means>, by_other_means> && std::same_as<work_hash<named_otherwise>, sha256>);
    work_preimage p{};
    for (byte& b : p) b = byte(&b - p.data());
    BOOST_TEST((double_sha256::of<by_other_means>(p) == double_sha256::of(p)));
    BOOST_TEST((single_sha256::of<defaults::fastest_sha256>(p) == single_sha256::of(p)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_sealed_header_holds_and_any_change_breaks_it, P, protocols) {
    auto n = net<P>();
    ledger::chain<P> c(n.genesis);
    auto const good = n.next(c, n.everybody());
    BOOST_TEST(!consensus_of<P>::check(good.sealed, c));
    // Any one change may by chance still reach an easy target; of many, hardly one in eight does.
    int changes = 0, still = 0;
    auto const change = [&](auto f) {
        for (std::uint64_t i = 1; i != 9; ++i) {
            auto altered = good.sealed;
            f(altered, i);
            ++changes;
            still += consensus_of<P>::check(altered, c) ? 0 : 1;
        }
    };
    change([](auto& s, auto i) { s.body.index += i; });
    change([](auto& s, auto i) { s.body.message.assign(std::string(i, 'x')); });
    change([](auto& s, auto i) { s.body.time += i; });
    change([](auto& s, auto i) { s.body.previous_hash[i] ^= 1; });
    change([](auto& s, auto i) { s.body.transactions_root[i] ^= 1; });
    change([](auto& s, auto i) { s.body.commitments.assign(bytes(i)); });
    change([](auto& s, auto i) { s.proof.nonce ^= i << 40; });
    BOOST_TEST(still * 4 < changes);
    auto altered = good.sealed;
    altered.body.slot = 1;
    BOOST_TEST((consensus_of<P>::check(altered, c) == errc::not_empty));
    altered = good.sealed;
    altered.body.vouches_after = 1;
    BOOST_TEST((consensus_of<P>::check(altered, c) == errc::not_empty));
    altered = good.sealed;
    altered.body.target = 0;
    BOOST_TEST((consensus_of<P>::check(altered, c) == errc::wrong_target));
    // paper's bug: the tip could be rewritten with no work redone
    auto rewritten = good;
    rewritten.transactions[0].body.time += 1;
    BOOST_TEST((c.push(rewritten, later) == errc::wrong_root));
    c.commit_to(rewritten.sealed.body, rewritten.transactions);
    BOOST_TEST(bool(c.push(rewritten, later)));
    BOOST_TEST(!c.push(good, later));
}

BOOST_AUTO_TEST_CASE(an_easier_target_than_genesis_asks_is_refused) {
    auto n = net<work_protocol>();
    ledger::chain<work_protocol> c(n.genesis);
    auto h = n.next(c).head();
    h.target = 1;
    sealed_header_of<work_protocol> const easy{h, *work_sealer<work_protocol>().seal({0, h}, {})};
    BOOST_TEST((easy_work::check(easy, c) == errc::wrong_target));
}

BOOST_AUTO_TEST_CASE(the_heaviest_branch_is_preferred_and_of_equals_the_lower_head) {
    branch a{.height = 3, .weight = 10}, b{.height = 9, .weight = 9, .final_height = 8};
    BOOST_TEST((easy_work::prefer(a, b) == std::strong_ordering::greater));
    BOOST_TEST((easy_work::prefer(b, a) == std::strong_ordering::less));
    b.weight = 10;
    b.head[0] = 1;
    BOOST_TEST((easy_work::prefer(a, b) == std::strong_ordering::greater));
    BOOST_TEST((easy_work::prefer(a, a) == std::strong_ordering::equal));
}

BOOST_AUTO_TEST_CASE(a_block_is_final_under_as_many_as_genesis_says) {
    network<work_protocol> n(0, 3);
    ledger::chain<work_protocol> c(n.genesis);
    for (std::uint64_t h = 1; h != 8; ++h) {
        BOOST_TEST(!c.push(n.next(c), later));
        BOOST_TEST(c.final_height() == (h > 3 ? h - 3 : 0));
    }
}

BOOST_AUTO_TEST_CASE(a_miner_stops_when_asked) {
    header h{.target = 120};
    std::stop_source stop;
    stop.request_stop();
    work_sealer<work_protocol> sealer;
    auto const proof = sealer.seal({0, h}, stop.get_token());
    BOOST_TEST(!proof);
    BOOST_TEST((proof.error() == errc::busy));
}

BOOST_AUTO_TEST_SUITE_END()
