#include <daicho/role/slot_transfer.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/memory/image_store.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using P = authority_protocol;

namespace {

struct filling {
    filling() {
        for (std::size_t i = 0; i != image.size(); ++i) image[i] = byte(i * 7);
        wanted = {2, image.size(), hash_bytes<sha256>(image)};
        BOOST_TEST_REQUIRE(!slots.provision(bytes{1, 2, 3}));
    }
    byte_view piece(std::size_t from, std::size_t n) const { return byte_view(image).subspan(from, n); }

    bytes image = bytes(1000);
    update::wanted_image wanted{};
    memory::image_store<> slots;
    slot_transfer<P, memory::image_store<>> slot{slots};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(slot_transfer, filling)

BOOST_AUTO_TEST_CASE(an_image_is_filled_piece_by_piece_and_read_back) {
    BOOST_TEST(!slot.begin(wanted, false));
    for (std::size_t size : {400u, 400u, 200u}) {
        BOOST_TEST(!slot.filled(wanted));
        auto const asked = slot.ask(wanted, 400);
        BOOST_TEST(asked.length == size);
        BOOST_TEST(!slot.take(chunk{asked.offset, {piece(std::size_t(asked.offset), size)}}, asked));
    }
    BOOST_TEST(slot.filled(wanted));
    BOOST_TEST(!slot.verify(wanted));
    auto other = wanted;
    other.verifier[0] ^= 1;
    BOOST_TEST((slot.verify(other) == errc::wrong_digest));
    BOOST_TEST((*slot.running() == hash_bytes<sha256>(bytes{1, 2, 3})));
}
BOOST_AUTO_TEST_CASE(what_was_not_asked_for_is_not_written) {
    BOOST_TEST(!slot.begin(wanted, false));
    auto const asked = slot.ask(wanted, 100);
    BOOST_TEST((slot.take(chunk{100, {piece(100, 100)}}, asked) == errc::replayed));
    BOOST_TEST((slot.take(chunk{0, {}}, asked) == errc::wrong_size));
    BOOST_TEST((slot.take(chunk{0, {piece(0, 101)}}, asked) == errc::wrong_size));
    BOOST_TEST(slot.offset() == 0u);
    BOOST_TEST(!slot.take(chunk{0, {piece(0, 60)}}, asked));  // less is no fault: the rest is asked for
    BOOST_TEST(slot.offset() == 60u);
}
BOOST_AUTO_TEST_CASE(after_a_cut_it_goes_on_where_the_slot_ends) {
    BOOST_TEST(!slot.begin(wanted, false));
    BOOST_TEST(!slot.take(piece(0, 300)));
    slot.forget();
    BOOST_TEST(slot.offset() == 0u);
    BOOST_TEST(!slot.begin(wanted, true));
    BOOST_TEST(slot.offset() == 300u);
    auto shorter = wanted;
    shorter.size = 200;
    BOOST_TEST(!slot.begin(shorter, true));  // what is there is longer than what is wanted: from the start
    BOOST_TEST(slot.offset() == 0u);
    BOOST_TEST(!slot.take(piece(0, 200)));
    BOOST_TEST(!slot.begin(wanted, false));  // another image: from the start
    BOOST_TEST(slot.offset() == 0u);
}
BOOST_AUTO_TEST_CASE(a_slot_that_cannot_hold_it_says_so) {
    wanted.size = memory::image_store<>::capacity + 1;
    BOOST_TEST((slot.begin(wanted, false) == errc::store_full));
}

BOOST_AUTO_TEST_SUITE_END()
