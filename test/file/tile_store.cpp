#include <daicho/file/tile_store.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/hash.hpp>
#include <daicho/laws/tile_store.hpp>
#include <daicho/ledger/history.hpp>

#include "../memory/random_batches.hpp"
#include "unreliable.hpp"

using namespace daicho;

namespace {
using store = file::basic_tile_store<unreliable>;

bool holds(store const& s, std::uint64_t t) {
    std::array<digest, tile_nodes> nodes;
    return !s.read(t, 0, nodes) && nodes == laws::detail::some_tile(unsigned(t));
}
} // namespace

BOOST_AUTO_TEST_SUITE(file_tile_store)

BOOST_AUTO_TEST_CASE(it_keeps_the_laws) {
    temporary_directory d;
    laws::verdict v;
    laws::tile_store(v, [&] { return file::tile_store::open(d.path / "tiles"); });
    BOOST_TEST((v.broken == std::vector<std::string>{}));
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(a_second_opening_is_busy) {
    temporary_directory d;
    auto const first = file::tile_store::open(d.path / "tiles");
    BOOST_REQUIRE(first);
    BOOST_TEST((file::tile_store::open(d.path / "tiles").error() == errc::busy));
}

BOOST_AUTO_TEST_CASE(another_file_in_its_place_is_left_alone) {
    temporary_directory d;
    for (auto size : {0u, 3u, 200u, 40'000u}) {
        bytes const other(size, byte('x'));
        BOOST_REQUIRE(!file::replace_file(d.path / "tiles", other));
        BOOST_TEST((file::tile_store::open(d.path / "tiles").error() == errc::store_corrupt));
        BOOST_TEST((*file::read_file(d.path / "tiles", 100'000) == other));
    }
    std::filesystem::remove(d.path / "tiles");
    BOOST_TEST(bool(file::tile_store::open(d.path / "tiles")));
}

BOOST_AUTO_TEST_CASE(a_file_that_was_cut_or_altered_at_its_end_is_taken_up_before_that) {
    temporary_directory d;
    auto const path = d.path / "tiles";
    constexpr std::size_t slot = file::tile_store::slot;
    {
        auto s = store::open(path);
        for (unsigned i = 0; i != 10; ++i) BOOST_REQUIRE(!s->append(laws::detail::some_tile(i)));
    }
    auto const whole = *file::read_file(path, 1 << 20);
    BOOST_TEST(whole.size() == 11 * slot);
    for (std::size_t size : {whole.size() - 1, whole.size() - slot, 9 * slot + 1, 3 * slot, slot, slot - 1, store::label.size()}) {
        BOOST_REQUIRE(!file::replace_file<unreliable>(path, byte_view(whole).first(size)));
        auto s = store::open(path);
        BOOST_REQUIRE(s);
        auto const there = size < slot ? 0 : size / slot - 1;
        BOOST_TEST(s->count() == there);
        if (there != 0) BOOST_TEST(holds(*s, there - 1));
        BOOST_TEST(!s->append(laws::detail::some_tile(unsigned(there))));
        BOOST_TEST(holds(*s, there));
    }
    random_batches random(5);
    for (int i = 0; i != 50; ++i) {
        auto altered = whole;
        auto const at = slot + random.below(10 * slot);
        altered[at] ^= byte(1 << random.below(8));
        BOOST_REQUIRE(!file::replace_file<unreliable>(path, altered));
        auto s = store::open(path);
        BOOST_REQUIRE(s);
        BOOST_TEST(s->count() == at / slot - 1);
    }
    BOOST_REQUIRE(!file::replace_file<unreliable>(path, whole));
    BOOST_TEST(store::open(path)->count() == 10u);
}

BOOST_AUTO_TEST_CASE(after_a_power_cut_at_any_call_what_is_there_is_what_was_appended) {
    random_batches random(7);
    int cuts = 0;
    for (unsigned round = 0; round != 40; ++round) {
        temporary_directory d;
        std::uint64_t synced = 0;
        unreliable::arm(unreliable::mode::cut, long(random.below(90)), 0, round);
        try {
            auto s = store::open(d.path / "tiles");
            BOOST_REQUIRE(s);
            for (unsigned i = 0; i != 80; ++i) {
                BOOST_REQUIRE(!s->append(laws::detail::some_tile(i)));
                if ((i + 1) % store::unsynced == 0) synced = i + 1;
            }
            unreliable::cut_now();
        } catch (unreliable::power_cut) {
            ++cuts;
        }
        unreliable::disarm();
        auto s = store::open(d.path / "tiles");
        BOOST_REQUIRE(s);
        BOOST_TEST(s->count() >= synced);
        for (std::uint64_t t = 0; t != s->count(); ++t) BOOST_REQUIRE(holds(*s, t));
        BOOST_TEST(!s->append(laws::detail::some_tile(unsigned(s->count()))));
        BOOST_TEST(holds(*s, s->count() - 1));
    }
    BOOST_TEST(cuts > 20);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_told_and_nothing_is_appended_behind_it) {
    temporary_directory d;
    auto s = store::open(d.path / "tiles");
    BOOST_REQUIRE(!s->append(laws::detail::some_tile(0)));
    unreliable::arm(unreliable::mode::fails, 0, ENOSPC, 1);
    BOOST_TEST((s->append(laws::detail::some_tile(1)) == errc::store_full));
    unreliable::disarm();
    BOOST_TEST((s->append(laws::detail::some_tile(1)) == errc::store_full));
    BOOST_TEST(s->count() == 1u);
    BOOST_TEST(!s->cut(1));
    BOOST_TEST(!s->append(laws::detail::some_tile(1)));
    BOOST_TEST(holds(*s, 1));
}

BOOST_AUTO_TEST_CASE(a_history_goes_on_in_the_file_that_another_run_left) {
    temporary_directory d;
    std::vector<digest> leaves(3000);
    for (std::size_t i = 0; i != leaves.size(); ++i) store_be64(leaves[i].data(), i);
    for (std::size_t upto : {700u, 1500u, 3000u}) {
        auto tiles = file::tile_store::open(d.path / "tiles");
        BOOST_REQUIRE(tiles);
        ledger::history<sha256, file::tile_store> h(*tiles);
        BOOST_TEST(!h.open());
        BOOST_TEST(!h.append(std::span<digest const>(leaves).first(upto).subspan(std::size_t(h.size()))));
        auto copy = leaves;
        auto const root = ledger::root_over<sha256>(std::span(copy).first(upto));
        BOOST_TEST((*h.root() == root));
        BOOST_TEST(!ledger::verify_inclusion<sha256>({leaves[600], 600, *h.inclusion(600, upto)}, upto, root));
    }
}

BOOST_AUTO_TEST_SUITE_END()
