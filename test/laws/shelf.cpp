#include <daicho/laws/shelf.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/file/folder_shelf.hpp>
#include <daicho/file/workshop.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/memory/workshop.hpp>

#include <map>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;
using bench = memory::workshop<sha256>;

digest digest_of_bytes(byte_view b) {
    sha256 h;
    h.update(b);
    return h.finish();
}

/// Keeps artifacts in a map; each broken model spoils one thing.
struct sound {
    std::map<digest, bytes> kept;
    fault place(bench& from, measured_file const& f) {
        if (digest_of_bytes(from.copy()) != f.verifier) return {errc::wrong_digest, "update file"};
        kept.emplace(f.verifier, from.copy());
        return {};
    }
};
struct says_ok : sound {
    fault place(bench&, measured_file const&) { return {}; }
};
struct says_duplicate : sound {
    fault place(bench& from, measured_file const& f) {
        if (kept.contains(f.verifier)) return {errc::duplicate, "artifact"};
        return sound::place(from, f);
    }
};
struct believes : sound {
    fault place(bench& from, measured_file const& f) {
        kept.emplace(f.verifier, from.copy());
        return {};
    }
};
struct replaces : sound {
    fault place(bench& from, measured_file const& f) {
        if (!kept.contains(f.verifier)) return sound::place(from, f);
        kept[f.verifier] = from.copy();
        return {};
    }
};
struct has_room_for_one : sound {
    fault place(bench& from, measured_file const& f) {
        auto const before = kept;
        if (!kept.contains(f.verifier)) kept.clear();
        auto const refused = sound::place(from, f);
        if (refused) kept = before;
        return refused;
    }
};

template <class Shelf>
laws_broken broken_by() {
    Shelf s;
    bench w;
    laws::verdict v;
    laws::shelf(
        v, s,
        [&](byte_view content) -> bench& {
            w.files["update"].assign(content.begin(), content.end());
            (void)w.take("update");
            return w;
        },
        [&](digest const& d) -> std::optional<bytes> {
            auto const it = s.kept.find(d);
            if (it == s.kept.end()) return std::nullopt;
            return it->second;
        });
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

} // namespace

BOOST_AUTO_TEST_SUITE(shelf_laws)

// Over HTTP: test/asio/http_shelf.cpp.
BOOST_AUTO_TEST_CASE(a_folder_keeps_them) {
    auto const root = std::filesystem::temp_directory_path() / ("daicho-shelf-laws-" + std::to_string(::getpid()));
    std::filesystem::remove_all(root);
    std::filesystem::create_directories(root);
    {
        auto folder = file::artifact_folder::open(root / "artifacts");
        auto w = file::workshop<sha256>::open(root / "private");
        BOOST_REQUIRE(folder.has_value());
        BOOST_REQUIRE(w.has_value());
        file::folder_shelf<sha256> s(*folder);
        laws::verdict v;
        laws::shelf(
            v, s,
            [&](byte_view content) -> file::workshop<sha256>& {
                BOOST_REQUIRE(!file::replace_file(root / "update", content));
                BOOST_REQUIRE(!w->take((root / "update").string()));
                return *w;
            },
            [&](digest const& d) -> std::optional<bytes> {
                auto found = file::read_file(folder->path(d), 1u << 20);
                if (!found) return std::nullopt;
                return std::move(*found);
            });
        BOOST_TEST(v.checked != 0u);
        BOOST_TEST(v.broken == laws_broken{}, boost::test_tools::per_element());
    }
    std::filesystem::remove_all(root);
}

BOOST_AUTO_TEST_CASE(each_law_refuses_a_shelf_that_breaks_it) {
    auto const expect = [](laws_broken const& found, char const* law) { BOOST_TEST(found == laws_broken{law}, boost::test_tools::per_element()); };
    BOOST_TEST(broken_by<sound>() == laws_broken{}, boost::test_tools::per_element());
    expect(broken_by<says_ok>(), "When it says ok, anybody can fetch the artifact under its digest.");
    expect(broken_by<says_duplicate>(), "Placing twice is ok and changes nothing.");
    expect(broken_by<has_room_for_one>(), "What was placed stays when another is placed.");
    expect(broken_by<believes>(), "What is not as it was measured is refused, and nothing can be fetched under that digest.");
    expect(broken_by<replaces>(), "Nothing that is there is ever replaced.");
}

BOOST_AUTO_TEST_SUITE_END()
