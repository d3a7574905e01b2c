#include <daicho/tlog/note.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

namespace {

/// The example of C2SP signed-note.
std::string const poem = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned \xc3\xa8 subito sera.\n";
std::string const signed_by = "\xe2\x80\x94 quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
std::string const whole = poem + '\n' + signed_by;

errc refused(std::string const& text) { return tlog::note::parse(text).error().code; }
std::string line(std::string const& name, std::uint32_t id = 7, std::size_t size = 64) {
    bytes b(4 + size, 0x42);
    store_be32(b.data(), id);
    return std::string(tlog::signature_dash) + name + ' ' + to_base64(b) + '\n';
}

} // namespace

BOOST_AUTO_TEST_SUITE(note)

BOOST_AUTO_TEST_CASE(the_example_of_the_specification_is_read) {
    auto const n = tlog::note::parse(whole);
    BOOST_TEST_REQUIRE(bool(n));
    BOOST_TEST(n->text() == poem);  // an empty line inside belongs to the text
    BOOST_TEST(n->signatures() == signed_by);
    auto const s = n->find("quasimodo.example/salvatore", 0x367ba04b);
    BOOST_TEST_REQUIRE(s.has_value());
    BOOST_TEST(s->size == 64u);
    std::array<byte, 64> signature{};
    BOOST_TEST(!s->read(signature));
    BOOST_TEST(signature[0] == 0x34);
    BOOST_TEST(signature[63] == 0x87);
    std::array<byte, 63> less{};
    BOOST_TEST((s->read(less) == errc::wrong_size));
}

BOOST_AUTO_TEST_CASE(a_key_is_its_name_and_its_id) {
    auto const n = tlog::note::parse(whole);
    BOOST_TEST_REQUIRE(bool(n));
    BOOST_TEST(!n->find("quasimodo.example/salvatore", 0x367ba04c));
    BOOST_TEST(!n->find("quasimodo.example", 0x367ba04b));
    BOOST_TEST(n->find("quasimodo.example/salvatore", 0x367ba04b).has_value());
}

BOOST_AUTO_TEST_CASE(unknown_signatures_of_any_size_stand_beside) {
    auto const text = poem + '\n' + line("a", 1, 1) + signed_by + line("b", 2, 3000) + line("a", 2, 64);
    auto const n = tlog::note::parse(text);
    BOOST_TEST_REQUIRE(bool(n));
    BOOST_TEST(n->find("quasimodo.example/salvatore", 0x367ba04b)->size == 64u);
    BOOST_TEST(n->find("a", 1)->size == 1u);
    BOOST_TEST(n->find("b", 2)->size == 3000u);
}

BOOST_AUTO_TEST_CASE(one_key_signs_once) {
    BOOST_TEST(bool(tlog::note::parse(poem + '\n' + line("a", 1) + line("a", 2) + line("b", 1))));
    BOOST_TEST((refused(poem + '\n' + line("a", 1) + line("b", 1) + line("a", 1)) == errc::duplicate));
}

BOOST_AUTO_TEST_CASE(its_last_line_ends_and_its_parts_are_there) {
    BOOST_TEST((refused("") == errc::truncated));
    BOOST_TEST((refused(whole.substr(0, whole.size() - 1)) == errc::truncated));
    BOOST_TEST((refused(poem) == errc::non_canonical));                  // the poem's own empty line: what follows is no signature
    BOOST_TEST((refused("text\n" + signed_by) == errc::missing_field));  // no blank line
    BOOST_TEST((refused(poem + '\n') == errc::missing_field));           // nobody signed
    BOOST_TEST((refused("\n\n" + signed_by) == errc::missing_field));    // nothing is signed
    BOOST_TEST((refused("\n" + signed_by) == errc::missing_field));
}

BOOST_AUTO_TEST_CASE(control_characters_and_what_is_no_text_are_refused) {
    BOOST_TEST((refused("a\r\n\n" + signed_by) == errc::invalid_text));  // the line ends of another system
    BOOST_TEST((refused("a\tb\n\n" + signed_by) == errc::invalid_text));
    BOOST_TEST((refused(std::string("a\0b\n\n", 5) + signed_by) == errc::invalid_text));
    BOOST_TEST((refused("a\xc3\n\n" + signed_by) == errc::invalid_text));
    std::string ended = whole;
    ended.insert(ended.size() - 1, "\r");
    BOOST_TEST((refused(ended) == errc::non_canonical));
    BOOST_TEST(bool(tlog::note::parse("a\n\n" + signed_by)));
}

BOOST_AUTO_TEST_CASE(a_signature_line_has_one_form) {
    BOOST_TEST(bool(tlog::note::parse(poem + '\n' + line("name"))));
    for (char const* bad : {"- name QUFBQUE=\n", "\xe2\x80\x94name QUFBQUE=\n", "\xe2\x80\x94 name  QUFBQUE=\n", "\xe2\x80\x94 name\n",
                            "\xe2\x80\x94 name QUFBQUE\n", "\xe2\x80\x94 name QUFBQUF=\n", "\xe2\x80\x94 name QUFBQQ==\n",
                            "\xe2\x80\x94 name QUFBQUE= \n", "\xe2\x80\x94 na+me QUFBQUE=\n", "\xe2\x80\x94  QUFBQUE=\n",
                            "\xe2\x80\x94 na\xc2\xa0me QUFBQUE=\n", "\xe2\x80\x94 na\xe2\x80\x83me QUFBQUE=\n", "text\n"})
        BOOST_TEST((refused(poem + '\n' + bad) == errc::non_canonical), bad);
    BOOST_TEST(bool(tlog::note::parse(poem + '\n' + "\xe2\x80\x94 name QUFBQUE=\n")));  // the least: one byte of signature
}

BOOST_AUTO_TEST_CASE(it_is_bounded_in_bytes_and_in_signatures) {
    std::string many = "text\n\n";
    for (std::size_t i = 0; i != tlog::signatures_bound; ++i) many += line("witness", std::uint32_t(i));
    BOOST_TEST(bool(tlog::note::parse(many)));
    BOOST_TEST((refused(many + line("witness", 1000)) == errc::oversized));
    std::string const tail = "\n\n" + signed_by;
    BOOST_TEST(bool(tlog::note::parse(std::string(tlog::note_bound - tail.size(), 'x') + tail)));
    BOOST_TEST((refused(std::string(tlog::note_bound - tail.size() + 1, 'x') + tail) == errc::oversized));
}

BOOST_AUTO_TEST_SUITE_END()
