#include <daicho/laws/signature_scheme.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/hash.hpp>
#include <daicho/signature/compose.hpp>

using namespace daicho;

namespace {

/// A scheme for tests: whoever knows the public key can sign. It keeps the laws all the same.
struct toy {
    using public_key_type = std::array<byte, 4>;
    using signature_type = std::array<byte, 32>;
    static constexpr std::string_view name = "toy";
    static constexpr std::uint16_t algorithm = 700;
    static bool verify(public_key_type const& key, byte_view message, signature_type const& signature) noexcept {
        return key != public_key_type{} && hmac<sha256>::tag(key, message) == signature;
    }
};

struct toy_signer {
    toy::public_key_type key;
    toy::public_key_type public_key() const { return key; }
    result<toy::signature_type> sign(byte_view message) { return hmac<sha256>::tag(key, message); }
};

struct takes_all : toy {
    static bool verify(public_key_type const& key, byte_view, signature_type const& s) noexcept {
        return key != public_key_type{} && s != signature_type{};
    }
};
struct forgets_the_key : toy {
    static bool verify(public_key_type const& key, byte_view m, signature_type const& s) noexcept {
        return key != public_key_type{} && (toy::verify({1, 1, 1, 1}, m, s) || toy::verify({2, 2, 2, 2}, m, s));
    }
};
struct forgets_the_end : toy {  // verifies the first 4,096 bytes of the message only
    static byte_view start(byte_view m) { return m.first(std::min<std::size_t>(m.size(), 4096)); }
    static bool verify(public_key_type const& key, byte_view m, signature_type const& s) noexcept { return toy::verify(key, start(m), s); }
};
struct forgets_the_end_signer : toy_signer {
    result<toy::signature_type> sign(byte_view m) { return toy_signer::sign(forgets_the_end::start(m)); }
};
struct lax_about_one_bit : toy {
    static bool verify(public_key_type const& key, byte_view m, signature_type const& s) noexcept {
        auto other = s;
        other[31] ^= 0x80;
        return toy::verify(key, m, s) || toy::verify(key, m, other);
    }
};
struct honours_the_empty_signature : toy {
    static bool verify(public_key_type const& key, byte_view m, signature_type const& s) noexcept {
        return s == signature_type{} || toy::verify(key, m, s);
    }
};
struct refuses_long_ones : toy {
    static bool verify(public_key_type const& key, byte_view m, signature_type const& s) noexcept {
        return m.size() < 1000 && toy::verify(key, m, s);
    }
};
struct tires : toy {
    static bool verify(public_key_type const& key, byte_view m, signature_type const& s) noexcept {
        if (!toy::verify(key, m, s)) return false;
        static unsigned asked = 0;
        return ++asked % 2 != 0;
    }
};
struct sometimes_silent : toy_signer {
    result<toy::signature_type> sign(byte_view m) {
        if (m.size() > 4000) return fault{errc::busy, "sign"};
        return toy_signer::sign(m);
    }
};
struct turncoat : toy_signer {
    toy::public_key_type public_key() const {
        static unsigned asked = 0;
        return asked++ < 1 ? key : toy::public_key_type{7, 7, 7, 7};
    }
};

using laws_broken = std::vector<std::string>;

template <class Scheme, class Signer = toy_signer>
laws_broken broken_by(Signer one = {{{1, 1, 1, 1}}}, Signer other = {{{2, 2, 2, 2}}}) {
    laws::verdict v;
    laws::signature_scheme<Scheme>(v, one, other);
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

#define BREAKS(broken, ...) BOOST_TEST(broken == (laws_broken{__VA_ARGS__}), boost::test_tools::per_element())

} // namespace

BOOST_AUTO_TEST_SUITE(signature_scheme_laws)

BOOST_AUTO_TEST_CASE(a_model_that_keeps_them_breaks_none) {
    BREAKS(broken_by<toy>());
}

BOOST_AUTO_TEST_CASE(each_broken_model_breaks_its_law_and_no_other) {
    BREAKS(broken_by<forgets_the_key>(), "Under another key it does not verify.");
    BREAKS((broken_by<forgets_the_end, forgets_the_end_signer>({{{1, 1, 1, 1}}}, {{{2, 2, 2, 2}}})),
           "Over another message it does not verify.");
    BREAKS(broken_by<lax_about_one_bit>(), "A signature altered in any bit does not verify.");
    BREAKS(broken_by<honours_the_empty_signature>(), "A key and a signature that nobody made do not verify.");
    BREAKS(broken_by<refuses_long_ones>(), "What was signed verifies.");
    BREAKS(broken_by<tires>(), "Asked again, verify answers the same.");
    BREAKS((broken_by<toy, sometimes_silent>({{{1, 1, 1, 1}}}, {{{2, 2, 2, 2}}})), "A signer signs every message.");
    BREAKS((broken_by<toy, turncoat>({{{1, 1, 1, 1}}}, {{{7, 7, 7, 7}}})), "A signer's key stays.");
}

BOOST_AUTO_TEST_CASE(one_key_for_two_signers_breaks_the_first_law) {
    BOOST_TEST(broken_by<toy>({{1, 1, 1, 1}}, {{1, 1, 1, 1}}).at(0) == "Two signers have two keys.");
    BOOST_TEST(broken_by<takes_all>().size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_threshold_of_schemes_that_keep_them_keeps_them) {
    using two = all_of<toy, toy>;
    using signer = joint_signer<two, toy_signer, toy_signer>;
    BREAKS((broken_by<two, signer>(signer({{1, 1, 1, 1}}, {{2, 2, 2, 2}}), signer({{3, 3, 3, 3}}, {{4, 4, 4, 4}}))));
}

BOOST_AUTO_TEST_SUITE_END()
