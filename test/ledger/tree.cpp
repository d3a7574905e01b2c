#include <daicho/ledger/tree.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/base/hex.hpp>
#include <daicho/cryptopp/hash.hpp>  // optimised however tests are built: trees of 100,000 leaves in a second

using namespace daicho;

namespace {

/// RFC 9162 2.1.1 as it is written: split at the largest power of two below n.
template <class H>
digest by_definition(std::vector<bytes> const& leaves, std::size_t first, std::size_t n) {
    if (n == 0) return H{}.finish();
    if (n == 1) return ledger::leaf_hash<H>(leaves[first]);
    std::size_t k = 1;
    while (k * 2 < n) k *= 2;
    return ledger::node_hash<H>(by_definition<H>(leaves, first, k), by_definition<H>(leaves, first + k, n - k));
}

} // namespace

BOOST_AUTO_TEST_SUITE(tree)

// The eight leaves and their roots are those of the transparency logs' own reference tests.
BOOST_AUTO_TEST_CASE(roots_agree_with_certificate_transparency) {
    std::vector<std::string> const leaves = {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
    std::vector<std::string> const roots = {
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    ledger::tree_head<cryptopp::sha256> tree;
    for (std::size_t i = 0; i != leaves.size(); ++i) {
        tree.append(*bytes_from_hex(leaves[i]));
        BOOST_TEST(to_hex(tree.root()) == roots[i]);
    }
}

BOOST_AUTO_TEST_CASE(the_root_of_nothing_is_the_hash_of_nothing) {
    BOOST_TEST((ledger::tree_head<cryptopp::sha256>{}.root() == cryptopp::sha256{}.finish()));
    BOOST_TEST((ledger::tree_head<cryptopp::sha512_256>{}.root() == cryptopp::sha512_256{}.finish()));
}

BOOST_AUTO_TEST_CASE(leaf_by_leaf_gives_what_the_definition_gives) {
    std::vector<bytes> leaves;
    ledger::tree_head<cryptopp::sha512_256> tree;
    for (unsigned i = 0; i != 130; ++i) {
        leaves.push_back({byte(i), byte(i * 7), byte(i * 31)});
        tree.append(leaves.back());
        BOOST_TEST((tree.root() == by_definition<cryptopp::sha512_256>(leaves, 0, leaves.size())));
        BOOST_TEST(tree.size() == leaves.size());
    }
}

BOOST_AUTO_TEST_CASE(level_by_level_gives_what_leaf_by_leaf_gives_at_every_size) {
    std::vector<digest> leaves(5000);
    for (std::size_t i = 0; i != leaves.size(); ++i) leaves[i].fill(byte(i * 41)), store_be32(leaves[i].data(), std::uint32_t(i));
    ledger::tree_head<cryptopp::sha256> grown;
    for (std::size_t n = 0; n <= leaves.size(); ++n) {
        if (n <= 300 || n % 509 == 0 || n == 1024 || n == 4096) {
            std::vector<digest> level;
            for (std::size_t i = 0; i != n; ++i) level.push_back(ledger::leaf_hash<cryptopp::sha256>(leaves[i]));
            BOOST_TEST((ledger::root_over<cryptopp::sha256>(level) == grown.root()), n);
            for (std::size_t first : {std::size_t(0), n / 3, n - n / 2}) {  // whatever was there before
                ledger::tree_head<cryptopp::sha256> in_two;
                in_two.append_all({leaves.front().data(), first * sizeof(digest)}, sizeof(digest));
                auto by_digest = in_two;
                in_two.append_all({leaves[0].data() + first * sizeof(digest), (n - first) * sizeof(digest)}, sizeof(digest));
                BOOST_TEST((in_two.root() == grown.root()), n);
                BOOST_TEST(in_two.size() == n);
                std::vector<digest> rest;
                for (std::size_t i = first; i != n; ++i) rest.push_back(ledger::leaf_hash<cryptopp::sha256>(leaves[i]));
                by_digest.append_hashes(rest);
                BOOST_TEST((by_digest.root() == grown.root()), n);
                BOOST_TEST(by_digest.size() == n);
            }
        }
        if (n != leaves.size()) grown.append(leaves[n]);
    }
}

BOOST_AUTO_TEST_CASE(a_node_never_passes_for_a_leaf) {
    digest const left = ledger::leaf_hash<cryptopp::sha256>(bytes{1}), right = ledger::leaf_hash<cryptopp::sha256>(bytes{2});
    bytes both(left.begin(), left.end());
    both.insert(both.end(), right.begin(), right.end());
    ledger::tree_head<cryptopp::sha256> two, one;
    two.append(bytes{1});
    two.append(bytes{2});
    one.append(both);
    BOOST_TEST((two.root() != one.root()));
    one = {};
    one.append_hash(left);
    one.append_hash(right);
    BOOST_TEST((two.root() == one.root()));
}

BOOST_AUTO_TEST_SUITE_END()
