#include <daicho/lmdb/index_store.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/laws/index_store.hpp>

#include "../memory/killed_child.hpp"

#include <unistd.h>

using namespace daicho;

namespace {

fault opening(std::filesystem::path const& p) { return lmdb::index_store::open(p).error(); }

/// Opens the environment as any LMDB program could, and changes it.
template <class F>
void altered(std::filesystem::path const& p, char const* table, F&& f) {
    MDB_env* e = nullptr;
    BOOST_REQUIRE(mdb_env_create(&e) == 0);
    lmdb::environment const closing(e);
    BOOST_REQUIRE(mdb_env_set_maxdbs(e, 2) == 0);
    BOOST_REQUIRE(mdb_env_open(e, p.c_str(), 0, 0644) == 0);
    lmdb::transaction t(closing, 0);
    MDB_dbi dbi;
    BOOST_REQUIRE(mdb_dbi_open(t.get(), table, MDB_CREATE, &dbi) == 0);
    f(t.get(), dbi);
    BOOST_REQUIRE(t.commit() == 0);
}
void put(MDB_txn* t, MDB_dbi dbi, byte_view key, byte_view value) {
    auto k = lmdb::to_val(key), v = lmdb::to_val(value);
    BOOST_REQUIRE(mdb_put(t, dbi, &k, &v, 0) == 0);
}

index_batch numbered(std::uint64_t first, std::uint64_t last) {
    index_batch batch{.upto = last, .keys = {}};
    for (auto i = first; i != last; ++i) {
        std::array<byte, 17> k{byte(i % 7)};
        store_be64(k.data() + 1, i * 0x9e3779b97f4a7c15u);
        store_be64(k.data() + 9, i);
        batch.keys.emplace_back(k);
    }
    return batch;
}
std::size_t count(lmdb::index_store const& s) {
    std::size_t n = 0;
    BOOST_TEST(!s.scan({}, [&](byte_view) { return ++n, true; }));
    return n;
}

} // namespace

BOOST_AUTO_TEST_SUITE(lmdb_index_store)

BOOST_AUTO_TEST_CASE(it_keeps_the_laws) {
    temporary_directory d;
    laws::verdict v;
    laws::index_store(v, [&] { return lmdb::index_store::open(d.path / "new" / "index"); });
    BOOST_TEST((v.broken == std::vector<std::string>{}));
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(a_second_opening_is_busy) {
    temporary_directory d;
    auto const first = lmdb::index_store::open(d.path);
    BOOST_REQUIRE(first);
    BOOST_TEST((opening(d.path) == errc::busy));
}

BOOST_AUTO_TEST_CASE(it_grows_up_to_its_limit_and_refuses_a_batch_as_a_whole) {
    temporary_directory d;
    auto s = lmdb::index_store::open(d.path, {.map_size = 128 * 1024, .map_limit = 1024 * 1024});
    BOOST_REQUIRE(s);
    BOOST_TEST(!s->append(numbered(0, 5000)));  // more than it began with
    BOOST_TEST((s->append(numbered(5000, 50'000)) == errc::store_full));
    BOOST_TEST(s->upto() == 5000u);
    BOOST_TEST(count(*s) == 5000u);
    BOOST_TEST(!s->append(numbered(5000, 5100)));
    BOOST_TEST(count(*s) == 5100u);
}

BOOST_AUTO_TEST_CASE(one_of_a_newer_version_and_another_store_are_refused_and_left_alone) {
    temporary_directory d;
    {
        auto s = lmdb::index_store::open(d.path);
        BOOST_REQUIRE(!s->append(numbered(0, 10)));
    }
    auto const version = [&](byte v) { altered(d.path, "index meta", [v](auto* t, auto dbi) { put(t, dbi, as_bytes("version"), bytes{0, 0, 0, v}); }); };
    version(2);
    BOOST_TEST((opening(d.path) == errc::store_too_new));
    version(1);
    BOOST_TEST(count(*lmdb::index_store::open(d.path)) == 10u);
    temporary_directory other;
    altered(other.path, "letters", [](auto* t, auto dbi) { put(t, dbi, as_bytes("dear"), as_bytes("reader")); });
    BOOST_TEST((opening(other.path) == errc::store_corrupt));
    altered(other.path, "letters", [](auto* t, auto dbi) {
        auto k = lmdb::to_val(as_bytes("dear"));
        MDB_val v{};
        BOOST_TEST(mdb_get(t, dbi, &k, &v) == 0);
    });
}

BOOST_AUTO_TEST_CASE(one_that_lacks_or_gained_a_key_is_emptied_and_an_altered_key_is_found) {
    temporary_directory d;
    auto const filled = [&] {
        auto s = lmdb::index_store::open(d.path, {.rebuild = true});
        BOOST_REQUIRE(!s->append(numbered(0, 1000)));
    };
    auto const upto = [&] { return lmdb::index_store::open(d.path)->upto(); };
    filled();
    BOOST_TEST(upto() == 1000u);
    auto const lost = numbered(500, 501).keys[0];
    altered(d.path, "index keys", [&](auto* t, auto dbi) {
        auto k = lmdb::to_val(lost);
        BOOST_TEST(mdb_del(t, dbi, &k, nullptr) == 0);
    });
    BOOST_TEST(upto() == 0u);
    filled();
    altered(d.path, "index keys", [](auto* t, auto dbi) { put(t, dbi, as_bytes("new"), bytes(4)); });
    BOOST_TEST(upto() == 0u);
    filled();
    altered(d.path, "index meta", [](auto* t, auto dbi) { put(t, dbi, as_bytes("upto"), bytes(20, byte(9))); });
    BOOST_TEST(upto() == 0u);
    filled();
    auto const key = numbered(7, 8).keys[0];
    altered(d.path, "index keys", [&](auto* t, auto dbi) { put(t, dbi, key, bytes(4, byte(1))); });
    auto s = lmdb::index_store::open(d.path);
    BOOST_TEST((s->scan(key, [](byte_view) { return true; }) == errc::store_corrupt));
    BOOST_TEST(!s->clear());
    BOOST_TEST(!s->append(numbered(0, 1000)));
    BOOST_TEST(count(*s) == 1000u);
}

BOOST_AUTO_TEST_CASE(killed_at_any_moment_it_holds_whole_batches) {
    temporary_directory d;
    for (int round = 0; round != 5; ++round) {
        auto const child = ::fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) {
            auto s = lmdb::index_store::open(d.path);
            for (auto n = s ? s->upto() : 0; s && !s->append(numbered(n, n + 10)); n += 10) {}
            ::_exit(1);
        }
        ::usleep(useconds_t(20'000 + round * 7'000));
        ::kill(child, SIGKILL);
        int status = 0;
        BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
        BOOST_TEST(WIFSIGNALED(status));
        auto const s = lmdb::index_store::open(d.path);
        BOOST_REQUIRE(s);
        BOOST_TEST(s->upto() % 10 == 0u);
        BOOST_TEST(count(*s) == s->upto());
    }
}

BOOST_AUTO_TEST_SUITE_END()
