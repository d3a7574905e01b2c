#include <daicho/cereal/nesting.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using daicho::cereal::most_nesting;
using daicho::cereal::shallow;

namespace {

std::string times(std::size_t n, std::string const& s) {
    std::string out;
    while (n-- != 0) out += s;
    return out;
}

BOOST_AUTO_TEST_SUITE(nesting)

BOOST_AUTO_TEST_CASE(json_and_xml_may_go_as_deep_as_the_bound_and_no_deeper) {
    BOOST_TEST(shallow(times(most_nesting, "[") + times(most_nesting, "]")));
    BOOST_TEST(!shallow(times(most_nesting + 1, "[")));
    BOOST_TEST(!shallow(times(most_nesting + 1, "{\"a\":")));
    BOOST_TEST(shallow(times(most_nesting, "<a>") + times(most_nesting, "</a>")));
    BOOST_TEST(!shallow(times(most_nesting + 1, "<a>")));
}

BOOST_AUTO_TEST_CASE(width_is_not_depth) {
    BOOST_TEST(shallow(times(10000, "[],{}")));
    BOOST_TEST(shallow("<?xml version=\"1.0\"?>" + times(10000, "<a b=\"c\"></a><d/>")));
}

BOOST_AUTO_TEST_CASE(what_is_quoted_does_not_count) {
    BOOST_TEST(shallow("\"" + times(1000, "[") + "\\\"" + times(1000, "[") + "\""));
    BOOST_TEST(shallow("<a b=\"" + times(1000, "<a>") + "\"/>"));
    BOOST_TEST(!shallow(times(most_nesting + 1, "[\"]\",")));
    BOOST_TEST(!shallow(times(most_nesting + 1, "<a b='</a>'>")));
}

BOOST_AUTO_TEST_CASE(what_could_hide_a_closing_tag_is_refused) {
    BOOST_TEST(!shallow("<a><!-- </a> -->"));
    BOOST_TEST(!shallow("<a><![CDATA[</a>]]>"));
    BOOST_TEST(!shallow("<a <b>"));
    BOOST_TEST(!shallow("<a\"><b><b><b><c\">"));
    BOOST_TEST(!shallow("\xef\xbb\xbf" + times(most_nesting + 1, "<a>")));
    BOOST_TEST(!shallow(times(most_nesting + 1, "<a><?x ></a>?>")));
}

BOOST_AUTO_TEST_CASE(texts_that_end_early_are_scanned_to_their_end) {
    for (char const* text : {"", " ", "\"", "\"\\", "[", "<", "<a", "<a b=\"", "<?", "</", "a"}) BOOST_TEST(shallow(text), text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
