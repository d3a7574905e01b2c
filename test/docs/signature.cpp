/// The scheme that README.md and docs/tutorials/signature.md show: on the laws, and in a Protocol. Crypto++ plays the chip.
#include <daicho/defaults/hardened.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/laws/batch_verifier.hpp>
#include <daicho/laws/signature_scheme.hpp>
#include <daicho/ledger/chain.hpp>

#include <cryptopp/eccrypto.h>
#include <cryptopp/oids.h>
#include <cryptopp/osrng.h>

#include <boost/test/unit_test.hpp>

#include <array>
#include <span>

namespace signature_tutorial {

namespace ecc = ::CryptoPP;
using p256 = ecc::ECDSA<ecc::ECP, ecc::SHA256>;
using p256_bytes = std::array<daicho::byte, 64>;  // two numbers of 32 bytes, big-endian

ecc::Integer number(daicho::byte const* at) { return {at, 32}; }
ecc::DL_GroupParameters_EC<ecc::ECP> const& curve() {
    static ecc::DL_GroupParameters_EC<ecc::ECP> const c(ecc::ASN1::secp256r1());
    return c;
}

/// If (r, s) verifies, so does (r, n - s): only the lower of the two is a signature here.
bool is_low(p256_bytes const& signature) { return number(signature.data() + 32) <= curve().GetSubgroupOrder() / 2; }

bool chip_verify(p256_bytes const& key, daicho::byte_view message, p256_bytes const& signature) {
    ecc::ECP::Point const point(number(key.data()), number(key.data() + 32));
    if (!curve().GetCurve().VerifyPoint(point)) return false;
    p256::Verifier verifier;
    verifier.AccessKey().Initialize(curve(), point);
    return verifier.VerifyMessage(message.data(), message.size(), signature.data(), signature.size());
}

/// A chip with a key inside.
struct chip {
    chip() {
        ecc::AutoSeededRandomPool random;
        inside.AccessKey().Initialize(random, curve());
        p256::PublicKey shown;
        inside.AccessKey().MakePublicKey(shown);
        shown.GetPublicElement().x.Encode(key.data(), 32);
        shown.GetPublicElement().y.Encode(key.data() + 32, 32);
    }
    bool sign(daicho::byte_view message, p256_bytes& out) {
        ecc::AutoSeededRandomPool random;
        if (broken || inside.SignMessage(random, message.data(), message.size(), out.data()) != out.size()) return false;
        if (!is_low(out)) (curve().GetSubgroupOrder() - number(out.data() + 32)).Encode(out.data() + 32, 32);
        return true;
    }
    p256::Signer inside;
    p256_bytes key{};
    bool broken = false;
};

// [scheme]
struct secure_element {                                      // two types and a verify()
    using public_key_type = std::array<daicho::byte, 64>;
    using signature_type = std::array<daicho::byte, 64>;
    static constexpr std::string_view name = "p256_chip";
    static constexpr std::uint16_t algorithm = 256;          // yours start here; it travels beside each key
    static bool verify(public_key_type const& key, daicho::byte_view message, signature_type const& signature) noexcept {
        return is_low(signature) && chip_verify(key, message, signature);  // one form of each signature, no second
    }
};
struct protocol : daicho::defaults::hardened { using signature = secure_element; };
// [/scheme]

// [signer]
struct chip_signer {
    chip& element;
    secure_element::public_key_type const& public_key() const { return element.key; }
    daicho::result<secure_element::signature_type> sign(daicho::byte_view message) {
        secure_element::signature_type out;
        if (!element.sign(message, out)) return daicho::fault{daicho::errc::busy, "chip"};
        return out;
    }
};
static_assert(daicho::signer<chip_signer, secure_element>);
// [/signer]

// [batch]
struct chip_verifier {                                       // a batch_verifier: the whole batch is there, the verdicts are the scheme's
    static constexpr std::string_view kernel() noexcept { return "p256_chip"; }
    void verify(std::span<daicho::signed_message<secure_element> const> batch, std::span<bool> verdicts) noexcept {
        for (std::size_t i = 0; i != batch.size(); ++i) {    // a chip with several cores is handed them all at once here
            auto const& [key, message, signature] = batch[i];
            verdicts[i] = is_low(*signature) && chip_verify(*key, message, *signature);
        }
    }
};
static_assert(daicho::batch_verifier<chip_verifier, secure_element>);
// [/batch]

} // namespace signature_tutorial

using signature_tutorial::chip_signer;
using signature_tutorial::secure_element;
// [host]
template <>
struct daicho::defaults::software_signer<secure_element> {
    using type = chip_signer;
};
// [/host]

namespace signature_tutorial {

static_assert(std::same_as<daicho::defaults::host<protocol>::signer, chip_signer>);

BOOST_AUTO_TEST_SUITE(signature_page)

BOOST_AUTO_TEST_CASE(the_scheme_of_the_page_keeps_the_laws) {
    // [laws]
    chip first, second;
    chip_signer one{first}, other{second};
    daicho::laws::verdict v;
    daicho::laws::signature_scheme<secure_element>(v, one, other);
    for (auto& law : v.broken) BOOST_TEST_MESSAGE(law);
    BOOST_TEST(v.holds());
    // [/laws]
}

BOOST_AUTO_TEST_CASE(the_batch_verifier_of_the_page_keeps_the_laws) {
    chip first, second;
    chip_signer one{first}, other{second};
    chip_verifier verifier;
    // [batch_laws]
    daicho::laws::verdict v;
    daicho::laws::batch_verifier<secure_element>(v, verifier, one, other);
    BOOST_TEST(v.holds());
    // [/batch_laws]
}

BOOST_AUTO_TEST_CASE(the_second_form_of_a_signature_is_refused) {
    chip element;
    daicho::bytes const message(100, 7);
    p256_bytes signature;
    BOOST_TEST_REQUIRE(element.sign(message, signature));
    BOOST_TEST(secure_element::verify(element.key, message, signature));
    (curve().GetSubgroupOrder() - number(signature.data() + 32)).Encode(signature.data() + 32, 32);
    BOOST_TEST(chip_verify(element.key, message, signature));  // the chip alone would take it
    BOOST_TEST(!secure_element::verify(element.key, message, signature));
}

BOOST_AUTO_TEST_CASE(a_chain_takes_transactions_of_the_scheme) {
    chip management, publisher;
    chip_signer root{management};
    daicho::genesis_of<protocol> genesis{};
    genesis.time = 1'000'000;
    genesis.management = genesis.recovery = management.key;
    daicho::ledger::chain<protocol> chain(genesis);

    daicho::transaction_of<protocol> tx{};
    tx.body.chain_id = chain.chain_id();
    tx.body.state = daicho::state::enrolled;
    tx.body.sender = daicho::id_of<protocol>(management.key);
    tx.body.recipient = daicho::id_of<protocol>(publisher.key);
    tx.body.sequence = 1;
    tx.body.time = genesis.time;
    daicho::model_list models;
    BOOST_TEST_REQUIRE(models.push_back(daicho::model_name("board")));
    tx.body.enrolment = {daicho::member_role::publisher, secure_element::algorithm, publisher.key, {}, models};
    auto const signature = daicho::sign<protocol>(root, tx.body);
    BOOST_TEST_REQUIRE(bool(signature));
    auto altered = tx;
    altered.signature = tx.signature = *signature;
    altered.body.time += 1;
    BOOST_TEST((chain.overlay().apply(altered, 1) == daicho::errc::bad_signature));
    BOOST_TEST(!chain.overlay().apply(tx, 1));

    management.broken = true;
    BOOST_TEST((daicho::sign<protocol>(root, tx.body).error() == daicho::errc::busy));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace signature_tutorial
