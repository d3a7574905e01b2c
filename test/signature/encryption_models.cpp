#include <daicho/cryptopp/aes_gcm.hpp>
#include <daicho/cryptopp/rsa_oaep.hpp>
#include <daicho/openssl/aes_gcm.hpp>
#include <daicho/openssl/entropy.hpp>
#include <daicho/openssl/rsa_oaep.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/concept/entropy.hpp>

#include "../wycheproof.hpp"

#include <set>
#include <tuple>

using namespace daicho;
namespace cpp = daicho::cryptopp;
namespace ssl = daicho::openssl;

using ciphers = std::tuple<cpp::aes_256_gcm, ssl::aes_256_gcm>;
using keys = std::tuple<cpp::rsa_oaep_key, ssl::rsa_oaep_key>;
using sources = std::tuple<cpp::entropy, ssl::entropy>;

namespace {
template <class Key>
result<Key> from_pem(std::string const& pem) {
    std::string name = (std::filesystem::temp_directory_path() / "daicho-oaep-XXXXXX").string();
    int const fd = ::mkstemp(name.data());
    BOOST_REQUIRE(::write(fd, pem.data(), pem.size()) == ssize_t(pem.size()));
    ::close(fd);
    auto key = Key::load(name);
    std::filesystem::remove(name);
    return key;
}
} // namespace

BOOST_AUTO_TEST_SUITE(encryption_models)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_wycheproof_case_of_aes_256_gcm_agrees, cipher, ciphers) {
    wycheproof::for_each_case("aes_gcm_test.json", [](auto& group, auto& one) {
        if (group.at("keySize").as_int64() != 256 || group.at("ivSize").as_int64() != 96 || group.at("tagSize").as_int64() != 128) return;
        typename cipher::key_type key;
        typename cipher::nonce_type nonce;
        BOOST_REQUIRE(!from_hex(wycheproof::text(one, "key"), key));
        BOOST_REQUIRE(!from_hex(wycheproof::text(one, "iv"), nonce));
        auto const aad = wycheproof::hex(one, "aad"), plain = wycheproof::hex(one, "msg");
        auto sealed = wycheproof::hex(one, "ct"), tag = wycheproof::hex(one, "tag");
        sealed.insert(sealed.end(), tag.begin(), tag.end());
        auto const opened = cipher::open(key, nonce, aad, sealed);
        BOOST_TEST(opened.has_value() == wycheproof::is_valid(one));
        if (opened) BOOST_TEST((*opened == plain));
        if (wycheproof::is_valid(one)) BOOST_TEST((*cipher::seal(key, nonce, aad, plain) == sealed));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_sealed_message_altered_in_any_bit_is_refused, cipher, ciphers) {
    typename cipher::key_type const key{1};
    typename cipher::nonce_type const nonce{2};
    auto const plain = as_bytes("version 2"), aad = as_bytes("header");
    auto const sealed = *cipher::seal(key, nonce, aad, plain);
    BOOST_TEST(equal(*cipher::open(key, nonce, aad, sealed), plain));
    for (std::size_t bit = 0; bit != sealed.size() * 8; ++bit) {
        auto altered = sealed;
        altered[bit / 8] ^= byte(1u << bit % 8);
        BOOST_TEST((cipher::open(key, nonce, aad, altered).error() == errc::bad_signature));
    }
    for (std::size_t n = 0; n != sealed.size(); ++n)
        BOOST_TEST((cipher::open(key, nonce, aad, byte_view(sealed).first(n)).error() == errc::bad_signature));
    BOOST_TEST((cipher::open(key, nonce, as_bytes("headers"), sealed).error() == errc::bad_signature));
    BOOST_TEST((cipher::open(key, {3}, aad, sealed).error() == errc::bad_signature));
    BOOST_TEST((cipher::open({4}, nonce, aad, sealed).error() == errc::bad_signature));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(every_wycheproof_case_of_oaep_agrees, key_type, keys) {
    std::optional<key_type> key;
    wycheproof::for_each_case("rsa_oaep_2048_sha256_mgf1sha256_test.json", [&](auto& group, auto& one) {
        if (!wycheproof::text(one, "label").empty()) return;
        if (!key) {
            auto loaded = from_pem<key_type>(wycheproof::text(group, "privateKeyPem"));
            BOOST_REQUIRE(loaded);
            key.emplace(std::move(*loaded));
        }
        auto const plain = key->decrypt(wycheproof::hex(one, "ct"));
        BOOST_TEST(plain.has_value() == wycheproof::is_valid(one));
        if (plain) BOOST_TEST(equal(*plain, wycheproof::hex(one, "msg")));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_one_library_encrypts_the_other_decrypts, key_type, keys) {
    auto const key = *key_type::generate();
    for (std::size_t n : {0u, 1u, 32u, 190u}) {
        bytes const plain(n, byte(n));
        auto const one = cpp::rsa_oaep::encrypt(key.public_key(), plain), other = ssl::rsa_oaep::encrypt(key.public_key(), plain);
        BOOST_REQUIRE((one && other));
        BOOST_TEST(equal(*key.decrypt(*one), plain));
        BOOST_TEST(equal(*key.decrypt(*other), plain));
        BOOST_TEST((*one != *other));
    }
    BOOST_TEST((cpp::rsa_oaep::encrypt(key.public_key(), bytes(191)).error() == errc::oversized));
    BOOST_TEST((ssl::rsa_oaep::encrypt(key.public_key(), bytes(191)).error() == errc::oversized));
    BOOST_TEST((cpp::rsa_oaep::encrypt({}, bytes(1)).error() == errc::bad_key));
    BOOST_TEST((ssl::rsa_oaep::encrypt({}, bytes(1)).error() == errc::bad_key));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(whatever_is_wrong_with_a_ciphertext_the_fault_is_the_same, key_type, keys) {
    auto const key = *key_type::generate(), other = *key_type::generate();
    auto const sealed = *cpp::rsa_oaep::encrypt(key.public_key(), as_bytes("secret"));
    BOOST_TEST(equal(*key.decrypt(sealed), as_bytes("secret")));
    auto const refused = [&](byte_view b) {
        auto const f = key.decrypt(b).error();
        return f == errc::bad_signature && std::string(f.where) == "ciphertext" && f.at == 0;
    };
    auto altered = sealed;
    altered[100] ^= 1;
    BOOST_TEST(refused(altered));
    BOOST_TEST(refused({}));
    BOOST_TEST(refused(byte_view(sealed).first(255)));
    BOOST_TEST(refused(bytes(257, 1)));
    BOOST_TEST(refused(bytes(256, 0xff)));
    BOOST_TEST(refused(bytes(256, 0)));
    BOOST_TEST(refused(key.public_key()));
    BOOST_TEST(refused(*cpp::rsa_oaep::encrypt(other.public_key(), as_bytes("secret"))));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(entropy_fills_all_and_never_repeats, source, sources) {
    static_assert(entropy<source>);
    std::set<digest> seen;
    for (int i = 0; i != 200; ++i) {
        digest d{};
        BOOST_TEST(!source{}.fill(d));
        seen.insert(d);
    }
    BOOST_TEST(seen.size() == 200u);
    bytes long_one(3 << 20);
    BOOST_TEST(!source{}.fill(long_one));
    BOOST_TEST(!std::equal(long_one.begin(), long_one.begin() + 32, long_one.end() - 32));
    BOOST_TEST(!source{}.fill({}));
}

BOOST_AUTO_TEST_SUITE_END()
