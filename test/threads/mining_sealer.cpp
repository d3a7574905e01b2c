#include <daicho/threads/mining_sealer.hpp>

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include <daicho/hash_x86/search.hpp>
#include <daicho/laws/sealer.hpp>

#include <atomic>
#include <latch>

#include "ledger/fixture.hpp"

using namespace fixture;
using threads::mining_options;
using threads::mining_sealer;

namespace {

constexpr auto last = ~std::uint64_t(0);

/// One in `hashes`, a power of two up to 2^17, reaches it.
template <class P>
constexpr std::uint32_t one_in(unsigned hashes) {
    if constexpr (std::is_same_v<typename consensus_of<P>::target, leading_zeros>) return std::uint32_t(std::bit_width(hashes) - 1);
    else return hashes <= 512 ? 0x20000000 | (1u << 24) / hashes : 0x1f000000 | std::uint32_t((std::uint64_t(1) << 32) / hashes);
}
template <class P>
header numbered(std::uint64_t index, std::uint32_t target) {
    header h{.index = index, .message = "mined", .time = 1'700'000'000 + index};
    h.target = target;
    return h;
}
template <class P>
constexpr std::uint32_t hopeless = std::is_same_v<typename consensus_of<P>::target, leading_zeros> ? 120 : 0x14008000;

/// Keeps what it was told, and where.
struct listener {
    std::vector<std::string> events, details;
    std::vector<std::thread::id> where;
    std::function<void()> heard = [] {};
    void note(std::string_view event, std::string_view detail) {
        events.emplace_back(event);
        details.emplace_back(detail);
        where.push_back(std::this_thread::get_id());
        heard();
    }
};
static_assert(observer<listener>);

using compact_protocol = protocol_with<sha256, proof_of_work<>>;
using single_protocol = protocol_with<sha512_256, proof_of_work<leading_zeros, single_sha256>>;
using protocols = boost::mp11::mp_list<work_protocol, compact_protocol, single_protocol>;

/// Finds nothing in the first slice, and a nonce in each other; but in the second only when a later one was found.
struct slow_below {
    static constexpr std::string_view name = "slow below";
    static constexpr std::uint64_t first = 1024, within = 5;
    static inline std::latch* above = nullptr;
    static inline std::atomic<int> later = 0;

    template <class Target, class Digest>
    static std::optional<std::uint64_t> search(work_preimage const&, std::uint32_t, std::uint64_t from, std::uint64_t) noexcept {
        if (from == 0) return {};
        if (from != first) {
            if (later++ == 0) above->count_down();
            return from;
        }
        above->wait();  // ends only if another thread searches beside this one
        return first + within;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(mining_sealer_)

BOOST_AUTO_TEST_CASE_TEMPLATE(however_many_threads_search_the_nonce_is_the_one_that_one_thread_finds, P, protocols) {
    // From the start, from anywhere, and over the end of the nonce's low half.
    for (std::uint64_t first : {std::uint64_t(0), std::uint64_t(987'654'321), (std::uint64_t(7) << 32) - 3000}) {
        std::vector<mining_sealer<P, hash_x86::search>> teams;
        for (unsigned n : {1u, 2u, 3u, 0u}) teams.emplace_back(mining_options{.threads = n, .first_nonce = first});
        for (std::uint64_t index = 1; index != 5; ++index) {
            header const h = numbered<P>(index, one_in<P>(index == 1 ? 1u << 4 : 1u << 12));
            auto const alone = work_sealer<P, hash_x86::search>(first).seal({0, h}, {});
            BOOST_REQUIRE(alone);
            for (auto& team : teams) {
                auto const together = team.seal({0, h}, {});
                BOOST_REQUIRE(together);
                BOOST_TEST(together->nonce == alone->nonce);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_lower_nonce_that_comes_later_wins) {
    std::latch above(1);
    slow_below::above = &above;
    mining_sealer<work_protocol, slow_below> two({.threads = 2});
    auto const found = two.seal({0, numbered<work_protocol>(1, 1)}, {});
    BOOST_REQUIRE(found);
    BOOST_TEST(found->nonce == slow_below::first + slow_below::within);
    BOOST_TEST(slow_below::later != 0);
    BOOST_TEST(two.kernel() == slow_below::name);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_stop_ends_it_and_the_next_job_does_not_notice, P, protocols) {
    for (unsigned n : {1u, 2u, 3u}) {
        std::stop_source enough;
        listener ear;
        ear.heard = [&] {
            if (ear.events.size() == 3) enough.request_stop();
        };
        mining_sealer<P, hash_x86::search> sealer({.threads = n, .interval = {}}, ear);
        auto const stopped = sealer.seal({1, numbered<P>(1, hopeless<P>)}, enough.get_token());
        BOOST_TEST((stopped.error() == errc::busy));
        BOOST_TEST(ear.events.size() == 3u);  // not a line after the stop

        header const next = numbered<P>(2, one_in<P>(1u << 12));
        auto const found = sealer.seal({2, next}, {});
        BOOST_REQUIRE(found);
        BOOST_TEST(found->nonce == (work_sealer<P, hash_x86::search>().seal({2, next}, {})->nonce));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(when_nonces_run_out_it_says_so, P, protocols) {
    header const h = numbered<P>(1, one_in<P>(1u << 12));
    auto const sealed_from = [&](std::uint64_t first, std::uint64_t end, unsigned n) {
        return mining_sealer<P, hash_x86::search>({.threads = n, .first_nonce = first, .last_nonce = end}).seal({0, h}, {});
    };
    auto const nonce = sealed_from(0, last, 2)->nonce;
    for (unsigned n : {1u, 2u, 3u}) {
        BOOST_TEST(sealed_from(0, nonce, n)->nonce == nonce);  // the last of its range
        BOOST_TEST(sealed_from(nonce, nonce, n)->nonce == nonce);
        if (nonce != 0) {
            auto const none = sealed_from(0, nonce - 1, n);
            BOOST_TEST((none.error() == errc::out_of_range));
            BOOST_TEST(none.error().where == std::string("seal.nonce"));
            BOOST_TEST(none.error().at == nonce - 1);
        }
        BOOST_TEST((sealed_from(2, 1, n).error() == errc::out_of_range));  // an empty range
    }
    // The end of 64 bits is an end too: it does not start again at 0.
    header const never = numbered<P>(1, hopeless<P>);
    for (unsigned n : {1u, 3u}) {
        mining_sealer<P, hash_x86::search> top({.threads = n, .first_nonce = last - 5000});
        BOOST_TEST((top.seal({0, never}, {}).error() == errc::out_of_range));
    }
}

BOOST_AUTO_TEST_CASE(it_tells_how_it_goes_from_one_thread) {
    constexpr std::uint64_t nonces = 60'000;
    header const never = numbered<work_protocol>(1, hopeless<work_protocol>);
    using sealer_type = mining_sealer<work_protocol, hash_x86::search>;
    for (unsigned n : {1u, 3u}) {
        listener ear;
        sealer_type each_slice({.threads = n, .last_nonce = nonces - 1, .interval = {}}, ear);
        BOOST_TEST((each_slice.seal({0, never}, {}).error() == errc::out_of_range));
        BOOST_TEST(!ear.events.empty());
        BOOST_TEST(ear.events.size() <= nonces / sealer_type::shortest_slice + 1);  // a line a slice at most
        for (std::size_t i = 0; i != ear.events.size(); ++i) {
            BOOST_TEST(ear.events[i] == "mining");
            BOOST_TEST(ear.details[i].find(" hashes/s, expected ") != std::string::npos);
            BOOST_TEST((ear.where[i] == std::this_thread::get_id()));
        }

        listener asleep;
        sealer_type seldom({.threads = n, .last_nonce = nonces - 1, .interval = std::chrono::hours(24)}, asleep);
        BOOST_TEST((seldom.seal({0, never}, {}).error() == errc::out_of_range));
        BOOST_TEST(asleep.events.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_target_that_no_header_may_have_is_refused) {
    mining_sealer<compact_protocol> sealer;
    for (std::uint32_t target : {0u, 0x1fu, 0x02ffffffu, 0xff00ffffu})
        BOOST_TEST((sealer.seal({0, numbered<compact_protocol>(1, target)}, {}).error() == errc::wrong_target));
    BOOST_TEST(sealer.seal({0, numbered<compact_protocol>(1, one_in<compact_protocol>(16))}, {}).has_value());
}

BOOST_AUTO_TEST_CASE(it_says_what_searches_and_with_how_many) {
    BOOST_TEST((mining_sealer<work_protocol, hash_x86::search>::kernel() == hash_x86::search::kernel()));
    BOOST_TEST((mining_sealer<work_protocol>::kernel() == scalar_kernel::name));
    BOOST_TEST((mining_sealer<work_protocol, portable_search>::kernel() == portable_search::name));
    BOOST_TEST((mining_sealer<work_protocol>({.threads = 3}).threads() == 3u));
    BOOST_TEST((mining_sealer<work_protocol>().threads() == std::max(1u, std::thread::hardware_concurrency())));
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws) {
    using P = work_protocol;
    network<P> const n;
    for (unsigned together : {1u, 2u, 3u}) {
        laws::verdict v;
        laws::sealer<P>(v, n.genesis, n.id(node), [together] { return mining_sealer<P, hash_x86::search>({.threads = together}); }, numbered<P>(1, hopeless<P>), std::chrono::seconds(60));
        BOOST_TEST(v.checked != 0u);
        BOOST_TEST(v.broken == std::vector<std::string>{}, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()
