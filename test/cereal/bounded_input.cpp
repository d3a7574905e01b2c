#include <daicho/cereal/bounded_input.hpp>

#include "../schema/sample.hpp"

#include <daicho/cereal/door.hpp>
#include <daicho/schema/check_bounds.hpp>

#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace daicho;
using sample::everything;
using sample::point;

namespace {

template <class T>
bytes portable(T const& v, bool big = false) {
    std::ostringstream out;
    {
        using archive = ::cereal::PortableBinaryOutputArchive;
        archive ar(out, big ? archive::Options::BigEndian() : archive::Options::LittleEndian());
        ar(v);
    }
    auto const text = out.str();
    return bytes(text.begin(), text.end());
}

BOOST_AUTO_TEST_SUITE(bounded_input)

BOOST_AUTO_TEST_CASE(it_reads_what_the_portable_archive_wrote_on_either_kind_of_machine) {
    sample::generator g(31);
    for (int i = 0; i != 200; ++i) {
        auto const e = sample::random(g);
        for (bool big : {false, true}) {
            auto const back = daicho::cereal::load_bounded<everything>(portable(e, big));
            BOOST_TEST_REQUIRE(back.has_value());
            BOOST_TEST((*back == e));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_cut_is_truncated_and_every_byte_more_is_refused) {
    sample::generator g(32);
    auto b = portable(sample::random(g));
    BOOST_TEST(daicho::cereal::load_bounded<everything>(b).has_value());
    for (std::size_t n = 0; n != b.size(); ++n)
        BOOST_TEST((daicho::cereal::load_bounded<everything>(byte_view(b).first(n)).error() == errc::truncated), n);
    b.push_back(0);
    BOOST_TEST((daicho::cereal::load_bounded<everything>(b).error() == errc::trailing_bytes));
}

BOOST_AUTO_TEST_CASE(whatever_loads_from_altered_bytes_is_within_its_bounds) {
    sample::generator g(33);
    std::size_t accepted = 0, refused = 0;
    for (int i = 0; i != 5000; ++i) {
        auto b = portable(sample::random(g));
        for (auto n = sample::below(g, 3) + 1; n != 0; --n) b[sample::below(g, b.size())] = byte(g());
        auto const v = daicho::cereal::load_bounded<everything>(b);
        ++(v ? accepted : refused);
        if (!v) continue;
        BOOST_TEST(!schema::check_bounds(*v));
        BOOST_TEST((*decode<everything>(encode(*v)) == *v));
    }
    BOOST_TEST(accepted > 100u);
    BOOST_TEST(refused > 100u);
}

BOOST_AUTO_TEST_CASE(a_forged_size_of_any_type_is_refused_before_it_allocates) {
    auto claims = [](std::uint64_t n) {
        bytes b = {1};
        for (int i = 0; i != 8; ++i) b.push_back(byte(n >> (8 * i)));
        b.push_back('x');
        return b;
    };
    for (std::uint64_t n : {std::uint64_t(2), std::uint64_t(1) << 40, ~std::uint64_t(0)}) {
        auto const b = claims(n);
        std::string text;
        std::vector<std::uint64_t> numbers;
        daicho::cereal::bounded_input first(b), second(b);
        BOOST_CHECK_THROW(first(text), daicho::cereal::refused);
        BOOST_CHECK_THROW(second(numbers), daicho::cereal::refused);
        BOOST_TEST(text.capacity() < 64u);
        BOOST_TEST(numbers.capacity() == 0u);
    }
    auto const right = claims(1);
    daicho::cereal::bounded_input ar(right);
    std::string text;
    ar(text);
    BOOST_TEST(text == "x");
}

BOOST_AUTO_TEST_CASE(a_byte_that_is_neither_true_nor_false_is_refused) {
    for (byte b : {byte(0), byte(1), byte(2), byte(255)}) {
        bytes const input = {1, b};
        daicho::cereal::bounded_input ar(input);
        bool v = false;
        if (b < 2) {
            ar(v);
            BOOST_TEST(v == (b == 1));
        } else {
            BOOST_CHECK_THROW(ar(v), daicho::cereal::refused);
        }
    }
    BOOST_CHECK_THROW(daicho::cereal::bounded_input{bytes{2}}, daicho::cereal::refused);
    BOOST_CHECK_THROW(daicho::cereal::bounded_input{byte_view{}}, daicho::cereal::refused);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
