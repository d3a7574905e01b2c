#include <daicho/file/block_store.hpp>

#include <boost/test/unit_test.hpp>

#include "../memory/killed_child.hpp"
#include "unreliable.hpp"

#include <fstream>
#include <set>

using namespace daicho;

namespace {

constexpr file::block_store_options small{.first_segment = 3000, .largest_segment = 12'000, .max_record = 1u << 20};

fault opening(std::filesystem::path const& p, file::block_store_options o = {}) { return file::block_store::open(p, o).error(); }

void patch(std::filesystem::path const& p, std::uint64_t at, byte value) {
    std::fstream f(p, std::ios::in | std::ios::out | std::ios::binary);
    f.seekp(std::streamoff(at)).put(char(value));
}

/// The only file of a kind, or the first.
std::filesystem::path first_of(std::filesystem::path const& p, std::string const& kind) {
    std::set<std::filesystem::path> all;
    for (auto& e : std::filesystem::directory_iterator(p))
        if (e.path().filename().string().ends_with(kind)) all.insert(e.path());
    BOOST_REQUIRE_MESSAGE(!all.empty(), "no file " << kind);
    return *all.begin();
}

std::uint64_t bytes_in(std::filesystem::path const& p) {
    std::uint64_t n = 0;
    for (auto& e : std::filesystem::directory_iterator(p)) n += e.file_size();
    return n;
}

std::size_t content_of(bytes const& file) { return std::size_t(file::end_of_content(file)); }

/// Blocks of 700 bytes until at least so many segments are settled.
void fill(file::block_store& s, std::filesystem::path const& p, std::size_t segments) {
    auto const settled = [&] {
        std::size_t n = 0;
        for (auto& e : std::filesystem::directory_iterator(p)) n += e.path().extension() == ".blocks";
        return n;
    };
    while (settled() < segments) BOOST_REQUIRE(!s.commit({.blocks = {bytes(700, byte(s.height() + 1))}, .cells = {{"a", bytes{1}}}}));
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
        [](store& s) {
            unreliable::arm(unreliable::mode::fails_from, 0, ENOSPC, 1);
            return store_batch{.keep = s.height() - 1, .blocks = {bytes(5000)}, .cells = {{"a", bytes{9}}}};
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
    auto const path = first_of(d.path, ".log");
    patch(path, 11, 2);
    BOOST_TEST((opening(d.path) == errc::store_corrupt));  // the checksum of the head
    auto head = *file::read_file(path, 2u << 20);
    store_be32(&head[32], file::crc32c(byte_view(head).first(32)));
    BOOST_REQUIRE(!file::replace_file(path, head));
    BOOST_TEST((opening(d.path) == errc::store_too_new));
    BOOST_TEST((*file::read_file(path, 2u << 20) == head));
}

BOOST_AUTO_TEST_CASE(something_else_in_its_place_is_corrupt) {
    for (auto text : {"", "short", "a text of more than thirty-two bytes, zeros or not"})
        for (auto name : {"00000001.log", "00000001.blocks"}) {
            temporary_directory d;
            BOOST_REQUIRE(!file::replace_file(d.path / name, as_bytes(text)));
            BOOST_TEST((opening(d.path) == errc::store_corrupt));
            BOOST_TEST((*file::read_file(d.path / name, 100) == bytes(as_bytes(text).begin(), as_bytes(text).end())));
        }
}

BOOST_AUTO_TEST_CASE(a_folder_of_the_layout_before_segments_is_refused_not_begun_again) {
    temporary_directory d;
    BOOST_REQUIRE(!file::replace_file(d.path / "blocks.log", as_bytes("daicholg")));
    BOOST_TEST((opening(d.path) == errc::store_corrupt));
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_in_any_byte_is_reported) {
    temporary_directory d;
    auto const path = d.path / "00000001.log";
    std::size_t size = 0;
    {
        auto s = file::block_store::open(d.path, small);
        BOOST_REQUIRE(s);
        BOOST_REQUIRE(!s->commit({.blocks = {bytes(40, byte(1))}, .add_pending = {{digest{1}, bytes{1, 2}}}}));
        BOOST_REQUIRE(!s->commit({.blocks = {bytes(30, byte(2))}, .cells = {{"a", bytes{3}}}}));
        BOOST_REQUIRE(!s->commit({.blocks = {bytes(20, byte(3))}}));
        auto const whole = *file::read_file(path, 1u << 20);
        size = content_of(whole);
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

BOOST_AUTO_TEST_CASE(zeros_in_the_last_block_do_not_hide_what_was_altered_beside_them) {
    temporary_directory d;
    {
        auto s = file::block_store::open(d.path);
        BOOST_REQUIRE(!s->commit({.blocks = {bytes(4096), bytes(2000, byte(5))}}));
    }
    BOOST_REQUIRE(!opening(d.path));
    patch(d.path / "00000001.log", 5000, 6);
    BOOST_TEST((opening(d.path) == errc::store_corrupt));
    patch(d.path / "00000001.log", 5000, 5);
    BOOST_TEST(file::block_store::open(d.path)->height() == 2u);
}

BOOST_AUTO_TEST_CASE(a_bit_that_flips_while_open_is_reported_by_read) {
    temporary_directory d;
    auto s = file::block_store::open(d.path);
    BOOST_REQUIRE(!s->commit({.blocks = {bytes(100, byte(5))}}));
    BOOST_REQUIRE(s->read(1));
    patch(d.path / "00000001.log", 100, 6);
    BOOST_TEST((s->read(1).error() == errc::store_corrupt));
}

BOOST_AUTO_TEST_CASE(a_last_record_cut_at_any_byte_was_never_acknowledged) {
    temporary_directory d;
    auto const path = d.path / "00000001.log";
    auto const end_of = [&] { return content_of(*file::read_file(path, 1u << 20)); };
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
            std::filesystem::remove(d.path / "00000002.log");
            auto s = file::basic_block_store<unreliable>::open(d.path, small);
            if (!zeros_follow) {  // the zeros were there before the record: no crash takes them away
                BOOST_REQUIRE(s.error() == errc::store_corrupt);
                continue;
            }
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
        auto options = small;
        if (seed == 3) options.largest_segment = options.first_segment;  // several segments are ready
        random_batches random(seed);
        naive_block_store acknowledged;
        int cuts = 0;
        for (int round = 0; round != 150; ++round) {
            std::optional<store_batch> in_flight;
            unreliable::arm(unreliable::mode::cut, random.below(200), 0, seed * 1000 + unsigned(round));
            try {
                auto s = store::open(d.path, options);
                BOOST_REQUIRE_MESSAGE(s, message(s.error().code) << " " << s.error().where << " " << s.error().at << ", seed " << seed << ", round " << round);
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
            auto s = store::open(d.path, options);
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

BOOST_AUTO_TEST_CASE(a_power_cut_at_each_call_of_a_life_leaves_what_was_acknowledged) {
    using store = file::basic_block_store<unreliable>;
    bool lived = false;
    for (long cut = 0; !lived; ++cut) {  // forks, joined segments, transactions that wait for long: until no call is left to cut at
        temporary_directory d;
        random_batches random(7);
        naive_block_store acknowledged;
        std::optional<store_batch> in_flight;
        unreliable::arm(unreliable::mode::cut, cut, 0, unsigned(cut));
        try {
            for (int opened = 0; opened != 2; ++opened) {
                auto s = store::open(d.path, small);
                BOOST_REQUIRE(s);
                for (int i = 0; i != 15; ++i) {
                    in_flight = random.next(acknowledged.blocks.size());
                    BOOST_REQUIRE(!s->commit(*in_flight));
                    acknowledged.commit(*in_flight);
                    in_flight.reset();
                }
            }
            lived = true;
        } catch (unreliable::power_cut) {
        }
        unreliable::disarm();
        auto s = store::open(d.path, small);
        BOOST_REQUIRE_MESSAGE(s, message(s.error().code) << ", call " << cut);
        BOOST_REQUIRE_MESSAGE(!s->check(), "call " << cut);
        if (!acknowledged.equals(*s)) {
            BOOST_REQUIRE_MESSAGE(in_flight, "call " << cut);
            acknowledged.commit(*in_flight);
            BOOST_REQUIRE_MESSAGE(acknowledged.equals(*s), "call " << cut);
        }
        BOOST_REQUIRE(!s->commit({.blocks = {bytes{1}}}));
        BOOST_TEST((!lived || cut > 150));
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
    BOOST_TEST(s->size() < 40'000u);
    BOOST_TEST(bytes_in(d.path) < 50'000u);
    BOOST_TEST((*s->read(1) == bytes(3000, byte(1))));
    BOOST_TEST((*s->cell("a") == bytes(1000, byte(199))));
}

BOOST_AUTO_TEST_CASE(blocks_take_hardly_more_room_than_they_have_bytes) {
    temporary_directory d;
    auto s = file::block_store::open(d.path, {.first_segment = 16'384, .largest_segment = 65'536});
    BOOST_REQUIRE(s);
    std::uint64_t held = 0;
    for (unsigned n = 0; n != 400; ++n) {  // each transaction waits first, then is in a block
        store_batch waits, sealed{.blocks = {bytes(2400, byte(n))}};
        for (unsigned i = 0; i != 8; ++i) {
            digest id{byte(n), byte(n >> 8), byte(i)};
            waits.add_pending.emplace_back(id, bytes(300, byte(n)));
            sealed.drop_pending.push_back(id);
        }
        BOOST_REQUIRE(!s->commit(waits));
        BOOST_REQUIRE(!s->commit(sealed));
        held += 2400;
    }
    std::uint64_t settled = 0, blocks = 0;
    for (auto& e : std::filesystem::directory_iterator(d.path)) {
        auto const kind = e.path().extension();
        if (kind == ".blocks" || kind == ".heights") settled += e.file_size();
        blocks += kind == ".blocks";
    }
    BOOST_TEST(blocks > 3u);
    BOOST_TEST(blocks < 40u);  // small ones were joined
    BOOST_TEST(settled < held + held / 5);
    BOOST_TEST(settled > held / 2);
    BOOST_TEST(!s->check());
}

BOOST_AUTO_TEST_CASE(what_waits_for_long_keeps_its_place_however_often_it_moves) {
    temporary_directory d;
    std::vector<std::pair<digest, bytes>> waits;
    for (byte i = 0; i != 20; ++i) waits.emplace_back(digest{i}, bytes(50, i));
    for (bool reopened : {false, true}) {
        auto s = file::block_store::open(d.path, small);
        BOOST_REQUIRE(s);
        if (!reopened)
            for (auto& w : waits) BOOST_REQUIRE(!s->commit({.blocks = {bytes(10)}, .add_pending = {w}, .cells = {{"kept", bytes{7}}}}));
        for (int i = 0; i != 100; ++i) BOOST_REQUIRE(!s->commit({.blocks = {bytes(900, byte(i))}}));
        BOOST_TEST((laws::detail::contents_of(*s).pending == waits));
        BOOST_TEST((*s->cell("kept") == bytes{7}));
    }
    BOOST_TEST(!std::filesystem::exists(d.path / "00000001.log"));
}

BOOST_AUTO_TEST_CASE(a_fork_below_what_is_settled_drops_it) {
    temporary_directory d;
    for (std::uint64_t keep : {12u, 8u, 1u, 0u}) {
        {
            auto s = file::block_store::open(d.path, small);
            BOOST_REQUIRE(s);
            fill(*s, d.path, 4);
            auto const first = *s->read(1);
            BOOST_REQUIRE(!s->commit({.keep = keep, .blocks = {bytes{9}, bytes{8}}}));
            BOOST_TEST(s->height() == keep + 2);
            BOOST_TEST((*s->read(keep + 1) == bytes{9}));
            if (keep != 0) BOOST_TEST((*s->read(1) == first));
            BOOST_TEST(!s->check());
        }
        auto s = file::block_store::open(d.path, small);
        BOOST_REQUIRE(s);
        BOOST_TEST(s->height() == keep + 2);
        BOOST_TEST((*s->read(keep + 2) == bytes{8}));
        for (int i = 0; i != 40; ++i) BOOST_REQUIRE(!s->commit({.blocks = {bytes(700, byte(i))}}));
        BOOST_TEST(!s->check());
        for (auto h = keep + 3; h <= s->height(); ++h) BOOST_REQUIRE((*s->read(h) == bytes(700, byte(h - keep - 3))));
    }
}

BOOST_AUTO_TEST_CASE(opening_trusts_settled_segments_and_check_reads_every_byte) {
    temporary_directory d;
    {
        auto s = file::block_store::open(d.path, small);
        fill(*s, d.path, 2);
    }
    auto const path = first_of(d.path, ".blocks");
    auto const whole = *file::read_file(path, 1u << 20);
    BOOST_REQUIRE(!file::block_store::open(d.path, small)->check());
    std::size_t opened = 0;
    for (std::size_t i = 0; i != whole.size(); ++i) {
        patch(path, i, byte(whole[i] ^ 0x10));
        if (auto s = file::block_store::open(d.path, small)) {
            ++opened;
            auto const f = s->check();
            BOOST_REQUIRE_MESSAGE(f == errc::store_corrupt, "byte " << i);
            BOOST_REQUIRE(f.at / file::segment_stride == 1u);
        } else {
            BOOST_REQUIRE(s.error() == errc::store_corrupt);
        }
        patch(path, i, whole[i]);
    }
    BOOST_TEST(opened > whole.size() / 2);
    patch(path, 200, byte(whole[200] ^ 1));  // in block 1
    BOOST_TEST((file::block_store::open(d.path, small)->read(1).error() == errc::store_corrupt));
    BOOST_TEST(bool(file::block_store::open(d.path, small)->read(2)));
    auto rebuilding = small;
    rebuilding.rebuild_index = true;
    BOOST_TEST((opening(d.path, rebuilding) == errc::store_corrupt));
}

BOOST_AUTO_TEST_CASE(a_height_table_that_is_gone_or_altered_is_made_again) {
    temporary_directory d;
    std::uint64_t height = 0;
    {
        auto s = file::block_store::open(d.path, small);
        fill(*s, d.path, 2);
        height = s->height();
    }
    auto const path = first_of(d.path, ".heights");
    auto const whole = *file::read_file(path, 1u << 20);
    auto const made_again = [&](file::block_store_options o = small) {
        auto s = file::block_store::open(d.path, o);
        BOOST_REQUIRE(s);
        BOOST_REQUIRE(s->height() == height);
        BOOST_REQUIRE((*s->read(1) == bytes(700, byte(1))));
        BOOST_REQUIRE((*file::read_file(path, 1u << 20) == whole));
    };
    for (std::size_t i = 0; i != whole.size(); ++i) {
        patch(path, i, byte(whole[i] ^ 0x10));
        made_again();
    }
    BOOST_REQUIRE(!file::replace_file(path, byte_view(whole).first(whole.size() / 2)));
    made_again();
    std::filesystem::remove(path);
    made_again();
    auto wrong = whole;  // adds up, and says where no block is
    store_be32(&wrong[48], load_be32(&wrong[48]) + 1);
    store_be32(&wrong[44], file::crc32c(byte_view(wrong).subspan(48), file::crc32c(byte_view(wrong).first(44))));
    BOOST_REQUIRE(!file::replace_file(path, wrong));
    BOOST_TEST((file::block_store::open(d.path, small)->check() == errc::store_corrupt));
    auto rebuilding = small;
    rebuilding.rebuild_index = true;
    made_again(rebuilding);
    BOOST_TEST(!file::block_store::open(d.path, small)->check());
}

BOOST_AUTO_TEST_CASE(a_segment_that_is_gone_is_reported) {
    temporary_directory d;
    {
        auto s = file::block_store::open(d.path, small);
        fill(*s, d.path, 3);
        BOOST_REQUIRE(!s->commit({.cells = {{"a", bytes(100)}}}));
    }
    std::vector<std::filesystem::path> all;
    for (auto& e : std::filesystem::directory_iterator(d.path))
        if (e.path().extension() == ".blocks" || e.path().extension() == ".log") all.push_back(e.path());
    BOOST_REQUIRE(all.size() > 3u);
    for (auto& p : all) {
        std::filesystem::rename(p, d.path / "aside");
        BOOST_TEST((opening(d.path, small) == errc::store_corrupt), p);
        std::filesystem::rename(d.path / "aside", p);
    }
    BOOST_TEST(!opening(d.path, small));
}

BOOST_AUTO_TEST_CASE(what_is_pruned_gives_its_segments_back) {
    temporary_directory d;
    auto s = file::block_store::open(d.path, small);
    BOOST_REQUIRE(s);
    for (int h = 1; h <= 400; ++h) BOOST_REQUIRE(!s->commit({.blocks = {bytes(600, byte(h))}}));
    auto const full = s->size();
    BOOST_REQUIRE(!s->commit({.prune = 300}));
    auto const pruned = s->size();
    BOOST_TEST(pruned < full / 2);
    auto const shows = [&] {
        return s->height() == 400 && s->read(300).error() == errc::pruned && s->view(1).error() == errc::pruned && s->read(301).value_or(bytes{}) == bytes(600, byte(301 % 256)) && !s->check();
    };
    BOOST_TEST(shows());
    *s = std::move(*file::block_store::open(d.path / "other", small));
    s = file::block_store::open(d.path, small);
    BOOST_REQUIRE(s);
    BOOST_TEST(s->size() == pruned);
    BOOST_TEST(shows());
    BOOST_TEST((s->commit({.keep = 299}) == errc::pruned));
    BOOST_TEST(!s->commit({.keep = 300, .blocks = {bytes{1}}}));
    BOOST_TEST(s->height() == 301u);
}

BOOST_AUTO_TEST_CASE(a_view_is_the_block_where_it_lies) {
    temporary_directory d;
    auto s = file::block_store::open(d.path, small);
    fill(*s, d.path, 2);
    for (std::uint64_t h = 1; h <= s->height(); ++h) {
        auto const v = s->view(h);
        BOOST_REQUIRE(v);
        BOOST_REQUIRE(equal(*v, *s->read(h)));
    }
    BOOST_TEST((s->view(0).error() == errc::not_found));
    BOOST_TEST((s->view(s->height() + 1).error() == errc::not_found));
    BOOST_REQUIRE(!s->commit({.prune = s->height() - 1}));
    BOOST_TEST((s->view(1).error() == errc::pruned));
    BOOST_TEST(bool(s->view(s->height())));
}

BOOST_AUTO_TEST_CASE(a_batch_beyond_the_bound_is_oversized) {
    temporary_directory d;
    auto s = file::block_store::open(d.path, small);
    BOOST_TEST((s->commit({.blocks = {bytes(1u << 20)}}) == errc::oversized));
    BOOST_TEST(!s->commit({.blocks = {bytes((1u << 20) - 100)}}));
    BOOST_TEST(s->height() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
