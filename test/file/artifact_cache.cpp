#include <daicho/file/artifact_cache.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/file/folder_source.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/hash/digest_of.hpp>
#include <daicho/update/fetch.hpp>

using namespace daicho;

namespace {

struct rooms {
    std::filesystem::path root = std::filesystem::temp_directory_path() / ("daicho-cache-" + std::to_string(::getpid()));
    rooms() { std::filesystem::remove_all(root), std::filesystem::create_directories(root / "source"); }
    ~rooms() { std::filesystem::remove_all(root); }

    file::artifact_cache cache() const { return std::move(*file::artifact_cache::open(root / "cache")); }
    /// Puts `content` where the source says `d` is, whatever its digest really is.
    void offer(digest const& d, byte_view content) const { BOOST_TEST(!file::replace_file(root / "source" / to_hex(d), content)); }
};

bytes content(std::size_t n) {
    bytes b(n);
    for (std::size_t i = 0; i != n; ++i) b[i] = byte(i * 7 + i / 251);
    return b;
}

release release_of(byte_view b) {
    release r{};
    r.size = b.size();
    r.verifier = hash_bytes<sha256>(b);
    r.sources.push_back(address("folder"));
    return r;
}

void unseen(std::uint64_t, std::uint64_t) {}

} // namespace

BOOST_AUTO_TEST_SUITE(an_artifact_cache)

BOOST_AUTO_TEST_CASE(shows_an_artifact_only_when_it_is_whole) {
    rooms const r;
    auto c = r.cache();
    auto const b = content(1000);
    auto const d = hash_bytes<sha256>(b);
    BOOST_TEST(!c.append(d, 0, byte_view(b).first(400)));
    BOOST_TEST((c.size(d).error() == errc::not_found));
    BOOST_TEST(c.begun(d) == 400u);
    BOOST_TEST((c.append(d, 300, byte_view(b).subspan(300)) == errc::out_of_range));
    BOOST_TEST(!c.append(d, 400, byte_view(b).subspan(400)));
    BOOST_TEST(!c.finish(d));
    BOOST_TEST(*c.size(d) == 1000u);
    bytes back(10);
    BOOST_TEST(!c.read(d, 990, back));
    BOOST_TEST(equal(back, byte_view(b).last(10)));
    BOOST_TEST((c.read(d, 991, back) == errc::out_of_range));
    BOOST_TEST(!c.drop(d));
    BOOST_TEST((c.size(d).error() == errc::not_found));
}

BOOST_AUTO_TEST_CASE(belongs_to_one_process) {
    rooms const r;
    auto const c = r.cache();
    BOOST_TEST((file::artifact_cache::open(r.root / "cache").error() == errc::busy));
}

BOOST_AUTO_TEST_CASE(is_filled_with_what_was_signed) {
    rooms const r;
    auto c = r.cache();
    auto const b = content(200'000);
    auto const wanted = release_of(b);
    r.offer(wanted.verifier, b);
    file::folder_source source(r.root / "source");
    std::uint64_t last = 0;
    BOOST_TEST(!update::fetch<sha256>(c, source, wanted, {}, [&](std::uint64_t got, std::uint64_t) { last = got; }));
    BOOST_TEST(last == 200'000u);
    BOOST_TEST(*c.size(wanted.verifier) == 200'000u);
}

BOOST_AUTO_TEST_CASE(goes_on_where_a_cut_transfer_ended) {
    rooms const r;
    auto const b = content(200'000);
    auto const wanted = release_of(b);
    r.offer(wanted.verifier, b);
    file::folder_source source(r.root / "source");
    {
        auto c = r.cache();
        std::stop_source stop;
        auto const f = update::fetch<sha256>(c, source, wanted, stop.get_token(), [&](std::uint64_t got, std::uint64_t) {
            if (got >= 100'000) stop.request_stop();
        });
        BOOST_TEST((f == errc::busy));
    }
    auto c = r.cache();
    auto const before = c.begun(wanted.verifier);
    BOOST_TEST(before >= 100'000u);
    std::uint64_t first = 0;
    BOOST_TEST(!update::fetch<sha256>(c, source, wanted, {}, [&](std::uint64_t got, std::uint64_t) { first = first ? first : got; }));
    BOOST_TEST(first > before);
    BOOST_TEST(*c.size(wanted.verifier) == 200'000u);
}

BOOST_AUTO_TEST_CASE(is_never_filled_with_an_altered_file) {
    rooms const r;
    auto c = r.cache();
    auto b = content(5000);
    auto const wanted = release_of(b);
    b[4711] ^= 1;
    r.offer(wanted.verifier, b);
    file::folder_source source(r.root / "source");
    BOOST_TEST((update::fetch<sha256>(c, source, wanted, {}, unseen) == errc::wrong_digest));
    BOOST_TEST((c.size(wanted.verifier).error() == errc::not_found));
    BOOST_TEST(c.begun(wanted.verifier) == 0u);
    b[4711] ^= 1;
    r.offer(wanted.verifier, b);
    BOOST_TEST(!update::fetch<sha256>(c, source, wanted, {}, unseen));
}

BOOST_AUTO_TEST_SUITE_END()
