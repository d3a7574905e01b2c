#include <daicho/base/url.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(urls)

BOOST_AUTO_TEST_CASE(an_address_is_taken_apart_and_put_together_again) {
    struct {
        char const* text;
        url parts;
        char const* again;
    } const cases[] = {
        {"http://example.org", {false, "example.org", 80, "/"}, "http://example.org/"},
        {"https://example.org", {true, "example.org", 443, "/"}, "https://example.org/"},
        {"http://127.0.0.1:8080/a/b%20c?d=e&f", {false, "127.0.0.1", 8080, "/a/b%20c?d=e&f"}, "http://127.0.0.1:8080/a/b%20c?d=e&f"},
        {"https://[::1]:99/x", {true, "::1", 99, "/x"}, "https://[::1]:99/x"},
        {"http://host?q", {false, "host", 80, "/?q"}, "http://host/?q"},
        {"http://host:443/", {false, "host", 443, "/"}, "http://host:443/"},
    };
    for (auto& c : cases) BOOST_TEST_CONTEXT(c.text) {
        auto const u = parse_url(c.text);
        BOOST_REQUIRE(u.has_value());
        BOOST_TEST((*u == c.parts));
        BOOST_TEST(u->text() == c.again);
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_a_plain_http_address_is_refused) {
    for (auto text : {"", "http://", "http:///x", "ftp://host/", "HTTP://host/", "http:/host", "//host/", "http://user@host/", "http://user:secret@host/",
                      "http://host:/", "http://host:0/", "http://host:65536/", "http://host:8a/", "http://host:-1/", "http://host:99999999999999999999/",
                      "http://ho st/", "http://host/a b", "http://host/a#b", "http://host/\r\nX: y", "http://-host/", "http://host-/", "http://a..b/",
                      "http://.host/", "http://[::1/", "http://[]/", "http://[::1]x/", "http://[g::1]/", "http://h\xc3\xb6st/", "http://host/\xff", "http://host\\x/"})
        BOOST_TEST_CONTEXT(text) BOOST_TEST(!parse_url(text).has_value());
    BOOST_TEST(parse_url("http://host/" + std::string(2000, 'a')).has_value());
    BOOST_TEST((parse_url("http://host/" + std::string(2100, 'a')).error() == errc::oversized));
    using namespace std::string_view_literals;
    BOOST_TEST(!parse_url("http://host/\0"sv).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
