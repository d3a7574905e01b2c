#include <daicho/ledger/block_bytes.hpp>

#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using P = authority_protocol;

BOOST_AUTO_TEST_SUITE(block_bytes)

BOOST_AUTO_TEST_CASE(each_part_of_a_block_is_found_in_its_bytes) {
    network<P> const net;
    auto const k = network<P>::key(device);
    for (std::size_t n : {0u, 1u, 23u, 24u, 30u}) {
        block_of<P> b;
        b.sealed.body.message = "some";
        for (std::size_t i = 0; i != n; ++i) {
            auto body = net.report(state::running, i * 300);
            if (i % 3 == 1) body.evidence.emplace();  // sizes differ
            b.transactions.push_back({body, *sign<P>(k, body)});
        }
        auto const raw = encode(b);
        ledger::block_bytes<P> const parts(b, raw);
        BOOST_TEST(equal(parts.sealed(), encode(b.sealed)));
        BOOST_TEST(equal(parts.header(), encode(b.sealed.body)));
        std::vector<byte_view> transactions;
        parts.append_transactions(transactions);
        BOOST_TEST_REQUIRE(transactions.size() == n);
        for (std::size_t i = 0; i != n; ++i) {
            BOOST_TEST(equal(transactions[i], encode(b.transactions[i])));
            BOOST_TEST(equal(ledger::body_bytes<P>(b.transactions[i], transactions[i]), encode(b.transactions[i].body)));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
