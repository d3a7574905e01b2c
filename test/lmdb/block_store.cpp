#include <daicho/lmdb/block_store.hpp>

#include <boost/test/unit_test.hpp>

#include "../memory/killed_child.hpp"

using namespace daicho;

namespace {

fault opening(std::filesystem::path const& p) { return lmdb::block_store::open(p).error(); }

constexpr lmdb::block_store_options tiny{.map_size = 256 * 1024, .map_limit = 512 * 1024};

struct never_synced : file::posix {
    static int fdatasync(int) noexcept { return 0; }
    static int fsync(int) noexcept { return 0; }
};

/// Opens the environment as any LMDB program could, and changes it.
template <class F>
void with_environment(std::filesystem::path const& p, F&& f) {
    MDB_env* e = nullptr;
    BOOST_REQUIRE(mdb_env_create(&e) == 0);
    lmdb::environment const closing(e);
    BOOST_REQUIRE(mdb_env_set_maxdbs(e, 5) == 0);
    BOOST_REQUIRE(mdb_env_open(e, p.c_str(), 0, 0644) == 0);
    lmdb::transaction t(closing, 0);
    BOOST_REQUIRE(t.code() == 0);
    f(t.get());
    BOOST_REQUIRE(t.commit() == 0);
}
void put(MDB_txn* t, char const* table, byte_view key, byte_view value, unsigned flags = 0) {
    MDB_dbi dbi;
    BOOST_REQUIRE(mdb_dbi_open(t, table, flags, &dbi) == 0);
    auto k = lmdb::to_val(key), v = lmdb::to_val(value);
    BOOST_REQUIRE(mdb_put(t, dbi, &k, &v, 0) == 0);
}

} // namespace

BOOST_AUTO_TEST_SUITE(lmdb_block_store)

BOOST_AUTO_TEST_CASE(it_keeps_the_laws) {
    temporary_directory d;
    laws::verdict v;
    laws::block_store(v, [&] { return lmdb::block_store::open(d.path / "new" / "store"); });
    BOOST_TEST((v.broken == std::vector<std::string>{}));
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_when_the_map_is_full) {
    temporary_directory d;
    laws::verdict v;
    laws::block_store(
        v, [&] { return lmdb::block_store::open(d.path, tiny); },
        [](lmdb::block_store& s) {
            return store_batch{.keep = s.height() - 1,
                               .blocks = {bytes{1}, bytes(600 * 1024)},
                               .add_pending = {{digest{9}, bytes{1}}},
                               .cells = {{"a", bytes{9}}}};
        });
    BOOST_TEST((v.broken == std::vector<std::string>{}));
}

BOOST_AUTO_TEST_CASE(the_map_grows_to_its_limit_and_then_the_store_is_full) {
    temporary_directory d;
    auto s = lmdb::block_store::open(d.path, tiny);
    BOOST_REQUIRE(s);
    fault f;
    for (int i = 0; i != 100 && !f; ++i) f = s->commit({.blocks = {bytes(10'000, byte(i))}});
    BOOST_TEST((f == errc::store_full));
    auto const height = s->height();
    BOOST_TEST(height > 30u);  // more than the first map held
    BOOST_TEST((*s->read(height) == bytes(10'000, byte(height - 1))));
    BOOST_TEST((s->read(height + 1).error() == errc::not_found));
    BOOST_TEST(!s->commit({.keep = 3}));
    // LMDB reuses pages two transactions after they were given back.
    (void)s->commit({.cells = {{"a", bytes{1}}}});
    BOOST_TEST(!s->commit({.blocks = {bytes(10'000)}}));
    BOOST_TEST(s->height() == 4u);
}

BOOST_AUTO_TEST_CASE(a_store_larger_than_the_first_map_opens) {
    temporary_directory d;
    BOOST_REQUIRE(!lmdb::block_store::open(d.path)->commit({.blocks = {bytes(3u << 20, byte(1))}}));
    auto s = lmdb::block_store::open(d.path, {.map_size = 64 * 1024});
    BOOST_REQUIRE(s);
    BOOST_TEST((*s->read(1) == bytes(3u << 20, byte(1))));
    BOOST_TEST(!s->commit({.blocks = {bytes(1u << 20)}}));
}

BOOST_AUTO_TEST_CASE(random_batches_leave_what_the_naive_store_shows) {
    for (unsigned seed = 1; seed != 4; ++seed) {
        temporary_directory d;
        agrees_with_the_naive_store(seed, 150, [&] { return lmdb::block_store::open(d.path, {.map_size = 64 * 1024}); });
    }
}

BOOST_AUTO_TEST_CASE(kill_9_at_any_moment_loses_nothing_acknowledged) {
    temporary_directory d;
    nothing_acknowledged_is_lost(21, 25, [&] { return lmdb::block_store::open(d.path, {.map_size = 64 * 1024}); });
}

BOOST_AUTO_TEST_CASE(a_second_opening_is_busy_in_this_process_and_in_another) {
    temporary_directory d;
    auto first = lmdb::block_store::open(d.path);
    BOOST_REQUIRE(first);
    BOOST_TEST((opening(d.path) == errc::busy));
    auto const child = ::fork();
    if (child == 0) ::_exit(opening(d.path) == errc::busy ? 0 : 1);
    int status = 1;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(status == 0);
    auto moved = std::move(*first);
    BOOST_TEST((opening(d.path) == errc::busy));
    BOOST_TEST(!moved.commit({.blocks = {bytes{1}}}));
    moved = *lmdb::block_store::open(d.path / "elsewhere");
    BOOST_TEST(moved.height() == 0u);
    BOOST_TEST(!opening(d.path));
}

BOOST_AUTO_TEST_CASE(a_newer_version_is_refused) {
    temporary_directory d;
    BOOST_REQUIRE(!opening(d.path));
    with_environment(d.path, [](MDB_txn* t) { put(t, "meta", as_bytes("version"), bytes{0, 0, 0, 2}); });
    BOOST_TEST((opening(d.path) == errc::store_too_new));
    with_environment(d.path, [](MDB_txn* t) { put(t, "meta", as_bytes("version"), bytes{0, 0, 0, 1}); });
    BOOST_TEST(!opening(d.path));
}

BOOST_AUTO_TEST_CASE(an_environment_of_somebody_else_is_corrupt_and_left_alone) {
    temporary_directory d;
    with_environment(d.path, [](MDB_txn* t) { put(t, "theirs", as_bytes("k"), as_bytes("v"), MDB_CREATE); });
    auto const before = *file::read_file(d.path / "data.mdb", 1u << 20);
    BOOST_TEST((opening(d.path) == errc::store_corrupt));
    BOOST_TEST((*file::read_file(d.path / "data.mdb", 1u << 20) == before));
}

BOOST_AUTO_TEST_CASE(something_else_in_its_place_is_corrupt) {
    for (auto size : {100u, 8192u, 100'000u}) {
        temporary_directory d;
        BOOST_REQUIRE(!file::replace_file(d.path / "data.mdb", bytes(size, byte(0x55))));
        BOOST_TEST((opening(d.path) == errc::store_corrupt));
    }
}

BOOST_AUTO_TEST_CASE(a_block_that_the_disk_altered_is_corrupt) {
    temporary_directory d;
    BOOST_REQUIRE(!lmdb::block_store::open(d.path)->commit({.blocks = {bytes(9000, byte(0xab)), bytes{7}}, .cells = {{"a", bytes{1}}}}));
    auto const path = d.path / "data.mdb";
    auto b = *file::read_file(path, 1u << 20);
    auto const at = std::search_n(b.begin(), b.end(), 2000, byte(0xab));
    BOOST_REQUIRE((at != b.end()));
    at[1000] ^= 1;
    BOOST_REQUIRE(!file::replace_file(path, b));
    auto s = lmdb::block_store::open(d.path);
    BOOST_REQUIRE(s);
    BOOST_TEST((s->read(1).error() == errc::store_corrupt));
    BOOST_TEST((*s->read(2) == bytes{7}));
    BOOST_TEST((*s->cell("a") == bytes{1}));
}

BOOST_AUTO_TEST_CASE(a_block_that_is_missing_is_corrupt) {
    temporary_directory d;
    BOOST_REQUIRE(!lmdb::block_store::open(d.path)->commit({.blocks = {bytes{1}, bytes{2}}}));
    with_environment(d.path, [](MDB_txn* t) {
        MDB_dbi dbi;
        BOOST_REQUIRE(mdb_dbi_open(t, "blocks", 0, &dbi) == 0);
        bytes const one{0, 0, 0, 0, 0, 0, 0, 1};
        auto k = lmdb::to_val(one);
        BOOST_REQUIRE(mdb_del(t, dbi, &k, nullptr) == 0);
    });
    BOOST_TEST((opening(d.path) == errc::store_corrupt));
}

BOOST_AUTO_TEST_CASE(a_file_cut_short_is_reported_without_a_signal) {
    temporary_directory d;
    {
        auto s = lmdb::block_store::open(d.path);
        for (byte i = 0; i != 60; ++i) BOOST_REQUIRE(!s->commit({.blocks = {bytes(3000, i)}, .cells = {{"a", bytes(300, i)}}}));
    }
    auto const path = d.path / "data.mdb";
    auto const whole = *file::read_file(path, 8u << 20);
    int refused = 0;
    for (std::size_t pages = 1; pages * 4096 < whole.size(); ++pages) {
        BOOST_REQUIRE(!file::replace_file<never_synced>(path, byte_view(whole).first(pages * 4096)));
        auto const child = ::fork();
        if (child == 0) {
            auto s = lmdb::block_store::open(d.path);
            auto wrong = !s && s.error() != errc::store_corrupt;
            if (s && s->height() != 60) wrong = true;
            if (s)
                for (std::uint64_t h = 1; h <= 60; ++h)
                    if (auto b = s->read(h); b ? *b != bytes(3000, byte(h - 1)) : b.error() != errc::store_corrupt) wrong = true;
            ::_exit(wrong ? 2 : s ? 0 : 1);
        }
        int status = 0;
        BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
        BOOST_REQUIRE_MESSAGE(WIFEXITED(status) && WEXITSTATUS(status) < 2, "cut to " << pages << " pages, status " << status);
        refused += WEXITSTATUS(status);
    }
    BOOST_TEST_MESSAGE(refused << " refused");
    BOOST_REQUIRE(!file::replace_file(path, whole));
    BOOST_TEST((*lmdb::block_store::open(d.path)->read(60) == bytes(3000, byte(59))));
}

BOOST_AUTO_TEST_SUITE_END()
