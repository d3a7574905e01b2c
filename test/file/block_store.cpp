#include <daicho/file/block_store.hpp>

#include <boost/test/unit_test.hpp>

#include "../memory/killed_child.hpp"
#include "unreliable.hpp"

#include <fstream>

using namespace daicho;

namespace {

constexpr file::block_store_options small{.compact_above = 20'000, .log = {.max_record = 1u << 20, .reserve = 3000}};

fault opening(std::filesystem::path const& p, file::block_store_options o = {}) { return file::block_store::open(p, o).error(); }

void patch(std::filesystem::path const& p, std::uint64_t at, byte value) {
    std::fstream f(p, std::ios::in | std::ios::out | std::ios::binary);
    f.seekp(std::streamoff(at)).put(char(value));
}

} // namespace

BOOST_AUTO_TEST_SUITE(file_block_store)

BOOST_AUTO_TEST_CASE(it_keeps_the_laws) {
    temporary_directory d;
    laws::verdict v;
    laws::block_store(v, [&] { return file::block_store::open(d.path / "new" / "store"); });
    BOOST_TEST((v.broken == std::vector<std::string>{}));
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_when_the_disk_is_full) {
    using store = file::basic_block_store<unreliable>;
    temporary_directory d;
    laws::verdict v;
    laws::block_store(
        v,
        [&] {
            unreliable::disarm();
            return store::open(d.path, small);
        },
        [](store&) {
            unreliable::arm(unreliable::mode::fails_from, 0, ENOSPC, 1);
            return store_batch{.keep = 1, .blocks = {bytes(5000)}, .cells = {{"a", bytes{9}}}};
        });
    BOOST_TEST((v.broken == std::vector<std::string>{}));
    unreliable::disarm();
}

BOOST_AUTO_TEST_CASE(the_last_bytes_of_a_disk_are_used_before_it_is_full) {
    temporary_directory d;
    auto s = file::basic_block_store<unreliable>::open(d.path, small);
    BOOST_REQUIRE(s);
    unreliable::arm(unreliable::mode::fails, 0, ENOSPC, 1);
    BOOST_TEST(!s->commit({.blocks = {bytes(5000)}}));
    BOOST_TEST(unreliable::struck());
    unreliable::disarm();
}

BOOST_AUTO_TEST_CASE(random_batches_leave_what_the_naive_store_shows) {
    for (unsigned seed = 1; seed != 4; ++seed) {
        temporary_directory d;
        agrees_with_the_naive_store(seed, 200, [&] { return file::block_store::open(d.path, small); });
    }
}

BOOST_AUTO_TEST_CASE(a_second_opening_is_busy) {
    temporary_directory d;
    auto first = file::block_store::open(d.path);
    BOOST_REQUIRE(first);
    BOOST_TEST((opening(d.path) == errc::busy));
    auto moved = std::move(*first);
    BOOST_TEST((opening(d.path) == errc::busy));
    BOOST_TEST(!moved.commit({.blocks = {bytes{1}}}));
    moved = *file::block_store::open(d.path / "elsewhere");
    BOOST_TEST(moved.height() == 0u);
}

BOOST_AUTO_TEST_CASE(a_newer_version_is_refused) {
    temporary_directory d;
    BOOST_REQUIRE(!opening(d.path));
    auto const path = d.path / "blocks.log";
    auto head = *file::read_file(path, 1000);
    head[11] = 2;
    store_be32(&head[20], file::crc32c(byte_view(head).first(20)));
    BOOST_REQUIRE(!file::replace_file(path, head));
    BOOST_TEST((opening(d.path) == errc::store_too_new));
}

BOOST_AUTO_TEST_CASE(something_else_in_its_place_is_corrupt) {
    for (auto text : {"", "short", "a text of more than twenty-four bytes"}) {
        temporary_directory d;
        BOOST_REQUIRE(!file::replace_file(d.path / "blocks.log", as_bytes(text)));
        BOOST_TEST((opening(d.path) == errc::store_corrupt));
    }
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_in_any_byte_is_reported) {
    temporary_directory d;
    auto const path = d.path / "blocks.log";
    std::size_t size = 0;
    {
        auto s = file::block_store::open(d.path, small);
        BOOST_REQUIRE(s);
        BOOST_REQUIRE(!s->commit({.blocks = {bytes(40, byte(1))}, .add_pending = {{digest{1}, bytes{1, 2}}}}));
        BOOST_REQUIRE(!s->commit({.blocks = {bytes(30, byte(2))}, .cells = {{"a", bytes{3}}}}));
        BOOST_REQUIRE(!s->commit({.blocks = {bytes(20, byte(3))}}));
        auto const whole = *file::read_file(path, 1u << 20);
        size = whole.size();
        while (whole[size - 1] == 0) --size;
    }
    auto const whole = *file::read_file(path, 1u << 20);
    for (std::size_t i = 0; i != size; ++i) {
        patch(path, i, byte(whole[i] ^ 0x10));
        BOOST_REQUIRE_MESSAGE(opening(d.path) == errc::store_corrupt, "byte " << i);
        BOOST_REQUIRE(*file::read_file(path, 1u << 20) != whole);
        patch(path, i, whole[i]);
    }
    BOOST_TEST(!opening(d.path));
}

BOOST_AUTO_TEST_CASE(a_bit_that_flips_while_open_is_reported_by_read) {
    temporary_directory d;
    auto s = file::block_store::open(d.path);
    BOOST_REQUIRE(!s->commit({.blocks = {bytes(100, byte(5))}}));
    BOOST_REQUIRE(s->read(1));
    patch(d.path / "blocks.log", 100, 6);
    BOOST_TEST((s->read(1).error() == errc::store_corrupt));
}

BOOST_AUTO_TEST_CASE(a_last_record_cut_at_any_byte_was_never_acknowledged) {
    temporary_directory d;
    auto const path = d.path / "blocks.log";
    auto const end_of = [&] {
        auto const b = *file::read_file(path, 1u << 20);
        auto n = b.size();
        while (n != 0 && b[n - 1] == 0) --n;
        return n;
    };
    std::size_t before = 0, after = 0;
    {
        auto s = file::block_store::open(d.path, small);
        BOOST_REQUIRE(!s->commit({.blocks = {bytes(300, byte(1))}}));
        before = end_of();
        BOOST_REQUIRE(!s->commit({.blocks = {bytes(200, byte(2))}}));
        after = end_of();
    }
    auto const whole = *file::read_file(path, 1u << 20);
    for (auto cut = before; cut <= after; ++cut)
        for (bool zeros_follow : {true, false}) {
            auto torn = whole;
            torn.resize(cut);
            if (zeros_follow) torn.resize(whole.size());
            BOOST_REQUIRE(!file::replace_file<unreliable>(path, torn));
            auto s = file::basic_block_store<unreliable>::open(d.path, small);
            BOOST_REQUIRE_MESSAGE(s, "cut at " << cut);
            BOOST_REQUIRE(s->height() == (cut == after ? 2u : 1u));
            BOOST_REQUIRE(!s->commit({.blocks = {bytes{9}}}));
            BOOST_REQUIRE(*s->read(s->height()) == bytes{9});
        }
}

BOOST_AUTO_TEST_CASE(a_power_cut_at_any_call_leaves_all_or_nothing_of_a_batch) {
    using store = file::basic_block_store<unreliable>;
    for (unsigned seed = 1; seed != 4; ++seed) {
        temporary_directory d;
        random_batches random(seed);
        naive_block_store acknowledged;
        int cuts = 0;
        for (int round = 0; round != 150; ++round) {
            std::optional<store_batch> in_flight;
            unreliable::arm(unreliable::mode::cut, random.below(80), 0, seed * 1000 + unsigned(round));
            try {
                auto s = store::open(d.path, small);
                BOOST_REQUIRE(s);
                for (int i = 0; i != 30; ++i) {
                    in_flight = random.next(acknowledged.blocks.size());
                    BOOST_REQUIRE(!s->commit(*in_flight));
                    acknowledged.commit(*in_flight);
                    in_flight.reset();
                }
            } catch (unreliable::power_cut) {
                ++cuts;
            }
            unreliable::disarm();
            auto s = store::open(d.path, small);
            BOOST_REQUIRE_MESSAGE(s, message(s.error().code) << ", seed " << seed << ", round " << round);
            if (acknowledged.equals(*s)) continue;
            BOOST_REQUIRE_MESSAGE(in_flight, "seed " << seed << ", round " << round);
            acknowledged.commit(*in_flight);
            BOOST_REQUIRE_MESSAGE(acknowledged.equals(*s), "seed " << seed << ", round " << round);
        }
        BOOST_TEST(cuts > 50);
    }
}

BOOST_AUTO_TEST_CASE(a_power_cut_while_a_store_is_young_loses_nothing_either) {
    using store = file::basic_block_store<unreliable>;
    for (unsigned seed = 1; seed != 6; ++seed)
        for (long cut = 0; cut != 16; ++cut) {
            temporary_directory d;
            std::uint64_t acknowledged = 0;
            unreliable::arm(unreliable::mode::cut, cut, 0, seed * 100 + unsigned(cut));
            try {
                auto s = store::open(d.path, small);
                BOOST_REQUIRE(s);
                for (; acknowledged != 4; ++acknowledged) BOOST_REQUIRE(!s->commit({.blocks = {bytes(300, byte(1))}}));
            } catch (unreliable::power_cut) {
            }
            unreliable::disarm();
            auto s = store::open(d.path, small);
            BOOST_REQUIRE_MESSAGE(s, message(s.error().code) << ", seed " << seed << ", call " << cut);
            BOOST_REQUIRE_MESSAGE(s->height() == acknowledged || s->height() == acknowledged + 1, "seed " << seed << ", call " << cut);
        }
}

BOOST_AUTO_TEST_CASE(a_call_that_fails_is_reported_and_loses_nothing) {
    using store = file::basic_block_store<unreliable>;
    for (int error : {EIO, ENOSPC})
        for (unsigned seed = 1; seed != 3; ++seed) {
            temporary_directory d;
            random_batches random(seed);
            naive_block_store acknowledged;
            int faults = 0;
            for (int round = 0; round != 60; ++round) {
                std::vector<store_batch> refused;
                unreliable::arm(unreliable::mode::fails, random.below(80), error, seed);
                if (auto s = store::open(d.path, small)) {
                    for (int i = 0; i != 30; ++i) {
                        auto const batch = random.next(acknowledged.blocks.size());
                        auto const f = s->commit(batch);
                        if (!f) {
                            acknowledged.commit(batch);
                        } else {
                            ++faults;
                            BOOST_REQUIRE((f == errc::io_failed || f == file::errc_of(error)));
                            if (f == errc::io_failed) refused.push_back(batch);
                        }
                        if (f) BOOST_REQUIRE_MESSAGE(acknowledged.equals(*s), "seed " << seed << ", round " << round);
                    }
                    BOOST_REQUIRE_MESSAGE(acknowledged.equals(*s), "seed " << seed << ", round " << round);
                }
                unreliable::disarm();
                auto s = store::open(d.path, small);
                BOOST_REQUIRE_MESSAGE(s, message(s.error().code) << ", seed " << seed << ", round " << round);
                if (acknowledged.equals(*s)) continue;
                BOOST_REQUIRE_MESSAGE(!refused.empty(), "seed " << seed << ", round " << round);
                acknowledged.commit(refused.front());
                BOOST_REQUIRE_MESSAGE(acknowledged.equals(*s), "seed " << seed << ", round " << round);
            }
            BOOST_TEST(faults > 20);
        }
}

BOOST_AUTO_TEST_CASE(after_a_failed_sync_nothing_is_taken_until_it_is_opened_again) {
    using store = file::basic_block_store<unreliable>;
    temporary_directory d;
    {
        auto s = store::open(d.path, small);
        BOOST_REQUIRE(!s->commit({.blocks = {bytes{1}}}));
        unreliable::arm(unreliable::mode::fails, 1, EIO, 1);  // the write, then the sync
        BOOST_TEST((s->commit({.blocks = {bytes{2}}}) == errc::io_failed));
        unreliable::disarm();
        BOOST_TEST((s->commit({.blocks = {bytes{3}}}) == errc::io_failed));
        BOOST_TEST((*s->read(1) == bytes{1}));
    }
    auto s = store::open(d.path, small);
    BOOST_REQUIRE(s);
    BOOST_TEST(!s->commit({.blocks = {bytes{3}}}));
    BOOST_TEST((*s->read(2) == bytes{3}));
}

BOOST_AUTO_TEST_CASE(kill_9_at_any_moment_loses_nothing_acknowledged) {
    temporary_directory d;
    nothing_acknowledged_is_lost(11, 25, [&] { return file::block_store::open(d.path, small); });
}

BOOST_AUTO_TEST_CASE(garbage_is_given_back) {
    temporary_directory d;
    auto s = file::block_store::open(d.path, small);
    BOOST_REQUIRE(s);
    BOOST_REQUIRE(!s->commit({.blocks = {bytes(3000, byte(1))}}));
    for (byte i = 0; i != 200; ++i) BOOST_REQUIRE(!s->commit({.cells = {{"a", bytes(1000, i)}}}));
    BOOST_TEST(s->garbage() < 25'000u);
    BOOST_TEST(std::filesystem::file_size(d.path / "blocks.log") < 30'000u);
    BOOST_TEST((*s->read(1) == bytes(3000, byte(1))));
    BOOST_TEST((*s->cell("a") == bytes(1000, byte(199))));
}

BOOST_AUTO_TEST_CASE(a_batch_beyond_the_bound_is_oversized) {
    temporary_directory d;
    auto s = file::block_store::open(d.path, small);
    BOOST_TEST((s->commit({.blocks = {bytes(1u << 20)}}) == errc::oversized));
    BOOST_TEST(!s->commit({.blocks = {bytes((1u << 20) - 100)}}));
    BOOST_TEST(s->height() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
