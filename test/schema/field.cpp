#include <daicho/schema/field.hpp>

#include "reading.hpp"
#include "sample.hpp"

#include <boost/test/unit_test.hpp>

using namespace daicho;
using reading::reads;
using reading::refusal_of;

namespace counting {

/// Counts how often it is made: what a forged count makes a decoder build.
struct counted {
    static inline std::size_t made = 0;
    counted() { ++made; }
    counted(counted const&) = default;
    counted& operator=(counted const&) = default;
    friend bool operator==(counted const&, counted const&) = default;
};

} // namespace counting

namespace drawing {

struct drawn {
    using shape_type = std::optional<std::variant<sample::point, sample::circle>>;
    DAICHO_RECORD(drawn, (shape_type, shape), (std::uint8_t, last));
    friend bool operator==(drawn const&, drawn const&) = default;
};

} // namespace drawing

template <>
struct daicho::schema::field<counting::counted> {
    static constexpr std::size_t max = 1;
    static std::size_t size(counting::counted const&) { return 1; }
    static byte* put(byte* to, counting::counted const&) { return field<bool>::put(to, true); }
    static fault get(cbor::reader& r, counting::counted&) {
        bool b = false;
        return field<bool>::get(r, b);
    }
};

namespace {

struct nothing_known {};
static_assert(!schema::encodable<nothing_known> && !schema::encodable<std::vector<std::uint8_t>>);
static_assert(schema::encodable<sample::everything> && record<sample::everything> && !record<sample::size>);

BOOST_AUTO_TEST_SUITE(field)

template <class List>
void lists_keep_to_their_bound() {
    reads<List>("80", List{});
    reads<List>("83010203", List{1, 2, 3});
    BOOST_TEST((refusal_of<List>("8401020304") == errc::oversized));
    BOOST_TEST((refusal_of<List>("830102") == errc::truncated));
    BOOST_TEST((refusal_of<List>("830102f6") == errc::wrong_type));
    BOOST_TEST((refusal_of<List>("9f010203ff") == errc::non_canonical));
    BOOST_TEST((refusal_of<List>("9803010203") == errc::non_canonical));
    BOOST_TEST((refusal_of<List>("43010203") == errc::wrong_type));
}

BOOST_AUTO_TEST_CASE(lists_in_place_and_on_the_heap_keep_to_their_bound) {
    lists_keep_to_their_bound<inline_list<std::uint16_t, 3>>();
    lists_keep_to_their_bound<bounded_list<std::uint16_t, 3>>();
}

BOOST_AUTO_TEST_CASE(a_forged_count_builds_nothing) {
    using list = bounded_list<counting::counted, std::size_t(1) << 40>;
    counting::counted::made = 0;
    BOOST_TEST((refusal_of<list>("9b0000010000000000f5f5") == errc::truncated));
    BOOST_TEST((refusal_of<list>("9bfffffffffffffffff5f5") == errc::oversized));
    BOOST_TEST(counting::counted::made == 0u);
    BOOST_TEST((refusal_of<list>("82f5f5") == errc::ok));
    BOOST_TEST(counting::counted::made == 2u);
}

BOOST_AUTO_TEST_CASE(a_list_on_the_heap_has_room_at_once_and_a_forged_count_has_none_beyond_the_bytes_there_are) {
    using large = inline_bytes<200>;  // in memory, and one byte when it is empty
    bytes forty(42, 0x40);
    forty[0] = 0x98, forty[1] = 40;
    bounded_list<large, 1000> read;
    BOOST_TEST(!schema::decode_into(forty, read));
    BOOST_TEST(read.size() == 40u);
    BOOST_TEST(read.capacity() == 40u);

    bytes forged(3 + 340, 0xff);
    forged[0] = 0x99, forged[1] = 0x01, forged[2] = 0x40;  // 320 of 34 bytes each, and room for ten
    bounded_list<digest, 1000> none;
    BOOST_TEST((schema::decode_into(forged, none).code == errc::wrong_type));
    BOOST_TEST(none.capacity() == 10u);
}

BOOST_AUTO_TEST_CASE(absent_is_null_and_nothing_else) {
    using maybe = std::optional<std::uint8_t>;
    reads<maybe>("f6", std::nullopt);
    reads<maybe>("05", maybe(std::uint8_t(5)));
    for (char const* hex : {"f7", "f4", "80", "f816"}) BOOST_TEST((refusal_of<maybe>(hex) == errc::wrong_type), hex);
    BOOST_TEST((refusal_of<maybe>("") == errc::truncated));
}

BOOST_AUTO_TEST_CASE(a_record_is_an_array_of_its_tag_and_members) {
    reads<sample::point>("831970010102", sample::point{1, 2});
    reads<sample::size>("820102", sample::size{1, 2});
}

BOOST_AUTO_TEST_CASE(a_record_with_another_tag_length_or_type_is_refused) {
    using sample::point;
    BOOST_TEST((refusal_of<point>("831970020102") == errc::wrong_schema));    // version 2
    BOOST_TEST((refusal_of<point>("831971010102") == errc::wrong_schema));    // another kind
    BOOST_TEST((refusal_of<point>("8219700101") == errc::wrong_size));        // a member short
    BOOST_TEST((refusal_of<point>("84197001010203") == errc::wrong_size));    // a member more
    BOOST_TEST(bool(refusal_of<point>("80")));
    BOOST_TEST((refusal_of<point>("a3197001010203") == errc::wrong_type));    // a map
    BOOST_TEST((refusal_of<point>("8319700101f6") == errc::wrong_type));
    BOOST_TEST((refusal_of<point>("9f1970010102ff") == errc::non_canonical));
    BOOST_TEST((refusal_of<point>("83197001010200") == errc::trailing_bytes));
    BOOST_TEST((refusal_of<sample::size>("8101") == errc::wrong_size));
}

BOOST_AUTO_TEST_CASE(a_fault_names_the_innermost_field_and_the_byte) {
    auto const f = refusal_of<sample::circle>("83197102831970010119010009");
    BOOST_TEST((f == errc::out_of_range));
    BOOST_TEST(f.where == std::string_view("y"));
    BOOST_TEST(f.at == 9u);
    auto const in_list = refusal_of<sample::everything>("90197201");
    BOOST_TEST((in_list == errc::truncated));
    BOOST_TEST(in_list.where == std::string_view("tiny"));
}

BOOST_AUTO_TEST_CASE(a_variant_is_told_by_its_tag) {
    using shape = std::variant<sample::point, sample::circle>;
    reads<shape>("831970010102", shape(sample::point{1, 2}));
    reads<shape>("8319710283197001010203", shape(sample::circle{{1, 2}, 3}));
    BOOST_TEST((refusal_of<shape>("831972010102") == errc::wrong_schema));
    BOOST_TEST((refusal_of<shape>("831971010102") == errc::wrong_schema));    // circle is version 2
    BOOST_TEST((refusal_of<shape>("f6") == errc::wrong_type));
    BOOST_TEST((refusal_of<shape>("80") == errc::truncated));
    BOOST_TEST((refusal_of<shape>("8119700100") == errc::wrong_size));
}

BOOST_AUTO_TEST_CASE(a_variant_in_a_record_is_read_with_it_at_a_glance_and_refused_for_the_same_reasons) {
#ifndef __OPTIMIZE_SIZE__
    static_assert(schema::glanced<drawing::drawn>);
#endif
    reads<drawing::drawn>("82f607", {{}, 7});
    reads<drawing::drawn>("8283197001010207", {sample::point{1, 2}, 7});
    reads<drawing::drawn>("82831971028319700101020307", {sample::circle{{1, 2}, 3}, 7});
    BOOST_TEST((refusal_of<drawing::drawn>("8283197201010207") == errc::wrong_schema));
    BOOST_TEST((refusal_of<drawing::drawn>("828319700101190009" "07") == errc::non_canonical));
    auto const whole = *bytes_from_hex("82831971028319700101020307");
    for (std::size_t n = 0; n != whole.size(); ++n) BOOST_TEST((decode<drawing::drawn>(byte_view(whole).first(n)).error() == errc::truncated), n);
}

BOOST_AUTO_TEST_CASE(nested_lists_go_as_deep_as_their_types_and_no_deeper) {
    using deep = inline_list<inline_list<inline_list<std::uint8_t, 2>, 2>, 2>;
    reads<deep>("81818101", deep{{{1}}});
    BOOST_TEST((refusal_of<deep>("8181818101") == errc::wrong_type));
    bytes const abyss(100000, 0x81);
    BOOST_TEST((decode<deep>(abyss).error() == errc::wrong_type));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
