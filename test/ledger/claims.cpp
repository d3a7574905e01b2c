#include <daicho/ledger/claims.hpp>

#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using P = authority_protocol;

namespace {

struct counted : one_by_one<scheme_of<P>> {
    std::size_t asked = 0;
    void verify(std::span<signed_message<scheme_of<P>> const> batch, std::span<bool> verdicts) noexcept {
        asked += batch.size();
        one_by_one<scheme_of<P>>::verify(batch, verdicts);
    }
};

ledger::claims<P> some(std::size_t n, std::size_t first_bad) {
    static network<P> const net;
    auto const k = network<P>::key(device);
    static auto const signature = *sign<P>(k, net.report(state::running, 1));
    ledger::claims<P> all;
    for (std::size_t i = 0; i != n; ++i) {
        auto s = signature;
        if (i >= first_bad) s[i % 64] ^= 4;
        all.add(k.public_key(), net.report(state::running, 1), s, {errc::bad_signature, "claim", i});
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(claims)

BOOST_AUTO_TEST_CASE(the_first_bad_one_is_found_wherever_it_stands) {
    one_by_one<scheme_of<P>> verifier;
    for (std::size_t n : {0u, 1u, 127u, 128u, 129u, 300u}) {
        BOOST_TEST(ledger::first_bad(some(n, n), verifier) == n);
        BOOST_TEST(!ledger::check(some(n, n), verifier));
        for (std::size_t bad : {0u, 1u, 126u, 127u, 128u, 255u, 256u, 299u}) {
            if (bad >= n) continue;
            BOOST_TEST(ledger::first_bad(some(n, bad), verifier) == bad);
            BOOST_TEST(ledger::check(some(n, bad), verifier).at == bad);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_part_of_them_is_looked_at_or_kept) {
    one_by_one<scheme_of<P>> verifier;
    auto all = some(300, 200);
    BOOST_TEST(ledger::first_bad(all, 0, 200, verifier) == 200u);
    BOOST_TEST(ledger::first_bad(all, 150, 300, verifier) == 200u);
    BOOST_TEST(ledger::first_bad(all, 250, 300, verifier) == 250u);
    all.keep(300);
    BOOST_TEST(all.size() == 300u);
    all.keep(199);
    BOOST_TEST(all.size() == 199u);
    BOOST_TEST(ledger::first_bad(all, verifier) == 199u);
    all.append(some(1, 1));  // behind what was kept
    BOOST_TEST(ledger::first_bad(all, verifier) == 200u);
}

BOOST_AUTO_TEST_CASE(in_any_order_the_first_bad_one_of_some_is_found_and_none_behind_it_is_verified_later) {
    auto const all = some(300, 200);
    std::vector<std::uint32_t> backwards(300), odd;
    for (std::uint32_t i = 0; i != 300; ++i) {
        backwards[i] = 299 - i;
        if (i % 2 != 0) odd.push_back(i);
    }
    counted verifier;
    BOOST_TEST(ledger::first_bad(all, backwards, verifier) == 200u);
    BOOST_TEST(verifier.asked == 300u);
    BOOST_TEST(ledger::first_bad(all, odd, verifier) == 201u);
    BOOST_TEST(ledger::first_bad(all, std::span(odd).first(100), verifier) == 300u);
    std::vector<std::uint32_t> forwards(backwards.rbegin(), backwards.rend());
    verifier.asked = 0;
    BOOST_TEST(ledger::first_bad(all, std::span(forwards).subspan(200), verifier) == 200u);
    BOOST_TEST(verifier.asked == 100u);
    auto const bad = some(300, 0);
    verifier.asked = 0;
    BOOST_TEST(ledger::first_bad(bad, forwards, verifier) == 0u);
    BOOST_TEST(verifier.asked == 128u);
}

BOOST_AUTO_TEST_CASE(a_message_may_be_among_bytes_that_are_shared) {
    network<P> const net;
    auto const k = network<P>::key(device);
    auto const body = net.report(state::running, 1);
    auto const key = k.public_key();
    auto const signature = *sign<P>(k, body);
    one_by_one<scheme_of<P>> verifier;
    ledger::claims<P> all;
    for (bool altered : {false, true}) {
        auto raw = encode(body);
        if (altered) raw.back() ^= 1;
        auto const shared = std::make_shared<bytes const>(std::move(raw));
        ledger::claims<P> one;
        one.share(shared);
        one.add(key, body, signature, {errc::bad_signature, "encoded", 0});
        (void)one.noting(*shared)(key, body, signature, fault{errc::bad_signature, "shared", 0});
        all.append(one);
    }
    BOOST_TEST(ledger::first_bad(all, verifier) == 3u);  // the altered bytes are what is verified
    BOOST_TEST((all.lot()[0] == all.lot()[1]));
    all.keep(1);
    BOOST_TEST(all.lot().size() == 1u);
    BOOST_TEST(ledger::first_bad(all, verifier) == 1u);
}

BOOST_AUTO_TEST_CASE(behind_a_bad_one_little_is_verified_in_vain) {
    counted verifier;
    (void)ledger::first_bad(some(1000, 0), verifier);
    BOOST_TEST(verifier.asked == 128u);
}

BOOST_AUTO_TEST_CASE(claims_are_put_behind_others_and_own_what_they_hold) {
    one_by_one<scheme_of<P>> verifier;
    auto all = some(3, 3);
    {
        auto const more = some(4, 2);
        all.append(more);
    }
    BOOST_TEST(all.size() == 7u);
    BOOST_TEST(ledger::first_bad(all, verifier) == 5u);
    all.clear();
    BOOST_TEST(all.empty());
    BOOST_TEST(ledger::first_bad(all, verifier) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
