#include <daicho/asio/caller.hpp>

#include <boost/test/unit_test.hpp>

#include "serving.hpp"

#include <atomic>

using namespace daicho;
using namespace std::chrono_literals;
using asio::responder;

BOOST_AUTO_TEST_SUITE(caller)

BOOST_AUTO_TEST_CASE(a_reply_comes_back_on_the_io_contexts_thread) {
    serving s([](role::http_request r, responder answer) {
        role::http_response out;
        out.body = std::move(r.body);
        answer(std::move(out));
    });
    boost::asio::io_context io;
    asio::caller calls(io, {.threads = 3});
    int heard = 0;
    for (int i = 0; i != 20; ++i) {
        role::http_request r;
        r.method = "POST";
        r.body = {byte(i)};
        calls.call(s.base + "/", r, [&, i, here = std::this_thread::get_id()](result<role::http_response> reply) {
            BOOST_TEST((std::this_thread::get_id() == here));
            BOOST_REQUIRE(reply.has_value());
            BOOST_TEST((reply->body == bytes{byte(i)}));
            ++heard;
        });
    }
    io.run();  // returns when nothing is out any more
    BOOST_TEST(heard == 20);
}

BOOST_AUTO_TEST_CASE(a_dead_peer_is_a_fault_and_a_full_queue_is_busy) {
    boost::asio::io_context io;
    std::atomic<bool> go{false};
    std::vector<errc> heard;
    {
        asio::caller calls(io, {.threads = 1, .queue = 2});
        auto const slow = [&](asio::http_client& c) {
            while (!go) std::this_thread::sleep_for(1ms);
            return c.send("http://127.0.0.1:1/", {});
        };
        auto const done = [&](result<role::http_response> r) { heard.push_back(r.error().code); };
        calls.run(slow, done);
        std::this_thread::sleep_for(50ms);  // it has left the queue
        for (int i = 0; i != 3; ++i) calls.run(slow, done);
        io.run_one();
        BOOST_TEST((heard == std::vector{errc::busy}));
        go = true;
        io.run();
    }
    BOOST_TEST((heard == std::vector{errc::busy, errc::unreachable, errc::unreachable, errc::unreachable}));
}

BOOST_AUTO_TEST_CASE(a_job_that_throws_is_a_fault) {
    boost::asio::io_context io;
    asio::caller calls(io);
    errc heard = errc::ok;
    calls.run([](asio::http_client&) -> fault { throw std::runtime_error("x"); }, [&](fault f) { heard = f.code; });
    io.run();
    BOOST_TEST((heard == errc::io_failed));
}

BOOST_AUTO_TEST_CASE(stopping_forgets_what_waits) {
    boost::asio::io_context io;
    int heard = 0;
    asio::caller calls(io, {.threads = 1});
    for (int i = 0; i != 10; ++i) calls.run([](asio::http_client&) { std::this_thread::sleep_for(20ms); return fault{}; }, [&](fault) { ++heard; });
    calls.stop();
    calls.run([](asio::http_client&) { return fault{}; }, [&](fault) { ++heard; });
    io.run();
    BOOST_TEST(heard == 0);
}

BOOST_AUTO_TEST_SUITE_END()
