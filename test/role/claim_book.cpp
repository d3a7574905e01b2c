#include <daicho/role/claim_book.hpp>

#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using P = authority_protocol;

namespace {

struct printed : network<P> {
    using book = role::claim_book<P>;
    static book fresh() { return book({{{1, 2, 3}, "lamp"}, {{4, 5, 6}, "lamp"}, {{7, 8, 9}, "lock"}}); }
    digest shown(bytes const& code, std::uint64_t who = fixture::device) const { return trust::claim_of<P>(code, chain_id, key(who).public_key()); }
    std::optional<bytes> spend(book& b, digest const& claim, model_name const& model = "lamp", std::uint64_t who = fixture::device) const {
        return b.spend(claim, chain_id, model, key(who).public_key());
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(claim_book, printed)

BOOST_AUTO_TEST_CASE(a_code_is_spent_once) {
    auto codes = fresh();
    BOOST_TEST(bool(spend(codes, shown({4, 5, 6}))));
    BOOST_TEST(codes.left() == 2u);
    BOOST_TEST(!spend(codes, shown({4, 5, 6})));
    BOOST_TEST(!spend(codes, shown({4, 5, 6}, device_2), "lamp", device_2));
    BOOST_TEST(bool(spend(codes, shown({1, 2, 3}, device_2), "lamp", device_2)));
}
BOOST_AUTO_TEST_CASE(what_was_shown_for_another_key_model_or_chain_spends_nothing) {
    auto codes = fresh();
    BOOST_TEST(!spend(codes, shown({1, 2, 3}), "lamp", device_2));
    BOOST_TEST(!spend(codes, shown({1, 2, 3}), "lock"));
    BOOST_TEST(!spend(codes, shown({1, 2, 4})));
    BOOST_TEST(!codes.spend(shown({1, 2, 3}), digest{9}, "lamp", key(fixture::device).public_key()));
    BOOST_TEST(codes.left() == 3u);
    BOOST_TEST(bool(spend(codes, shown({1, 2, 3}))));
}
BOOST_AUTO_TEST_CASE(what_is_spent_stays_so_in_another_life) {
    auto codes = fresh();
    (void)spend(codes, shown({1, 2, 3}));
    auto const cell = *spend(codes, shown({7, 8, 9}), "lock");
    auto again = fresh();
    BOOST_TEST(!again.restore(cell));
    BOOST_TEST(again.left() == 1u);
    BOOST_TEST(!spend(again, shown({1, 2, 3})));
    auto const more = spend(again, shown({4, 5, 6}));
    BOOST_TEST_REQUIRE(bool(more));
    auto last = fresh();
    BOOST_TEST(!last.restore(*more));
    BOOST_TEST(last.left() == 0u);
}
BOOST_AUTO_TEST_CASE(a_cell_that_is_cut_is_corrupt) {
    auto codes = fresh();
    auto cell = *spend(codes, shown({1, 2, 3}));
    cell.pop_back();
    BOOST_TEST((fresh().restore(cell) == errc::store_corrupt));
}

BOOST_AUTO_TEST_SUITE_END()
