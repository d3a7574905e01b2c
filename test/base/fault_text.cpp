#include <daicho/base/fault_text.hpp>

#include <boost/test/unit_test.hpp>

#include <set>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(fault_text)

BOOST_AUTO_TEST_CASE(a_decoder_s_fault_names_field_and_byte) {
    BOOST_TEST(describe({errc::oversized, "model", 37}) == "the value is larger than its bound (field 'model', byte 37)");
    BOOST_TEST(describe({errc::truncated, "", 9}) == "the input ends before the record does (byte 9)");
    BOOST_TEST(describe(errc::truncated) == "the input ends before the record does");
}

BOOST_AUTO_TEST_CASE(any_other_fault_names_its_place) {
    BOOST_TEST(describe({errc::wrong_root, "block", 12}) == "the root does not match the transactions (block, at 12)");
    BOOST_TEST(describe({errc::unreachable, "peer"}) == "the peer cannot be reached (peer)");
    BOOST_TEST(describe(errc::busy) == "too much work is waiting already");
}

BOOST_AUTO_TEST_CASE(every_errc_has_a_sentence_of_its_own) {
    std::set<std::string_view> seen;
    for (unsigned i = 0; i != daicho::detail::errc_messages.size(); ++i) BOOST_TEST(seen.insert(message(errc(i))).second, message(errc(i)));
    BOOST_TEST(message(errc(255)) == "unknown error");
}

BOOST_AUTO_TEST_CASE(a_fault_is_true_and_no_fault_is_false) {
    BOOST_TEST(bool(fault{errc::busy}));
    BOOST_TEST(!bool(fault{}));
    BOOST_TEST((fault{errc::busy, "a", 1} == fault{errc::busy, "b", 2}));
}

BOOST_AUTO_TEST_SUITE_END()
