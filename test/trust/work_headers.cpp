#include <daicho/trust/work_headers.hpp>

#include <boost/test/unit_test.hpp>

#include "work_stage.hpp"

using namespace work_stage;

BOOST_FIXTURE_TEST_SUITE(work_headers, work_network)

BOOST_AUTO_TEST_CASE(a_release_under_enough_work_is_believed_and_followed) {
    auto const first = follow({}, lamp_2, 1, 6);  // block 2 under four others
    BOOST_TEST_REQUIRE(bool(first));
    BOOST_TEST(first->height == 2u);
    BOOST_TEST((first->hash == hash_at(2)));
    BOOST_TEST((first->weight() == weight(2 * 16)));  // 4 bits of work a block
    BOOST_TEST(first->time == blocks[2 - 1].head().time - default_limits::ahead);
    auto const second = follow(*first, lamp_3, 3, 12);
    BOOST_TEST_REQUIRE(bool(second));
    BOOST_TEST(second->height == 8u);
    BOOST_TEST((second->weight() == weight(8 * 16)));
    BOOST_TEST((*follow(*second, lamp_3, 3, 12) == *second));  // shown again: they pass through the head
    BOOST_TEST((*follow(*second, lamp_2, 2, 12) == *second));  // below the head, and linked to it
}
BOOST_AUTO_TEST_CASE(a_block_that_is_not_deep_enough_is_not_final) {
    auto const f = follow({}, lamp_2, 1, 5).error();
    BOOST_TEST((f == errc::not_final));
    BOOST_TEST(f.at == 3u);
    BOOST_TEST(bool(follow({}, lamp_2, 1, 6)));
}
BOOST_AUTO_TEST_CASE(headers_pass_through_the_head) {
    auto const head = follow({}, lamp_2, 1, 6);
    BOOST_TEST_REQUIRE(bool(head));
    BOOST_TEST((follow(*head, lamp_3, 4, 12).error() == errc::unlinked_block));  // one is missing
    BOOST_TEST((follow({}, lamp_2, 2, 6).error() == errc::unlinked_block));      // not from genesis on
    BOOST_TEST(bool(follow(*head, lamp_3, 3, 12)));

    work_network other(1);  // as much work, from the same genesis, with other blocks
    BOOST_TEST((other.chain_id == chain_id));
    BOOST_TEST((other.hash_at(1) != hash_at(1)));
    BOOST_TEST(bool(other.follow({}, other.lamp_3, 1, 12)));
    BOOST_TEST((other.follow(*head, other.lamp_3, 1, 12).error() == errc::unlinked_block));
    BOOST_TEST((other.follow(*head, other.lamp_3, 3, 12).error() == errc::unlinked_block));
}
BOOST_AUTO_TEST_CASE(a_foreign_genesis_leads_nowhere) {
    work_network other(0, 5);
    BOOST_TEST((other.chain_id != chain_id));
    BOOST_TEST(bool(other.follow({}, other.lamp_2, 1, 7)));
    BOOST_TEST((follower.follow({}, other.leaf_of(other.lamp_2), other.evidence(other.lamp_2, 1, 7).get()).error() == errc::wrong_target));
    digest another = chain_id;
    another[0] ^= 1;
    BOOST_TEST((client(another, follower.genesis()).follow({}, leaf_of(lamp_2), evidence(lamp_2, 1, 6).get()).error() == errc::unlinked_block));
    BOOST_TEST(bool(client(chain_id, follower.genesis()).follow({}, leaf_of(lamp_2), evidence(lamp_2, 1, 6).get())));
}
BOOST_AUTO_TEST_CASE(each_header_has_its_work_and_its_place) {
    auto const good = evidence(lamp_2, 1, 6);
    BOOST_TEST(bool(follow({}, lamp_2, good)));
    for (std::size_t i = 0; i != 6; ++i) {
        auto sealed = good;
        sealed.headers[i] = without_work(sealed.headers[i]);
        BOOST_TEST((follow({}, lamp_2, sealed).error() == errc::insufficient_work), i);
        auto easier = good;
        easier.headers[i].body.target = 1;
        BOOST_TEST((follow({}, lamp_2, easier).error() == errc::wrong_target), i);
    }
    auto swapped = good;
    std::swap(swapped.headers[2], swapped.headers[3]);
    BOOST_TEST((follow({}, lamp_2, swapped).error() == errc::unlinked_block));
    auto skipped = good;
    skipped.headers[5].body.index = 9;
    skipped.headers[5] = seal(skipped.headers[5].body);
    BOOST_TEST((follow({}, lamp_2, skipped).error() == errc::wrong_index));
    auto repeated = good;  // the same work twice is not twice the work
    repeated.headers.insert(repeated.headers.end(), good.headers.end() - 1, good.headers.end());
    BOOST_TEST((follow({}, lamp_2, repeated).error() == errc::unlinked_block));
}
BOOST_AUTO_TEST_CASE(the_block_is_the_one_that_holds_it) {
    auto e = evidence(lamp_2, 1, 12);
    BOOST_TEST(bool(follow({}, lamp_2, e)));
    e.e.height = 3;
    BOOST_TEST((follow({}, lamp_2, e).error() == errc::wrong_root));
    e.e.height = 13;
    BOOST_TEST((follow({}, lamp_2, e).error() == errc::out_of_range));
    e.e.height = ~std::uint64_t(0);
    BOOST_TEST((follow({}, lamp_2, e).error() == errc::out_of_range));
    BOOST_TEST((follower.follow({}, leaf_of(lamp_3), evidence(lamp_2, 1, 12).get()).error() == errc::wrong_root));
}
BOOST_AUTO_TEST_CASE(a_proof_has_exactly_its_nodes) {
    auto more = evidence(lamp_2, 1, 6);
    more.e.inclusion.push_back({});
    BOOST_TEST((follow({}, lamp_2, more).error() == errc::wrong_size));
    auto less = evidence(lamp_2, 1, 6);
    less.e.inclusion.resize(less.e.inclusion.size() - 1);
    BOOST_TEST((follow({}, lamp_2, less).error() == errc::wrong_size));
    auto index = evidence(lamp_2, 1, 6);
    index.e.index = index.e.leaves;
    BOOST_TEST((follow({}, lamp_2, index).error() == errc::out_of_range));
}
BOOST_AUTO_TEST_CASE(what_is_no_row_of_headers_is_refused) {
    auto e = evidence(lamp_2, 1, 6);
    auto owned = e.encoded();
    BOOST_TEST(bool(follower.follow({}, leaf_of(lamp_2), e.over(owned))));
    BOOST_TEST((follower.follow({}, leaf_of(lamp_2), e.over({})).error() == errc::missing_field));
    BOOST_TEST((follower.follow({}, leaf_of(lamp_2), e.over(byte_view(owned).first(owned.size() - 1))).error() == errc::truncated));
    owned.push_back(0);
    BOOST_TEST((follower.follow({}, leaf_of(lamp_2), e.over(owned)).error() == errc::wrong_type));
}
BOOST_AUTO_TEST_CASE(the_head_does_not_move_with_a_tip_that_may_be_replaced) {
    auto const first = follow({}, lamp_2, 1, 6);
    BOOST_TEST_REQUIRE(bool(first));
    auto const same = follow(*first, lamp_2, 1, 6);
    BOOST_TEST_REQUIRE(bool(same));
    BOOST_TEST((*same == *first));
    for (std::uint64_t tip = 7; tip <= 12; ++tip) {
        auto const on = follow(*first, lamp_2, 1, tip);
        BOOST_TEST_REQUIRE(bool(on));
        BOOST_TEST(on->height == tip - 4);
        BOOST_TEST((on->hash == hash_at(tip - 4)));
    }
}
BOOST_AUTO_TEST_CASE(headers_alone_lead_on_from_the_head) {
    auto const on = [&](trust::work_head const& head, std::uint64_t first, std::uint64_t tip) {
        auto const held = evidence(lamp_2, first, tip).encoded();
        return follower.advance(head, held);
    };
    auto const some = on({}, 1, 8);
    BOOST_TEST_REQUIRE(bool(some));
    BOOST_TEST(some->height == 4u);
    BOOST_TEST((some->hash == hash_at(4)));
    BOOST_TEST((some->weight() == weight(4 * 16)));
    auto const rest = on(*some, 5, 12);
    BOOST_TEST_REQUIRE(bool(rest));
    BOOST_TEST((*rest == *on({}, 1, 12)));  // in parts or at once
    BOOST_TEST((on(*some, 1, 8).error() == errc::not_final));
    BOOST_TEST((on(*some, 5, 8).error() == errc::not_final));
    BOOST_TEST((on(*some, 6, 12).error() == errc::unlinked_block));
    BOOST_TEST((follower.advance(*some, {}).error() == errc::missing_field));
}

BOOST_AUTO_TEST_SUITE_END()
