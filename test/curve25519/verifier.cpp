#include <daicho/curve25519/verifier.hpp>

#include "kernels.hpp"

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/openssl/ed25519.hpp>

#include "../signature/disputed.hpp"
#include "../wycheproof.hpp"

#include <deque>

using namespace daicho;
using namespace kernels;

namespace {

using scheme = daicho::cryptopp::ed25519;
using key_type = scheme::public_key_type;
using signature_type = scheme::signature_type;
static_assert(batch_verifier<c::verifier<scheme>, scheme>);
static_assert(batch_verifier<c::verifier<daicho::openssl::ed25519>, daicho::openssl::ed25519>);

/// Signatures, and the verdict that Crypto++ and OpenSSL agree on.
struct collection {
    struct one {
        key_type key;
        bytes message;
        signature_type signature;
        bool good;
    };
    std::deque<one> all;

    void add(key_type const& key, bytes const& message, signature_type const& signature) {
        bool const good = scheme::verify(key, message, signature);
        BOOST_REQUIRE(good == daicho::openssl::ed25519::verify(key, message, signature));
        all.push_back({key, message, signature, good});
    }
    std::vector<signed_message<scheme>> batch(std::size_t first = 0, std::size_t n = std::size_t(-1)) const {
        std::vector<signed_message<scheme>> b;
        for (std::size_t i = first; i != all.size() && i - first < n; ++i) b.push_back({&all[i].key, all[i].message, &all[i].signature});
        return b;
    }
    /// How many verdicts of a batch differ from one by one.
    template <class Verifier>
    std::size_t wrong(Verifier& v, std::size_t first = 0, std::size_t n = std::size_t(-1)) const {
        auto const asked = batch(first, n);
        auto const verdicts = std::make_unique<bool[]>(asked.size() + 1);
        for (std::size_t i = 0; i != asked.size(); ++i) verdicts[i] = !all[first + i].good;
        v.verify(asked, std::span(verdicts.get(), asked.size()));
        std::size_t differ = 0;
        for (std::size_t i = 0; i != asked.size(); ++i) differ += verdicts[i] != all[first + i].good;
        return differ;
    }
    std::size_t good() const {
        return std::size_t(std::count_if(all.begin(), all.end(), [](one const& o) { return o.good; }));
    }
};

std::vector<daicho::cryptopp::ed25519_signer> const& signers() {
    static auto const made = [] {
        std::vector<daicho::cryptopp::ed25519_signer> s;
        for (int i = 0; i != 6; ++i) s.push_back(*daicho::cryptopp::ed25519_signer::generate());
        return s;
    }();
    return made;
}

template <std::size_t N>
std::array<byte, N> array_of(byte_view b) {
    std::array<byte, N> a{};
    std::copy_n(b.begin(), std::min(N, b.size()), a.begin());
    return a;
}

/// Published vectors: RFC 8032, 7.1, Wycheproof, and those on which libraries differ.
collection published() {
    collection them;
    char const* const rfc[][3] = {
        {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
    };
    for (auto const& [key, message, signature] : rfc) {
        them.add(array_of<32>(*bytes_from_hex(key)), *bytes_from_hex(message), array_of<64>(*bytes_from_hex(signature)));
        BOOST_TEST(them.all.back().good);
    }
    for (auto const& one : disputed::ed25519) {
        auto const [key, signature] = disputed::parse(one);
        auto const text = as_bytes("daicho");
        them.add(key, bytes(text.begin(), text.end()), signature);
        BOOST_TEST_CONTEXT(one.what) BOOST_TEST(them.all.back().good == one.valid);
    }
    wycheproof::for_each_case("ed25519_test.json", [&](auto& group, auto& one) {
        auto const signature = wycheproof::hex(one, "sig");
        if (signature.size() != 64) return;  // cannot even be said in our type
        them.add(array_of<32>(wycheproof::hex(group.at("publicKey").as_object(), "pk")), wycheproof::hex(one, "msg"), array_of<64>(signature));
        BOOST_TEST(them.all.back().good == wycheproof::is_valid(one));
    });
    return them;
}

/// Good ones of a few keys, and what hostile hands make of them, in no order.
collection mixed(std::size_t n, unsigned seed) {
    collection them;
    std::mt19937_64 random(seed);
    auto const any = [&](auto& b) {
        for (auto& v : b) v = byte(random());
    };
    for (std::size_t i = 0; i != n; ++i) {
        auto const& signer = signers()[random() % signers().size()];
        auto key = signer.public_key();
        bytes message(random() % 300);
        any(message);
        auto signature = *signer.sign(message);
        switch (random() % 12) {
            case 0: signature[random() % 64] ^= byte(1u << random() % 8); break;
            case 1: key[random() % 32] ^= byte(1u << random() % 8); break;  // off the curve, every second time
            case 2: message.push_back(0); break;
            case 3: any(key); break;
            case 4: any(signature), signature[63] &= 0x0f; break;
            case 5: {  // S + L
                unsigned carry = 0;
                for (std::size_t k = 0; k != 32; ++k) {
                    carry += signature[32 + k] + daicho::detail::ed25519_order[k];
                    signature[32 + k] = byte(carry);
                    carry >>= 8;
                }
                break;
            }
            case 6: {  // another one's signature, key or R
                auto const other = signers()[random() % signers().size()].public_key();
                if (random() % 2 == 0) key = other;
                else std::copy(other.begin(), other.end(), signature.begin());
                break;
            }
            case 7: {  // small order and not canonical, as key or as R
                auto const& small = daicho::detail::ed25519_small_y[random() % 5];
                if (random() % 2 == 0) key = small;
                else std::copy(small.begin(), small.end(), signature.begin());
                break;
            }
            default: break;
        }
        them.add(key, message, signature);
    }
    return them;
}

} // namespace

BOOST_AUTO_TEST_SUITE(curve25519_verifier)

BOOST_AUTO_TEST_CASE_TEMPLATE(published_vectors_get_the_verdict_of_both_libraries, kernel, all) {
    if (!runs_here<kernel>()) return;
    auto const them = published();
    c::verifier<scheme, kernel> without(0), with;
    BOOST_TEST(them.wrong(without) == 0u);
    BOOST_TEST(them.wrong(with) == 0u);  // most keys for the first time
    BOOST_TEST(with.tables().size() != 0u);
    BOOST_TEST(them.wrong(with) == 0u);  // every key that has a table, by it
    BOOST_TEST(without.tables().size() == 0u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(good_and_hostile_ones_side_by_side_get_the_verdict_of_both_libraries, kernel, all) {
    if (!runs_here<kernel>()) return;
    auto const them = mixed(400, 7);
    BOOST_TEST(them.good() > 100u);
    BOOST_TEST(them.good() < 300u);
    c::verifier<scheme, kernel> with, without(0);
    BOOST_TEST(them.wrong(with) == 0u);
    BOOST_TEST(them.wrong(without) == 0u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(batches_of_every_size_get_each_its_own_verdict, kernel, all) {
    if (!runs_here<kernel>()) return;
    auto const them = mixed(40, 11);
    c::verifier<scheme, kernel> with, without(0);
    for (std::size_t n = 0; n != 18; ++n) {
        BOOST_TEST(them.wrong(with, n, n) == 0u, n << " at once");
        BOOST_TEST(them.wrong(without, n, n) == 0u, n << " at once, without tables");
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(one_bad_signature_among_good_ones_is_found_wherever_it_stands, kernel, all) {
    if (!runs_here<kernel>()) return;
    auto const& signer = signers()[0];
    bytes const message(100, 1);
    auto const good = *signer.sign(message);
    auto bad = good;
    bad[40] ^= 1;
    c::verifier<scheme, kernel> v;
    for (std::size_t place = 0; place != 9; ++place) {
        collection them;
        for (std::size_t i = 0; i != 9; ++i) them.add(signer.public_key(), message, i == place ? bad : good);
        BOOST_TEST(them.good() == 8u);
        BOOST_TEST(them.wrong(v) == 0u);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(verdicts_stay_when_tables_come_and_go, kernel, all) {
    if (!runs_here<kernel>()) return;
    using cache = c::table_cache<c::key_comb>;
    auto const them = mixed(60, 13);
    c::verifier<scheme, kernel> two(cache::bytes_of_register + 2 * cache::bytes_per_table);
    for (std::size_t i = 0; i < them.all.size(); i += 10) BOOST_TEST(them.wrong(two, i, 10) == 0u);
    BOOST_TEST(them.wrong(two) == 0u);
    BOOST_TEST(two.tables().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_batch_longer_than_one_turn_is_answered_to_its_end) {
    auto const few = mixed(90, 17);
    collection them;
    for (int i = 0; i != 3; ++i) them.all.insert(them.all.end(), few.all.begin(), few.all.end());
    c::verifier<scheme, c::portable> v;
    BOOST_TEST(them.all.size() > 4 * c::engine<c::portable>::capacity);
    BOOST_TEST(them.wrong(v) == 0u);
}

BOOST_AUTO_TEST_CASE(the_kernel_that_is_chosen_runs_here_and_agrees) {
    c::verifier<scheme> v;
    c::verifier<daicho::openssl::ed25519> same;
    BOOST_TEST(v.kernel() == same.kernel());
    BOOST_TEST_MESSAGE("chosen: " << v.kernel());
    BOOST_TEST(mixed(100, 19).wrong(v) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
