#include <daicho/ledger/history.hpp>

#include <boost/mp11/list.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/base/hex.hpp>
#include <daicho/cryptopp/hash.hpp>  // optimised however tests are built: trees of 100,000 leaves in a second

#include "ledger/merkle_vectors.hpp"

#include <random>
#include <set>

using namespace daicho;

namespace {

using merkle_vectors::paths;
using leaf_span = std::span<digest const>;
using both_hashes = boost::mp11::mp_list<cryptopp::sha256, cryptopp::sha512_256>;

/// MTH, PATH and PROOF as RFC 9162 2.1.1, 2.1.3.1 and 2.1.4.1 write them.
template <class H>
digest head(leaf_span leaves) {
    if (leaves.empty()) return H{}.finish();
    if (leaves.size() == 1) return leaves[0];
    std::size_t const k = std::bit_floor(leaves.size() - 1);
    return ledger::node_hash<H>(head<H>(leaves.first(k)), head<H>(leaves.subspan(k)));
}
template <class H>
paths path_of(std::size_t m, leaf_span leaves) {
    if (leaves.size() == 1) return {};
    std::size_t const k = std::bit_floor(leaves.size() - 1);
    auto p = m < k ? path_of<H>(m, leaves.first(k)) : path_of<H>(m - k, leaves.subspan(k));
    p.push_back(m < k ? head<H>(leaves.subspan(k)) : head<H>(leaves.first(k)));
    return p;
}
template <class H>
paths growth(std::size_t m, leaf_span leaves, bool whole = true) {
    if (m == leaves.size()) return whole ? paths{} : paths{head<H>(leaves)};
    std::size_t const k = std::bit_floor(leaves.size() - 1);
    auto p = m <= k ? growth<H>(m, leaves.first(k), whole) : growth<H>(m - k, leaves.subspan(k), false);
    p.push_back(m <= k ? head<H>(leaves.subspan(k)) : head<H>(leaves.first(k)));
    return p;
}

std::vector<digest> some_leaves(std::size_t n) {
    std::vector<digest> leaves(n);
    for (std::size_t i = 0; i != n; ++i) {
        std::array<byte, 8> number;
        store_be64(number.data(), i);
        leaves[i] = ledger::leaf_hash<cryptopp::sha256>(number);
    }
    return leaves;
}

bool same(result<proof_path> const& a, paths const& b) { return a && std::equal(a->begin(), a->end(), b.begin(), b.end()); }

/// Counts what is asked of a store, and can be told to fail.
struct watched_tiles : ledger::tile_list {
    mutable std::set<std::uint64_t> seen;
    mutable std::size_t reads = 0;
    int appends_left = 1'000'000;

    fault append(std::span<digest const, tile_nodes> nodes) { return appends_left-- > 0 ? tile_list::append(nodes) : fault{errc::store_full, "tile"}; }
    fault read(std::uint64_t t, std::size_t first, std::span<digest> out) const {
        seen.insert(t);
        ++reads;
        return tile_list::read(t, first, out);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(history)

BOOST_AUTO_TEST_CASE(a_tile_lies_where_its_level_and_index_say) {
    std::uint64_t place = 0;
    for (std::uint64_t leaves = 0; leaves != 70'000; ++leaves) {
        BOOST_TEST_REQUIRE(ledger::tile_order::count(leaves) == place);
        BOOST_TEST_REQUIRE(ledger::tile_order::leaves_in(place) == leaves);
        for (unsigned level = 0; level < 8 && (leaves + 1) % (std::uint64_t(1) << (8 * level)) == 0; ++level) {
            auto const index = ((leaves + 1) >> (8 * level)) - 1;
            BOOST_TEST_REQUIRE(ledger::tile_order::place(level, index) == place);
            if (level != 0) BOOST_TEST_REQUIRE(ledger::tile_order::leaves_in(place) == leaves);  // its group is not yet whole
            ++place;
        }
    }
    BOOST_TEST(ledger::tile_order::row(0) == 0u);
    BOOST_TEST(ledger::tile_order::row(1) == 256u);
    BOOST_TEST(ledger::tile_order::row(8) == tile_nodes - 1);
}

BOOST_AUTO_TEST_CASE(every_proof_about_every_small_tree_is_that_of_the_definition) {
    auto const leaves = some_leaves(90);
    ledger::tile_list tiles;
    ledger::history<cryptopp::sha256, ledger::tile_list> h(tiles);
    BOOST_TEST(!h.append(leaves));
    for (std::size_t size = 0; size <= leaves.size(); ++size) {
        auto const there = leaf_span(leaves).first(size);
        BOOST_TEST((*h.root(size) == head<cryptopp::sha256>(there)));
        for (std::size_t i = 0; i != size; ++i) {
            BOOST_TEST(same(h.inclusion(i, size), path_of<cryptopp::sha256>(i, there)));
            BOOST_TEST(same(h.consistency(i + 1, size), growth<cryptopp::sha256>(i + 1, there)));
        }
    }
}

// Of the published proofs, the good ones are about the tree of these eight leaves.
BOOST_AUTO_TEST_CASE(it_makes_the_published_proofs) {
    ledger::tile_list tiles;
    ledger::history<cryptopp::sha256, ledger::tile_list> h(tiles);
    for (auto leaf : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}) {
        digest const d = ledger::leaf_hash<cryptopp::sha256>(*bytes_from_hex(leaf));
        BOOST_TEST(!h.append({&d, 1}));
    }
    std::size_t made = 0;
    auto const ours = [&](boost::json::value const& root, std::uint64_t size) {
        auto const d = merkle_vectors::as_digest(root);
        return d && size != 0 && size <= h.size() && *h.root(size) == *d;
    };
    auto n = merkle_vectors::for_each_vector("inclusion", [&](boost::json::object const& o, bool refused) {
        auto const size = o.at("treeSize").to_number<std::uint64_t>();
        if (refused || !ours(o.at("root"), size)) return;
        BOOST_TEST(same(h.inclusion(o.at("leafIdx").to_number<std::uint64_t>(), size), *merkle_vectors::as_path(o.at("proof"))));
        ++made;
    });
    BOOST_TEST((n == 0 || made >= 3u), made);
    made = 0;
    n = merkle_vectors::for_each_vector("consistency", [&](boost::json::object const& o, bool refused) {
        auto const old = o.at("size1").to_number<std::uint64_t>(), size = o.at("size2").to_number<std::uint64_t>();
        if (refused || !ours(o.at("root1"), old) || !ours(o.at("root2"), size)) return;
        BOOST_TEST(same(h.consistency(old, size), *merkle_vectors::as_path(o.at("proof"))));
        ++made;
    });
    BOOST_TEST((n == 0 || made >= 3u), made);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(random_proofs_about_large_trees_are_those_of_the_definition, H, both_hashes) {
    std::mt19937_64 random(9162);
    auto const leaves = some_leaves(256 * 256 + 3 * 256 + 77);
    ledger::tile_list tiles;
    ledger::history<H, ledger::tile_list> h(tiles);
    ledger::tree_head<H> other;
    for (std::size_t done = 0; done != leaves.size();) {
        auto const n = std::min<std::size_t>(random() % 3000, leaves.size() - done);
        BOOST_TEST_REQUIRE(!h.append(leaf_span(leaves).subspan(done, n)));
        other.append_hashes(leaf_span(leaves).subspan(done, n));
        done += n;
        BOOST_TEST(h.size() == done);
        BOOST_TEST((*h.root() == other.root()));
    }
    for (int i = 0; i != 12; ++i) {
        std::size_t const size = i == 0 ? leaves.size() : i < 4 ? 65'536 - 1 + std::size_t(i) : 1 + random() % leaves.size();
        auto const there = leaf_span(leaves).first(size);
        auto const at = random() % size, old = 1 + random() % size;
        auto const path = h.inclusion(at, size), grown = h.consistency(old, size);
        BOOST_TEST(same(path, path_of<H>(at, there)));
        BOOST_TEST(same(grown, growth<H>(old, there)));
        BOOST_TEST(!ledger::verify_inclusion<H>({leaves[at], at, *path}, size, *h.root(size)));
        BOOST_TEST(!ledger::verify_consistency<H>(old, *h.root(old), size, *h.root(size), *grown));
    }
    for (int i = 0; i != 2000; ++i) {  // and each is verified, at any size it has had
        auto const size = 1 + random() % leaves.size(), at = random() % size, old = 1 + random() % size;
        BOOST_TEST_REQUIRE(!ledger::verify_inclusion<H>({leaves[at], at, *h.inclusion(at, size)}, size, *h.root(size)));
        BOOST_TEST_REQUIRE(!ledger::verify_consistency<H>(old, *h.root(old), size, *h.root(size), *h.consistency(old, size)));
    }
}

BOOST_AUTO_TEST_CASE(a_proof_reads_one_tile_a_level_and_hashes_none_of_it_again) {
    auto const leaves = some_leaves(3 * 65'536);
    watched_tiles tiles;
    ledger::history<cryptopp::sha256, watched_tiles> h(tiles);
    BOOST_TEST(!h.append(leaves));
    for (std::size_t at : {0u, 77'777u, 3u * 65'536 - 1}) {
        tiles.seen.clear();
        tiles.reads = 0;
        BOOST_TEST(!ledger::verify_inclusion<cryptopp::sha256>({leaves[at], at, *h.inclusion(at, leaves.size())}, leaves.size(), *h.root()));
        BOOST_TEST(tiles.seen.size() <= 3u);  // of leaves, of the level above, and of the head's other side
        BOOST_TEST(tiles.reads <= 20u);
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_not_proven) {
    auto const leaves = some_leaves(300);
    ledger::tile_list tiles;
    ledger::history<cryptopp::sha256, ledger::tile_list> h(tiles);
    BOOST_TEST((*h.root() == cryptopp::sha256{}.finish()));
    BOOST_TEST((h.inclusion(0, 0).error() == errc::out_of_range));
    BOOST_TEST(!h.append(leaves));
    BOOST_TEST((h.root(301).error() == errc::out_of_range));
    BOOST_TEST((h.inclusion(0, 301).error() == errc::out_of_range));
    BOOST_TEST((h.inclusion(300, 300).error() == errc::out_of_range));
    BOOST_TEST(bool(h.inclusion(299, 300)));
    BOOST_TEST((h.consistency(0, 300).error() == errc::out_of_range));
    BOOST_TEST((h.consistency(299, 298).error() == errc::out_of_range));
    BOOST_TEST((h.consistency(1, 301).error() == errc::out_of_range));
    BOOST_TEST((h.consistency(1, ~std::uint64_t(0)).error() == errc::out_of_range));
    BOOST_TEST(h.consistency(300, 300)->empty());
}

BOOST_AUTO_TEST_CASE(it_hands_out_the_tiles_that_other_tools_read) {
    auto const leaves = some_leaves(65'536 + 256 + 5);
    ledger::tile_list tiles;
    ledger::history<cryptopp::sha256, ledger::tile_list> h(tiles);
    BOOST_TEST(!h.append(leaves));
    std::vector<digest> out(256);
    BOOST_TEST(!h.hashes(0, 200, out));
    BOOST_TEST(std::equal(out.begin(), out.end(), leaves.begin() + 200 * 256));
    BOOST_TEST(!h.hashes(1, 0, out));
    for (std::size_t i : {0u, 1u, 255u}) BOOST_TEST((out[i] == head<cryptopp::sha256>(leaf_span(leaves).subspan(i * 256, 256))));
    BOOST_TEST(!h.hashes(0, 257, std::span(out).first(5)));
    BOOST_TEST(std::equal(out.begin(), out.begin() + 5, leaves.begin() + 257 * 256));
    BOOST_TEST(!h.hashes(1, 1, std::span(out).first(1)));
    BOOST_TEST((out[0] == head<cryptopp::sha256>(leaf_span(leaves).subspan(65'536, 256))));
    BOOST_TEST(!h.hashes(2, 0, std::span(out).first(1)));
    BOOST_TEST((out[0] == head<cryptopp::sha256>(leaf_span(leaves).first(65'536))));
    for (auto [level, index, width] : {std::tuple(0u, 257ull, 6u), {1u, 1ull, 2u}, {2u, 0ull, 2u}, {3u, 0ull, 1u}, {8u, 0ull, 1u}, {0u, 258ull, 1u}, {0u, ~0ull, 1u}, {0u, ~0ull / 256, 1u}})
        BOOST_TEST((h.hashes(level, index, std::span(out).first(width)) == errc::out_of_range));
}

BOOST_AUTO_TEST_CASE(opened_again_it_goes_on_from_its_last_whole_tile) {
    auto const leaves = some_leaves(65'536 + 700);
    ledger::tile_list tiles;
    {
        ledger::history<cryptopp::sha256, ledger::tile_list> h(tiles);
        BOOST_TEST(!h.append(leaves));
    }
    // As it was left, and with what a power cut may have taken from the end: also the half of a group of tiles.
    for (std::uint64_t kept : {tiles.count(), tiles.count() - 1, ledger::tile_order::place(1, 0), ledger::tile_order::place(1, 0) + 1, std::uint64_t(3), std::uint64_t(0)}) {
        BOOST_TEST(!tiles.cut(kept));
        ledger::history<cryptopp::sha256, ledger::tile_list> h(tiles);
        BOOST_TEST(!h.open());
        BOOST_TEST(h.size() == ledger::tile_order::leaves_in(kept) * 256);
        BOOST_TEST((*h.root() == head<cryptopp::sha256>(leaf_span(leaves).first(std::size_t(h.size())))));
        BOOST_TEST(!h.append(leaf_span(leaves).subspan(std::size_t(h.size()))));
        BOOST_TEST((*h.root() == head<cryptopp::sha256>(leaves)));
        BOOST_TEST(!ledger::verify_inclusion<cryptopp::sha256>({leaves[300], 300, *h.inclusion(300, h.size())}, h.size(), *h.root()));
    }
    ledger::history<cryptopp::sha256, ledger::tile_list> h(tiles);
    BOOST_TEST(!h.open());
    BOOST_TEST(!h.clear());
    BOOST_TEST(h.size() == 0u);
    BOOST_TEST(tiles.count() == 0u);
}

BOOST_AUTO_TEST_CASE(after_a_fault_of_its_store_it_says_nothing_until_it_is_opened_again) {
    auto const leaves = some_leaves(2000);
    watched_tiles tiles;
    tiles.appends_left = 3;
    ledger::history<cryptopp::sha256, watched_tiles> h(tiles);
    BOOST_TEST((h.append(leaves) == errc::store_full));
    BOOST_TEST((h.inclusion(0, 1).error() == errc::store_full));
    BOOST_TEST((h.append(leaves) == errc::store_full));
    tiles.appends_left = 1000;
    BOOST_TEST(!h.open());
    BOOST_TEST(h.size() == 3u * 256);
    BOOST_TEST(!h.append(leaf_span(leaves).subspan(std::size_t(h.size()))));
    BOOST_TEST((*h.root() == head<cryptopp::sha256>(leaves)));
}

BOOST_AUTO_TEST_SUITE_END()
