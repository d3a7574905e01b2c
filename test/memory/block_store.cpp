#include <daicho/memory/block_store.hpp>

#include <boost/test/unit_test.hpp>

#include "random_batches.hpp"

using namespace daicho;

BOOST_AUTO_TEST_SUITE(memory_block_store)

BOOST_AUTO_TEST_CASE(random_batches_leave_what_the_naive_store_shows) {
    for (unsigned seed = 1; seed != 6; ++seed) {
        memory::block_store s;
        agrees_with_the_naive_store(seed, 200, [&] { return &s; });
    }
}

BOOST_AUTO_TEST_CASE(a_full_store_refuses_and_stays_as_it_was) {
    memory::block_store s(100);
    BOOST_TEST(!s.commit({.blocks = {bytes(60)}, .cells = {{"a", bytes(30)}}}));
    BOOST_TEST((s.commit({.blocks = {bytes(11)}}) == errc::store_full));
    BOOST_TEST(s.height() == 1u);
    BOOST_TEST(s.used() == 90u);
    BOOST_TEST(!s.commit({.blocks = {bytes(10)}}));
    BOOST_TEST(!s.commit({.keep = 0, .blocks = {bytes(70)}}));
    BOOST_TEST(s.used() == 100u);
}

BOOST_AUTO_TEST_CASE(a_fault_is_shown_once_and_changes_nothing) {
    memory::block_store s;
    s.fail_next(errc::io_failed);
    BOOST_TEST(!s.commit({}));
    BOOST_TEST((s.commit({.blocks = {bytes(1)}}) == errc::io_failed));
    BOOST_TEST(s.height() == 0u);
    BOOST_TEST(!s.commit({.blocks = {bytes(1)}}));
    BOOST_TEST(s.height() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_used_is_what_is_kept) {
    random_batches random(7);
    memory::block_store s;
    for (int i = 0; i != 300; ++i) BOOST_REQUIRE(!s.commit(random.next(s.height())));
    std::uint64_t kept = 0;
    for (std::uint64_t h = 1; h <= s.height(); ++h) kept += s.read(h).value_or(bytes{}).size();
    BOOST_TEST(!s.pending([&](digest const&, byte_view b) { kept += b.size(); }));
    for (std::string prefix : {"", "n", "nn"})
        for (char c = 'a'; c != 'e'; ++c) kept += s.cell(prefix + c)->size();
    BOOST_TEST(s.used() == kept);
}

BOOST_AUTO_TEST_SUITE_END()
