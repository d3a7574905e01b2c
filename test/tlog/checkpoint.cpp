#include <daicho/tlog/checkpoint.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/tlog/note_key.hpp>

#include "published.hpp"

using namespace daicho;

namespace {

std::string const sofa = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
errc refused(std::string const& text) { return tlog::checkpoint::parse(text).error().code; }

} // namespace

BOOST_AUTO_TEST_SUITE(checkpoint)

BOOST_AUTO_TEST_CASE(the_example_of_the_specification_is_read_and_written_alike) {
    auto const c = tlog::checkpoint::parse(sofa);
    BOOST_TEST_REQUIRE(bool(c));
    BOOST_TEST(c->origin == "example.com/behind-the-sofa");
    BOOST_TEST(c->size == 20852163u);
    BOOST_TEST(c->root[0] == 0x0a);
    BOOST_TEST(c->text() == sofa);
    auto const extended = sofa + "extension\nanother one\n";
    auto const e = tlog::checkpoint::parse(extended);
    BOOST_TEST_REQUIRE(bool(e));
    BOOST_TEST(e->text() == extended);
}

BOOST_AUTO_TEST_CASE(a_tree_head_has_one_text) {
    std::string const root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    BOOST_TEST(bool(tlog::checkpoint::parse("o\n0\n" + root)));
    BOOST_TEST(bool(tlog::checkpoint::parse("o\n18446744073709551615\n" + root)));
    BOOST_TEST((refused("o\n18446744073709551616\n" + root) == errc::out_of_range));
    for (char const* size : {"00", "01", "+1", "-1", "1 ", " 1", "1a", "0x1"}) BOOST_TEST((refused("o\n" + std::string(size) + '\n' + root) == errc::non_canonical), size);
    BOOST_TEST((refused("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n") == errc::non_canonical));
    BOOST_TEST((refused("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n") == errc::wrong_size));
    BOOST_TEST((refused("o\n1\n") == errc::missing_field));
    BOOST_TEST((refused("\n1\n" + root) == errc::missing_field));
    BOOST_TEST((refused("o\n\n" + root) == errc::missing_field));
    BOOST_TEST((refused("o\n1\n" + root + "\n") == errc::missing_field));
    BOOST_TEST((refused("o\n1\n" + root.substr(0, root.size() - 1)) == errc::truncated));
    BOOST_TEST((refused("o\r\n1\n" + root) == errc::invalid_text));
    BOOST_TEST((refused("o\n1\r\n" + root) == errc::non_canonical));
    BOOST_TEST((refused("o\n1\n" + root + std::string(tlog::checkpoint::text_bound, 'x') + '\n') == errc::oversized));
}

BOOST_AUTO_TEST_CASE(a_real_logs_checkpoints_verify_and_are_written_alike) {
    auto const folder = published("tessera/testdata/log");
    if (!folder) return;
    auto const key = tlog::note_key::parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
    BOOST_TEST_REQUIRE(bool(key));
    for (std::uint64_t size = 0; size != 16; ++size) {
        auto const name = *folder / ("checkpoint." + std::to_string(size));
        auto const text = content(name);
        auto const n = tlog::note::parse(text);
        BOOST_TEST_REQUIRE(bool(n), name);
        BOOST_TEST(!tlog::verify_note<cryptopp::ed25519>(*n, *key));
        auto const c = tlog::checkpoint::parse(n->text());
        BOOST_TEST_REQUIRE(bool(c), name);
        BOOST_TEST(c->size == size);
        BOOST_TEST(c->text() == n->text());
    }
}

BOOST_AUTO_TEST_CASE(the_go_checksum_databases_own_checkpoint_verifies) {
    auto const folder = published("torchwood/cmd/litewitness/testdata");
    if (!folder) return;
    auto const script = content(*folder / "sumdb.txt");
    auto const begin = script.find("go.sum database tree\n", script.find("old 0"));
    auto const end = script.find("```", begin);
    BOOST_TEST_REQUIRE((begin != script.npos && end != script.npos));
    auto const text = script.substr(begin, end - begin);
    auto const n = tlog::note::parse(text);
    auto const key = tlog::note_key::parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");
    BOOST_TEST_REQUIRE((n && key));
    BOOST_TEST(!tlog::verify_note<cryptopp::ed25519>(*n, *key));
    auto const c = tlog::checkpoint::parse(n->text());
    BOOST_TEST_REQUIRE(bool(c));
    BOOST_TEST(c->origin == "go.sum database tree");
    BOOST_TEST(c->text() == n->text());
}

BOOST_AUTO_TEST_SUITE_END()
