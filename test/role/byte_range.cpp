#include <daicho/role/byte_range.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;
using role::byte_range;
using role::read_range;

BOOST_AUTO_TEST_SUITE(byte_ranges)

BOOST_AUTO_TEST_CASE(one_range_is_understood) {
    using enum byte_range::kind;
    BOOST_TEST((read_range("bytes=0-0", 10) == byte_range{part, 0, 1}));
    BOOST_TEST((read_range("bytes=2-5", 10) == byte_range{part, 2, 4}));
    BOOST_TEST((read_range("bytes=2-", 10) == byte_range{part, 2, 8}));
    BOOST_TEST((read_range("bytes=2-99999999999", 10) == byte_range{part, 2, 8}));
    BOOST_TEST((read_range("bytes=9-18446744073709551615", 10) == byte_range{part, 9, 1}));
    BOOST_TEST((read_range("bytes=-3", 10) == byte_range{part, 7, 3}));
    BOOST_TEST((read_range("bytes=-30", 10) == byte_range{part, 0, 10}));
}

BOOST_AUTO_TEST_CASE(what_lies_beyond_the_end_cannot_be_satisfied) {
    using enum byte_range::kind;
    BOOST_TEST((read_range("bytes=10-", 10).what == unsatisfiable));
    BOOST_TEST((read_range("bytes=18446744073709551615-", 10).what == unsatisfiable));
    BOOST_TEST((read_range("bytes=-0", 10).what == unsatisfiable));
    BOOST_TEST((read_range("bytes=0-", 0).what == unsatisfiable));
    BOOST_TEST((read_range("bytes=-1", 0).what == unsatisfiable));
}

BOOST_AUTO_TEST_CASE(what_is_malformed_or_several_is_ignored_and_the_whole_is_sent) {
    for (auto header : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=1-2,4-5", "bytes=1-2-3", "bytes= 1-2", "bytes=+1-2", "items=1-2",
                        "bytes=18446744073709551616-"})
        BOOST_TEST((read_range(header, 10) == byte_range{byte_range::kind::whole, 0, 10}), header);
}

BOOST_AUTO_TEST_SUITE_END()
