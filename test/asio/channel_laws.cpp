#include <daicho/asio/tls_channel.hpp>

#include <boost/test/unit_test.hpp>

#include "channel_tls_stage.hpp"

#include <daicho/cryptopp/rsa_pss.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(secure_channel_laws)

template <class Company>
void keeps_the_laws(Company const& members) {
    laws::verdict v;
    laws::secure_channel(v, members.cast());
    for (auto& b : v.broken) BOOST_ERROR(b);
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(the_tls_channel_keeps_them) { keeps_the_laws(stage::tls_members()); }

BOOST_AUTO_TEST_CASE(the_tls_channel_keeps_them_with_rsa_certificates_and_signatures) {
    using tls = asio::tls_channel<cryptopp::rsa_pss, sha256>;
    struct model : stage::tls_model<tls> {
        static openssl::private_key make_key() { return stage::must(openssl::private_key::generate_rsa()); }
    };
    stage::company<tls, cryptopp::rsa_pss_signer, model> const members;
    keeps_the_laws(members);
}

BOOST_AUTO_TEST_SUITE_END()
