#include <daicho/laws/record.hpp>

#include "../schema/sample.hpp"

#include <daicho/record.hpp>
#include <daicho/signature/ed25519.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

/// Numbers that an integrator encodes himself, each way wrong in one respect.
namespace careless {

enum class slip { none, forgets, reads_long_forms, reads_cuts, says_too_little };

template <slip Slip>
struct number {
    std::uint8_t value = 0;
    std::uint8_t unwritten = 0;
    friend bool operator==(number const&, number const&) = default;
};

/// Takes any kind and version for its own.
struct any_kind {
    static constexpr daicho::schema::tag schema{0x76, 1, "any_kind"};
    DAICHO_RECORD(any_kind, (std::uint16_t, tag));
    friend bool operator==(any_kind const&, any_kind const&) = default;
};

} // namespace careless

template <>
struct daicho::schema::field<careless::any_kind> {
    static constexpr std::size_t max = 4;
    static std::size_t size(careless::any_kind const& v) { return 1 + field<std::uint16_t>::size(v.tag); }
    static byte* put(byte* to, careless::any_kind const& v) { return field<std::uint16_t>::put(cbor::put_head(to, cbor::major::array, 1), v.tag); }
    static fault get(cbor::reader& r, careless::any_kind& v) {
        std::uint64_t n = 0;
        if (auto f = r.head(cbor::major::array, n)) return f;
        if (n != 1) return errc::wrong_size;
        return field<std::uint16_t>::get(r, v.tag);
    }
};

template <careless::slip Slip>
struct daicho::schema::field<careless::number<Slip>> {
    using number = careless::number<Slip>;
    using slip = careless::slip;
    static constexpr std::size_t max = Slip == slip::says_too_little ? 1 : 3;
    static std::size_t size(number n) { return field<std::uint8_t>::size(n.value); }
    static byte* put(byte* to, number n) { return field<std::uint8_t>::put(to, n.value); }
    static fault get(cbor::reader& r, number& n) {
        byte b = 0;
        if constexpr (Slip == slip::reads_long_forms) {
            auto ahead = r;
            if (ahead.peek(b); b == 0x18) {
                ahead.skip_one();
                if (auto f = ahead.peek(n.value)) return f;
                ahead.skip_one();
                r = ahead;
                return {};
            }
        }
        if (Slip == slip::reads_cuts && r.at_end()) return {};
        return field<std::uint8_t>::get(r, n.value);
    }
};

namespace {

template <careless::slip Slip>
laws::verdict judged() {
    laws::verdict v;
    laws::record<careless::number<Slip>>(v, {{0}, {23}, {24}, {200}, {255, Slip == careless::slip::forgets ? std::uint8_t(1) : std::uint8_t(0)}});
    return v;
}

BOOST_AUTO_TEST_SUITE(record_laws)

BOOST_AUTO_TEST_CASE(the_wire_s_records_keep_them) {
    laws::verdict v;
    sample::generator g(41);
    laws::record<sample::everything>(v, {sample::random(g), sample::random(g), sample::everything{}});
    laws::record<release>(v, {release{}});
    laws::record<transaction<ed25519_types>>(v, {transaction<ed25519_types>{}});
    laws::record<request<ed25519_types>>(v, {request<ed25519_types>{}, chunk_request{{}, 24, 70000}});
    laws::record<genesis<ed25519_types>>(v, {genesis<ed25519_types>{}});
    for (auto& b : v.broken) BOOST_TEST_MESSAGE(b);
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(each_law_notices_who_breaks_it) {
    using careless::slip;
    BOOST_TEST(judged<slip::none>().holds());
    auto const only = [](laws::verdict const& v, std::string_view sentence) {
        BOOST_TEST(v.broken.size() == 1u, sentence);
        BOOST_TEST(v.breaks(sentence), sentence);
    };
    only(judged<slip::reads_long_forms>(), "What decodes encodes to the very same bytes.");
    only(judged<slip::reads_cuts>(), "A record that is cut or followed by bytes is refused.");
    only(judged<slip::says_too_little>(), "A record takes the bytes it says, and never more than the most.");
    only(judged<slip::forgets>(), "What encode writes, decode reads back as the same value.");
    laws::verdict v;
    laws::record<careless::any_kind>(v, {{careless::any_kind::schema.value()}});
    only(v, "A record of another kind or version is refused.");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
