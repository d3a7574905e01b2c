#include <daicho/channel/framing.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;
using channel::append_frame;
using channel::frame_reader;

BOOST_AUTO_TEST_SUITE(channel_framing)

BOOST_AUTO_TEST_CASE(frames_come_out_however_the_stream_is_cut) {
    bytes const one{1, 2, 3}, two{}, three(300, 7);
    bytes stream;
    append_frame(stream, one);
    append_frame(stream, two);
    append_frame(stream, three);
    for (std::size_t piece : {std::size_t(1), std::size_t(2), std::size_t(5), stream.size()}) {
        frame_reader reader(300);
        std::vector<bytes> got;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            byte_view part = byte_view(stream).subspan(at, std::min(piece, stream.size() - at));
            for (;;) {
                auto frame = reader.next(part);
                BOOST_REQUIRE(frame.has_value());
                if (!*frame) break;
                got.push_back(std::move(**frame));
            }
            BOOST_TEST(part.empty());
        }
        BOOST_TEST((got == std::vector<bytes>{one, two, three}));
        BOOST_TEST(!reader.inside());
    }
}

BOOST_AUTO_TEST_CASE(a_length_beyond_the_bound_is_refused_at_once) {
    bytes const fits{0, 0, 0, 4}, beyond{0, 0, 0, 5}, huge{0xff, 0xff, 0xff, 0xff};
    for (auto const& head : {fits, beyond, huge}) {
        frame_reader reader(4);
        byte_view stream = head;
        auto const frame = reader.next(stream);
        if (head == fits) {
            BOOST_TEST(frame.has_value());
            BOOST_TEST(reader.inside());
        } else {
            BOOST_TEST((frame.error() == errc::oversized));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_bound_can_change_between_frames) {
    frame_reader reader(2);
    bytes stream;
    append_frame(stream, bytes{1, 2});
    append_frame(stream, bytes{1, 2, 3});
    byte_view left = stream;
    BOOST_TEST(reader.next(left).has_value());
    auto again = reader;
    byte_view copy = left;
    BOOST_TEST((again.next(copy).error() == errc::oversized));
    reader.set_bound(3);
    auto const frame = reader.next(left);
    BOOST_REQUIRE((frame && *frame));
    BOOST_TEST((**frame == bytes{1, 2, 3}));
}

BOOST_AUTO_TEST_SUITE_END()
