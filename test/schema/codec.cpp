#include <daicho/schema/codec.hpp>

#include "sample.hpp"

#include <daicho/schema/check_bounds.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;
using sample::everything;

namespace {

BOOST_AUTO_TEST_SUITE(codec)

BOOST_AUTO_TEST_CASE(random_records_round_trip) {
    sample::generator g(1);
    for (int i = 0; i != 2000; ++i) {
        auto const e = sample::random(g);
        auto const b = encode(e);
        BOOST_TEST(b.size() == schema::encoded_size(e));
        BOOST_TEST(b.size() <= schema::max_encoded<everything>);
        auto const back = decode<everything>(b);
        BOOST_TEST_REQUIRE(back.has_value());
        BOOST_TEST((*back == e));
        BOOST_TEST(!schema::check_bounds(e));
    }
}

BOOST_AUTO_TEST_CASE(what_is_read_into_a_record_that_was_another_is_as_if_read_anew) {
    sample::generator g(7);
    everything used = sample::random(g);
    for (int i = 0; i != 2000; ++i) {
        auto const e = sample::random(g);
        BOOST_TEST(!schema::decode_into(encode(e), used));
        BOOST_TEST((used == e));
    }
    bounded_list<std::optional<inline_bytes<8>>, 9> list;
    for (std::size_t n : {5u, 9u, 0u, 3u, 4u}) {
        auto const of_this_size = decltype(list)(std::vector<std::optional<inline_bytes<8>>>(n));
        BOOST_TEST(!schema::decode_into(encode(of_this_size), list));
        BOOST_TEST((list == of_this_size));
        for (auto& x : list) x.emplace(bytes{1, 2, 3});
    }
}

/// Changes bytes, cuts, doubles or joins: what a careless or hostile sender makes of a record.
bytes mutated(bytes b, bytes const& other, sample::generator& g) {
    using sample::below;
    for (auto n = below(g, 3) + 1; n != 0; --n) {
        auto const at = below(g, b.size());
        switch (below(g, 6)) {
        case 0: b[at] = byte(g()); break;
        case 1: b[at] = byte(b[at] ^ (1u << below(g, 8))); break;
        case 2: b.erase(b.begin() + long(at)); break;
        case 3: b.insert(b.begin() + long(at), byte(g())); break;
        case 4: b.resize(at + 1); break;
        default: b.insert(b.end(), other.begin() + long(below(g, other.size())), other.end());
        }
        if (b.empty()) b.push_back(byte(g()));
    }
    return b;
}

BOOST_AUTO_TEST_CASE(whatever_decodes_encodes_to_the_very_same_bytes) {
    sample::generator g(2);
    std::size_t accepted = 0, refused = 0;
    for (int i = 0; i != 20000; ++i) {
        auto const b = mutated(encode(sample::random(g)), encode(sample::random(g)), g);
        auto const v = decode<everything>(b);
        if (!v) {
            ++refused;
            continue;
        }
        ++accepted;
        BOOST_TEST((encode(*v) == b));
        BOOST_TEST(!schema::check_bounds(*v));
    }
    BOOST_TEST(accepted > 500u);
    BOOST_TEST(refused > 500u);
}

BOOST_AUTO_TEST_CASE(noise_never_decodes_to_something_else) {
    sample::generator g(3);
    for (int i = 0; i != 20000; ++i) {
        auto const b = sample::octets(g, 12);
        using shape = std::variant<sample::point, sample::circle>;
        if (auto const v = decode<shape>(b)) BOOST_TEST((encode(*v) == b));
        if (auto const v = decode<bounded_list<std::optional<std::uint8_t>, 6>>(b)) BOOST_TEST((encode(*v) == b));
        if (auto const v = decode<inline_string<8>>(b)) BOOST_TEST((encode(*v) == b));
    }
}

BOOST_AUTO_TEST_CASE(every_cut_of_a_record_is_refused_and_so_is_every_byte_more) {
    sample::generator g(4);
    auto const b = encode(sample::random(g));
    BOOST_TEST(decode<everything>(b).has_value());
    for (std::size_t n = 0; n != b.size(); ++n) BOOST_TEST((decode<everything>(byte_view(b).first(n)).error() == errc::truncated), n);
    for (unsigned x = 0; x != 256; ++x) {
        auto longer = b;
        longer.push_back(byte(x));
        auto const f = decode<everything>(longer).error();
        BOOST_TEST((f == errc::trailing_bytes));
        BOOST_TEST(f.at == b.size());
    }
}

BOOST_AUTO_TEST_CASE(a_buffer_too_small_is_refused_and_one_that_fits_is_used_in_part) {
    sample::point const p{1, 2};
    byte six[6];
    BOOST_TEST((schema::encode_into(byte_span(six).first(5), p).error() == errc::oversized));
    auto const used = schema::encode_into(six, p);
    BOOST_TEST_REQUIRE(used.has_value());
    BOOST_TEST(equal(*used, encode(p)));
    schema::buffer_for<everything> any;
    sample::generator g(5);
    for (int i = 0; i != 100; ++i) BOOST_TEST(schema::encode_into(any, sample::random(g)).has_value());
}

BOOST_AUTO_TEST_CASE(a_record_made_in_memory_beyond_its_bounds_is_noticed_before_it_is_signed) {
    sample::generator g(6);
    auto const good = sample::random(g);
    BOOST_TEST(!schema::check_bounds(good));
    auto e = good;
    e.points.resize(31);
    auto f = schema::check_bounds(e);
    BOOST_TEST((f == errc::oversized));
    BOOST_TEST(f.where == std::string_view("points"));
    BOOST_TEST(!decode<everything>(encode(e)).has_value());
    e = good;
    e.paint = sample::colour(3);
    BOOST_TEST((schema::check_bounds(e) == errc::out_of_range));
    BOOST_TEST(!decode<everything>(encode(e)).has_value());
    e = good;
    e.name.assign("line\nbreak");
    f = schema::check_bounds(e);
    BOOST_TEST((f == errc::invalid_text));
    BOOST_TEST(f.where == std::string_view("name"));
    e = good;
    e.more.resize(301);
    BOOST_TEST((schema::check_bounds(e) == errc::oversized));
}

struct named {
    using text = inline_string<8>;
    using list = inline_list<std::uint8_t, 3>;
    static constexpr schema::tag schema{0x73, 1, "named"};
    DAICHO_RECORD(named, (text, name), (list, items), (bool, on));
    friend bool operator==(named const&, named const&) = default;
};

constexpr bool round_trips_at_compile_time() {
    named n{};
    n.name = "abc";
    n.items = {1, 2};
    n.on = true;
    schema::buffer_for<named> buffer{};
    auto const used = schema::encode_into(buffer, n);
    if (!used) return false;
    named back{};
    if (schema::decode_into(*used, back)) return false;
    return back == n;
}
static_assert(round_trips_at_compile_time());
static_assert(schema::max_encoded<named> == 1 + 3 + 9 + (1 + 3 * 2) + 1);

BOOST_AUTO_TEST_SUITE_END()

} // namespace
