#include <daicho/asio/http_client.hpp>

#include <boost/test/unit_test.hpp>

#include "serving.hpp"

#include <atomic>

using namespace daicho;
using namespace std::chrono_literals;
using asio::responder;

namespace {

/// Answers any request with fixed bytes, whatever they are; then closes, or waits.
struct lying_server {
    explicit lying_server(std::string reply, bool stay = false) : acceptor(io, {boost::asio::ip::make_address("127.0.0.1"), 0}) {
        base = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
        thread = std::thread([this, reply = std::move(reply), stay] {
            boost::system::error_code ec;
            for (;;) {
                auto socket = acceptor.accept(ec);
                if (ec || over) return;
                boost::asio::streambuf in;
                boost::asio::read_until(socket, in, "\r\n\r\n", ec);
                boost::asio::write(socket, boost::asio::buffer(reply), ec);
                if (!stay) continue;
                byte b;
                boost::asio::read(socket, boost::asio::buffer(&b, 1), ec);  // until the client gives up
            }
        });
    }
    ~lying_server() {
        over = true;
        asio::http_client({.connect_timeout = 1s, .pace = {100ms}}).send(base + "/", {}).has_value();
        thread.join();
    }
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor acceptor;
    std::atomic<bool> over{false};
    std::string base;
    std::thread thread;
};

fault fault_of(std::string reply, asio::http_client_options options = {.pace = {300ms}}, bool stay = false) {
    lying_server s(std::move(reply), stay);
    return asio::http_client(std::move(options)).send(s.base + "/", {}).error();
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_client)

BOOST_AUTO_TEST_CASE(a_request_goes_out_whole_and_its_reply_comes_back_whole) {
    serving s([](role::http_request r, responder answer) {
        role::http_response out;
        out.status = 201;
        out.content_type = r.content_type;
        out.headers = {{"X-Auth", r.authorization}, {"X-Accept", r.accept}, {"X-Query", r.query}};
        out.body = r.body;
        answer(std::move(out));
    });
    asio::http_client client;
    role::http_request r;
    r.method = "POST";
    r.accept = "application/cbor";
    r.content_type = "text/x";
    r.authorization = "Daicho abc";
    r.body = pattern(100'000);
    for (int i = 0; i != 3; ++i) {  // the connection is kept
        auto const reply = client.send(s.base + "/a?b=1", r);
        BOOST_REQUIRE(reply.has_value());
        BOOST_TEST(reply->status == 201u);
        BOOST_TEST(reply->content_type == "text/x");
        BOOST_TEST((reply->body == r.body));
        auto const has = [&](char const* name, char const* value) {
            return std::find(reply->headers.begin(), reply->headers.end(), std::pair<std::string, std::string>(name, value)) != reply->headers.end();
        };
        BOOST_TEST(has("x-auth", "Daicho abc"));
        BOOST_TEST(has("x-accept", "application/cbor"));
        BOOST_TEST(has("x-query", "b=1"));
        BOOST_TEST(s.connections() == 1u);
    }
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_the_server_closed_is_opened_again) {
    asio::http_server_options options;
    options.idle_timeout = 50ms;
    serving s([](role::http_request, responder answer) { answer({}); }, options);
    asio::http_client client;
    for (int i = 0; i != 3; ++i) {
        role::http_request post;
        post.method = "POST";
        BOOST_TEST(client.send(s.base + "/", post).has_value());
        std::this_thread::sleep_for(150ms);
    }
}

BOOST_AUTO_TEST_CASE(nobody_listening_is_unreachable) {
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor taken(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
    auto const port = taken.local_endpoint().port();
    taken.close();
    asio::http_client client;
    BOOST_TEST((client.send("http://127.0.0.1:" + std::to_string(port) + "/", {}).error() == errc::unreachable));
}

BOOST_AUTO_TEST_CASE(an_address_or_header_that_is_not_one_is_never_sent) {
    asio::http_client client;
    BOOST_TEST((client.send("ftp://127.0.0.1/", {}).error() == errc::invalid_text));
    BOOST_TEST((client.send("http://127.0.0.1/\r\nX: y", {}).error() == errc::invalid_text));
    BOOST_TEST((client.send("https://127.0.0.1/", {}).error() == errc::not_permitted));
    role::http_request r;
    r.authorization = "a\r\nHost: b";
    BOOST_TEST((client.send("http://127.0.0.1/", r).error() == errc::invalid_text));
}

BOOST_AUTO_TEST_CASE(a_lying_or_slow_server_is_one_clear_fault) {
    BOOST_TEST((fault_of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") == errc::ok));
    BOOST_TEST((fault_of("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") == errc::ok));
    BOOST_TEST((fault_of("HTTP/1.1 200 OK\r\n\r\nuntil the end") == errc::ok));
    BOOST_TEST((fault_of("") == errc::disconnected));
    BOOST_TEST((fault_of("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok") == errc::disconnected));
    BOOST_TEST((fault_of("SSH-2.0-x\r\n\r\n") == errc::invalid_text));
    BOOST_TEST((fault_of("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok") == errc::invalid_text));
    BOOST_TEST((fault_of("HTTP/1.1 200 OK\r\n" + std::string(20'000, 'x') + "\r\n\r\n") == errc::oversized));
    BOOST_TEST((fault_of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", {.pace = {200ms}}, true) == errc::timed_out));
    BOOST_TEST((fault_of("", {.pace = {200ms}}, true) == errc::timed_out));
}

BOOST_AUTO_TEST_CASE(a_reply_beyond_the_bound_is_refused_however_its_length_is_told) {
    asio::http_client_options const small{.pace = {300ms}, .max_body = 4};
    BOOST_TEST((fault_of("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n1234", small) == errc::ok));
    BOOST_TEST((fault_of("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n1234", small) == errc::oversized));
    BOOST_TEST((fault_of("HTTP/1.1 200 OK\r\n\r\n12345", small) == errc::oversized));
    BOOST_TEST((fault_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n", small) == errc::oversized));
}

BOOST_AUTO_TEST_CASE(a_body_refused_half_way_still_has_its_answer_heard) {
    asio::http_server_options options;
    options.body_limit = [](std::string_view, std::string_view) { return 10u; };
    serving s([](role::http_request, responder answer) { answer({}); }, options);
    asio::http_client client;
    role::http_request r;
    r.method = "PUT";
    r.body = pattern(2'000'000);
    auto const reply = client.send(s.base + "/", r);
    BOOST_REQUIRE(reply.has_value());
    BOOST_TEST(reply->status == 413u);
    r.body.resize(10);
    BOOST_TEST(client.send(s.base + "/", r)->status == 200u);
}

BOOST_AUTO_TEST_CASE(a_sink_ends_a_transfer_and_its_fault_is_returned) {
    serving s([](role::http_request, responder answer) {
        role::http_response out;
        out.body = pattern(1'000'000);
        answer(std::move(out));
    });
    asio::http_client client;
    std::size_t seen = 0;
    auto const head = [](asio::http_client::reply_head const&) { return fault{}; };
    auto const f = client.exchange(s.base + "/", {}, 1'000'000, head, [&](byte_view b) {
        seen += b.size();
        return seen > 100'000 ? fault{errc::store_full, "slot"} : fault{};
    });
    BOOST_TEST((f == errc::store_full));
    BOOST_TEST(seen < 400'000u);
    seen = 0;
    BOOST_TEST((client.exchange(s.base + "/", {}, 1'000'000, head, [&](byte_view b) { seen += b.size(); return fault{}; }) == errc::ok));
    BOOST_TEST(seen == 1'000'000u);
}

BOOST_AUTO_TEST_SUITE_END()
