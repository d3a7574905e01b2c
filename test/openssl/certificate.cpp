#include <daicho/openssl/certificate.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/openssl/private_key.hpp>

using namespace daicho;
using daicho::openssl::certificate;
using daicho::openssl::private_key;

BOOST_AUTO_TEST_SUITE(openssl_certificate)

BOOST_AUTO_TEST_CASE(a_self_signed_certificate_carries_the_key_and_verifies_under_it) {
    for (auto key : {private_key::generate_ed25519, +[] { return private_key::generate_rsa(); }}) {
        auto const made = key();
        BOOST_REQUIRE(made);
        auto const cert = certificate::self_signed(made->get(), "node-1", 365);
        BOOST_REQUIRE(cert);
        BOOST_TEST(X509_verify(cert->get(), made->get()) == 1);
        BOOST_TEST((*cert->public_key() == *made->public_key()));

        auto const again = certificate::from_pem(cert->pem());
        BOOST_REQUIRE(again);
        BOOST_TEST((*again->public_key() == *made->public_key()));
        BOOST_TEST(X509_check_host(again->get(), "node-1", 0, 0, nullptr) == 1);
        BOOST_TEST(X509_check_ip_asc(again->get(), "127.0.0.1", 0) == 1);
        BOOST_TEST(X509_check_host(again->get(), "node-2", 0, 0, nullptr) == 0);
    }
}

BOOST_AUTO_TEST_CASE(two_certificates_of_one_key_differ_in_serial_and_agree_in_key) {
    auto const key = *private_key::generate_ed25519().value().public_key();
    BOOST_TEST(key.size() == 32u);
    auto const made = private_key::generate_ed25519();
    auto const one = certificate::self_signed(made->get(), "a", 1), two = certificate::self_signed(made->get(), "a", 1);
    BOOST_TEST(one->pem() != two->pem());
    BOOST_TEST((*one->public_key() == *two->public_key()));
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_kind_of_key_is_refused) {
    openssl::key_handle const curve(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384"));
    openssl::key_handle const small(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t(1024)));
    BOOST_TEST((certificate::self_signed(curve.get(), "node-1", 1).error() == errc::bad_key));
    BOOST_TEST(bool(certificate::self_signed(private_key::generate_p256()->get(), "node-1", 1)));
    BOOST_TEST((certificate::self_signed(small.get(), "node-1", 1).error() == errc::bad_key));
    BOOST_TEST((certificate::from_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").error() == errc::bad_key));
    BOOST_TEST((certificate::self_signed(private_key::generate_ed25519()->get(), "", 1).error() == errc::out_of_range));
    BOOST_TEST(ERR_peek_error() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
