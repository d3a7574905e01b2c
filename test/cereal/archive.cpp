#include <daicho/cereal/archive.hpp>

#include "../schema/sample.hpp"

#include <daicho/cereal/door.hpp>
#include <daicho/schema/check_bounds.hpp>

#include <cereal/archives/binary.hpp>
#include <cereal/archives/portable_binary.hpp>
#include <cereal/archives/xml.hpp>
#include <cereal/types/vector.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <sstream>

// Debian's cereal reads JSON through the system's rapidjson, which clang 19 refuses to compile.
#if !defined(__clang__) || __clang_major__ < 17
#define DAICHO_TEST_CEREAL_JSON
#include <cereal/archives/json.hpp>
#endif

using namespace daicho;
using sample::everything;
using sample::point;

namespace {

template <class Out, class In>
struct archives {
    using out = Out;
    using in = In;
};
using xml = archives<::cereal::XMLOutputArchive, ::cereal::XMLInputArchive>;
using binary = archives<::cereal::BinaryOutputArchive, ::cereal::BinaryInputArchive>;
using portable = archives<::cereal::PortableBinaryOutputArchive, ::cereal::PortableBinaryInputArchive>;

template <class A, class T>
std::string saved(T const& record) {
    std::ostringstream out;
    BOOST_TEST(!daicho::cereal::save<typename A::out>(out, record));
    return out.str();
}
template <class T, class A>
result<T> loaded(std::string const& text) {
    std::istringstream in(text);
    return daicho::cereal::load<T, typename A::in>(in);
}

template <class A>
void comes_back() {
    sample::generator g(21);
    for (int i = 0; i != 100; ++i) {
        auto const e = sample::random(g);
        auto const back = loaded<everything, A>(saved<A>(e));
        BOOST_TEST_REQUIRE(back.has_value(), message(back.error().code) << ' ' << back.error().where);
        BOOST_TEST((*back == e));
    }
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    auto const at = text.find(what);
    BOOST_TEST_REQUIRE(at != std::string::npos, what);
    return text.replace(at, what.size(), with);
}

BOOST_AUTO_TEST_SUITE(archive)

BOOST_AUTO_TEST_CASE(a_record_comes_back_from_every_archive) {
    comes_back<xml>();
    comes_back<binary>();
    comes_back<portable>();
#ifdef DAICHO_TEST_CEREAL_JSON
    comes_back<archives<::cereal::JSONOutputArchive, ::cereal::JSONInputArchive>>();
#else
    std::puts("SKIPPED: cereal's JSON archive does not compile with this clang (system rapidjson)");
    BOOST_TEST_MESSAGE("SKIPPED: cereal's JSON archive");
#endif
}

BOOST_AUTO_TEST_CASE(a_record_of_another_version_or_kind_is_refused) {
    auto const text = saved<xml>(point{1, 2});
    BOOST_TEST((loaded<point, xml>(text).has_value()));
    for (char const* other : {"point/2", "circle/1", "point", ""}) {
        auto const f = loaded<point, xml>(replaced(text, "point/1", other)).error();
        BOOST_TEST((f == errc::wrong_schema), other);
        BOOST_TEST(f.where == std::string_view("schema"));
    }
    auto const bytes_of_circle = saved<portable>(sample::circle{{1, 2}, 3});
    BOOST_TEST((loaded<point, portable>(bytes_of_circle).error() == errc::wrong_schema));
}

BOOST_AUTO_TEST_CASE(a_text_archive_shows_names_and_hexadecimal_and_refuses_what_is_out_of_bounds) {
    everything e{};
    e.paint = sample::colour::green;
    e.some = inline_bytes<40>(as_bytes("hi"));
    e.name = "abc";
    auto const text = saved<xml>(e);
    BOOST_TEST((*loaded<everything, xml>(text) == e));
    struct { char const *what, *with; errc code; char const* where; } const rows[] = {
        {"<paint>green", "<paint>mauve", errc::out_of_range, "paint"},
        {"<some>6869", "<some>686", errc::invalid_text, "some"},
        {"<some>6869", "<some>68zz", errc::invalid_text, "some"},
        {"<fixed>00000000", "<fixed>000000", errc::wrong_size, "fixed"},
        {"<fixed>00000000", "<fixed>0000000000", errc::oversized, "fixed"},
        {"<name>abc", "<name>1234567890123456789012345", errc::oversized, "name"},
        {"<name>abc", "<name>a&#10;c", errc::invalid_text, "name"},
        {"<tiny>0", "<tiny>256", errc::out_of_range, "tiny"},
        {"<medium>0", "<medium>4294967296", errc::out_of_range, "medium"},
        {"<large>0", "<large>many", errc::wrong_type, "archive"},
        {"<large>0</large>", "", errc::missing_field, "archive"},
    };
    for (auto& row : rows) {
        auto const f = loaded<everything, xml>(replaced(text, row.what, row.with)).error();
        BOOST_TEST((f == row.code), row.with << ": " << message(f.code));
        BOOST_TEST(f.where == std::string_view(row.where), row.with);
    }
}

BOOST_AUTO_TEST_CASE(a_cut_archive_is_refused) {
    sample::generator g(22);
    auto const e = sample::random(g);
    auto const whole = saved<portable>(e);
    BOOST_TEST((loaded<everything, portable>(whole).has_value()));
    for (std::size_t n = 0; n != whole.size(); ++n)
        BOOST_TEST((loaded<everything, portable>(whole.substr(0, n)).error() == errc::truncated), n);
}

BOOST_AUTO_TEST_CASE(a_text_too_deep_or_too_long_is_refused_before_cereal_parses_it) {
    auto const text = saved<xml>(point{1, 2});
    std::istringstream fits(text), too_long(text);
    BOOST_TEST((daicho::cereal::load<point, ::cereal::XMLInputArchive>(fits, text.size()).has_value()));
    BOOST_TEST((daicho::cereal::load<point, ::cereal::XMLInputArchive>(too_long, text.size() - 1).error() == errc::oversized));
    std::string deep;
    for (int i = 0; i != 200000; ++i) deep += "<a>";
    BOOST_TEST((loaded<point, xml>(deep).error() == errc::oversized));
    BOOST_TEST((loaded<point, xml>("<a><![CDATA[</a>]]>").error() == errc::oversized));
#ifdef DAICHO_TEST_CEREAL_JSON
    using json = archives<::cereal::JSONOutputArchive, ::cereal::JSONInputArchive>;
    BOOST_TEST((loaded<point, json>(std::string(200000, '[')).error() == errc::oversized));
    BOOST_TEST((loaded<point, json>(saved<json>(point{1, 2})).has_value()));
    for (char const* text_of_other : {"", "[]", "{}", "{\"record\":", "{\"record\":[]}", "{\"record\":{\"schema\":1}}", "null", "\"record\""})
        BOOST_TEST(!(loaded<point, json>(text_of_other).has_value()), text_of_other);
#endif
    for (char const* text_of_other : {"", "<", "<a", "<a>", "<cereal/>", "<cereal><record/></cereal>", "<cereal><record><schema>point/1"})
        BOOST_TEST(!(loaded<point, xml>(text_of_other).has_value()), text_of_other);
}

BOOST_AUTO_TEST_CASE(records_sit_among_an_integrator_s_own_types) {
    std::vector<point> const all = {{1, 2}, {3, 4}};
    std::stringstream s;
    {
        ::cereal::PortableBinaryOutputArchive ar(s);
        ar(all, std::string("and text"));
    }
    std::vector<point> back;
    std::string text;
    ::cereal::PortableBinaryInputArchive ar(s);
    ar(back, text);
    BOOST_TEST((back == all));
    BOOST_TEST(text == "and text");
}

BOOST_AUTO_TEST_CASE(a_stream_that_does_not_take_the_bytes_is_a_fault) {
    std::ostringstream out;
    out.setstate(std::ios::badbit);
    BOOST_TEST((daicho::cereal::save<::cereal::PortableBinaryOutputArchive>(out, point{1, 2}) == errc::io_failed));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
