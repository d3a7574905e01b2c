#include <daicho/file/key_file.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/base/hex.hpp>
#include <daicho/cryptopp/ecdsa_p256.hpp>
#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/cryptopp/rsa_oaep.hpp>
#include <daicho/cryptopp/rsa_pkcs1.hpp>
#include <daicho/cryptopp/rsa_pss.hpp>
#include <daicho/openssl/ecdsa_p256.hpp>
#include <daicho/openssl/ed25519.hpp>
#include <daicho/openssl/rsa_oaep.hpp>
#include <daicho/openssl/rsa_pkcs1.hpp>
#include <daicho/openssl/rsa_pss.hpp>

#include <cstdlib>
#include <fstream>
#include <tuple>

using namespace daicho;
namespace fs = std::filesystem;

namespace {

struct folder {
    fs::path path;
    folder() {
        std::string name = (fs::temp_directory_path() / "daicho-keys-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~folder() { fs::remove_all(path); }
    fs::path write(char const* name, std::string const& text) const {
        std::ofstream(path / name, std::ios::binary) << text;
        return path / name;
    }
};

std::string text_of(fs::path const& p) {
    std::ifstream in(p, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

template <class Writer, class Reader>
struct pair {
    using writer = Writer;
    using reader = Reader;
};
namespace cpp = daicho::cryptopp;
namespace ssl = daicho::openssl;
using pairs = std::tuple<pair<cpp::ed25519_signer, ssl::ed25519_signer>, pair<ssl::ed25519_signer, cpp::ed25519_signer>,
                         pair<cpp::rsa_pss_signer, ssl::rsa_pss_signer>, pair<ssl::rsa_pss_signer, cpp::rsa_pss_signer>,
                         pair<cpp::ecdsa_p256_signer, ssl::ecdsa_p256_signer>, pair<ssl::ecdsa_p256_signer, cpp::ecdsa_p256_signer>,
                         pair<cpp::rsa_pkcs1_signer, ssl::rsa_pkcs1_signer>, pair<cpp::rsa_oaep_key, ssl::rsa_oaep_key>, pair<ssl::rsa_oaep_key, cpp::rsa_oaep_key>>;
using holders = std::tuple<cpp::ed25519_signer, ssl::ed25519_signer, cpp::rsa_pss_signer, ssl::rsa_pss_signer, cpp::ecdsa_p256_signer,
                           ssl::ecdsa_p256_signer, cpp::rsa_pkcs1_signer, ssl::rsa_pkcs1_signer>;

// RFC 8410, section 10.3: the example, plain; and the same seed with its public part (RFC 5958, version 2).
constexpr char example[] =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
constexpr char example_public[] = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

std::string with_public_part(char const* key) {
    bytes der = *bytes_from_hex("3051020101300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842812100");
    auto const known = *bytes_from_hex(key);
    der.insert(der.end(), known.begin(), known.end());
    return std::string(as_text(file::detail::to_pem(der)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(key_files)

BOOST_AUTO_TEST_CASE_TEMPLATE(one_librarys_file_is_the_others, both, pairs) {
    folder const here;
    auto const made = both::writer::generate();
    BOOST_REQUIRE(made);
    BOOST_TEST(!made->save(here.path / "key.pem"));
    auto const again = both::reader::load(here.path / "key.pem");
    BOOST_REQUIRE(again);
    BOOST_TEST((again->public_key() == made->public_key()));
    BOOST_TEST(!again->save(here.path / "again.pem"));
    BOOST_TEST((both::writer::load(here.path / "again.pem")->public_key() == made->public_key()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_key_file_is_its_owners_alone_and_is_never_overwritten, signer, holders) {
    folder const here;
    auto const path = here.path / "key.pem";
    auto const first = *signer::generate(), second = *signer::generate();
    BOOST_TEST(!first.save(path));
    BOOST_TEST(((fs::status(path).permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write)));
    auto const kept = text_of(path);
    BOOST_TEST((second.save(path) == errc::duplicate));
    BOOST_TEST(text_of(path) == kept);
    BOOST_TEST(std::distance(fs::directory_iterator(here.path), {}) == 1);
    BOOST_TEST((second.save(here.path / "no" / "key.pem") == errc::not_found));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_missing_file_is_not_found_and_says_key_file, signer, holders) {
    auto const r = signer::load("/nonexistent/key.pem");
    BOOST_TEST((r.error() == errc::not_found));
    BOOST_TEST(std::string(r.error().where) == "key file");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_malformed_file_is_a_bad_key, signer, holders) {
    folder const here;
    auto const made = *signer::generate();
    BOOST_TEST(!made.save(here.path / "key.pem"));
    auto const text = text_of(here.path / "key.pem");
    BOOST_TEST((signer::load(here.write("same", "a line before\n" + text))->public_key() == made.public_key()));

    auto const refused = [&](std::string const& altered) { return signer::load(here.write("altered", altered)).error() == errc::bad_key; };
    BOOST_TEST(refused(""));
    BOOST_TEST(refused("hello"));
    BOOST_TEST(refused(text.substr(0, text.size() / 2)));
    BOOST_TEST(refused(std::string(20000, 'A')));
    BOOST_TEST(refused(std::string(text).replace(text.find('\n') + 1, 1, "*")));
    BOOST_TEST(refused(std::string(text).replace(text.find('\n') + 1, 4, "")));
    auto const tail = text.find("\n-----END");
    BOOST_TEST(refused(text.substr(0, tail - 8) + text.substr(tail)));
    // one byte inside the key's integers: no longer consistent, or another key; never the same one
    for (std::size_t at : {std::size_t(60), text.size() / 2}) {
        auto altered = text;
        if (altered[at] == '\n' || altered[at] == '=') ++at;
        altered[at] = altered[at] == 'A' ? 'B' : 'A';
        auto const loaded = signer::load(here.write("altered", altered));
        BOOST_TEST((!loaded || !(loaded->public_key() == made.public_key())));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(another_kind_of_key_is_a_bad_key, both, pairs) {
    folder const here;
    constexpr bool reads_ed25519 = std::is_same_v<typename both::reader, cpp::ed25519_signer> ||
                                   std::is_same_v<typename both::reader, ssl::ed25519_signer>;
    using another_kind = std::conditional_t<reads_ed25519, cpp::rsa_pss_signer, cpp::ed25519_signer>;
    constexpr bool reads_p256 = std::is_same_v<typename both::reader, cpp::ecdsa_p256_signer> || std::is_same_v<typename both::reader, ssl::ecdsa_p256_signer>;
    if constexpr (!reads_p256) {
        BOOST_TEST(!cpp::ecdsa_p256_signer::generate()->save(here.path / "curve.pem"));
        BOOST_TEST((both::reader::load(here.path / "curve.pem").error() == errc::bad_key));
    }
    BOOST_TEST(!another_kind::generate()->save(here.path / "other.pem"));
    BOOST_TEST((both::reader::load(here.path / "other.pem").error() == errc::bad_key));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(keys_of_other_sizes_and_exponents_are_bad, signer, holders) {
    if constexpr (requires { signer::generate(2048u); }) {
        folder const here;
        auto const save = [&](unsigned bits, unsigned long e) {
            daicho::openssl::handle<EVP_PKEY_CTX> const context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
            daicho::openssl::handle<BIGNUM> const exponent(BN_new());
            BN_set_word(exponent.get(), e);
            EVP_PKEY* key = nullptr;
            BOOST_REQUIRE(EVP_PKEY_keygen_init(context.get()) == 1);
            EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), int(bits));
            EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), exponent.get());
            BOOST_REQUIRE(EVP_PKEY_keygen(context.get(), &key) == 1);
            daicho::openssl::key_handle const owner(key);
            byte* der = nullptr;
            PKCS8_PRIV_KEY_INFO* const info = EVP_PKEY2PKCS8(key);
            int const n = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
            PKCS8_PRIV_KEY_INFO_free(info);
            fs::remove(here.path / "key.pem");
            BOOST_TEST(!file::write_private_key(here.path / "key.pem", {der, std::size_t(n)}));
            OPENSSL_free(der);
        };
        save(2048, 65537);
        BOOST_TEST(signer::load(here.path / "key.pem").has_value());
        save(2048, 3);
        BOOST_TEST((signer::load(here.path / "key.pem").error() == errc::bad_key));
        save(1024, 65537);
        BOOST_TEST((signer::load(here.path / "key.pem").error() == errc::bad_key));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_published_ed25519_key_loads_with_and_without_its_public_part, both, pairs) {
    if constexpr (requires { both::reader::scheme::algorithm; }) {
        if constexpr (both::reader::scheme::algorithm == 1) {
            folder const here;
            BOOST_TEST(to_hex(both::reader::load(here.write("plain", example))->public_key()) == example_public);
            BOOST_TEST(to_hex(both::reader::load(here.write("both", with_public_part(example_public)))->public_key()) == example_public);
            std::string other = example_public;
            other[0] = '0';
            BOOST_TEST((both::reader::load(here.write("lie", with_public_part(other.c_str()))).error() == errc::bad_key));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_openssl_tool_reads_and_writes_the_same_files) {
    if (std::system("openssl version >/dev/null 2>&1") != 0) {
        std::puts("SKIPPED: no openssl tool");
        return;
    }
    folder const here;
    auto const run = [&](std::string const& line) {
        return std::system(("cd " + here.path.string() + " && openssl " + line + " >/dev/null 2>&1").c_str());
    };
    BOOST_TEST(run("genpkey -algorithm ed25519 -out e.pem") == 0);
    BOOST_TEST(run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p.pem") == 0);
    BOOST_TEST(run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384.pem") == 0);
    BOOST_TEST((cpp::ecdsa_p256_signer::load(here.path / "p.pem")->public_key() == ssl::ecdsa_p256_signer::load(here.path / "p.pem")->public_key()));
    BOOST_TEST((cpp::ecdsa_p256_signer::load(here.path / "p384.pem").error() == errc::bad_key));
    BOOST_TEST((ssl::ecdsa_p256_signer::load(here.path / "p384.pem").error() == errc::bad_key));
    BOOST_TEST(!cpp::ecdsa_p256_signer::generate()->save(here.path / "ours-p.pem"));
    BOOST_TEST(run("pkey -in ours-p.pem -check -noout") == 0);
    BOOST_TEST(run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out r.pem") == 0);
    BOOST_TEST(
        (cpp::ed25519_signer::load(here.path / "e.pem")->public_key() == ssl::ed25519_signer::load(here.path / "e.pem")->public_key()));
    BOOST_TEST(
        (cpp::rsa_pss_signer::load(here.path / "r.pem")->public_key() == ssl::rsa_pss_signer::load(here.path / "r.pem")->public_key()));
    BOOST_TEST(!cpp::ed25519_signer::generate()->save(here.path / "ours.pem"));
    BOOST_TEST(run("pkey -in ours.pem -noout") == 0);
    BOOST_TEST(!cpp::rsa_pss_signer::generate()->save(here.path / "ours-rsa.pem"));
    BOOST_TEST(run("pkey -in ours-rsa.pem -check -noout") == 0);
}

BOOST_AUTO_TEST_CASE(a_first_start_makes_the_key_and_the_next_start_finds_it) {
    folder const here;
    auto const first = file::load_or_generate<cpp::ed25519_signer>(here.path / "key.pem");
    auto const next = file::load_or_generate<ssl::ed25519_signer>(here.path / "key.pem");
    BOOST_TEST((first->public_key() == next->public_key()));
    here.write("bad.pem", "no key");
    BOOST_TEST((file::load_or_generate<cpp::ed25519_signer>(here.path / "bad.pem").error() == errc::bad_key));
}

BOOST_AUTO_TEST_SUITE_END()
