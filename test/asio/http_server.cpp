#include <daicho/asio/http_server.hpp>

#include <boost/test/unit_test.hpp>

#include "serving.hpp"

#include <atomic>
#include <future>

using namespace daicho;
using namespace std::chrono_literals;
using asio::responder;

namespace {

/// Says back what it heard.
void echo(role::http_request r, responder answer) {
    role::http_response out;
    out.content_type = "text/plain";
    std::string const text = r.method + ' ' + r.path + '?' + r.query + ' ' + std::string(as_text(r.body));
    out.body.assign(text.begin(), text.end());
    answer(std::move(out));
}

std::string_view status_line(std::string_view reply) { return reply.substr(0, reply.find("\r\n")); }
std::size_t count(std::string_view text, std::string_view what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++n;
    return n;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_server)

BOOST_AUTO_TEST_CASE(a_request_reaches_the_role_and_its_reply_comes_back) {
    serving s(echo);
    auto const reply = by_hand(s.server->port(), "POST /a%20b?q=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    BOOST_TEST(status_line(reply) == "HTTP/1.1 200 OK");
    BOOST_TEST(reply.ends_with("\r\n\r\nPOST /a b?q=1 hello"));
    BOOST_TEST(reply.find("Connection: close") != reply.npos);
}

BOOST_AUTO_TEST_CASE(a_connection_serves_many_requests_also_when_they_come_together) {
    serving s(echo);
    auto const reply = by_hand(s.server->port(),
                               "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok"
                               "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    BOOST_TEST(count(reply, "HTTP/1.1 200 OK") == 3u);
    BOOST_TEST(reply.find("GET /1?") < reply.find("POST /2? ok"));
    BOOST_TEST(reply.find("POST /2? ok") < reply.find("GET /3?"));
}

BOOST_AUTO_TEST_CASE(a_chunked_body_is_put_together) {
    serving s(echo);
    auto const reply = by_hand(s.server->port(), "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                                                 "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
    BOOST_TEST(reply.ends_with("POST /? abcdefg"));
}

BOOST_AUTO_TEST_CASE(a_request_is_the_same_however_it_is_cut) {
    for (std::string const body : {"0\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n", "1\r\na\r\n2;x=y\r\nbc\r\n0\r\nX: y\r\n\r\n"}) {
        std::string const message = "POST /%41 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
        for (std::size_t piece = 1; piece <= message.size(); ++piece) {
            asio::request_reader reader;
            std::string unread;
            asio::detail::error_code ec;
            for (std::size_t at = 0; at < message.size(); at += piece) {
                unread += message.substr(at, piece);
                for (std::size_t used = 1; used != 0 && !unread.empty();) {
                    unread.erase(0, used = reader.read(as_bytes(unread), ec));
                    if (ec) break;
                }
            }
            BOOST_TEST(reader.is_done());
            BOOST_TEST(reader.request.path == "/A");
            BOOST_TEST(as_text(reader.request.body) == (body[0] == '0' ? "" : "abc"));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_head_request_gets_the_length_and_no_body) {
    serving s(echo);
    auto const reply = by_hand(s.server->port(), "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    BOOST_TEST(reply.find("Content-Length: 8\r\n") != reply.npos);
    BOOST_TEST(reply.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_for_100_continue_is_told_to_go_on) {
    serving s(echo);
    auto const reply = by_hand(s.server->port(), "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    BOOST_TEST(reply.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

BOOST_AUTO_TEST_CASE(a_broken_request_gets_one_clear_error) {
    serving s(echo);
    struct broken {
        char const* what;
        char const* sent;
        char const* status;
        char const* where;
    };
    // Each differs in one thing from the request of the first test, which succeeds.
    broken const cases[] = {
        {"no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400", "host"},
        {"two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "HTTP/1.1 400", "host"},
        {"not HTTP", "\x16\x03\x01\x02\r\n\r\n", "HTTP/1.1 400", "request"},
        {"version 3", "GET / HTTP/3.0\r\nHost: x\r\n\r\n", "HTTP/1.1 505", "http version"},
        {"no path", "GET x HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400", "request target"},
        {"half an escape", "GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400", "request target"},
        {"a hidden NUL", "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400", "request target"},
        {"two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 400", "content-length"},
        {"a negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400", "content-length"},
        {"length and chunks", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 400", "transfer-encoding"},
        {"chunks and length", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", "HTTP/1.1 400", "content-length"},
        {"chunks that are not last", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", "HTTP/1.1 400", "transfer-encoding"},
        {"a false chunk", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", "HTTP/1.1 400", "chunk"},
        {"two authorizations", "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n", "HTTP/1.1 400", "authorization"},
        {"a bare line feed", "GET / HTTP/1.1\nHost: x\n\n", "HTTP/1.1 ", "http version"},
    };
    for (auto& c : cases) {
        auto const reply = by_hand(s.server->port(), c.sent);
        BOOST_TEST_CONTEXT(c.what << ": " << reply) {
            BOOST_TEST(reply.starts_with(c.status));
            BOOST_TEST(reply.find(std::string("\"where\":\"") + c.where + "\",\"at\":") != reply.npos);
            BOOST_TEST(count(reply, "HTTP/1.1") == 1u);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_head_beyond_its_bound_is_431_however_it_arrives) {
    serving s(echo);
    auto const with = [](std::size_t n) {
        std::string text = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
        for (std::size_t i = 0; i != n; ++i) text += "X-Filler: 0123456789012345678901234567890123456789\r\n";
        return text + "\r\n";
    };
    BOOST_TEST(status_line(by_hand(s.server->port(), with(100))) == "HTTP/1.1 200 OK");
    BOOST_TEST(status_line(by_hand(s.server->port(), with(200))).starts_with("HTTP/1.1 431"));

    // Line by line, as a parser that bounds only one pass would not notice.
    asio::request_reader reader;
    asio::detail::error_code ec;
    std::string const long_head = with(200);
    std::string unread;
    for (char c : long_head) {
        if (ec && ec != asio::detail::http::error::need_more) break;
        unread += c;
        if (c == '\n' || unread.size() == 1) unread.erase(0, reader.read(as_bytes(unread), ec));
    }
    BOOST_TEST((ec == asio::detail::http::error::header_limit));
}

BOOST_AUTO_TEST_CASE(a_body_beyond_the_limit_of_its_path_is_413_and_never_reaches_the_role) {
    std::atomic<int> heard{0};
    asio::http_server_options options;
    options.body_limit = [](std::string_view method, std::string_view path) { return method == "PUT" && path == "/big" ? 100u : 10u; };
    serving s([&](role::http_request r, responder answer) { ++heard, echo(std::move(r), std::move(answer)); }, options);
    auto const put = [&](std::string path, std::size_t n, bool chunked) {
        std::string text = "PUT " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
        if (!chunked) text += "Content-Length: " + std::to_string(n) + "\r\n\r\n" + std::string(n, 'x');
        else text += "Transfer-Encoding: chunked\r\n\r\n" + std::string("5\r\n12345\r\n") + std::to_string(n - 5) + "\r\n" + std::string(n - 5, 'x') + "\r\n0\r\n\r\n";
        return std::string(status_line(by_hand(s.server->port(), text)));
    };
    BOOST_TEST(put("/small", 10, false) == "HTTP/1.1 200 OK");
    BOOST_TEST(put("/big", 100, false) == "HTTP/1.1 200 OK");
    BOOST_TEST(put("/small", 10, true) == "HTTP/1.1 200 OK");
    BOOST_TEST(heard == 3);
    BOOST_TEST(put("/small", 11, false).starts_with("HTTP/1.1 413"));
    BOOST_TEST(put("/big", 101, false).starts_with("HTTP/1.1 413"));
    BOOST_TEST(put("/small", 14, true).starts_with("HTTP/1.1 413"));
    BOOST_TEST(heard == 3);
}

BOOST_AUTO_TEST_CASE(bodies_of_all_connections_together_are_bounded) {
    asio::http_server_options options;
    options.bodies_in_memory = 150'000;
    serving s(echo, options);
    auto const post = [&](std::size_t announced, std::size_t sent) {
        return by_hand(s.server->port(), "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + std::to_string(announced) + "\r\n\r\n" +
                                             std::string(sent, 'x'));
    };
    BOOST_TEST(post(100'000, 100'000).starts_with("HTTP/1.1 200"));
    std::string refused;
    std::thread waiting([&] { (void)post(200'000, 100'000); });  // holds its part for a second
    std::this_thread::sleep_for(300ms);
    refused = post(100'000, 100'000);
    waiting.join();
    BOOST_TEST(refused.starts_with("HTTP/1.1 503"));
    BOOST_TEST(post(100'000, 100'000).starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(a_head_that_is_not_admitted_is_refused_before_its_body_is_read) {
    asio::http_server_options options;
    options.admit = [](role::http_request const& r, std::uint64_t size) -> std::optional<role::http_response> {
        if (r.authorization == "yes" && size == 2) return {};
        return role::http_refusal(401, {errc::not_authenticated, "authorization"});
    };
    serving s(echo, options);
    auto const put = [&](std::string authorization) {
        return by_hand(s.server->port(), "PUT / HTTP/1.1\r\nHost: x\r\nAuthorization: " + authorization +
                                             "\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    };
    BOOST_TEST(put("yes").ends_with("PUT /? ok"));
    BOOST_TEST(put("no").starts_with("HTTP/1.1 401"));
}

BOOST_AUTO_TEST_CASE(slow_clients_are_dropped_and_others_are_served_meanwhile) {
    asio::http_server_options options;
    options.header_timeout = 200ms;
    options.idle_timeout = 300ms;
    options.pace = {200ms, 1 << 20};
    serving s(echo, options);
    auto const before = std::chrono::steady_clock::now();
    std::string head, body, idle;
    std::thread slow_head([&] { head = by_hand(s.server->port(), "GET / HTTP/1.1\r\nHo"); });
    std::thread slow_body([&] { body = by_hand(s.server->port(), "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel"); });
    std::thread silent([&] { idle = by_hand(s.server->port(), ""); });
    auto const served = by_hand(s.server->port(), "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    slow_head.join(), slow_body.join(), silent.join();
    BOOST_TEST(served.starts_with("HTTP/1.1 200"));
    BOOST_TEST(head.starts_with("HTTP/1.1 408"));
    BOOST_TEST(body.starts_with("HTTP/1.1 408"));
    BOOST_TEST(idle == "");
    BOOST_TEST((std::chrono::steady_clock::now() - before < 4s));
}

BOOST_AUTO_TEST_CASE(an_answer_may_come_later_and_from_another_thread) {
    std::thread worker;
    serving s([&](role::http_request r, responder answer) {
        worker = std::thread([r = std::move(r), answer = std::move(answer)]() mutable {
            std::this_thread::sleep_for(20ms);
            echo(std::move(r), std::move(answer));
        });
    });
    auto const reply = by_hand(s.server->port(), "GET /late HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    worker.join();
    BOOST_TEST(reply.ends_with("GET /late? "));
}

BOOST_AUTO_TEST_CASE(a_request_that_nobody_answers_gets_an_error_all_the_same) {
    std::optional<responder> kept;
    asio::http_server_options options;
    options.reply_timeout = 100ms;
    serving s([&](role::http_request r, responder answer) {
        if (r.path == "/keep") kept.emplace(std::move(answer));
        if (r.path == "/throw") throw std::runtime_error("a role's mistake");
        if (r.path == "/echo") echo(std::move(r), std::move(answer));
    }, options);
    auto const get = [&](std::string path) { return by_hand(s.server->port(), "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); };
    BOOST_TEST(get("/echo").starts_with("HTTP/1.1 200"));
    BOOST_TEST(get("/drop").starts_with("HTTP/1.1 500"));
    BOOST_TEST(get("/throw").starts_with("HTTP/1.1 500"));
    BOOST_TEST(get("/keep").starts_with("HTTP/1.1 503"));
    (*kept)({});  // too late: says nothing, breaks nothing
    BOOST_TEST(get("/echo").starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(a_reply_cannot_smuggle_a_second_header) {
    serving s([](role::http_request r, responder answer) {
        role::http_response out;
        out.headers.emplace_back("X-Name", r.query);
        if (r.path == "/bad") out.headers.back().second = "a\r\nSet-Cookie: b";
        answer(std::move(out));
    });
    auto const get = [&](std::string path) { return by_hand(s.server->port(), "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); };
    BOOST_TEST(get("/good?a").find("X-Name: a\r\n") != std::string::npos);
    BOOST_TEST(get("/bad").starts_with("HTTP/1.1 500"));
    BOOST_TEST(get("/bad").find("Set-Cookie") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_part_of_a_file_is_streamed) {
    temporary_folder folder;
    auto const content = pattern(3'000'000);
    auto const path = folder.file("image", content);
    serving s([&](role::http_request r, responder answer) {
        role::http_response out;
        out.file = role::file_part{path, 1000, content.size() - 1000};
        if (r.path == "/beyond") out.file->length += 1;
        if (r.path == "/missing") out.file->path += "x";
        answer(std::move(out));
    });
    asio::http_client client;
    auto const part = client.send(s.base + "/", {});
    BOOST_REQUIRE(part.has_value());
    BOOST_TEST(part->status == 200u);
    BOOST_TEST(equal(part->body, byte_view(content).subspan(1000)));
    BOOST_TEST(client.send(s.base + "/beyond", {})->status == 422u);
    BOOST_TEST(client.send(s.base + "/missing", {})->status == 404u);
}

BOOST_AUTO_TEST_CASE(a_client_that_leaves_during_a_file_harms_nobody) {
    temporary_folder folder;
    auto const path = folder.file("image", pattern(20'000'000));
    serving s([&](role::http_request, responder answer) {
        role::http_response out;
        out.file = role::file_part{path, 0, 20'000'000};
        answer(std::move(out));
    });
    for (int i = 0; i != 5; ++i) BOOST_TEST(by_hand(s.server->port(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 200"));
    asio::http_client client({.max_body = 20'000'000});
    BOOST_TEST(client.send(s.base + "/", {})->body.size() == 20'000'000u);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_said_so) {
    boost::asio::io_context io;
    auto const first = asio::http_server::listen(io, "127.0.0.1", 0, echo);
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST((asio::http_server::listen(io, "127.0.0.1", (*first)->port(), echo).error() == errc::port_in_use));
    BOOST_TEST((asio::http_server::listen(io, "localhost", 0, echo).error() == errc::invalid_text));
}

BOOST_AUTO_TEST_CASE(connections_are_bounded) {
    asio::http_server_options options;
    options.max_connections = 2;
    serving s(echo, options);
    std::string const stay = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    std::string a, b, c;
    std::thread one([&] { a = by_hand(s.server->port(), stay); }), two([&] { b = by_hand(s.server->port(), stay); });
    std::this_thread::sleep_for(200ms);
    c = by_hand(s.server->port(), stay);
    one.join(), two.join();
    BOOST_TEST(a.starts_with("HTTP/1.1 200"));
    BOOST_TEST(b.starts_with("HTTP/1.1 200"));
    BOOST_TEST(c == "");
}

BOOST_AUTO_TEST_CASE(stopping_closes_every_connection) {
    serving s(echo);
    asio::http_client client;
    BOOST_TEST(client.send(s.base + "/", {}).has_value());
    std::promise<void> stopped;
    boost::asio::post(s.io, [&] { s.server->stop(), stopped.set_value(); });
    stopped.get_future().wait();
    BOOST_TEST((client.send(s.base + "/", {}).error() == errc::unreachable));
}

BOOST_AUTO_TEST_SUITE_END()
