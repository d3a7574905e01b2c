#include <daicho/cryptopp/rsa_pss.hpp>
#include <daicho/openssl/rsa_pss.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/concept/signature_scheme.hpp>

#include "../wycheproof.hpp"
#include "rsa_cases.hpp"

#include <tuple>

using namespace daicho;

using models = std::tuple<daicho::cryptopp::rsa_pss, daicho::openssl::rsa_pss>;
using signers = std::tuple<daicho::cryptopp::rsa_pss_signer, daicho::openssl::rsa_pss_signer>;

namespace {

/// As a library would sign with another salt, another mask hash or another padding.
inline_bytes<384> sign_otherwise(daicho::openssl::rsa_pss_signer const& signer, byte_view message, int padding, int salt,
                                 EVP_MD const* hash, EVP_MD const* mask) {
    daicho::openssl::handle<EVP_MD_CTX> const context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr;
    BOOST_REQUIRE(EVP_DigestSignInit(context.get(), &parameters, hash, nullptr, signer.key().get()) == 1);
    BOOST_REQUIRE(EVP_PKEY_CTX_set_rsa_padding(parameters, padding) == 1);
    if (padding == RSA_PKCS1_PSS_PADDING) {
        BOOST_REQUIRE(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, salt) == 1);
        BOOST_REQUIRE(EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, mask) == 1);
    }
    inline_bytes<384> out;
    out.resize(signer.public_key().size());
    std::size_t n = out.size();
    BOOST_REQUIRE(EVP_DigestSign(context.get(), out.data(), &n, message.data(), message.size()) == 1);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(rsa_pss_models)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_wycheproof_case_agrees, scheme, models) {
    static_assert(signature_scheme<scheme>);
    wycheproof::for_each_case("rsa_pss_2048_sha256_mgf1_32_test.json", [](auto& group, auto& one) {
        auto const n = wycheproof::hex(group.at("publicKey").as_object(), "modulus");
        auto const signature = wycheproof::hex(one, "sig");
        if (signature.size() > 384) {
            BOOST_TEST(!wycheproof::is_valid(one));
            return;
        }
        BOOST_TEST(scheme::verify(rsa_modulus(byte_view(n).subspan(1)), wycheproof::hex(one, "msg"), inline_bytes<384>(signature)) ==
                   wycheproof::is_valid(one));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_signed_verifies_by_either_library, signer_type, signers) {
    rsa_cases::what_is_signed_verifies_by_either_library<signer_type, daicho::cryptopp::rsa_pss, daicho::openssl::rsa_pss>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(only_our_parameters_verify, scheme, models) {
    auto const signer = *daicho::openssl::rsa_pss_signer::generate();
    auto const message = as_bytes("daicho");
    auto const verifies = [&](int padding, int salt, EVP_MD const* hash, EVP_MD const* mask) {
        return scheme::verify(signer.public_key(), message, sign_otherwise(signer, message, padding, salt, hash, mask));
    };
    BOOST_TEST(verifies(RSA_PKCS1_PSS_PADDING, 32, EVP_sha256(), EVP_sha256()));
    for (int salt : {0, 20, 31, 33, 222}) BOOST_TEST(!verifies(RSA_PKCS1_PSS_PADDING, salt, EVP_sha256(), EVP_sha256()));
    BOOST_TEST(!verifies(RSA_PKCS1_PSS_PADDING, 32, EVP_sha256(), EVP_sha1()));
    BOOST_TEST(!verifies(RSA_PKCS1_PSS_PADDING, 32, EVP_sha512_256(), EVP_sha512_256()));
    BOOST_TEST(!verifies(RSA_PKCS1_PADDING, 0, EVP_sha256(), nullptr));
}

BOOST_AUTO_TEST_CASE(on_thousands_of_altered_inputs_both_libraries_say_the_same) {
    rsa_cases::on_thousands_of_altered_inputs_both_libraries_say_the_same<daicho::cryptopp::rsa_pss_signer, daicho::cryptopp::rsa_pss, daicho::openssl::rsa_pss>();
}

BOOST_AUTO_TEST_SUITE_END()
