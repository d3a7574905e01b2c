#pragma once

#include "random_batches.hpp"

#include <chrono>
#include <csignal>
#include <sys/wait.h>
#include <thread>

/// Runs a child process that commits random batches as fast as it can and tells after each one, kills it with -9 at some
/// moment, and opens what it left: every batch it told of is there, the one in flight is there whole or not at all.
template <class Open>
void nothing_acknowledged_is_lost(unsigned seed, int kills, Open open) {
    BOOST_TEST_MESSAGE("kill -9, seed " << seed);
    random_batches random(seed);
    random_batches moments(seed + 1);
    naive_block_store naive;
    std::size_t told = 0;
    for (int round = 0; round != kills; ++round) {
        int pipe[2];
        BOOST_REQUIRE(::pipe(pipe) == 0);
        auto const child = ::fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) {
            auto s = open();
            for (;;) {
                auto const batch = random.next(naive.blocks.size());
                if (!s || s->commit(batch)) ::_exit(1);
                naive.commit(batch);
                if (::write(pipe[1], "", 1) != 1) ::_exit(2);
            }
        }
        ::close(pipe[1]);
        auto const hear = [&] {
            char c;
            if (::read(pipe[0], &c, 1) != 1) return false;
            naive.commit(random.next(naive.blocks.size()));
            ++told;
            return true;
        };
        for (auto n = moments.below(8); n != 0 && hear();) --n;
        std::this_thread::sleep_for(std::chrono::microseconds(moments.below(5000)));
        ::kill(child, SIGKILL);
        int status = 0;
        BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
        BOOST_REQUIRE_MESSAGE(WIFSIGNALED(status), "the child ended by itself, seed " << seed);
        while (hear()) {}
        ::close(pipe[0]);
        auto s = open();
        BOOST_REQUIRE_MESSAGE(s, "seed " << seed << ", round " << round);
        if (naive.equals(*s)) continue;
        naive.commit(random.next(naive.blocks.size()));
        BOOST_REQUIRE_MESSAGE(naive.equals(*s), "seed " << seed << ", round " << round);
    }
    BOOST_TEST_MESSAGE(told << " batches acknowledged");
    BOOST_TEST(told != 0u);
}
