#include <daicho/laws/tile_store.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/ledger/history.hpp>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;
using whole = ledger::tile_list;

template <class S>
laws_broken broken_by() {
    S s;
    laws::verdict v;
    int opened = 0;
    laws::tile_store(v, [&] {
        if constexpr (requires { s.reopen(); })
            if (opened++ != 0) s.reopen();
        return &s;
    });
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

struct counts_reads : whole {
    mutable std::uint64_t more = 1;
    std::uint64_t count() const { return whole::count() + std::exchange(more, 0); }
};
struct counts_twice : whole {
    std::uint64_t count() const { return whole::count() == 2 ? 3 : whole::count(); }
};
struct only_from_the_start : whole {
    fault read(std::uint64_t t, std::size_t first, std::span<digest> out) const { return whole::read(t, out.size() == 128 ? first - 1 : first, out); }
};
struct wraps_around : whole {
    fault read(std::uint64_t t, std::size_t first, std::span<digest> out) const { return first + 1 == tile_nodes && out.size() == 2 ? fault{} : whole::read(t, first, out); }
};
struct cuts_one_more : whole {
    fault cut(std::uint64_t n) { return n < count() ? (void)whole::cut(n - 1), append(laws::detail::some_tile(3)) : fault{}; }
};
struct full_after_a_cut : whole {
    bool was_cut = false;
    fault cut(std::uint64_t n) { return was_cut = n < count(), whole::cut(n); }
    fault append(std::span<digest const, tile_nodes> t) { return whole::append(was_cut ? std::span<digest const, tile_nodes>(laws::detail::some_tile(7)) : t); }
};
struct forgets : whole {
    void reopen() { (void)cut(0); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(tile_store_laws)

BOOST_AUTO_TEST_CASE(tiles_in_memory_keep_them) { BOOST_TEST((broken_by<whole>() == laws_broken{})); }

BOOST_AUTO_TEST_CASE(each_law_refuses_a_store_that_breaks_it) {
    laws::verdict v;
    laws::tile_store(v, [] { return static_cast<whole*>(nullptr); });
    BOOST_TEST((v.broken == laws_broken{"a store opens"}));
    BOOST_TEST((broken_by<counts_reads>() == laws_broken{"a new store is empty"}));
    BOOST_TEST(broken_by<counts_twice>().front() == "each tile that is appended is one more");
    BOOST_TEST(broken_by<only_from_the_start>().front() == "every node of every tile is read back, alone or with those behind it");
    BOOST_TEST((broken_by<wraps_around>() == laws_broken{"what is not there is out_of_range"}));
    BOOST_TEST(broken_by<cuts_one_more>().front() == "cut forgets the tiles from there on and no others");
    BOOST_TEST(broken_by<full_after_a_cut>().front() == "after a cut it goes on from there");
    BOOST_TEST((broken_by<forgets>() == laws_broken{"reopening finds what was appended"}));
}

BOOST_AUTO_TEST_SUITE_END()
