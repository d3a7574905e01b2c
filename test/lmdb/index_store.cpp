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
    BOOST_REQUIRE(mdb_env_set_maxdbs(e, 3) == 0);
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

std::uint64_t name_of(std::uint64_t i) { return i * 0xd6e8feb86659fd93u; }
index_batch numbered(std::uint64_t first, std::uint64_t last) {
    index_batch batch{.upto = last};
    for (auto i = first; i != last; ++i) {
        std::array<byte, 17> k{byte(i % 7)};
        store_be64(k.data() + 1, i * 0x9e3779b97f4a7c15u);
        store_be64(k.data() + 9, i);
        batch.keys.emplace_back(k);
        batch.names.push_back(name_of(i));
    }
    return batch;
}
/// Is each of the first n transactions found by its name, and only it?
bool named(lmdb::index_store const& s, std::uint64_t n) {
    for (std::uint64_t i = 0; i != n + 10; ++i) {
        std::vector<std::uint64_t> places;
        if (s.find(name_of(i), [&](std::uint64_t p) { return places.push_back(p), true; })) return false;
        if (places != (i < n ? std::vector<std::uint64_t>{i} : std::vector<std::uint64_t>())) return false;
    }
    return true;
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
    version(3);
    BOOST_TEST((opening(d.path) == errc::store_too_new));
    version(2);
    BOOST_TEST(count(*lmdb::index_store::open(d.path)) == 10u);
    version(1);  // an older one is made again from the blocks
    BOOST_TEST(lmdb::index_store::open(d.path)->upto() == 0u);
    BOOST_TEST(count(*lmdb::index_store::open(d.path)) == 0u);
    version(0);
    BOOST_TEST((opening(d.path) == errc::store_corrupt));
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
    altered(d.path, "index meta", [](auto* t, auto dbi) { put(t, dbi, as_bytes("upto"), bytes(36, byte(9))); });
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
        BOOST_TEST(named(*s, s->upto()));
    }
}

BOOST_AUTO_TEST_CASE(places_are_made_again_from_the_names_whatever_became_of_their_table) {
    temporary_directory d, other;
    {
        auto s = lmdb::index_store::open(d.path), t = lmdb::index_store::open(other.path);
        for (std::uint64_t n = 0; n != 1000; n += 50) BOOST_REQUIRE(!s->append(numbered(n, n + 50)));
        auto strange = numbered(0, 1000);
        std::reverse(strange.names.begin(), strange.names.end());
        BOOST_REQUIRE(!t->append(strange));
    }
    auto const table = d.path / "names-0";
    auto const whole = [&] {
        auto const s = lmdb::index_store::open(d.path);
        return s && s->upto() == 1000 && named(*s, 1000);
    };
    BOOST_TEST(whole());
    std::filesystem::copy_file(other.path / "names-0", table, std::filesystem::copy_options::overwrite_existing);
    BOOST_TEST(whole());  // as far as this one, and another's
    std::filesystem::resize_file(table, 100);
    BOOST_TEST(whole());
    std::filesystem::remove(table);
    BOOST_TEST(whole());
    {
        auto some = file::name_table::open(d.path, 0);  // an earlier life's: it has come to the middle of a batch
        BOOST_REQUIRE(!some.reserve(475));
        auto const early = numbered(0, 475);
        some.add(0, early.names);
    }
    BOOST_TEST(whole());
}

BOOST_AUTO_TEST_CASE(an_index_whose_names_were_altered_is_emptied) {
    temporary_directory d;
    auto const filled = [&] {
        auto s = lmdb::index_store::open(d.path, {.rebuild = true});
        BOOST_REQUIRE(!s->append(numbered(0, 500)));
        BOOST_REQUIRE(!s->append(numbered(500, 1000)));
    };
    auto const upto = [&] {
        std::filesystem::remove(d.path / "names-0");
        return lmdb::index_store::open(d.path)->upto();
    };
    std::array<byte, 8> second{};
    store_be64(second.data(), 500);
    filled();
    BOOST_TEST(upto() == 1000u);
    altered(d.path, "index names", [&](auto* t, auto dbi) { put(t, dbi, second, bytes(4 + 8 * 500)); });
    BOOST_TEST(upto() == 0u);
    filled();
    altered(d.path, "index names", [&](auto* t, auto dbi) { put(t, dbi, second, bytes(7)); });
    BOOST_TEST(upto() == 0u);
    filled();
    altered(d.path, "index names", [&](auto* t, auto dbi) {
        auto k = lmdb::to_val(second);
        BOOST_TEST(mdb_del(t, dbi, &k, nullptr) == 0);
    });
    BOOST_TEST(upto() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
