#include <daicho/laws/observer.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/file/line_log.hpp>

#include <cstdio>
#include <stdexcept>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;

/// Keeps lines in memory; each broken model spoils one step.
struct sound {
    std::string lines;
    static std::string plain(std::string_view text) {
        std::string out(text);
        for (char& c : out)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
        return out;
    }
    void note(std::string_view event, std::string_view detail) { lines += plain(event) + ' ' + plain(detail) + '\n'; }
    std::string read() { return std::exchange(lines, {}); }
};
struct throws_at_length : sound {
    void note(std::string_view event, std::string_view detail) {
        if (event.size() > 4096) throw std::length_error("event");
        sound::note(event, detail);
    }
};
struct counts : sound {
    void note(std::string_view, std::string_view) { lines += "one more\n"; }
};
struct breaks_long_lines : sound {
    void note(std::string_view event, std::string_view detail) {
        for (; detail.size() > 80; detail.remove_prefix(80)) sound::note(event, detail.substr(0, 80));
        sound::note(event, detail);
    }
};
struct rings_the_bell : sound {
    void note(std::string_view event, std::string_view detail) {
        bool const rings = detail.find('\a') != detail.npos;
        sound::note(event, detail);
        if (rings) lines.insert(0, "\a");
    }
};
struct keeps_views : sound {
    std::vector<std::pair<std::string_view, std::string_view>> noted;
    void note(std::string_view event, std::string_view detail) {
        if (event == "restored") noted.emplace_back(event, detail);  // altered before it is read, but alive: the suite sees to that
        else sound::note(event, detail);
    }
    std::string read() {
        for (auto& [event, detail] : std::exchange(noted, {})) sound::note(event, detail);
        return sound::read();
    }
};

template <class O>
laws_broken broken_by() {
    O o;
    laws::verdict v;
    laws::observer(v, o, [&] { return o.read(); });
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

} // namespace

BOOST_AUTO_TEST_SUITE(observer_laws)

BOOST_AUTO_TEST_CASE(the_silent_one_keeps_them) {
    silent_observer o;
    laws::verdict v;
    laws::observer(v, o);
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(the_log_for_people_keeps_them) {
    std::FILE* const file = std::tmpfile();
    BOOST_REQUIRE(file != nullptr);
    file::line_log log("node-1", ::fileno(file));
    laws::verdict v;
    ::off_t at = 0;
    laws::observer(v, log, [&] {
        std::string out(std::size_t(::lseek(::fileno(file), 0, SEEK_END) - at), '\0');
        BOOST_REQUIRE(::pread(::fileno(file), out.data(), out.size(), at) == ssize_t(out.size()));
        at += ::off_t(out.size());
        return out;
    });
    std::fclose(file);
    BOOST_TEST(v.checked != 0u);
    BOOST_TEST(v.broken == laws_broken{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_law_refuses_an_observer_that_breaks_it) {
    auto const expect = [](laws_broken const& found, char const* law) { BOOST_TEST(found == laws_broken{law}, boost::test_tools::per_element()); };
    BOOST_TEST(broken_by<sound>() == laws_broken{}, boost::test_tools::per_element());
    expect(broken_by<throws_at_length>(), "Whatever it is told, it does not throw.");
    expect(broken_by<breaks_long_lines>(), "One event is one line.");
    expect(broken_by<rings_the_bell>(), "A stranger's text gives no orders to a terminal.");
    expect(broken_by<keeps_views>(), "What it keeps for later it copied.");
}

BOOST_AUTO_TEST_CASE(one_that_tells_nothing_but_that_something_happened_is_found_out) {
    BOOST_TEST(broken_by<counts>().at(0) == "Who reads it learns the event and its detail.");
}

BOOST_AUTO_TEST_SUITE_END()
