#include <daicho/base/bounded.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(bounded)

BOOST_AUTO_TEST_CASE(a_full_list_refuses_one_more_and_stays_as_it_was) {
    inline_list<int, 2> l;
    BOOST_TEST(l.push_back(1));
    BOOST_TEST(l.push_back(2));
    BOOST_TEST(!l.push_back(3));
    BOOST_TEST((l == inline_list<int, 2>{1, 2}));
    BOOST_TEST(!l.resize(3));
    BOOST_TEST(l.size() == 2u);
}

BOOST_AUTO_TEST_CASE(growing_again_shows_nothing_of_what_was_there) {
    inline_list<int, 4> l{1, 2, 3};
    BOOST_TEST(l.resize(1));
    BOOST_TEST(l.resize(3));
    BOOST_TEST((l == inline_list<int, 4>{1, 0, 0}));
}

BOOST_AUTO_TEST_CASE(lists_compare_by_what_they_hold_not_by_what_they_once_held) {
    inline_list<int, 4> a{1, 2, 3}, b{1};
    a.resize(1);
    BOOST_TEST((a == b));
    a.clear();
    BOOST_TEST(a.empty());
    BOOST_TEST(!(a == b));
}

BOOST_AUTO_TEST_CASE(a_list_counts_up_to_its_bound_whatever_the_width_of_its_counter) {
    inline_list<byte, 255> small;
    inline_list<byte, 256> large;
    BOOST_TEST(small.resize(255));
    BOOST_TEST(small.size() == 255u);
    BOOST_TEST(large.resize(256));
    BOOST_TEST(large.size() == 256u);
}

BOOST_AUTO_TEST_CASE(bytes_too_long_are_refused_and_leave_the_field_unchanged) {
    byte const four[] = {1, 2, 3, 4}, two[] = {9, 9};
    inline_bytes<3> b;
    BOOST_TEST(b.assign(two));
    BOOST_TEST(!b.assign(four));
    BOOST_TEST(equal(b, two));
    BOOST_TEST((inline_bytes<3>(two) == b));
}

BOOST_AUTO_TEST_CASE(text_too_long_is_refused_and_leaves_the_field_unchanged) {
    inline_string<4> s = "abcd";
    BOOST_TEST(!s.assign("abcde"));
    BOOST_TEST(s.view() == "abcd");
    BOOST_TEST(s.assign("x"));
    BOOST_TEST(s.view() == "x");
    BOOST_TEST(s.assign(as_bytes("yz")));
    BOOST_TEST(s.view() == "yz");
    BOOST_TEST(s.assign(""));
    BOOST_TEST(s.empty());
}

BOOST_AUTO_TEST_CASE(text_compares_with_literals_views_and_its_like) {
    inline_string<8> s = "abc";
    BOOST_TEST((s == "abc"));
    BOOST_TEST(("abc" == s));
    BOOST_TEST((s != "abd"));
    BOOST_TEST((s == std::string_view("abc")));
    BOOST_TEST((s == inline_string<8>("abc")));
    BOOST_TEST((s < inline_string<8>("abd")));
}

BOOST_AUTO_TEST_CASE(a_cut_never_lies_inside_a_character) {
    BOOST_TEST(inline_string<4>::cut("abc\xc3\xa9").view() == "abc");
    BOOST_TEST(inline_string<5>::cut("abc\xc3\xa9").view() == "abc\xc3\xa9");
    BOOST_TEST(inline_string<5>::cut("ab\xf0\x9f\x8d\xa3xyz").view() == "ab");
    BOOST_TEST(inline_string<2>::cut("abc").view() == "ab");
    BOOST_TEST(inline_string<2>::cut("").view() == "");
}

constexpr bool lists_work_at_compile_time() {
    inline_list<int, 3> l{1, 2};
    inline_string<8> s = "abc";
    return l.push_back(3) && !l.push_back(4) && l.back() == 3 && s == "abc";
}
static_assert(lists_work_at_compile_time());

BOOST_AUTO_TEST_SUITE_END()
