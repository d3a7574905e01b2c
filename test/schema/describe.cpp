#include <daicho/schema/describe.hpp>

#include "sample.hpp"

#include <boost/test/unit_test.hpp>

using namespace daicho;

namespace other {
enum class colour : std::uint8_t { warm, cold };
}

template <>
inline constexpr auto daicho::schema::names_of<other::colour> = std::to_array<std::string_view>({"warm", "as ice"});

namespace {

BOOST_AUTO_TEST_SUITE(describe)

BOOST_AUTO_TEST_CASE(a_record_and_all_it_reaches_are_printed_as_cddl) {
    BOOST_TEST(schema::describe<sample::everything>() ==
               R"(everything = [
  schema: 29185,  ; everything/1
  tiny: uint .size 1,
  small: uint .size 2,
  medium: uint .size 4,
  large: uint .size 8,
  flag: bool,
  paint: colour,
  fixed: bstr .size 4,
  some: bstr .size (0..40),
  more: bstr .size (0..300),
  name: tstr .size (0..24),
  numbers: [0*5 (uint .size 8)],
  points: [0*30 (point)],
  extent: size / null,
  votes: [0*4 (bool / null)],
  shape: point / circle,
]

colour = &(
  red: 0,
  green: 1,
  blue: 2,
)

point = [
  schema: 28673,  ; point/1
  x: uint .size 4,
  y: uint .size 1,
]

size = [
  width: uint .size 2,
  height: uint .size 2,
]

circle = [
  schema: 28930,  ; circle/2
  centre: point,
  radius: uint .size 8,
]
)");
}

BOOST_AUTO_TEST_CASE(what_is_reached_twice_is_printed_once) {
    schema::description d;
    d.add<sample::point>();
    d.add<sample::circle>();
    d.add<sample::point>();
    BOOST_TEST(d.rules().size() == 2u);
}

BOOST_AUTO_TEST_CASE(two_types_of_one_name_get_two_rules) {
    schema::description d;
    BOOST_TEST(d.add<sample::colour>() == "colour");
    BOOST_TEST(d.add<other::colour>() == "colour_2");
    BOOST_TEST(d.text().find("\"as ice\": 1") != std::string::npos);
}

struct time {
    static constexpr schema::tag schema{0x75, 1, "time"};
    DAICHO_RECORD(time, (std::uint64_t, seconds));
};

BOOST_AUTO_TEST_CASE(a_name_that_cddl_itself_defines_is_left_to_it) {
    schema::description d;
    BOOST_TEST(d.add<describe::time>() == "time_2");
}

BOOST_AUTO_TEST_CASE(tables_show_each_field_with_its_bound) {
    schema::description d;
    d.add<sample::circle>();
    auto const text = schema::tables(d);
    BOOST_TEST(text.starts_with("### circle/2\n\nTag 0x7102, at most 24 bytes.\n\n| field | type | at most |\n"));
    BOOST_TEST(text.find("| radius | `uint .size 8` | 9 |\n") != std::string::npos);
    BOOST_TEST(text.find("### point/1") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
