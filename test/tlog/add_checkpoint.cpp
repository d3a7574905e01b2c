#include <daicho/tlog/add_checkpoint.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

namespace {

std::string const node = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
/// The example of C2SP tlog-witness, with two lines of its proof.
std::string const note = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
                         "\xe2\x80\x94 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
std::string const whole = "old 20852014\n" + node + "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\n" + note;

fault refused(std::string const& text) { return tlog::add_checkpoint::parse(text).error(); }

} // namespace

BOOST_AUTO_TEST_SUITE(add_checkpoint)

BOOST_AUTO_TEST_CASE(the_example_of_the_specification_is_read_and_written_alike) {
    auto const r = tlog::add_checkpoint::parse(whole);
    BOOST_TEST_REQUIRE(bool(r));
    BOOST_TEST(r->old_size == 20852014u);
    BOOST_TEST(r->proof.size() == 2u);
    BOOST_TEST(r->proof[0][0] == 0x3e);
    BOOST_TEST(r->note == note);
    BOOST_TEST(r->text() == whole);
    auto const first = tlog::add_checkpoint::parse("old 0\n\n" + note);
    BOOST_TEST_REQUIRE(bool(first));
    BOOST_TEST(first->proof.empty());
}
BOOST_AUTO_TEST_CASE(a_request_has_one_form) {
    for (char const* bad : {"old 00\n\n", "old 01\n\n", "old -1\n\n", "old +1\n\n", "old  1\n\n", "old 1 \n\n", "old \n\n", "old 1\r\n\n"})
        BOOST_TEST((refused(bad + note) == errc::non_canonical), bad);
    BOOST_TEST((refused("old 18446744073709551616\n\n" + note) == errc::out_of_range));
    BOOST_TEST(!refused("old 18446744073709551615\n\n" + note));
    BOOST_TEST((refused("") == errc::missing_field));
    BOOST_TEST((refused("Old 1\n\n" + note) == errc::missing_field));
    BOOST_TEST((refused("old 1") == errc::truncated));
    BOOST_TEST((refused("old 1\n") == errc::missing_field));
    BOOST_TEST((refused("old 1\n\n") == errc::missing_field));
    BOOST_TEST((refused("old 1\n" + node.substr(0, 10)) == errc::truncated));
    BOOST_TEST((refused("old 1\n" + node.substr(0, 40) + "\n\n" + note) == errc::wrong_size));
    BOOST_TEST((refused("old 1\n" + node.substr(0, 43) + "\n\n" + note) == errc::non_canonical));
    BOOST_TEST((refused("old 1\n*" + node.substr(1) + "\n" + note) == errc::invalid_text));
    BOOST_TEST((refused("old 1\n" + note).code != errc::ok));  // no blank line before it
}
BOOST_AUTO_TEST_CASE(it_is_bounded_in_lines_and_in_bytes) {
    std::string many = "old 1\n";
    for (std::size_t i = 0; i != tlog::add_checkpoint::proof_bound; ++i) many += node;
    BOOST_TEST(!refused(many + '\n' + note));
    BOOST_TEST((refused(many + node + '\n' + note) == errc::oversized));
    BOOST_TEST((refused(whole + std::string(tlog::add_checkpoint::bound, 'x')) == errc::oversized));
}

BOOST_AUTO_TEST_SUITE_END()
