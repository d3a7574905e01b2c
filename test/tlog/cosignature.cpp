#include <daicho/tlog/cosignature.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/openssl/ed25519.hpp>

using namespace daicho;
using scheme = cryptopp::ed25519;

namespace {

std::string const head = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

struct witness {
    explicit witness(std::string const& n) : name(n), signer(*cryptopp::ed25519_signer::generate()) {
        key.type = tlog::signature_type::cosignature;
        key.key = signer.public_key();
        key.name.assign(std::string_view(n));
    }
    std::string line(std::uint64_t time, std::string const& of = head) { return *tlog::cosign<scheme>(signer, name, of, time); }
    std::string name;
    cryptopp::ed25519_signer signer;
    tlog::note_key key;
};

result<tlog::note> parsed(std::string const& text) { return tlog::note::parse(text); }

} // namespace

BOOST_AUTO_TEST_SUITE(cosignature)

BOOST_AUTO_TEST_CASE(the_signed_message_is_the_one_of_the_specification) {
    tlog::cosigned_message m;
    BOOST_TEST(!m.assign(head, 1679315147));
    BOOST_TEST(as_text(m.view()) == "cosignature/v1\ntime 1679315147\n" + head);
    BOOST_TEST(!m.assign(head, 0));
    BOOST_TEST(as_text(m.view()) == "cosignature/v1\ntime 0\n" + head);
    BOOST_TEST(!m.assign(head, ~std::uint64_t(0) >> 1));
    BOOST_TEST(as_text(m.view()).substr(15, 25) == "time 9223372036854775807\n");
    BOOST_TEST((m.assign(head, std::uint64_t(1) << 63) == errc::out_of_range));
    BOOST_TEST((m.assign(std::string(tlog::checkpoint::text_bound + 1, 'x'), 0) == errc::oversized));
}

BOOST_AUTO_TEST_CASE(a_witness_is_believed_for_its_time_and_text) {
    witness w("witness.example/w1");
    auto const whole = head + '\n' + w.line(1700000000);
    auto const n = parsed(whole);
    BOOST_TEST_REQUIRE(bool(n));
    auto const time = tlog::verify_cosignature<openssl::ed25519>(*n, w.key);
    BOOST_TEST_REQUIRE(bool(time));
    BOOST_TEST(*time == 1700000000u);
    BOOST_TEST((tlog::verify_cosignature<scheme>(*n, witness("witness.example/w1").key).error() == errc::not_authenticated));  // of another key, of the same name

    auto const of_another = "example.com/another\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n" + w.line(1700000000);
    BOOST_TEST((tlog::verify_cosignature<scheme>(*parsed(of_another), w.key).error() == errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(an_altered_time_is_refused) {
    witness w("witness.example/w1");
    std::array<byte, 72> timed{};
    auto const line = w.line(1700000000);
    auto const whole = head + '\n' + line;
    auto const read = tlog::note::parse(whole);
    BOOST_TEST_REQUIRE(!read->find(w.name, w.key.id())->read(timed));
    store_be64(timed.data(), 1700000001);
    auto const later = head + '\n' + tlog::signature_line(w.key, timed);
    BOOST_TEST((tlog::verify_cosignature<scheme>(*parsed(later), w.key).error() == errc::bad_signature));
    auto const shorter = head + '\n' + tlog::signature_line(w.key, byte_view(timed).first(64));
    BOOST_TEST((tlog::verify_cosignature<scheme>(*parsed(shorter), w.key).error() == errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(a_logs_signature_is_no_cosignature_and_the_other_way_round) {
    witness w("example.com/behind-the-sofa");
    auto log_key = w.key;
    log_key.type = tlog::signature_type::ed25519;
    auto const signed_by_log = head + '\n' + *tlog::sign_note<scheme>(w.signer, w.name, head);
    BOOST_TEST(!tlog::verify_note<scheme>(*parsed(signed_by_log), log_key));
    BOOST_TEST((tlog::verify_cosignature<scheme>(*parsed(signed_by_log), w.key).error() == errc::not_authenticated));
    auto const cosigned = head + '\n' + w.line(5);
    BOOST_TEST((tlog::verify_note<scheme>(*parsed(cosigned), log_key) == errc::not_authenticated));
}

BOOST_AUTO_TEST_CASE(so_many_witnesses_and_no_fewer_make_a_quorum) {
    std::vector<witness> all;
    for (char const* name : {"w1", "w2", "w3"}) all.emplace_back(name);
    std::vector<tlog::note_key> keys;
    for (auto const& w : all) keys.push_back(w.key);
    witness stranger("w4");
    auto const two = head + '\n' + all[0].line(100) + stranger.line(400) + all[2].line(300);
    auto const n = parsed(two);
    BOOST_TEST_REQUIRE(bool(n));
    auto const met = [&](std::size_t least) { return tlog::quorum{keys, least}.met<scheme>(*n); };
    BOOST_TEST_REQUIRE(bool(met(2)));
    BOOST_TEST(*met(2) == 100u);  // one of the two may lie: what is sure is the earlier
    BOOST_TEST(*met(1) == 300u);
    BOOST_TEST((met(3).error() == errc::not_authenticated));
    BOOST_TEST(met(3).error().at == 2u);
    BOOST_TEST((met(0).error() == errc::out_of_range));
    BOOST_TEST((met(4).error() == errc::out_of_range));
}

BOOST_AUTO_TEST_CASE(one_witness_under_two_names_counts_once) {
    witness w("w1");
    auto again = w.key;
    again.name.assign(std::string_view("w2"));
    auto const whole = head + '\n' + w.line(1) + *tlog::cosign<scheme>(w.signer, "w2", head, 2);
    std::vector<tlog::note_key> const keys{w.key, again};
    BOOST_TEST(bool(tlog::verify_cosignature<scheme>(*parsed(whole), again)));
    BOOST_TEST(bool(tlog::quorum{keys, 1}.met<scheme>(*parsed(whole))));
    BOOST_TEST((tlog::quorum{keys, 2}.met<scheme>(*parsed(whole)).error() == errc::not_authenticated));
}

BOOST_AUTO_TEST_CASE(a_known_witness_whose_signature_is_bad_spoils_the_note) {
    witness one("w1"), two("w2");
    auto bad = two.line(1, "another\n" + head);
    std::vector<tlog::note_key> const keys{one.key, two.key};
    BOOST_TEST((tlog::quorum{keys, 1}.met<scheme>(*parsed(head + '\n' + one.line(1) + bad)).error() == errc::bad_signature));
    BOOST_TEST(bool(tlog::quorum{keys, 1}.met<scheme>(*parsed(head + '\n' + one.line(1) + two.line(1)))));
}

BOOST_AUTO_TEST_SUITE_END()
