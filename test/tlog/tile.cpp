#include <daicho/tlog/tile.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/hash/sha256.hpp>
#include <daicho/ledger/tree.hpp>
#include <daicho/tlog/entry_bundle.hpp>

#include "published.hpp"

using namespace daicho;
using tlog::tile;

namespace {

errc refused(std::string const& path) { return tile::parse(path).error().code; }

} // namespace

BOOST_AUTO_TEST_SUITE(tiles)

BOOST_AUTO_TEST_CASE(a_tile_has_one_path) {
    std::pair<char const*, tile> const known[] = {
        {"tile/0/000", {}},
        {"tile/1/001", {.level = 1, .index = 1}},
        {"tile/0/x001/x234/067", {.index = 1234067}},
        {"tile/0/x001/000", {.index = 1000}},
        {"tile/63/999.p/1", {.level = 63, .index = 999, .width = 1}},
        {"tile/entries/x001/234.p/255", {.index = 1234, .width = 255, .entries = true}},
        {"tile/0/x018/x446/x744/x073/x709/x551/615", {.index = ~std::uint64_t(0)}},
    };
    for (auto const& [path, t] : known) {
        BOOST_TEST(t.path() == path);
        auto const read = tile::parse(path);
        BOOST_TEST_REQUIRE(bool(read), path);
        BOOST_TEST((*read == t), path);
    }
    for (std::uint64_t i = 0; i < 3'000'000; i += 997) {
        tile const t{.level = unsigned(i % 8), .index = i, .width = i % 256 + 1};
        auto const read = tile::parse(t.path());
        BOOST_REQUIRE(read && *read == t);
    }
}

BOOST_AUTO_TEST_CASE(another_way_to_write_it_is_refused) {
    for (char const* path : {"tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/x000/001", "tile/0/x001", "tile/0/001/002", "tile/0/x001/x002", "tile/0/x1/002",
                             "tile/0/x001/", "tile/0/", "tile/0/-01", "tile/00/000", "tile/0/000.p/01", "tile/0/000.p/", "tile/a/000", "tile/0/000/"})
        BOOST_TEST((refused(path) == errc::non_canonical), path);
    BOOST_TEST((refused("tile/0/000.p/0") == errc::out_of_range));
    BOOST_TEST((refused("tile/0/000.p/256") == errc::out_of_range));
    BOOST_TEST((refused("tile/64/000") == errc::out_of_range));
    BOOST_TEST((refused("tile/0/x018/x446/x744/x073/x709/x551/616") == errc::out_of_range));
    BOOST_TEST((refused("tiles/0/000") == errc::missing_field));
    BOOST_TEST((refused("tile/0") == errc::missing_field));
    BOOST_TEST((refused("") == errc::missing_field));
}

BOOST_AUTO_TEST_CASE(a_tree_of_70000_has_the_tiles_of_the_specifications_example) {
    auto const there = [](tile const& t) { return t.in(70'000); };
    BOOST_TEST(there({.index = 272}));
    BOOST_TEST(there({.index = 273, .width = 112}));
    BOOST_TEST(!there({.index = 273, .width = 113}));
    BOOST_TEST(!there({.index = 274, .width = 1}));
    BOOST_TEST(there({.level = 1}));
    BOOST_TEST(there({.level = 1, .index = 1, .width = 17}));
    BOOST_TEST(!there({.level = 1, .index = 1, .width = 18}));
    BOOST_TEST(there({.level = 2, .width = 1}));
    BOOST_TEST(!there({.level = 2, .width = 2}));
    BOOST_TEST(!there({.level = 3, .width = 1}));
    BOOST_TEST(!there({.level = 8, .width = 1}));
    BOOST_TEST((!tile{.index = ~std::uint64_t(0), .width = 1}.in(~std::uint64_t(0))));
    BOOST_TEST((tile{.level = 1, .width = 1}.in(256)));
    BOOST_TEST((!tile{.level = 1, .width = 1}.in(255)));
}

BOOST_AUTO_TEST_CASE(a_bundle_gives_back_its_entries) {
    bytes bundle;
    BOOST_TEST(!tlog::append_entry(bundle, as_bytes("one")));
    BOOST_TEST(!tlog::append_entry(bundle, {}));
    BOOST_TEST(!tlog::append_entry(bundle, bytes(tlog::entry_bound, 7)));
    bytes const before = bundle;
    BOOST_TEST((tlog::append_entry(bundle, bytes(tlog::entry_bound + 1)) == errc::oversized));
    BOOST_TEST((bundle == before));

    std::vector<std::size_t> sizes;
    auto const note_size = [&](std::uint64_t i, byte_view e) {
        BOOST_TEST(i == sizes.size());
        sizes.push_back(e.size());
        return fault{};
    };
    BOOST_TEST(!tlog::for_each_entry(bundle, 3, note_size));
    BOOST_TEST((sizes == std::vector<std::size_t>{3, 0, tlog::entry_bound}));
    auto const pass = [](std::uint64_t, byte_view) { return fault{}; };
    BOOST_TEST((tlog::for_each_entry(bundle, 2, pass) == errc::wrong_size));
    BOOST_TEST((tlog::for_each_entry(bundle, 4, pass) == errc::wrong_size));
    for (std::size_t cut : {std::size_t(1), std::size_t(2), std::size_t(4), std::size_t(6), bundle.size() - 1})
        BOOST_TEST((tlog::for_each_entry(byte_view(bundle).first(cut), 3, pass) == errc::truncated), "cut at " << cut);
    BOOST_TEST((tlog::for_each_entry(bundle, 3, [](std::uint64_t, byte_view) { return fault{errc::busy}; }) == errc::busy));
}

BOOST_AUTO_TEST_CASE(a_real_logs_tiles_and_entries_make_its_roots) {
    auto const folder = published("tessera/testdata/log");
    if (!folder) return;
    for (std::uint64_t size = 1; size != 16; ++size) {
        tile const hashes{.width = size}, entries{.width = size, .entries = true};
        auto const tree = content(*folder / hashes.path());
        auto const bundle = content(*folder / entries.path());
        auto const note = content(*folder / ("checkpoint." + std::to_string(size)));
        auto const head = tlog::checkpoint::parse(note.substr(0, note.find("\n\n") + 1));
        BOOST_TEST_REQUIRE(bool(head));
        BOOST_TEST_REQUIRE(tree.size() == 32 * size);

        ledger::tree_head<sha256> grown;
        bytes leaves;
        BOOST_TEST(!tlog::for_each_entry(as_bytes(bundle), size, [&](std::uint64_t, byte_view e) {
            auto const leaf = ledger::leaf_hash<sha256>(e);
            leaves.insert(leaves.end(), leaf.begin(), leaf.end());
            grown.append(e);
            return fault{};
        }));
        BOOST_TEST(equal(leaves, as_bytes(tree)));
        BOOST_TEST((grown.root() == head->root), "size " << size);
    }
}

BOOST_AUTO_TEST_SUITE_END()
