#include <daicho/signature/compose.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/cryptopp/rsa_pss.hpp>
#include <daicho/laws/signature_scheme.hpp>
#include <daicho/schema/json.hpp>

using namespace daicho;
namespace cpp = daicho::cryptopp;

namespace {
using both = all_of<cpp::ed25519, cpp::rsa_pss>;
using either = any_of<cpp::ed25519, cpp::rsa_pss>;
using two_of_three = threshold<2, cpp::ed25519, cpp::ed25519, cpp::ed25519>;
using both_signer = joint_signer<both, cpp::ed25519_signer, cpp::rsa_pss_signer>;

both_signer make_both() { return both_signer(*cpp::ed25519_signer::generate(), *cpp::rsa_pss_signer::generate()); }
auto const text = as_bytes("release 2");
} // namespace

BOOST_AUTO_TEST_SUITE(compose)

BOOST_AUTO_TEST_CASE(a_threshold_is_a_scheme_with_a_name_and_a_number_of_its_own) {
    static_assert(signature_scheme<both> && signature_scheme<either> && signature_scheme<two_of_three> && signer<both_signer, both>);
    static_assert(signature_scheme<all_of<either, cpp::ed25519>>);
    BOOST_TEST(both::name == "2_of(ed25519,rsa_pss_sha256)");
    BOOST_TEST(either::name == "1_of(ed25519,rsa_pss_sha256)");
    BOOST_TEST((all_of<either, cpp::ed25519>::name) == "2_of(1_of(ed25519,rsa_pss_sha256),ed25519)");
    std::uint16_t const numbers[] = {
        1, 2, both::algorithm, either::algorithm, two_of_three::algorithm, all_of<cpp::rsa_pss, cpp::ed25519>::algorithm};
    for (auto& a : numbers)
        for (auto& b : numbers) BOOST_TEST((a == b) == (&a == &b));
}

BOOST_AUTO_TEST_CASE(it_keeps_the_laws_of_a_scheme) {
    laws::verdict v;
    auto one = make_both(), other = make_both();
    laws::signature_scheme<both>(v, one, other);
    BOOST_TEST(v.holds());
    BOOST_TEST(v.broken == std::vector<std::string>{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(all_of_needs_every_signature) {
    auto signer = make_both();
    auto const key = signer.public_key();
    auto const signature = *signer.sign(text);
    BOOST_TEST(both::verify(key, text, signature));
    auto missing = signature;
    missing.first.reset();
    BOOST_TEST(!both::verify(key, text, missing));
    missing = signature;
    missing.second.reset();
    BOOST_TEST(!both::verify(key, text, missing));
}

BOOST_AUTO_TEST_CASE(any_of_needs_one_and_refuses_a_false_one_beside_it) {
    auto signer = make_both();
    auto const key = signer.public_key();
    auto const whole = *signer.sign(text);
    auto only_first = whole, only_second = whole, none = whole;
    only_first.second.reset();
    only_second.first.reset();
    none = {};
    BOOST_TEST(either::verify(key, text, whole));
    BOOST_TEST(either::verify(key, text, only_first));
    BOOST_TEST(either::verify(key, text, only_second));
    BOOST_TEST(!either::verify(key, text, none));
    auto spoilt = whole;
    (*spoilt.first)[0] ^= 1;
    BOOST_TEST(!either::verify(key, text, spoilt));
}

BOOST_AUTO_TEST_CASE(any_two_of_three_suffice_and_one_does_not) {
    cpp::ed25519_signer const signers[] = {*cpp::ed25519_signer::generate(), *cpp::ed25519_signer::generate(),
                                           *cpp::ed25519_signer::generate()};
    two_of_three::public_key_type const key{signers[0].public_key(), signers[1].public_key(), signers[2].public_key()};
    for (unsigned present = 0; present != 8; ++present) {
        two_of_three::signature_type signature;
        if (present & 1) signature.first = *signers[0].sign(text);
        if (present & 2) signature.second = *signers[1].sign(text);
        if (present & 4) signature.third = *signers[2].sign(text);
        BOOST_TEST(two_of_three::verify(key, text, signature) == (std::popcount(present) >= 2));
    }
}

BOOST_AUTO_TEST_CASE(one_key_in_two_places_is_refused) {
    auto const one = *cpp::ed25519_signer::generate(), two = *cpp::ed25519_signer::generate(), three = *cpp::ed25519_signer::generate();
    two_of_three::signature_type const signature{*one.sign(text), *one.sign(text), {}};
    BOOST_TEST(!two_of_three::verify({one.public_key(), one.public_key(), three.public_key()}, text, signature));
    BOOST_TEST(
        two_of_three::verify({one.public_key(), two.public_key(), three.public_key()}, text, {*one.sign(text), *two.sign(text), {}}));
    BOOST_TEST(!two_of_three::verify({one.public_key(), two.public_key(), one.public_key()}, text, {*one.sign(text), *two.sign(text), {}}));
}

BOOST_AUTO_TEST_CASE(keys_and_signatures_travel_as_bytes_and_as_json) {
    auto signer = make_both();
    auto const key = signer.public_key();
    auto signature = *signer.sign(text);
    signature.second.reset();
    BOOST_TEST((*decode<both::public_key_type>(encode(key)) == key));
    BOOST_TEST((*decode<both::signature_type>(encode(signature)) == signature));
    BOOST_TEST((*from_json<both::public_key_type>(to_json(key)) == key));
    BOOST_TEST((*from_json<both::signature_type>(to_json(signature)) == signature));
    BOOST_TEST((encode(signature).size() == 1 + 66 + 1));
}

BOOST_AUTO_TEST_SUITE_END()
