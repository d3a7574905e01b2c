#include <daicho/cryptopp/rsa_pkcs1.hpp>
#include <daicho/openssl/rsa_pkcs1.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/concept/signature_scheme.hpp>

#include "../wycheproof.hpp"
#include "rsa_cases.hpp"

#include <tuple>

using namespace daicho;

using models = std::tuple<daicho::cryptopp::rsa_pkcs1, daicho::openssl::rsa_pkcs1>;
using signers = std::tuple<daicho::cryptopp::rsa_pkcs1_signer, daicho::openssl::rsa_pkcs1_signer>;

namespace {

/// The private operation on whatever a forger's encoding would be, as long as the modulus.
inline_bytes<384> signed_encoding(daicho::openssl::rsa_pkcs1_signer const& signer, byte_view encoding) {
    daicho::openssl::handle<EVP_PKEY_CTX> const context(EVP_PKEY_CTX_new(signer.key().get(), nullptr));
    inline_bytes<384> out;
    BOOST_REQUIRE(out.resize(signer.public_key().size()));
    std::size_t n = out.size();
    BOOST_REQUIRE(EVP_PKEY_decrypt_init(context.get()) == 1);
    BOOST_REQUIRE(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) == 1);
    BOOST_REQUIRE(EVP_PKEY_decrypt(context.get(), out.data(), &n, encoding.data(), encoding.size()) == 1);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(rsa_pkcs1_models)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_wycheproof_case_agrees, scheme, models) {
    static_assert(signature_scheme<scheme>);
    wycheproof::for_each_case("rsa_signature_2048_sha256_test.json", [](auto& group, auto& one) {
        auto const& published = group.at("publicKey").as_object();
        if (wycheproof::text(published, "publicExponent") != "010001") return;  // two cases: our keys have no other exponent
        auto const n = wycheproof::hex(published, "modulus");
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
    rsa_cases::what_is_signed_verifies_by_either_library<signer_type, daicho::cryptopp::rsa_pkcs1, daicho::openssl::rsa_pkcs1>();
}

// Bleichenbacher 2006, and its kin: who parses what a signature opens to takes more than one encoding.
BOOST_AUTO_TEST_CASE_TEMPLATE(only_the_one_encoding_verifies, scheme, models) {
    auto const signer = *daicho::openssl::rsa_pkcs1_signer::generate();
    auto const message = as_bytes("daicho");
    auto const right = pkcs1_encoding_of(hash_bytes<daicho::openssl::sha256>(message), 256);
    auto const verifies = [&](byte_view encoding) { return scheme::verify(signer.public_key(), message, signed_encoding(signer, encoding)); };
    BOOST_TEST(verifies(right));
    BOOST_TEST((signed_encoding(signer, right) == *signer.sign(message)));

    auto altered = right;
    altered[1] = 2;  // block type
    BOOST_TEST(!verifies(altered));
    altered = right;
    altered[100] = 0xfe;  // padding
    BOOST_TEST(!verifies(altered));
    // eight bytes of padding, the digest, and room for anything behind it
    inline_bytes<384> early;
    BOOST_REQUIRE(early.resize(256));
    std::copy_n(right.begin(), 10, early.begin());
    std::copy(right.end() - 52, right.end(), early.begin() + 10);
    BOOST_TEST(!verifies(early));
    // DigestInfo without its NULL
    auto missing = right;
    auto const tail = bytes_from_hex("00302f300b0609608648016503040201" "0420");
    std::copy_n(right.begin() + 2, 256 - 2 - 32 - tail->size(), missing.begin() + 2);
    std::fill(missing.begin() + 2, missing.end() - 32 - std::ptrdiff_t(tail->size()), byte(0xff));
    std::copy(tail->begin(), tail->end(), missing.end() - 32 - std::ptrdiff_t(tail->size()));
    BOOST_TEST(!verifies(missing));
}

BOOST_AUTO_TEST_CASE(on_thousands_of_altered_inputs_both_libraries_say_the_same) {
    rsa_cases::on_thousands_of_altered_inputs_both_libraries_say_the_same<daicho::cryptopp::rsa_pkcs1_signer, daicho::cryptopp::rsa_pkcs1, daicho::openssl::rsa_pkcs1>();
}

BOOST_AUTO_TEST_SUITE_END()
