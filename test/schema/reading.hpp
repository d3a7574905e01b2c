#pragma once

#include <daicho/base/hex.hpp>
#include <daicho/schema/codec.hpp>

#include <boost/test/unit_test.hpp>

/// What the tests of fields ask of bytes: what they are refused for, or what they are read as.
namespace reading {

using namespace daicho;

template <class T>
fault refusal_of(std::string_view hex) {
    auto const b = *bytes_from_hex(hex);
    return decode<T>(b).error();
}

template <class T>
void reads(std::string_view hex, T const& expected) {
    auto const b = *bytes_from_hex(hex);
    auto const v = decode<T>(b);
    BOOST_TEST_REQUIRE(v.has_value(), hex);
    BOOST_TEST((*v == expected), hex);
    BOOST_TEST(to_hex(encode(*v)) == hex);
    BOOST_TEST(schema::encoded_size(*v) == b.size());
    BOOST_TEST(b.size() <= schema::max_encoded<T>);
}

} // namespace reading
