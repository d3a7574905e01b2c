#include <daicho/tlog/note_key.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/openssl/ed25519.hpp>

#include <boost/mpl/list.hpp>

using namespace daicho;
using models = boost::mpl::list<cryptopp::ed25519, openssl::ed25519>;

namespace {

std::string const foo = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
std::string const foo_says = "This is an example message.\n\n"
                             "\xe2\x80\x94 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

errc refused(std::string const& text) { return tlog::note_key::parse(text).error().code; }

} // namespace

BOOST_AUTO_TEST_SUITE(note_key)

BOOST_AUTO_TEST_CASE(a_key_of_other_tools_is_read_and_written_alike) {
    for (auto const& text : {foo, std::string("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"),
                             std::string("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")}) {
        auto const k = tlog::note_key::parse(text);
        BOOST_TEST_REQUIRE(bool(k), text);
        BOOST_TEST(k->text() == text);
    }
}

BOOST_AUTO_TEST_CASE(an_altered_key_is_refused) {
    BOOST_TEST((refused("example.com/foo") == errc::missing_field));
    BOOST_TEST((refused("example.com/foo+530d903a") == errc::missing_field));
    BOOST_TEST((refused("example.com/fob+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k") == errc::wrong_digest));
    BOOST_TEST((refused("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k") == errc::wrong_digest));
    BOOST_TEST((refused("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2l") == errc::wrong_digest));
    BOOST_TEST((refused("example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k") == errc::wrong_digest));  // another type
    BOOST_TEST((refused("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k") == errc::wrong_type));
    BOOST_TEST((refused("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv") == errc::wrong_size));
    BOOST_TEST((refused("example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k") == errc::wrong_size));
    BOOST_TEST((refused("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k") == errc::invalid_text));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_other_tools_signed_verifies, Ed25519, models) {
    auto const k = tlog::note_key::parse(foo);
    auto const n = tlog::note::parse(foo_says);
    BOOST_TEST_REQUIRE((k && n));
    BOOST_TEST(!tlog::verify_note<Ed25519>(*n, *k));

    auto const other = tlog::note_key::parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
    BOOST_TEST((tlog::verify_note<Ed25519>(*n, *other) == errc::not_authenticated));
    auto altered = foo_says;
    altered[0] = 't';
    auto const a = tlog::note::parse(altered);
    BOOST_TEST_REQUIRE(bool(a));
    BOOST_TEST((tlog::verify_note<Ed25519>(*a, *k) == errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(whoever_signs_a_text_is_believed_for_it_and_no_other) {
    auto signer = cryptopp::ed25519_signer::generate();
    BOOST_TEST_REQUIRE(bool(signer));
    std::string const text = "log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    auto const line = tlog::sign_note<cryptopp::ed25519>(*signer, "log.example", text);
    BOOST_TEST_REQUIRE(bool(line));
    tlog::note_key k{.key = signer->public_key()};
    k.name.assign(std::string_view("log.example"));
    auto const whole = text + '\n' + *line;
    auto const n = tlog::note::parse(whole);
    BOOST_TEST_REQUIRE(bool(n));
    BOOST_TEST(!tlog::verify_note<openssl::ed25519>(*n, k));

    auto const renamed = tlog::sign_note<cryptopp::ed25519>(*signer, "log example", text);
    BOOST_TEST((renamed.error() == errc::invalid_text));
    k.type = tlog::signature_type::cosignature;  // the same key, for something else
    BOOST_TEST((tlog::verify_note<cryptopp::ed25519>(*n, k) == errc::not_authenticated));
}

BOOST_AUTO_TEST_SUITE_END()
