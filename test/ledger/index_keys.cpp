#include <daicho/ledger/index_keys.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <random>

using namespace daicho;
using namespace daicho::ledger;

namespace {

index_key const subject = by_state(state::running);

/// Keys of a subject that has these places.
std::vector<index_key> keys_of(index_key const& s, std::vector<std::uint64_t> const& places) {
    std::vector<index_key> out;
    posting open(places.front());
    for (std::size_t i = 1; i != places.size(); ++i) {
        if (open.add(s, places[i])) continue;
        out.push_back(open.key(s));
        open = posting(places[i]);
    }
    out.push_back(open.key(s));
    return out;
}
/// As an index finds it: by the first key that is not before the subject at this place.
std::optional<std::uint64_t> next(std::vector<index_key> const& keys, index_key const& s, std::uint64_t from) {
    auto const wanted = filed_at(s, from);
    auto const it = std::find_if(keys.begin(), keys.end(), [&](auto& k) { return as_text(k) >= as_text(wanted); });
    return it == keys.end() ? std::nullopt : place_in(*it, s, from);
}

} // namespace

BOOST_AUTO_TEST_SUITE(index_keys)

BOOST_AUTO_TEST_CASE(every_place_of_a_subject_is_found_from_wherever_one_begins) {
    std::mt19937_64 random(7);
    for (auto spread : {1.0, 8.0, 1000.0, 1e15}) {
        std::vector<std::uint64_t> places{random() % 3};
        while (places.size() != 300) places.push_back(places.back() + 1 + std::uint64_t(std::exponential_distribution<>(1 / spread)(random)));
        auto const keys = keys_of(subject, places);
        BOOST_TEST(keys.size() < places.size());
        std::uint64_t from = 0;
        for (auto p : places) {
            BOOST_TEST((next(keys, subject, from) == p));
            BOOST_TEST((next(keys, subject, p) == p));
            from = p + 1;
        }
        BOOST_TEST((next(keys, subject, from) == std::nullopt));
    }
}

BOOST_AUTO_TEST_CASE(eighty_transactions_in_a_row_are_one_key) {
    std::vector<std::uint64_t> places(80);
    for (std::size_t i = 0; i != places.size(); ++i) places[i] = 1000 + i;
    BOOST_TEST(keys_of(subject, places).size() == 1u);
    places.resize(88, 0);
    for (std::size_t i = 0; i != places.size(); ++i) places[i] = 1000 + i;
    auto const keys = keys_of(subject, places);
    BOOST_TEST(keys.size() == 2u);
    BOOST_TEST(keys[0].size() == most_index_key);
}

BOOST_AUTO_TEST_CASE(a_place_by_itself_is_a_key_without_steps) {
    BOOST_TEST((posting(77).key(subject) == filed_at(subject, 77)));
    BOOST_TEST((place_in(filed_at(subject, 77), subject, 0) == 77u));
}

BOOST_AUTO_TEST_CASE(a_key_of_another_subject_or_none_that_a_posting_makes_has_no_place) {
    auto const other = by_state(state::failed);
    BOOST_TEST((place_in(filed_at(other, 5), subject, 0) == std::nullopt));
    BOOST_TEST((place_in(subject, subject, 0) == std::nullopt));
    BOOST_TEST((place_in(filed_at(subject, 5), subject, 6) == std::nullopt));
    auto const with = [](std::uint64_t last, std::initializer_list<byte> steps) {
        auto k = filed_at(subject, last);
        for (auto b : steps) k.push_back(b);
        return k;
    };
    BOOST_TEST((place_in(with(5, {2, 3}), subject, 0) == 0u));
    BOOST_TEST((place_in(with(5, {2, 4}), subject, 0) == std::nullopt));        // begins before the first transaction
    BOOST_TEST((place_in(with(5, {0x81}), subject, 0) == std::nullopt));        // ends within a step
    BOOST_TEST((place_in(with(~std::uint64_t(0), {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}), subject, 0) == std::nullopt));
}

BOOST_AUTO_TEST_SUITE_END()
