#include <daicho/laws/batch_verifier.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/hash.hpp>
#include <daicho/hash/hmac.hpp>

#include <map>
#include <optional>

using namespace daicho;

namespace {

/// A scheme for tests: whoever knows the public key can sign.
struct toy {
    using public_key_type = std::array<byte, 4>;
    using signature_type = std::array<byte, 32>;
    static constexpr std::string_view name = "toy";
    static constexpr std::uint16_t algorithm = 700;
    static bool verify(public_key_type const& key, byte_view message, signature_type const& signature) noexcept {
        return key != public_key_type{} && hmac<cryptopp::sha256>::tag(key, message) == signature;
    }
};
struct toy_signer {
    toy::public_key_type key;
    toy::public_key_type public_key() const { return key; }
    result<toy::signature_type> sign(byte_view message) { return hmac<cryptopp::sha256>::tag(key, message); }
};

using batch_type = std::span<signed_message<toy> const>;
bool right(signed_message<toy> const& m) { return toy::verify(*m.key, m.message, *m.signature); }

/// Eight at a time, the rest one by one: as a kernel with lanes works, and rightly.
struct in_lanes : one_by_one<toy> {
    void verify(batch_type batch, std::span<bool> verdicts) noexcept {
        std::size_t i = 0;
        for (; i + 8 <= batch.size(); i += 8) one_by_one<toy>::verify(batch.subspan(i, 8), verdicts.subspan(i, 8));
        for (; i != batch.size(); ++i) verdicts[i] = right(batch[i]);
    }
};

struct forgets_the_rest : one_by_one<toy> {  // fills up no lanes: what is left over keeps whatever stood there
    void verify(batch_type batch, std::span<bool> verdicts) noexcept {
        auto const whole = batch.size() / 8 * 8;
        one_by_one<toy>::verify(batch.first(whole), verdicts.first(whole));
    }
};
struct all_or_nothing : one_by_one<toy> {  // the randomised equation over a whole batch, without going back to single ones
    void verify(batch_type batch, std::span<bool> verdicts) noexcept {
        bool const all = std::all_of(batch.begin(), batch.end(), right);
        std::fill(verdicts.begin(), verdicts.end(), all);
    }
};
struct laxer_in_a_batch : one_by_one<toy> {  // does not look at the last byte when it has many
    void verify(batch_type batch, std::span<bool> verdicts) noexcept {
        for (std::size_t i = 0; i != batch.size(); ++i) {
            verdicts[i] = right(batch[i]);
            if (batch.size() < 100 || verdicts[i]) continue;
            auto s = *batch[i].signature;
            for (unsigned b = 0; b != 256 && !verdicts[i]; ++b) {
                s[31] = byte(b);
                verdicts[i] = toy::verify(*batch[i].key, batch[i].message, s);
            }
        }
    }
};
struct only_sets : one_by_one<toy> {
    void verify(batch_type batch, std::span<bool> verdicts) noexcept {
        for (std::size_t i = 0; i != batch.size(); ++i) verdicts[i] = verdicts[i] || right(batch[i]);
    }
};
struct writes_beyond : one_by_one<toy> {  // a whole lane's mask at once
    void verify(batch_type batch, std::span<bool> verdicts) noexcept {
        one_by_one<toy>::verify(batch, verdicts);
        if (batch.size() == 3 && batch[0].signature == batch[2].signature) verdicts.data()[3] = true;
    }
};
struct remembers_signatures : one_by_one<toy> {  // whoever signed it
    std::map<toy::signature_type, bool> known;
    void verify(batch_type batch, std::span<bool> verdicts) noexcept {
        for (std::size_t i = 0; i != batch.size(); ++i) verdicts[i] = known.try_emplace(*batch[i].signature, right(batch[i])).first->second;
    }
};
struct tires : one_by_one<toy> {
    unsigned asked = 0;
    void verify(batch_type batch, std::span<bool> verdicts) noexcept {
        one_by_one<toy>::verify(batch, verdicts);
        if (batch.size() > 200 && ++asked > 5) verdicts[0] = !verdicts[0];
    }
};
struct nameless : one_by_one<toy> {
    std::string_view kernel() const noexcept { return ""; }
};
struct fickle : one_by_one<toy> {
    mutable unsigned asked = 0;
    std::string_view kernel() const noexcept { return asked++ ? "other" : "one"; }
};

template <class Verifier>
laws::verdict judged() {
    static_assert(batch_verifier<Verifier, toy>);
    toy_signer one{{1, 1, 1, 1}}, other{{2, 2, 2, 2}};
    Verifier b;
    laws::verdict v;
    laws::batch_verifier<toy>(v, b, one, other);
    return v;
}
using sentences = std::vector<std::string>;
#define BREAKS(model, ...) BOOST_TEST(judged<model>().broken == (sentences{__VA_ARGS__}), boost::test_tools::per_element())

} // namespace

BOOST_AUTO_TEST_SUITE(batch_verifier_laws)

BOOST_AUTO_TEST_CASE(models_that_keep_them_break_none) {
    BREAKS(one_by_one<toy>);
    BREAKS(in_lanes);
    BOOST_TEST(judged<in_lanes>().holds());
}

BOOST_AUTO_TEST_CASE(each_broken_model_breaks_its_law) {
    BREAKS(all_or_nothing, "One bad signature is bad wherever it stands, and its neighbours stay good.", "Whatever is altered, the verdict is the scheme's.",
           "A key or a signature that comes again is judged again.");
    BREAKS(laxer_in_a_batch, "Whatever is altered, the verdict is the scheme's.");
    BREAKS(only_sets, "Every verdict is written, whatever stood there.");
    BREAKS(writes_beyond, "An empty batch is answered, and nothing beyond a batch is written.");
    BREAKS(tires, "Asked again, it answers the same.");
    BREAKS(nameless, "What does the arithmetic has a name.");
    BREAKS(fickle, "What does the arithmetic has a name, and keeps it.");
    BOOST_TEST(judged<remembers_signatures>().breaks("A key or a signature that comes again is judged again."));
    BOOST_TEST(judged<forgets_the_rest>().breaks("A batch of good ones is good throughout, whatever its size."));
}

BOOST_AUTO_TEST_SUITE_END()
