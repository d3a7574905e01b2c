#include <daicho/schema/cbor.hpp>

#include <daicho/base/hex.hpp>
#include <daicho/schema/codec.hpp>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

using namespace daicho;
using schema::cbor::major;

namespace {

/// Each form we speak, as a decoder that encodes what it read: whatever decodes must give the same bytes again.
template <class T>
bool speaks(byte_view input) {
    auto const v = decode<T>(input);
    if (!v) return false;
    BOOST_TEST(to_hex(encode(*v)) == to_hex(input));
    return true;
}

bool speaks_any(byte_view input) {
    using number = std::uint64_t;
    return speaks<number>(input) || speaks<bool>(input) || speaks<inline_bytes<64>>(input) || speaks<inline_string<64>>(input) ||
           speaks<inline_list<number, 32>>(input) || speaks<inline_list<inline_list<number, 4>, 4>>(input) ||
           speaks<std::optional<number>>(input);
}

/// Why a vector is refused, from its own text (RFC 8949 appendix A): what daicho leaves out of CBOR.
std::string reason_to_refuse(std::string const& hex, bool canonical) {
    unsigned const first = unsigned(std::stoul(hex.substr(0, 2), nullptr, 16));
    unsigned const type = first >> 5, info = first & 31;
    if (type == 1) return "negative number";
    if (type == 5) return "map";
    if (type == 6) return "tag";
    if (type == 7 && info >= 25 && info <= 27) return "floating point";
    if (type == 7 && (info < 20 || info == 23 || info == 24)) return "simple value other than false, true and null";
    if (info == 31 || hex.find("9f") != std::string::npos) return "indefinite length";
    if (!canonical) return "not the shortest form";
    if (hex == "8301820203820405") return "mixed list";
    if (hex == "826161a161626163") return "mixed list with a map";
    return "";
}

BOOST_AUTO_TEST_SUITE(cbor)

BOOST_AUTO_TEST_CASE(every_published_vector_of_our_subset_round_trips_and_every_other_is_refused) {
    char const* place = std::getenv("DAICHO_VECTORS");
#ifdef DAICHO_VECTORS_DIR
    std::string const folder = place ? place : DAICHO_VECTORS_DIR;
#else
    std::string const folder = place ? place : "../shared/vectors";
#endif
    std::ifstream in(folder + "/cbor/appendix_a.json", std::ios::binary);
    if (!in) {
        std::puts("SKIPPED: cbor/appendix_a.json is not at hand (set DAICHO_VECTORS)");
        BOOST_TEST_MESSAGE("SKIPPED: cbor/appendix_a.json");
        return;
    }
    auto const all = boost::json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
    std::size_t spoken = 0, refused = 0;
    for (auto& one : all.as_array()) {
        std::string const hex(one.at("hex").as_string());
        auto const why = reason_to_refuse(hex, one.at("roundtrip").as_bool());
        BOOST_TEST_CONTEXT(hex << " " << why) {
            bool const is_spoken = speaks_any(*bytes_from_hex(hex));
            BOOST_TEST(is_spoken == why.empty());
            ++(is_spoken ? spoken : refused);
            if (!is_spoken) BOOST_TEST_MESSAGE("refused " << hex << ": " << why);
        }
    }
    BOOST_TEST(spoken + refused == all.as_array().size());
    BOOST_TEST(spoken >= 25u);
}

BOOST_AUTO_TEST_CASE(a_head_is_as_short_as_possible) {
    struct { std::uint64_t argument; char const* hex; } const rows[] = {
        {0, "00"}, {23, "17"}, {24, "1818"}, {255, "18ff"}, {256, "190100"}, {65535, "19ffff"}, {65536, "1a00010000"},
        {0xffffffff, "1affffffff"}, {0x100000000, "1b0000000100000000"}, {~std::uint64_t(0), "1bffffffffffffffff"},
    };
    for (auto& row : rows) {
        byte b[9];
        auto const end = schema::cbor::put_head(b, major::unsigned_integer, row.argument);
        byte_view const written(b, end);
        BOOST_TEST(to_hex(written) == row.hex);
        BOOST_TEST(written.size() == schema::cbor::head_size(row.argument));
        schema::cbor::reader r(written);
        std::uint64_t n = 1;
        BOOST_TEST((r.head(major::unsigned_integer, n) == errc::ok));
        BOOST_TEST(n == row.argument);
        BOOST_TEST(r.at_end());
    }
}

BOOST_AUTO_TEST_CASE(a_longer_head_than_needed_is_refused) {
    for (char const* hex : {"1800", "1817", "190000", "1900ff", "1a0000ffff", "1b00000000ffffffff", "1b0000000000000000"}) {
        auto const b = *bytes_from_hex(hex);
        schema::cbor::reader r(b);
        std::uint64_t n = 0;
        BOOST_TEST((r.head(major::unsigned_integer, n) == errc::non_canonical), hex);
        BOOST_TEST(r.offset() == 0u);
    }
}

BOOST_AUTO_TEST_CASE(reserved_and_indefinite_heads_are_refused_for_every_type) {
    for (unsigned type = 0; type != 8; ++type)
        for (unsigned info = 28; info != 32; ++info) {
            bytes const b = {byte(type << 5 | info), 0, 0, 0, 0, 0, 0, 0, 0, 0xff};
            schema::cbor::reader r(b);
            std::uint64_t n = 0;
            BOOST_TEST((r.head(major(type), n) == errc::non_canonical));
        }
}

BOOST_AUTO_TEST_CASE(a_head_cut_anywhere_is_truncated) {
    auto const whole = *bytes_from_hex("1b8000000000000000");
    for (std::size_t n = 0; n != whole.size(); ++n) {
        schema::cbor::reader r(byte_view(whole).first(n));
        std::uint64_t v = 0;
        BOOST_TEST((r.head(major::unsigned_integer, v) == errc::truncated));
    }
    schema::cbor::reader r(whole);
    std::uint64_t v = 0;
    BOOST_TEST((r.head(major::unsigned_integer, v) == errc::ok));
}

BOOST_AUTO_TEST_CASE(more_bytes_than_there_are_cannot_be_taken) {
    bytes const b = {1, 2, 3};
    schema::cbor::reader r(b);
    byte_view out;
    for (std::uint64_t n : {std::uint64_t(4), std::uint64_t(1) << 32, ~std::uint64_t(0)})
        BOOST_TEST((r.take(n, out) == errc::truncated));
    BOOST_TEST((r.take(3, out) == errc::ok));
    BOOST_TEST(equal(out, b));
    BOOST_TEST((r.take(0, out) == errc::ok));
}

BOOST_AUTO_TEST_CASE(an_empty_input_without_even_an_address_is_truncated) {
    schema::cbor::reader r{byte_view()};
    std::uint64_t n = 0;
    byte b = 0;
    BOOST_TEST((r.head(major::array, n) == errc::truncated));
    BOOST_TEST((r.peek(b) == errc::truncated));
    BOOST_TEST(r.at_end());
}

bool prints(std::string_view s) { return schema::cbor::printable_utf8(s); }

BOOST_AUTO_TEST_CASE(text_is_the_shortest_utf_8_without_surrogates) {
    for (char const* good : {"", "plain", "\xc2\xa0", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
                             "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xe5\x8f\xb0\xe5\xb8\xb3"})
        BOOST_TEST(prints(good), good);
    for (char const* bad : {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x20", "\xe0\x9f\xbf", "\xe0\xa0", "\xed\xa0\x80", "\xed\xbf\xbf",
                            "\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xffz", "ab\xe5\x8f"})
        BOOST_TEST(!prints(bad));
}

BOOST_AUTO_TEST_CASE(text_that_would_disturb_its_line_is_refused) {
    for (char c = 1; c != 0x20; ++c) BOOST_TEST(!prints(std::string(1, c)));
    BOOST_TEST(!prints(std::string_view("\0", 1)));
    for (char const* bad : {"\x7f", "\xc2\x80", "\xc2\x9b" "31m", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xae" "gnp.exe", "\xe2\x81\xa6", "\xe2\x81\xa9"})
        BOOST_TEST(!prints(bad));
    for (char const* good : {"\xe2\x80\xa7", "\xe2\x80\xaf", "\xe2\x81\xa5", "\xe2\x81\xaa"}) BOOST_TEST(prints(good));
}

static_assert(schema::cbor::head_size(23) == 1 && schema::cbor::head_size(24) == 2);
static_assert(schema::cbor::printable_utf8(std::string_view("ok")));

BOOST_AUTO_TEST_SUITE_END()

} // namespace
