#include <daicho/simulated/network.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/consensus/weighted_retarget.hpp>

#include "simulated/scene.hpp"

using namespace fixture;

BOOST_AUTO_TEST_SUITE(partition_of_miners)

BOOST_AUTO_TEST_CASE(miners_converge_and_nothing_final_changes) { many_seeds<work_protocol>(1, 12); }
BOOST_AUTO_TEST_CASE(they_do_with_another_hash_when_the_target_moves) {
    many_seeds<protocol_with<cryptopp::sha512_256, proof_of_work<leading_zeros, double_sha256, weighted_retarget<>>>>(200, 3);
}

BOOST_AUTO_TEST_CASE(with_a_weakened_fork_choice_the_same_seed_fails) {
    scene<protocol_with<cryptopp::sha256, first_seen<easy_work>>> s(1);
    s.run();
    BOOST_TEST(!s.converges());
}

BOOST_AUTO_TEST_SUITE_END()
