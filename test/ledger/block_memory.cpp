#include <daicho/ledger/block_memory.hpp>

#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using P = authority_protocol;

BOOST_AUTO_TEST_SUITE(block_memory)

BOOST_AUTO_TEST_CASE(a_block_is_read_into_again_when_nobody_holds_it_and_never_before) {
    ledger::block_memory<P> memory;
    auto first = memory.take();
    auto* const where = first.get();
    std::shared_ptr<block_of<P> const> const held_by_a_chain = first;
    memory.lend(std::move(first));
    BOOST_TEST(memory.free() == nullptr);
    auto other = memory.take();
    BOOST_TEST(other.get() != where);
    memory.lend(std::move(other));
    BOOST_TEST(memory.free() == nullptr);  // in their order
}

BOOST_AUTO_TEST_CASE(what_was_let_go_of_comes_again) {
    ledger::block_memory<P> memory;
    auto first = memory.take();
    auto* const where = first.get();
    memory.lend(std::move(first));
    auto const again = memory.take();
    BOOST_TEST(again.get() == where);
    memory.lend(again);
    memory.clear();
    BOOST_TEST(memory.free() == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
