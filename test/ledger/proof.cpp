#include <daicho/ledger/proof.hpp>

#include "naive_tree.hpp"

#include <boost/test/unit_test.hpp>

#include <daicho/hash.hpp>

#include "ledger/merkle_vectors.hpp"

using namespace daicho;
using namespace merkle_vectors;

namespace {

using naive::growth;
using naive::head;
using naive::path_of;
using naive::paths;

std::vector<digest> some_leaves(std::size_t n) {
    std::vector<digest> leaves(n);
    for (std::size_t i = 0; i != n; ++i) leaves[i] = ledger::leaf_hash<sha256>(bytes{byte(i), byte(i >> 8)});
    return leaves;
}

} // namespace

BOOST_AUTO_TEST_SUITE(proof)

BOOST_AUTO_TEST_CASE(inclusion_agrees_with_the_published_vectors) {
    auto const n = for_each_vector("inclusion", [](boost::json::object const& o, bool refused) {
        auto const leaf = as_digest(o.at("leafHash")), root = as_digest(o.at("root"));
        auto const path = as_path(o.at("proof"));
        bool const whole = leaf && root && path && from_base64(std::string(o.at("root").as_string())).size() == 32;
        auto const accepted = [&] {
            ledger::inclusion const claim{*leaf, o.at("leafIdx").to_number<std::uint64_t>(), *path};
            auto const size = o.at("treeSize").to_number<std::uint64_t>();
            auto const one = ledger::verify_inclusion<sha256>(claim, size, *root);
            std::vector<fault> many(1, errc::busy);
            ledger::verify_inclusions<sha256>(std::span(&claim, 1), size, *root, many);
            BOOST_TEST((one == many[0]));
            return !one;
        };
        BOOST_TEST((whole && accepted()) == !refused);
    });
    BOOST_TEST((n == 0 || n >= 90u), n);
}

BOOST_AUTO_TEST_CASE(consistency_agrees_with_the_published_vectors) {
    auto const n = for_each_vector("consistency", [](boost::json::object const& o, bool refused) {
        auto const before = as_digest(o.at("root1")), now = as_digest(o.at("root2"));
        auto const path = as_path(o.at("proof"));
        bool const accepted = before && now && path &&
                              !ledger::verify_consistency<sha256>(o.at("size1").to_number<std::uint64_t>(), *before,
                                                                  o.at("size2").to_number<std::uint64_t>(), *now, *path);
        BOOST_TEST(accepted == !refused);
    });
    BOOST_TEST((n == 0 || n >= 90u), n);
}

BOOST_AUTO_TEST_CASE(every_leaf_of_every_small_tree_is_proven_and_at_no_other_place) {
    for (std::size_t n = 1; n <= 20; ++n) {
        auto const leaves = some_leaves(n);
        digest const root = head(leaves);
        std::vector<paths> kept;
        std::vector<ledger::inclusion> claims;
        for (std::size_t m = 0; m != n; ++m) kept.push_back(path_of(m, leaves));
        for (std::size_t m = 0; m != n; ++m)
            for (std::size_t at = 0; at <= n; ++at) claims.push_back({leaves[m], at, kept[m]});
        std::vector<fault> verdicts(claims.size(), errc::busy);
        ledger::verify_inclusions<sha256>(claims, n, root, verdicts);
        for (std::size_t i = 0; i != claims.size(); ++i) {
            auto const one = ledger::verify_inclusion<sha256>(claims[i], n, root);
            BOOST_TEST(!one == (claims[i].index == i / (n + 1)));
            BOOST_TEST((one == verdicts[i]));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_tree_continues_its_beginnings_and_nothing_else) {
    for (std::size_t n = 1; n <= 34; ++n) {
        auto const leaves = some_leaves(n);
        digest const root = head(leaves);
        for (std::size_t m = 1; m <= n; ++m) {
            digest const before = head(std::span(leaves).first(m));
            auto const path = growth(m, leaves);
            BOOST_TEST(!ledger::verify_consistency<sha256>(m, before, n, root, path));
            digest other = before;
            other[0] ^= 1;
            BOOST_TEST((ledger::verify_consistency<sha256>(m, other, n, root, path) == errc::wrong_root));
            for (std::size_t k = 0; k != path.size(); ++k) {
                auto altered = path;
                altered[k][31] ^= 0x80;
                BOOST_TEST((ledger::verify_consistency<sha256>(m, before, n, root, altered) == errc::wrong_root));
                BOOST_TEST((ledger::verify_consistency<sha256>(m, before, n, root, std::span(path).first(k)) == errc::wrong_size));
            }
            auto longer = path;
            longer.push_back(root);
            BOOST_TEST((ledger::verify_consistency<sha256>(m, before, n, root, longer) == errc::wrong_size));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_path_of_any_length_comes_to_an_end) {
    auto const leaves = some_leaves(1);
    paths const endless(1000, leaves[0]);
    auto const last = ~std::uint64_t(0);
    BOOST_TEST((ledger::verify_inclusion<sha256>({leaves[0], last - 1, endless}, last, leaves[0]) == errc::wrong_size));
    BOOST_TEST((ledger::verify_inclusion<sha256>({leaves[0], last, endless}, last, leaves[0]) == errc::out_of_range));
    BOOST_TEST((ledger::verify_consistency<sha256>(last - 1, leaves[0], last, leaves[0], endless) == errc::wrong_size));
    BOOST_TEST((ledger::verify_consistency<sha256>(0, leaves[0], last, leaves[0], endless) == errc::out_of_range));
}

BOOST_AUTO_TEST_SUITE_END()
