#include <daicho/channel/session.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/aes_gcm.hpp>

using namespace daicho;

namespace {

using session = channel::session<cryptopp::aes_256_gcm>;

channel::direction_key key(byte b) {
    channel::direction_key k;
    std::fill(k.begin(), k.end(), b);
    return k;
}

struct pair {
    session client{key(1), key(2)}, server{key(2), key(1)};
};

bytes sealed_by(session& s, std::string_view text) {
    auto const frame = s.seal(as_bytes(text));
    BOOST_REQUIRE(frame.has_value());
    return *frame;
}

} // namespace

BOOST_AUTO_TEST_SUITE(channel_session)

BOOST_AUTO_TEST_CASE(frames_open_once_and_in_order) {
    pair p;
    bytes const one = sealed_by(p.client, "one"), two = sealed_by(p.client, "two");
    BOOST_TEST(as_text(*p.server.open(one)) == "one");
    BOOST_TEST(as_text(*p.server.open(two)) == "two");
    BOOST_TEST((p.server.open(one).error() == errc::replayed));
    BOOST_TEST((p.server.open(sealed_by(p.client, "three")).error() == errc::replayed));  // a refusal ends the session
}

BOOST_AUTO_TEST_CASE(a_leap_is_refused) {
    pair p;
    (void)sealed_by(p.client, "lost");
    BOOST_TEST((p.server.open(sealed_by(p.client, "found")).error() == errc::not_authenticated));
}

BOOST_AUTO_TEST_CASE(a_frame_does_not_return_to_who_sealed_it) {
    pair p;
    bytes const one = sealed_by(p.client, "one");
    BOOST_TEST((p.client.open(one).error() == errc::not_authenticated));
    BOOST_TEST(p.server.open(one).has_value());
}

BOOST_AUTO_TEST_CASE(every_changed_or_missing_byte_is_refused) {
    bytes const good = [] {
        pair p;
        return sealed_by(p.client, "the message");
    }();
    BOOST_TEST(pair().server.open(good).has_value());
    for (std::size_t i = 0; i != good.size(); ++i) {
        bytes bad = good;
        bad[i] ^= 1;
        BOOST_TEST(!pair().server.open(bad).has_value(), "byte " << i);
        BOOST_TEST(!pair().server.open(byte_view(good).first(i)).has_value(), "cut at " << i);
    }
    bytes longer = good;
    longer.push_back(0);
    BOOST_TEST((pair().server.open(longer).error() == errc::trailing_bytes));
}

BOOST_AUTO_TEST_CASE(equal_messages_do_not_look_equal) {
    pair p;
    BOOST_TEST((sealed_by(p.client, "same") != sealed_by(p.client, "same")));
    pair q, r;
    BOOST_TEST((sealed_by(q.client, "same") != sealed_by(r.server, "same")));
}

BOOST_AUTO_TEST_CASE(the_bound_holds) {
    pair p;
    BOOST_TEST(p.server.open(*p.client.seal(bytes(limits::frame))).has_value());
    BOOST_TEST((p.client.seal(bytes(limits::frame + 1)).error() == errc::oversized));
}

BOOST_AUTO_TEST_CASE(a_sessions_keys_are_in_one_place_and_go_with_it) {
    static_assert(!std::copyable<session> && std::movable<session>);
    channel::direction_key up = key(1), down = key(2);
    session s(std::move(up), std::move(down));
    BOOST_TEST(std::count(up.begin(), up.end(), 0) == 32);
    BOOST_TEST(std::count(down.begin(), down.end(), 0) == 32);
    pair p;
    session moved(std::move(s));
    BOOST_TEST(p.server.open(*moved.seal(as_bytes("one"))).has_value());
    BOOST_TEST(!p.server.open(*s.seal(as_bytes("two"))).has_value());  // what it moved from knows the keys no longer
}

BOOST_AUTO_TEST_SUITE_END()
