#include <daicho/file/crc32c.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

namespace {

template <std::size_t N, class F>
constexpr std::uint32_t sum_of(F&& f) {
    std::array<byte, N> b{};
    for (std::size_t i = 0; i != N; ++i) b[i] = byte(f(i));
    return file::crc32c(b);
}
constexpr auto text = std::to_array<byte>({'1', '2', '3', '4', '5', '6', '7', '8', '9'});

// RFC 3720 B.4, and the usual check value; as constants, that is by the tables.
static_assert(file::crc32c(text) == 0xe3069283);
static_assert(sum_of<32>([](std::size_t) { return 0; }) == 0x8a9136aa);
static_assert(sum_of<32>([](std::size_t) { return 0xff; }) == 0x62a8ab43);
static_assert(sum_of<32>([](std::size_t i) { return i; }) == 0x46dd794e);

} // namespace

BOOST_AUTO_TEST_SUITE(crc32c)

BOOST_AUTO_TEST_CASE(the_processor_and_the_tables_agree_however_the_bytes_are_chunked) {
    constexpr auto by_tables = [] {
        std::array<std::uint32_t, 40> sums{};
        std::array<byte, 40> b{};
        for (std::size_t i = 0; i != b.size(); ++i) b[i] = byte(i * 37 + 11);
        for (std::size_t n = 0; n != sums.size(); ++n) sums[n] = file::crc32c(byte_view(b).first(n));
        return sums;
    }();
    bytes b(40);
    for (std::size_t i = 0; i != b.size(); ++i) b[i] = byte(i * 37 + 11);
    for (std::size_t n = 0; n != by_tables.size(); ++n) {
        BOOST_TEST(file::crc32c(byte_view(b).first(n)) == by_tables[n]);
        for (std::size_t cut = 0; cut <= n; ++cut)
            BOOST_TEST(file::crc32c(byte_view(b).subspan(cut, n - cut), file::crc32c(byte_view(b).first(cut))) == by_tables[n]);
    }
}

BOOST_AUTO_TEST_CASE(long_ones_agree_with_their_pieces) {
    bytes b(20'000);
    for (std::size_t i = 0; i != b.size(); ++i) b[i] = byte(i * i / 3 + i);
    for (std::size_t n : {3071u, 3072u, 3073u, 6143u, 6144u, 9999u, 20'000u}) {
        auto const all = byte_view(b).first(n);
        std::uint32_t piecewise = 0x12345678;
        for (auto rest = all; !rest.empty(); rest = rest.subspan(std::min<std::size_t>(1000, rest.size())))
            piecewise = file::crc32c(rest.first(std::min<std::size_t>(1000, rest.size())), piecewise);
        BOOST_TEST(file::crc32c(all, 0x12345678) == piecewise, n);
    }
}

BOOST_AUTO_TEST_SUITE_END()
