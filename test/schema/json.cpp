#include <daicho/schema/json.hpp>

#include "sample.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

using namespace daicho;
using sample::circle;
using sample::everything;
using sample::point;

namespace acme {

/// A field type of an integrator: canonical bytes only.
struct reading {
    std::uint8_t degrees = 0;
    friend bool operator==(reading const&, reading const&) = default;
};

} // namespace acme

template <>
struct daicho::schema::field<acme::reading> {
    static constexpr std::size_t max = 2;
    static std::size_t size(acme::reading const& r) { return field<std::uint8_t>::size(r.degrees); }
    static byte* put(byte* to, acme::reading const& r) { return field<std::uint8_t>::put(to, r.degrees); }
    static fault get(cbor::reader& r, acme::reading& out) { return field<std::uint8_t>::get(r, out.degrees); }
};

namespace {

struct weather {
    static constexpr schema::tag schema{0x74, 1, "weather"};
    DAICHO_RECORD(weather, (acme::reading, outside));
    friend bool operator==(weather const&, weather const&) = default;
};

constexpr std::string_view a_point = R"({"schema":"point/1","x":7,"y":9})";

template <class T>
fault refusal_of(std::string_view text) {
    return from_json<T>(text).error();
}

template <class T>
std::string explanation_of(std::string_view text) {
    std::string why;
    BOOST_TEST(!schema::from_json<T>(text, limits::http_body, &why).has_value());
    return why;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    auto const at = text.find(what);
    BOOST_TEST_REQUIRE(at != std::string::npos, what);
    return text.replace(at, what.size(), with);
}

everything one() {
    everything e{};
    e.large = ~std::uint64_t(0);
    e.paint = sample::colour::green;
    e.fixed = {0xab, 0xcd, 0, 1};
    e.some = inline_bytes<40>(as_bytes("hi"));
    e.name = "t\xc3\xa9l\xc3\xa9";
    e.numbers = {1, 2};
    e.points = {{3, 4}};
    e.votes = {std::nullopt, true};
    e.shape = circle{{1, 2}, 3};
    return e;
}

BOOST_AUTO_TEST_SUITE(json)

BOOST_AUTO_TEST_CASE(a_record_is_an_object_that_opens_with_its_schema) {
    BOOST_TEST(to_json(point{7, 9}) == a_point);
    BOOST_TEST((*from_json<point>(a_point) == point{7, 9}));
}

BOOST_AUTO_TEST_CASE(every_kind_of_field_has_its_form) {
    BOOST_TEST(to_json(one()) ==
               R"({"schema":"everything/1","tiny":0,"small":0,"medium":0,"large":18446744073709551615,"flag":false,"paint":"green",)"
               R"("fixed":"abcd0001","some":"6869","more":"","name":"télé","numbers":[1,2],)"
               R"("points":[{"schema":"point/1","x":3,"y":4}],"extent":null,"votes":[null,true],)"
               R"("shape":{"schema":"circle/2","centre":{"schema":"point/1","x":1,"y":2},"radius":3}})");
    BOOST_TEST((*from_json<everything>(to_json(one())) == one()));
}

BOOST_AUTO_TEST_CASE(random_records_come_back_the_same_from_either_form) {
    sample::generator g(11);
    for (int i = 0; i != 300; ++i) {
        auto const e = sample::random(g);
        auto const back = from_json<everything>(to_json(e));
        BOOST_TEST_REQUIRE(back.has_value());
        BOOST_TEST((*back == e));
        BOOST_TEST((encode(*back) == encode(e)));
    }
}

BOOST_AUTO_TEST_CASE(order_and_white_space_are_free) {
    BOOST_TEST((*from_json<point>("{ \"y\" : 9,\n\t\"x\":7, \"schema\":\"point\\/1\" }\n") == point{7, 9}));
}

BOOST_AUTO_TEST_CASE(a_missing_field_is_named_even_an_optional_one) {
    auto f = refusal_of<point>(R"({"schema":"point/1","x":7})");
    BOOST_TEST((f == errc::missing_field));
    BOOST_TEST(f.where == std::string_view("y"));
    f = refusal_of<point>(R"({"x":7,"y":9})");
    BOOST_TEST((f == errc::missing_field));
    BOOST_TEST(f.where == std::string_view("schema"));
    auto const text = replaced(to_json(one()), R"("extent":null,)", "");
    BOOST_TEST(explanation_of<everything>(text) == "a required field is missing (extent)");
}

BOOST_AUTO_TEST_CASE(an_unknown_field_is_named) {
    auto const text = replaced(std::string(a_point), "\"x\"", "\"z\":1,\"x\"");
    auto const f = refusal_of<point>(text);
    BOOST_TEST((f == errc::unknown_field));
    BOOST_TEST(f.where == std::string_view("point"));
    BOOST_TEST(explanation_of<point>(text) == "the field is not known (z)");
    auto const deep = replaced(to_json(one()), R"("x":3)", R"("x":3,"q":0)");
    BOOST_TEST(explanation_of<everything>(deep) == "the field is not known (points[0].q)");
}

BOOST_AUTO_TEST_CASE(a_key_that_stands_twice_is_refused) {
    auto const text = R"({"schema":"point/1","x":7,"y":9,"x":7})";
    BOOST_TEST((refusal_of<point>(text) == errc::non_canonical));
    BOOST_TEST(explanation_of<point>(text) == "the encoding is not the canonical one (two members are named x)");
    BOOST_TEST((refusal_of<point>(R"({"schema":"point/1","x":7,"y":9,"\u0078":7})") == errc::non_canonical));
    BOOST_TEST(from_json<point>(a_point).has_value());
    BOOST_TEST(from_json<circle>(R"({"schema":"circle/2","centre":{"schema":"point/1","x":1,"y":2},"radius":3})").has_value());
}

BOOST_AUTO_TEST_CASE(numbers_are_whole_and_within_their_width) {
    struct { char const* x; errc code; } const rows[] = {
        {"7.0", errc::wrong_type}, {"7e0", errc::wrong_type}, {"0.5", errc::wrong_type}, {"1e400", errc::wrong_type}, {"\"7\"", errc::wrong_type},
        {"null", errc::wrong_type}, {"true", errc::wrong_type}, {"[]", errc::wrong_type}, {"-1", errc::out_of_range},
        {"4294967296", errc::out_of_range}, {"18446744073709551615", errc::out_of_range}, {"18446744073709551616", errc::wrong_type},
        {"07", errc::invalid_text}, {"+7", errc::invalid_text}, {"0x7", errc::invalid_text}, {"NaN", errc::invalid_text}, {"Infinity", errc::invalid_text},
        {"7", errc::ok}, {"0", errc::ok}, {"4294967295", errc::ok},
    };
    for (auto& row : rows) {
        auto const f = refusal_of<point>(replaced(std::string(a_point), ":7", std::string(":") + row.x));
        BOOST_TEST((f == row.code), row.x << " " << message(f.code));
        if (row.code == errc::wrong_type || row.code == errc::out_of_range) BOOST_TEST(f.where == std::string_view("x"));
    }
}

BOOST_AUTO_TEST_CASE(each_kind_of_field_refuses_what_is_not_its_form) {
    auto const good = to_json(one());
    struct { char const *what, *with; errc code; char const* where; } const rows[] = {
        {R"("flag":false)", R"("flag":0)", errc::wrong_type, "flag"},
        {R"("green")", R"("mauve")", errc::out_of_range, "paint"},
        {R"("green")", R"(1)", errc::wrong_type, "paint"},
        {R"("abcd0001")", R"("ABCD0001")", errc::non_canonical, "fixed"},
        {R"("abcd0001")", R"("abcd00")", errc::wrong_size, "fixed"},
        {R"("abcd0001")", R"("abcd000102")", errc::oversized, "fixed"},
        {R"("abcd0001")", R"("abcd000")", errc::invalid_text, "fixed"},
        {R"("abcd0001")", R"("abcd00zz")", errc::invalid_text, "fixed"},
        {R"("6869")", R"(["68"])", errc::wrong_type, "some"},
        {"t\xc3\xa9l\xc3\xa9", "a\\nb", errc::invalid_text, "name"},
        {"t\xc3\xa9l\xc3\xa9", "a\\u202eb", errc::invalid_text, "name"},
        {"t\xc3\xa9l\xc3\xa9", "1234567890123456789012345", errc::oversized, "name"},
        {"[1,2]", "[1,2,3,4,5,6]", errc::oversized, "numbers"},
        {"[1,2]", "[1,null]", errc::wrong_type, "numbers"},
        {"[1,2]", "{}", errc::wrong_type, "numbers"},
        {R"("x":3)", R"("x":-3)", errc::out_of_range, "x"},
        {R"("extent":null)", R"("extent":{"width":1})", errc::missing_field, "height"},
        {R"("extent":null)", R"("extent":[])", errc::wrong_type, "extent"},
        {R"("circle/2")", R"("circle/1")", errc::wrong_schema, "schema"},
        {R"("circle/2")", R"("square/1")", errc::wrong_schema, "schema"},
        {R"("circle/2")", R"(2)", errc::wrong_schema, "schema"},
        {R"("everything/1")", R"("everything/01")", errc::wrong_schema, "schema"},
    };
    BOOST_TEST(from_json<everything>(good).has_value());
    BOOST_TEST(from_json<everything>(replaced(good, R"("extent":null)", R"("extent":{"width":1,"height":2})")).has_value());
    for (auto& row : rows) {
        auto const f = refusal_of<everything>(replaced(good, row.what, row.with));
        BOOST_TEST((f == row.code), row.with << " " << message(f.code));
        BOOST_TEST(f.where == std::string_view(row.where), row.with);
    }
    BOOST_TEST(explanation_of<everything>(replaced(good, "[1,2]", "[1,null]")) == "a value of another type was expected (numbers[1])");
    BOOST_TEST(explanation_of<everything>(replaced(good, R"("x":1)", R"("x":"a")")) == "a value of another type was expected (shape.centre.x)");
}

BOOST_AUTO_TEST_CASE(what_is_no_json_is_refused_where_it_breaks) {
    BOOST_TEST((refusal_of<point>("") == errc::truncated));
    for (std::size_t n = 1; n != a_point.size(); ++n) BOOST_TEST((refusal_of<point>(a_point.substr(0, n)) == errc::truncated), n);
    BOOST_TEST((refusal_of<point>(std::string(a_point) + "{}") == errc::trailing_bytes));
    BOOST_TEST((refusal_of<point>(std::string(a_point) + "\n") == errc::ok));
    for (char const* text : {"{'x':1}", "{x:1}", "{\"x\":1,}", "/**/{}", "\"\xff\"", "\"\\ud800\"", "\"\n\"", "[1 2]", "nul"})
        BOOST_TEST((refusal_of<point>(text).code == errc::invalid_text || refusal_of<point>(text).code == errc::truncated), text);
}

BOOST_AUTO_TEST_CASE(text_larger_deeper_or_fuller_than_the_record_can_be_is_refused_while_it_is_read) {
    BOOST_TEST((schema::from_json<point>(a_point, a_point.size()).has_value()));
    BOOST_TEST((schema::from_json<point>(a_point, a_point.size() - 1).error() == errc::oversized));
    BOOST_TEST((refusal_of<everything>(std::string(100000, '[')) == errc::oversized));
    std::string full = "[0";
    for (int i = 0; i != 100000; ++i) full += ",0";
    BOOST_TEST((refusal_of<point>(full + "]") == errc::oversized));
    std::string wide = "{";
    for (int i = 0; i != 1000; ++i) wide += "\"k" + std::to_string(i) + "\":[],";
    auto const f = refusal_of<everything>(wide + "\"z\":0}");
    BOOST_TEST((f == errc::oversized));
    BOOST_TEST(f.at < 1000u);
    BOOST_TEST((refusal_of<point>("{\"" + std::string(1000, 'k') + "\":1}") == errc::oversized));
}

BOOST_AUTO_TEST_CASE(a_field_type_without_a_form_of_its_own_shows_its_canonical_bytes) {
    auto const text = to_json(weather{{30}});
    BOOST_TEST(text == R"({"schema":"weather/1","outside":"181e"})");
    BOOST_TEST((*from_json<weather>(text) == weather{{30}}));
    auto const f = refusal_of<weather>(R"({"schema":"weather/1","outside":"1801"})");
    BOOST_TEST((f == errc::non_canonical));
    BOOST_TEST(f.where == std::string_view("outside"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
