#include <daicho/simulated/network.hpp>

#include <boost/test/unit_test.hpp>

#include "simulated/scene.hpp"

using namespace fixture;

BOOST_AUTO_TEST_SUITE(partition_of_authorities)

BOOST_AUTO_TEST_CASE(authorities_converge_and_nothing_final_changes) { many_seeds<authority_protocol>(1, 12); }
BOOST_AUTO_TEST_CASE(they_do_with_another_hash) { many_seeds<authority_protocol_512>(100, 2); }

BOOST_AUTO_TEST_CASE(with_a_weakened_fork_choice_the_same_seed_fails) {
    scene<protocol_with<sha256, first_seen<authority>>> s(1);
    s.run();
    BOOST_TEST(!s.converges());
}

BOOST_AUTO_TEST_CASE(an_authority_that_forks_is_caught_and_expelled_and_nobody_else_is) {
    for (std::uint64_t seed = 1; seed != 6; ++seed) {
        scene<authority_protocol> s(seed);
        s.fork_too();
        s.run();
        for (int i = 0; i != 60 && !(s.agreed() && s.expelled(s.liar)); ++i) s.net.run_for(5);
        BOOST_TEST_CONTEXT("seed " << seed) {
            BOOST_TEST(s.forks != 0u);
            BOOST_TEST(s.agreed());
            for (std::size_t n = 0; n != s.liar; ++n) {
                BOOST_TEST(s.expelled(s.liar, n));
                BOOST_TEST(!s.expelled(n));
                BOOST_TEST(s.net.node(n).chain().signers().size() == s.nodes - 1);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_run_follows_from_its_seed) {
    auto const ends_at = [](std::uint64_t seed) {
        scene<authority_protocol> s(seed);
        s.run();
        return std::pair(s.net.node(0).chain().head(), s.net.messages());
    };
    BOOST_TEST((ends_at(3) == ends_at(3)));
    BOOST_TEST((ends_at(3) != ends_at(4)));
}

BOOST_AUTO_TEST_SUITE_END()
