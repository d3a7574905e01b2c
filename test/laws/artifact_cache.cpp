#include <daicho/laws/artifact_cache.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/file/artifact_cache.hpp>
#include <daicho/memory/artifact_cache.hpp>

#include <set>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;
using whole = memory::artifact_cache;

template <class C>
laws_broken broken_by() {
    C c;
    laws::verdict v;
    int opened = 0;
    laws::artifact_cache(v, [&] {
        if constexpr (requires { c.reopen(); })
            if (opened++ != 0) c.reopen();
        return &c;
    });
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

struct empty_instead_of_absent : whole {
    std::set<digest> known;
    fault append(digest const& d, std::uint64_t offset, byte_view b) { return known.insert(d), whole::append(d, offset, b); }
    result<std::uint64_t> size(digest const& d) const {
        if (!known.contains(d)) return std::uint64_t(0);
        return whole::size(d);
    }
};
struct shows_parts : whole {
    result<std::uint64_t> size(digest const& d) const {
        if (auto const n = begun(d)) return n;
        return whole::size(d);
    }
};
struct swallows_what_does_not_follow : whole {
    fault append(digest const& d, std::uint64_t offset, byte_view b) { return offset == begun(d) ? whole::append(d, offset, b) : fault{}; }
};
struct one_drawer : whole {  // one file for whatever is coming
    digest last{};
    fault append(digest const& d, std::uint64_t offset, byte_view b) { return last = d, whole::append(d, offset, b); }
    fault read_part(digest const&, std::uint64_t offset, byte_span out) const { return whole::read_part(last, offset, out); }
};
struct forgets_parts : whole {
    digest const a{{1, 2}};
    void reopen() {
        if (!size(a)) (void)drop(a);
    }
};
struct forgets_whole_ones : whole {
    digest const a{{1, 2}};
    void reopen() {
        if (size(a)) (void)drop(a);
    }
};
struct pads_with_zeros : whole {
    fault read(digest const& d, std::uint64_t offset, byte_span out) const {
        auto const f = whole::read(d, offset, out);
        return f == errc::out_of_range ? fault{} : f;
    }
};
struct keeps_parts : whole {
    fault drop(digest const& d) { return begun(d) ? fault{} : whole::drop(d); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(artifact_cache_laws)

BOOST_AUTO_TEST_CASE(the_cache_in_memory_keeps_them) { BOOST_TEST((broken_by<whole>() == laws_broken{})); }

BOOST_AUTO_TEST_CASE(the_cache_in_a_folder_keeps_them) {
    auto const folder = std::filesystem::temp_directory_path() / ("daicho-cache-laws-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder);
    laws::verdict v;
    laws::artifact_cache(v, [&] { return file::artifact_cache::open(folder); });
    std::filesystem::remove_all(folder);
    BOOST_TEST(v.checked != 0u);
    BOOST_TEST(v.broken == laws_broken{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_law_refuses_a_cache_that_breaks_it) {
    laws::verdict v;
    laws::artifact_cache(v, [] { return static_cast<whole*>(nullptr); });
    BOOST_TEST((v.broken == laws_broken{"A cache opens."}));

    auto const expect = [](laws_broken const& found, char const* law) { BOOST_TEST(found == laws_broken{law}, boost::test_tools::per_element()); };
    expect(broken_by<empty_instead_of_absent>(), "What is unknown is not_found, and nothing of it has come.");
    expect(broken_by<shows_parts>(), "What is not finished cannot be read, only its parts.");
    expect(broken_by<swallows_what_does_not_follow>(), "A piece follows the last one; elsewhere it is out_of_range, and nothing changes.");
    expect(broken_by<one_drawer>(), "The pieces of one artifact are no other's.");
    expect(broken_by<forgets_parts>(), "Reopening finds what had come, and the filling goes on.");
    expect(broken_by<forgets_whole_ones>(), "Once finished, it is read back as it was filled, also after reopening.");
    expect(broken_by<pads_with_zeros>(), "A read beyond the end is out_of_range.");
    expect(broken_by<keeps_parts>(), "What was dropped is not_found, and so are its parts; dropping the unknown is nothing.");
}

BOOST_AUTO_TEST_SUITE_END()
