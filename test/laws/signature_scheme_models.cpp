#include <daicho/laws/signature_scheme.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/ecdsa_p256.hpp>
#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/cryptopp/hash.hpp>
#include <daicho/cryptopp/rsa_pkcs1.hpp>
#include <daicho/cryptopp/rsa_pss.hpp>
#include <daicho/laws/hash_function.hpp>
#include <daicho/openssl/ecdsa_p256.hpp>
#include <daicho/openssl/ed25519.hpp>
#include <daicho/openssl/hash.hpp>
#include <daicho/openssl/rsa_pkcs1.hpp>
#include <daicho/openssl/rsa_pss.hpp>

#include <tuple>

using namespace daicho;
namespace cpp = daicho::cryptopp;
namespace ssl = daicho::openssl;

BOOST_AUTO_TEST_SUITE(shipped_models_keep_the_laws)

using signers = std::tuple<cpp::ed25519_signer, ssl::ed25519_signer, cpp::rsa_pss_signer, ssl::rsa_pss_signer,
                           cpp::ecdsa_p256_signer, ssl::ecdsa_p256_signer, cpp::rsa_pkcs1_signer, ssl::rsa_pkcs1_signer>;
BOOST_AUTO_TEST_CASE_TEMPLATE(of_a_signature_scheme, signer_type, signers) {
    auto one = *signer_type::generate(), other = *signer_type::generate();
    laws::verdict v;
    laws::signature_scheme<typename signer_type::scheme>(v, one, other);
    BOOST_TEST(v.broken == std::vector<std::string>{}, boost::test_tools::per_element());
    BOOST_TEST(v.holds());
}

using hashes = std::tuple<cpp::sha256, cpp::sha512_256, ssl::sha256, ssl::sha512_256>;
BOOST_AUTO_TEST_CASE_TEMPLATE(of_a_hash_function, hash, hashes) {
    laws::verdict v;
    laws::hash_function<hash>(v);
    BOOST_TEST(v.broken == std::vector<std::string>{}, boost::test_tools::per_element());
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_SUITE_END()
