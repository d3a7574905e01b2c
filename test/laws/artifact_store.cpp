#include <daicho/laws/artifact_store.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/memory/artifact_store.hpp>

using namespace daicho;

namespace {

using whole = memory::artifact_store;

template <class S>
std::vector<std::string> broken_by() {
    S s;
    laws::verdict v;
    int opened = 0;
    laws::artifact_store(v, [&] {
        if constexpr (requires { s.reopen(); })
            if (opened++ != 0) s.reopen();
        return &s;
    });
    return v.broken;
}
using broken = std::vector<std::string>;

struct invents : whole {
    result<std::uint64_t> size(digest const& d) const {
        if (d[0] == 3) return std::uint64_t(0);
        return whole::size(d);
    }
};
struct forgets_a_byte : whole {
    result<std::uint64_t> size(digest const& d) const {
        auto const n = whole::size(d);
        return n && d[0] == 2 && !reopened ? result<std::uint64_t>(*n - 1) : n;
    }
    bool reopened = false;
    void reopen() { reopened = true; }
};
struct accepts_twice : whole {
    fault put(digest const& d, byte_view b) {
        auto const f = whole::put(d, b);
        return f == errc::duplicate ? fault{} : f;
    }
};
struct ignores_the_offset : whole {
    fault read(digest const& d, std::uint64_t offset, byte_span out) const {
        auto const n = whole::size(d);
        return whole::read(d, n && offset <= *n && offset + out.size() <= *n ? 0 : offset, out);
    }
};
struct reads_past_the_end : whole {
    fault read(digest const& d, std::uint64_t offset, byte_span out) const {
        auto const f = whole::read(d, offset, out);
        return f == errc::out_of_range ? fault{} : f;
    }
};
struct forgets : whole {
    void reopen() { static_cast<whole&>(*this) = whole(); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(artifact_store_laws)

BOOST_AUTO_TEST_CASE(a_sound_store_keeps_every_law) { BOOST_TEST(broken_by<whole>() == broken{}, boost::test_tools::per_element()); }

BOOST_AUTO_TEST_CASE(each_law_is_broken_by_the_model_made_to_break_it) {
    auto const expect = [](broken const& found, broken const& expected) { BOOST_TEST(found == expected, boost::test_tools::per_element()); };
    expect(broken_by<invents>(), {"what was never put is not_found"});
    expect(broken_by<forgets_a_byte>(), {"what was put is there, with its size"});
    expect(broken_by<accepts_twice>(), {"a second put under one digest is duplicate, and what was there stays"});
    expect(broken_by<ignores_the_offset>(), {"a read starts at its offset"});
    expect(broken_by<reads_past_the_end>(), {"a read beyond the end is out_of_range"});
    expect(broken_by<forgets>(), {"reopening finds what was put"});
}

BOOST_AUTO_TEST_CASE(a_store_that_does_not_open_breaks_that_law) {
    laws::verdict v;
    laws::artifact_store(v, [] { return static_cast<whole*>(nullptr); });
    BOOST_TEST(v.broken == broken{"a store opens"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
