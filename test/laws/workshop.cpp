#include <daicho/laws/workshop.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/file/record_file.hpp>
#include <daicho/file/workshop.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/memory/workshop.hpp>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;
using whole = memory::workshop<sha256>;

laws::workshop_cast cast_for(whole& w) {
    w.checks["passes"] = [](bytes&) -> result<std::uint32_t> { return 0u; };
    w.checks["fails"] = [](bytes&) -> result<std::uint32_t> { return 3u; };
    w.checks["finds"] = [](bytes& copy) -> result<std::uint32_t> { return copy.size() >= 4 && copy[0] == 'l' && copy[3] == 's' ? 0u : 1u; };
    w.checks["alters"] = [](bytes& copy) -> result<std::uint32_t> { return copy[0] ^= 1, 0u; };
    w.checks["endless"] = [](bytes&) -> result<std::uint32_t> { return fault{errc::timed_out, "check"}; };
    return {.offer = [&w](byte_view content) { return w.files["update"].assign(content.begin(), content.end()), std::string("update"); },
            .nowhere = "nowhere",
            .passes = "passes",
            .fails = "fails",
            .finds = "finds",
            .alters = "alters",
            .never_end = {"unknown", "endless"}};
}

template <class W>
laws_broken broken_by() {
    W w;
    laws::verdict v;
    laws::workshop<sha256>(v, w, cast_for(w));
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

measured_file measured(byte_view b) {
    sha256 h;
    h.update(b);
    return {b.size(), h.finish()};
}

struct counts_one_more : whole {
    result<measured_file> measure() const {
        auto m = whole::measure();
        m->size += 1;
        return m;
    }
};
struct overwrites_only_the_beginning : whole {  // opened without truncation
    bytes kept;
    fault take(std::string const& path) {
        if (auto f = whole::take(path)) return f;
        kept = copy().size() == 4 ? kept : copy();
        return {};
    }
    result<measured_file> measure() const { return copy().size() == 4 ? measured(kept) : whole::measure(); }
};
struct looks_at_the_original : whole {  // where it changed since it was taken
    bytes taken;
    fault take(std::string const& path) {
        auto const f = whole::take(path);
        taken = copy();
        return f;
    }
    result<measured_file> measure() { return files["update"] == taken ? whole::measure() : measured(files["update"]); }
};
struct takes_nothing_gladly : whole {
    fault take(std::string const& path) { return files.contains(path) ? whole::take(path) : fault{}; }
};
struct yes_or_no : whole {
    result<std::uint32_t> check(std::string const& command) {
        auto const s = whole::check(command);
        return s && *s > 1 ? result<std::uint32_t>(1u) : s;
    }
};
struct checks_the_original : whole {
    result<std::uint32_t> check(std::string const& command) {
        if (command != "finds") return whole::check(command);
        return checks["finds"](files["update"]);
    }
};
struct remembers : whole {
    std::optional<measured_file> known;
    fault take(std::string const& path) { return known.reset(), whole::take(path); }
    result<measured_file> measure() {
        if (!known) known = *whole::measure();
        return *known;
    }
};
struct calls_it_127 : whole {  // as a shell does
    result<std::uint32_t> check(std::string const& command) {
        auto const s = whole::check(command);
        return s ? s : result<std::uint32_t>(127u);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(workshop_laws)

BOOST_AUTO_TEST_CASE(the_workshop_in_memory_keeps_them) { BOOST_TEST(broken_by<whole>() == laws_broken{}, boost::test_tools::per_element()); }

BOOST_AUTO_TEST_CASE(the_workshop_in_a_folder_keeps_them) {
    auto const root = std::filesystem::temp_directory_path() / ("daicho-workshop-laws-" + std::to_string(::getpid()));
    std::filesystem::remove_all(root);
    std::filesystem::create_directories(root);
    {
        auto w = file::workshop<sha256>::open(root / "private", std::chrono::seconds(5));
        BOOST_REQUIRE(w.has_value());
        laws::verdict v;
        laws::workshop<sha256>(v, *w,
                               {.offer =
                                    [&](byte_view content) {
                                        BOOST_REQUIRE(!file::replace_file(root / "update", content));
                                        return (root / "update").string();
                                    },
                                .nowhere = (root / "nowhere").string(),
                                .passes = "true",
                                .fails = "exit 3;",
                                .finds = "grep -q ^laws",
                                .alters = "printf x >>",
                                .never_end = {"sleep 600;"}});
        BOOST_TEST(v.checked != 0u);
        BOOST_TEST(v.broken == laws_broken{}, boost::test_tools::per_element());
    }
    std::filesystem::remove_all(root);
}

BOOST_AUTO_TEST_CASE(each_law_refuses_a_workshop_that_breaks_it) {
    auto const expect = [](laws_broken const& found, char const* law) { BOOST_TEST(found == laws_broken{law}, boost::test_tools::per_element()); };
    expect(broken_by<counts_one_more>(), "What was taken is measured: its size and its digest.");
    expect(broken_by<overwrites_only_the_beginning>(), "What is taken takes the place of what was there.");
    expect(broken_by<looks_at_the_original>(), "What becomes of the file after it was taken does not matter.");
    expect(broken_by<takes_nothing_gladly>(), "A file that is not there is a fault.");
    expect(broken_by<yes_or_no>(), "The check's exit status is told as it is.");
    expect(broken_by<checks_the_original>(), "What the check gets to see is the copy.");
    expect(broken_by<remembers>(), "The copy is read each time it is measured.");
    expect(broken_by<calls_it_127>(), "A check that could not be run, or did not end, is a fault and no status.");
}

BOOST_AUTO_TEST_SUITE_END()
