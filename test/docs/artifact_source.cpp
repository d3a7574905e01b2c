/// The source that docs/tutorials/artifact_source.md shows, on the laws.
#include <daicho/file/folder_source.hpp>
#include <daicho/hash/digest_of.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/laws/artifact_source.hpp>

#include <boost/test/unit_test.hpp>

namespace artifact_source_tutorial {

// [source]
/// A source made of sources: a USB stick first, the network for what it lacks. A transfer that one cut short goes on in the next.
template <class First, class Then>
struct first_of {
    First first;
    Then then;

    template <class Sink>
    daicho::fault fetch(std::string_view where, daicho::digest const& d, std::uint64_t offset, std::uint64_t size, Sink&& sink) {
        bool refused = false;                                // by whoever takes the bytes: then nobody else is asked
        auto const counted = [&](daicho::byte_view piece) -> daicho::fault {
            daicho::fault f = sink(piece);
            refused = bool(f);
            offset += f ? 0 : piece.size();
            return f;
        };
        auto const f = first.fetch(where, d, offset, size, counted);
        return !f || refused ? f : then.fetch(where, d, offset, size, counted);
    }
};
// [/source]

/// Delivers half of what is asked for, and is cut.
struct broken_wire {
    daicho::file::folder_source whole;
    template <class Sink>
    daicho::fault fetch(std::string_view where, daicho::digest const& d, std::uint64_t offset, std::uint64_t size, Sink&& sink) {
        daicho::bytes all;
        if (auto f = whole.fetch(where, d, offset, size, [&](daicho::byte_view b) {
                all.insert(all.end(), b.begin(), b.end());
                return daicho::fault{};
            }))
            return f;
        if (daicho::fault f = sink(daicho::byte_view(all).first(all.size() / 2))) return f;
        return {daicho::errc::disconnected, "wire"};
    }
};

struct folders {
    folders() {
        for (auto name : {"stick", "mirror"}) std::filesystem::create_directories(path / name);
        for (std::size_t i = 0; i != content.size(); ++i) content[i] = daicho::byte(i * 31 + (i >> 8));
        d = daicho::hash_bytes<daicho::sha256>(content);
    }
    ~folders() { std::filesystem::remove_all(path); }
    void put(char const* folder) { BOOST_TEST_REQUIRE(!daicho::file::replace_file(path / folder / daicho::to_hex(d), content)); }

    std::filesystem::path const path = std::filesystem::temp_directory_path() / ("daicho-source-" + std::to_string(::getpid()));
    daicho::bytes content = daicho::bytes(10'000);
    daicho::digest d{}, unknown{};
};

BOOST_FIXTURE_TEST_SUITE(artifact_source_page, folders)

template <class Source>
void keeps_the_laws(Source source, daicho::digest const& d, daicho::bytes const& content, daicho::digest const& unknown) {
    // [laws]
    daicho::laws::verdict v;
    daicho::laws::artifact_source(v, source, "http://example.org/artifacts", d, content, unknown);
    for (auto& law : v.broken) BOOST_TEST_MESSAGE(law);
    BOOST_TEST(v.holds());
    // [/laws]
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_whichever_has_the_artifact) {
    daicho::file::folder_source const stick(path / "stick"), mirror(path / "mirror", 700);
    put("mirror");
    keeps_the_laws(first_of{stick, mirror}, d, content, unknown);
    put("stick");
    keeps_the_laws(first_of{stick, mirror}, d, content, unknown);
}

BOOST_AUTO_TEST_CASE(a_transfer_that_the_first_cut_short_goes_on_in_the_second) {
    put("mirror");
    daicho::file::folder_source const mirror(path / "mirror");
    first_of<broken_wire, daicho::file::folder_source> both{{mirror}, mirror};
    daicho::bytes got;
    auto const f = both.fetch("", d, 0, content.size(), [&](daicho::byte_view b) {
        got.insert(got.end(), b.begin(), b.end());
        return daicho::fault{};
    });
    BOOST_TEST(!f);
    BOOST_TEST((got == content));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace artifact_source_tutorial
