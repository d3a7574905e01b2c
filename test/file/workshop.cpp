#include <daicho/file/workshop.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/file/line_log.hpp>
#include <daicho/file/record_file.hpp>
#include <daicho/hash/digest_of.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/record/page.hpp>

using namespace daicho;

namespace {
struct room {
    std::filesystem::path root = std::filesystem::temp_directory_path() / ("daicho-workshop-" + std::to_string(::getpid()));
    room() { std::filesystem::remove_all(root), std::filesystem::create_directories(root); }
    ~room() { std::filesystem::remove_all(root); }
};
} // namespace

BOOST_AUTO_TEST_CASE(a_workshop_checks_and_measures_its_own_copy) {
    room const r;
    auto w = file::workshop<sha256>::open(r.root / "private");
    BOOST_REQUIRE(w.has_value());
    BOOST_TEST(!file::replace_file(r.root / "update", as_bytes("firmware")));
    BOOST_TEST(!w->take((r.root / "update").string()));
    BOOST_TEST(!file::replace_file(r.root / "update", as_bytes("something else")));
    auto const m = w->measure();
    BOOST_REQUIRE(m.has_value());
    BOOST_TEST(m->size == 8u);
    BOOST_TEST((m->verifier == hash_bytes<sha256>(as_bytes("firmware"))));
    BOOST_TEST(*w->check("grep -q firmware") == 0u);
    BOOST_TEST(*w->check("grep -q 'something else'") == 1u);
    BOOST_TEST((w->take((r.root / "missing").string()) == errc::not_found));
    BOOST_TEST((std::filesystem::status(r.root / "private").permissions() == std::filesystem::perms::owner_all));
}

BOOST_AUTO_TEST_CASE(a_record_file_holds_one_canonical_record) {
    room const r;
    status const s{.height = 7, .pending = 3};
    auto const path = r.root / "status";
    BOOST_TEST(!file::write_record(path, s));
    auto const back = file::read_record<status>(path);
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST((*back == s));
    auto raw = *file::read_file(path, 1000);
    raw.push_back(0);
    BOOST_TEST(!file::replace_file(path, raw));
    BOOST_TEST((file::read_record<status>(path).error() == errc::trailing_bytes));
    raw.resize(schema::max_encoded<status> + 1);
    BOOST_TEST(!file::replace_file(path, raw));
    BOOST_TEST((file::read_record<status>(path).error() == errc::oversized));
    BOOST_TEST((file::read_record<status>(r.root / "missing").error() == errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_log_line_stays_one_line_whatever_a_stranger_says) {
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    file::line_log const log("node-1", ends[1]);
    log.note("refused", "from\nnode-2  block  forged\x1b[2J");
    ::close(ends[1]);
    char text[512];
    auto const n = ::read(ends[0], text, sizeof text);
    ::close(ends[0]);
    BOOST_REQUIRE(n > 0);
    std::string_view const line(text, std::size_t(n));
    BOOST_TEST(line.ends_with("from?node-2  block  forged?[2J\n"));
    BOOST_TEST(line.find('\n') == line.size() - 1);
    BOOST_TEST(line.find(" node-1 ") != line.npos);
}
