#include <daicho/ledger/committed.hpp>

#include <boost/test/unit_test.hpp>

#include "ledger/naive_tree.hpp"

using namespace daicho;

namespace {

digest leaf(std::uint64_t n) {
    std::array<byte, 8> number;
    store_be64(number.data(), n);
    return hash_bytes<sha256>(number);
}

/// Of histories of 0, 3, 6, ... transactions, what headers say of them; from `first_wrong` on what is not so.
ledger::commitment_claims<sha256> some(std::size_t n, std::size_t first_wrong, int kind = 0) {
    ledger::commitment_claims<sha256> all;
    ledger::tree_head<sha256> history;
    std::vector<digest> leaves;
    for (std::size_t i = 0; i != n; ++i) {
        digest root = leaves.empty() ? sha256{}.finish() : naive::head(leaves), fleet = leaf(1000 + i);
        std::uint64_t size = leaves.size();
        if (i >= first_wrong) kind == 0 ? root[i % 32] ^= 1 : kind == 1 ? fleet[i % 32] ^= 1 : size += 1;
        all.add(ledger::committed(size, root, fleet), history, leaf(1000 + i));
        for (int k = 0; k != 3; ++k) {
            leaves.push_back(leaf(leaves.size()));
            history.append_hash(leaves.back());
        }
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(committed)

BOOST_AUTO_TEST_CASE(the_first_that_a_header_says_wrongly_is_found) {
    for (std::size_t n : {0u, 1u, 2u, 33u}) {
        BOOST_TEST(some(n, n).size() == n);
        BOOST_TEST(some(n, n).first_bad() == n);
        for (std::size_t wrong = 0; wrong < n; wrong += 5)
            for (int kind : {0, 1, 2}) BOOST_TEST(some(n, wrong, kind).first_bad() == wrong);
    }
    auto all = some(9, 4);
    all.clear();
    BOOST_TEST(all.first_bad() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
