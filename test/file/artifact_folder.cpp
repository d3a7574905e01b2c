#include <daicho/file/artifact_folder.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/laws/artifact_store.hpp>

#include <fstream>

using namespace daicho;

namespace {

struct folder {
    std::filesystem::path path = [] {
        std::string name = (std::filesystem::temp_directory_path() / "daicho-test-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
        return std::filesystem::path(name);
    }();
    ~folder() { std::filesystem::remove_all(path); }
    std::size_t files() const {
        std::size_t n = 0;
        for (auto& e : std::filesystem::directory_iterator(path)) n += e.path().filename() != "lock";
        return n;
    }
};

/// Fails at the n-th call that changes the disk.
struct failing : file::posix {
    static inline int calls = 0, fails_at = 0;
    static bool fails() { return ++calls == fails_at ? (errno = EIO, true) : false; }
    static ssize_t pwrite(int fd, void const* from, std::size_t n, off_t at) noexcept { return fails() ? -1 : posix::pwrite(fd, from, n, at); }
    static int fdatasync(int fd) noexcept { return fails() ? -1 : posix::fdatasync(fd); }
    static int rename(char const* from, char const* to) noexcept { return fails() ? -1 : posix::rename(from, to); }
};

digest const d{{1}};
bytes const content(1000, byte(5));

} // namespace

BOOST_AUTO_TEST_SUITE(artifact_folder)

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_an_artifact_store) {
    folder f;
    laws::verdict v;
    laws::artifact_store(v, [&] { return file::artifact_folder::open(f.path / "artifacts"); });
    BOOST_TEST(v.broken == std::vector<std::string>{}, boost::test_tools::per_element());
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(an_artifact_is_a_file_named_by_its_digest) {
    folder f;
    auto s = file::artifact_folder::open(f.path);
    BOOST_TEST(!s->put(d, content));
    BOOST_TEST(s->path(d) == (f.path / to_hex(d)).string());
    BOOST_TEST((*file::read_file(f.path / to_hex(d), 10'000) == content));
}

BOOST_AUTO_TEST_CASE(a_put_that_fails_leaves_nothing_behind) {
    for (int at = 1; at <= 3; ++at) {
        folder f;
        auto s = file::basic_artifact_folder<failing>::open(f.path);
        failing::calls = 0, failing::fails_at = at;
        BOOST_TEST((s->put(d, content) == errc::io_failed));
        BOOST_TEST(f.files() == 0u);
        BOOST_TEST((s->size(d).error() == errc::not_found));
        BOOST_TEST(!s->put(d, content));
        BOOST_TEST(*s->size(d) == content.size());
    }
}

BOOST_AUTO_TEST_CASE(what_a_power_cut_left_unfinished_is_dropped_at_the_next_start) {
    folder f;
    std::ofstream(f.path / ("upload." + to_hex(d))) << "half of it";
    auto s = file::artifact_folder::open(f.path);
    BOOST_TEST(f.files() == 0u);
    BOOST_TEST(!s->put(d, content));
}

BOOST_AUTO_TEST_CASE(a_folder_is_bounded_also_after_a_restart) {
    folder f;
    digest const e{{2}}, g{{3}};
    {
        auto s = file::artifact_folder::open(f.path, 2500);
        BOOST_TEST(!s->put(d, content));
        BOOST_TEST(!s->put(e, content));
        BOOST_TEST((s->put(g, content) == errc::store_full));
    }
    auto s = file::artifact_folder::open(f.path, 2500);
    BOOST_TEST((s->put(g, content) == errc::store_full));
    BOOST_TEST(!s->put(g, byte_view(content).first(500)));
}

BOOST_AUTO_TEST_CASE(two_processes_do_not_share_a_folder) {
    folder f;
    auto const first = file::artifact_folder::open(f.path);
    BOOST_TEST((file::artifact_folder::open(f.path).error() == errc::busy));
}

BOOST_AUTO_TEST_SUITE_END()
