#include <daicho/file/folder_source.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/laws/artifact_source.hpp>

using namespace daicho;

namespace {

struct folder {
    std::filesystem::path path = [] {
        std::string name = (std::filesystem::temp_directory_path() / "daicho-test-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
        return std::filesystem::path(name);
    }();
    ~folder() { std::filesystem::remove_all(path); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(folder_source)

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_an_artifact_source) {
    folder f;
    bytes content(200'000);
    for (std::size_t i = 0; i != content.size(); ++i) content[i] = byte(i * 31 + i / 256);
    digest const known{{1}}, unknown{{2}};
    BOOST_REQUIRE(!file::replace_file(f.path / to_hex(known), content));
    for (std::size_t chunk : {std::size_t(100), std::size_t(65'536), std::size_t(1'000'000)}) {
        file::folder_source source(f.path, chunk);
        laws::verdict v;
        laws::artifact_source(v, source, "http://127.0.0.1/ignored", known, content, unknown);
        BOOST_TEST(v.broken == std::vector<std::string>{}, boost::test_tools::per_element());
        BOOST_TEST(v.holds());
    }
}

BOOST_AUTO_TEST_CASE(an_address_from_outside_names_no_local_path) {
    folder f;
    bytes const content{1, 2, 3};
    digest const d{{1}};
    std::filesystem::create_directory(f.path / "inner");
    BOOST_REQUIRE(!file::replace_file(f.path / to_hex(d), content));
    file::folder_source inner(f.path / "inner"), outer(f.path);
    auto const sink = [](byte_view) { return fault{}; };
    BOOST_TEST((inner.fetch("..", d, 0, 3, sink) == errc::not_found));
    BOOST_TEST((inner.fetch(f.path.string(), d, 0, 3, sink) == errc::not_found));
    BOOST_TEST((outer.fetch("", d, 0, 3, sink) == errc::ok));
}

BOOST_AUTO_TEST_SUITE_END()
