#include <daicho/channel/hkdf.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/hash/sha256.hpp>

#include <memory_resource>

#include "../wycheproof.hpp"

using namespace daicho;

BOOST_AUTO_TEST_SUITE(channel_hkdf)

// RFC 5869, A.1.
BOOST_AUTO_TEST_CASE(the_published_example_agrees) {
    channel::hkdf<sha256> const keys(*bytes_from_hex("000102030405060708090a0b0c"), bytes(22, 0x0b));
    bytes out(42);
    keys.expand(*bytes_from_hex("f0f1f2f3f4f5f6f7f8f9"), out);
    BOOST_TEST(to_hex(out) == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

BOOST_AUTO_TEST_CASE(every_wycheproof_case_agrees) {
    wycheproof::for_each_case("hkdf_sha256_test.json", [](auto&, auto& one) {
        if (!wycheproof::is_valid(one)) return;  // the others ask for more than 255 digests, which no caller here can
        channel::hkdf<sha256> const keys(wycheproof::hex(one, "salt"), wycheproof::hex(one, "ikm"));
        bytes const expected = wycheproof::hex(one, "okm");
        bytes out(expected.size());
        keys.expand(wycheproof::hex(one, "info"), out);
        BOOST_TEST((out == expected));
    });
}

// The object lies in memory that can still be looked at when it is gone.
BOOST_AUTO_TEST_CASE(nothing_that_was_made_of_the_secret_is_left_behind) {
    struct look : std::pmr::memory_resource {
        bytes last;
        void* do_allocate(std::size_t n, std::size_t a) override { return std::pmr::new_delete_resource()->allocate(n, a); }
        void do_deallocate(void* p, std::size_t n, std::size_t a) override {
            last.assign(static_cast<byte const*>(p), static_cast<byte const*>(p) + n);
            std::pmr::new_delete_resource()->deallocate(p, n, a);
        }
        bool do_is_equal(memory_resource const& other) const noexcept override { return this == &other; }
    } seen;
    auto const gone = [&](auto type, auto&&... from) {
        using T = typename decltype(type)::type;
        std::pmr::vector<T>(&seen).emplace_back(from...);
        BOOST_REQUIRE(seen.last.size() >= sizeof(T));
        return std::all_of(seen.last.begin(), seen.last.end(), [](byte b) { return b == 0; });
    };
    bytes const key(32, 0x5a);
    BOOST_TEST(gone(std::type_identity<channel::hkdf<sha256>>(), key, key));
    BOOST_TEST(gone(std::type_identity<hmac<sha256>>(), key));
    static_assert(!std::is_copy_constructible_v<channel::hkdf<sha256>>);
}

BOOST_AUTO_TEST_SUITE_END()
