#include <daicho/asio/channel_client.hpp>
#include <daicho/asio/channel_server.hpp>

#include <boost/test/unit_test.hpp>
#include <boost/mpl/list.hpp>

#include <daicho/asio/tls_channel.hpp>
#include <daicho/concept/link.hpp>
#include <daicho/cryptopp/rsa_channel.hpp>

#include "channel_proxy.hpp"
#include "channel_tls_stage.hpp"

#include <future>

using namespace daicho;
using namespace std::chrono_literals;

namespace {

struct over_rsa {
    using channel = stage::rsa;
    static auto& members() { return stage::rsa_members(); }
};
struct over_tls {
    using channel = stage::tls;
    static auto& members() { return stage::tls_members(); }
};
using both = boost::mpl::list<over_rsa, over_tls>;

static_assert(daicho::link<asio::channel_client<stage::rsa>> && daicho::link<asio::channel_client<stage::tls>>);

bytes text(std::string_view s) { return {s.begin(), s.end()}; }

/// A server on its own threads that answers "who: request".
template <class Over>
struct service {
    using channel = typename Over::channel;
    using server_type = asio::channel_server<channel>;
    laws::channel_cast<channel> cast = Over::members().cast();
    boost::asio::io_context context;
    std::mutex mutex;
    std::vector<fault> refused;
    std::vector<bytes> handled;
    std::unique_ptr<server_type> server;
    std::uint16_t port = 0;
    std::vector<std::thread> threads;
    std::vector<asio::channel_responder> kept;

    explicit service(asio::channel_limits limits = {}, typename server_type::handler handler = {}, std::size_t workers = 2) {
        if (!handler) handler = [this](auto const& who, bytes request, auto respond) {
            std::lock_guard const lock(mutex);
            handled.push_back(request);
            bytes reply = text(who.enrolled ? "member: " : "stranger: ");
            reply.insert(reply.end(), request.begin(), request.end());
            respond(std::move(reply));
        };
        server = std::make_unique<server_type>(context, cast.server, std::move(handler), limits, [this](std::string_view, fault why) {
            std::lock_guard const lock(mutex);
            refused.push_back(why);
        });
        port = stage::must(server->listen("127.0.0.1", 0));
        for (std::size_t i = 0; i != workers; ++i) threads.emplace_back([this] { context.run(); });
    }
    ~service() {
        {
            std::lock_guard const lock(mutex);
            kept.clear();
        }
        server->close();
        for (auto& t : threads) t.join();
    }

    asio::channel_address at(std::uint16_t where = 0) const {
        return {.port = where ? where : port, .expected = cast.server_id, .connect = 5s, .answer = 5s};
    }
    std::unique_ptr<asio::channel_client<channel>> client(std::uint16_t where = 0) const {
        return std::make_unique<asio::channel_client<channel>>(cast.client, at(where));
    }
    std::size_t times_handled() {
        std::lock_guard const lock(mutex);
        return handled.size();
    }
    /// The first refusal that the server noted, once there is one.
    fault first_refusal() {
        for (int i = 0; i != 200; ++i) {
            {
                std::lock_guard const lock(mutex);
                if (!refused.empty()) return refused.front();
            }
            std::this_thread::sleep_for(10ms);
        }
        return {};
    }
    template <class Condition>
    bool soon(Condition c) {
        for (int i = 0; i != 300; ++i) {
            if (c()) return true;
            std::this_thread::sleep_for(10ms);
        }
        return false;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(channel_over_sockets)

BOOST_AUTO_TEST_CASE_TEMPLATE(requests_are_answered_in_order_on_one_connection, Over, both) {
    service<Over> s;
    auto const client = s.client();
    for (int i = 0; i != 20; ++i) {
        auto const request = text("question " + std::to_string(i));
        auto const reply = client->call(request);
        BOOST_REQUIRE(reply.has_value());
        BOOST_TEST(std::string(as_text(*reply)) == "member: " + std::string(as_text(request)));
    }
    BOOST_TEST(s.server->connections() == 1u);
    BOOST_TEST((client->peer().id == s.cast.server_id));
    std::array<byte, 64> buffer;
    auto const reply = client->exchange(text("link"), buffer);
    BOOST_REQUIRE(reply.has_value());
    BOOST_TEST(as_text(*reply) == "member: link");
    BOOST_TEST((client->exchange(text("a reply that does not fit"), byte_span(buffer).first(8)).error() == errc::oversized));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_largest_message_passes_and_a_larger_one_is_refused, Over, both) {
    service<Over> s({}, [](auto const&, bytes request, auto respond) { respond(std::move(request)); });
    auto const client = s.client();
    bytes const largest(limits::frame, 0x5a);
    auto const reply = client->call(largest);
    BOOST_REQUIRE(reply.has_value());
    BOOST_TEST((*reply == largest));
    BOOST_TEST((client->call(bytes(limits::frame + 1)).error() == errc::oversized));
    auto const empty = client->call({});
    BOOST_REQUIRE(empty.has_value());
    BOOST_TEST(empty->empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(many_clients_are_served_at_once, Over, both) {
    service<Over> s;
    std::vector<std::future<int>> all;
    for (int c = 0; c != 6; ++c)
        all.push_back(std::async(std::launch::async, [&, c] {
            auto const client = s.client();
            int good = 0;
            for (int i = 0; i != 10; ++i) {
                auto const request = text(std::to_string(c) + "/" + std::to_string(i));
                auto const reply = client->call(request);
                good += reply && *reply == text("member: " + std::string(as_text(request)));
            }
            return good;
        }));
    for (auto& one : all) BOOST_TEST(one.get() == 10);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_machine_that_is_not_enrolled_is_served_as_a_stranger, Over, both) {
    service<Over> s;
    asio::channel_client<typename Over::channel> client(s.cast.stranger, s.at());
    auto const reply = client.call(text("enrol me"));
    BOOST_REQUIRE(reply.has_value());
    BOOST_TEST(as_text(*reply) == "stranger: enrol me");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_false_server_with_fresh_keys_is_refused, Over, both) {
    service<Over> s;
    using server_type = asio::channel_server<typename Over::channel>;
    boost::asio::io_context context;
    server_type liar(context, s.cast.stranger, [](auto const&, bytes, auto respond) { respond(text("version 1")); });
    auto const port = stage::must(liar.listen("127.0.0.1", 0));
    std::thread runs([&] { context.run(); });
    auto address = s.at(port);
    address.expected.reset();
    asio::channel_client<typename Over::channel> client(s.cast.client, address);
    auto const refused = client.call(text("version?"));
    BOOST_TEST((refused.error() == errc::not_authenticated));
    BOOST_TEST(s.client()->call(text("version?")).has_value());
    liar.close();
    runs.join();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_expelled_member_is_refused_and_hears_why, Over, both) {
    service<Over> s;
    typename std::remove_cvref_t<decltype(Over::members())> members;
    using server_type = asio::channel_server<typename Over::channel>;
    boost::asio::io_context context;
    server_type server(context, members.cast().server, [](auto const&, bytes request, auto respond) { respond(std::move(request)); });
    auto const port = stage::must(server.listen("127.0.0.1", 0));
    auto address = s.at(port);
    address.expected = members.server.id();
    asio::channel_client<typename Over::channel> client(members.cast().client, address);
    {
        std::thread runs([&] { context.run_for(1s); });
        BOOST_TEST(client.call(text("hello")).has_value());
        server.drop(members.client.id());
        runs.join();
    }
    members.here.expelled.push_back(members.client.id());
    context.restart();
    std::thread runs([&] { context.run(); });
    auto const refused = client.call(text("hello"));
    BOOST_TEST((refused.error() == errc::not_authenticated));
    BOOST_TEST(std::string(refused.error().where) == std::string(message(errc::expelled_sender)));
    server.close();
    runs.join();
}

// A wire that changes nothing, then one that changes one byte: in the handshake, and in a request.
BOOST_AUTO_TEST_CASE_TEMPLATE(tampering_on_the_wire_ends_the_connection, Over, both) {
    service<Over> s;
    {
        stage::proxy honest(s.port, {});
        auto const client = s.client(honest.port());
        BOOST_TEST(client->call(text("a secret question")).has_value());
        auto const said = honest.recorded(true);
        BOOST_TEST(!laws::detail::contains(said, as_bytes("a secret question")));
    }
    for (std::size_t at : {60u, 200u, 400u}) {
        std::size_t seen = 0;
        stage::proxy liar(s.port, [&](bool to_server, bytes flight) -> std::optional<bytes> {
            if (to_server && at >= seen && at - seen < flight.size()) flight[at - seen] ^= 1;
            if (to_server) seen += flight.size();
            return flight;
        });
        BOOST_TEST(!s.client(liar.port())->call(text("question")).has_value());
    }
    std::atomic<bool> armed = false;
    stage::proxy liar(s.port, [&](bool to_server, bytes flight) -> std::optional<bytes> {
        if (to_server && armed) flight.back() ^= 1;
        return flight;
    });
    auto const client = s.client(liar.port());
    BOOST_TEST(client->call(text("question")).has_value());
    auto const before = s.times_handled();
    armed = true;
    auto const ended = client->call(text("question")).error();  // TLS says why before it hangs up
    BOOST_TEST((ended == (std::is_same_v<Over, over_tls> ? errc::not_authenticated : errc::disconnected)));
    BOOST_TEST(s.times_handled() == before);
    BOOST_TEST((s.first_refusal() != errc::ok));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_request_played_twice_on_the_wire_is_handled_once, Over, both) {
    service<Over> s;
    std::atomic<bool> armed = false;
    stage::proxy liar(s.port, [&](bool to_server, bytes flight) -> std::optional<bytes> {
        if (to_server && armed) flight.insert(flight.end(), flight.begin(), flight.end());
        return flight;
    });
    auto const client = s.client(liar.port());
    BOOST_REQUIRE(!client->connect());
    BOOST_TEST(client->call(text("once")).has_value());
    armed = true;
    (void)client->call(text("pay"));
    auto const why = s.first_refusal();
    BOOST_TEST((why == errc::replayed || why == errc::not_authenticated));
    if (std::is_same_v<Over, over_rsa>) BOOST_TEST((why == errc::replayed));
    BOOST_TEST(s.times_handled() <= 2u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(requests_in_another_order_are_refused, Over, both) {
    service<Over> s;
    std::atomic<bool> armed = false;
    bytes held;
    stage::proxy liar(s.port, [&](bool to_server, bytes flight) -> std::optional<bytes> {
        if (!to_server || !armed) return flight;
        if (held.empty()) {
            held = flight;
            return bytes{};
        }
        flight.insert(flight.end(), held.begin(), held.end());
        return flight;
    });
    // A blocking client never has two requests under way, so the machine itself sends two in a row.
    boost::asio::io_context context;
    {
        boost::asio::ip::tcp::socket socket(context);
        socket.connect({boost::asio::ip::address_v4::loopback(), liar.port()});
        auto machine = Over::channel::client(s.cast.client, s.cast.server_id);
        bytes buffer(1 << 14);
        std::size_t written = 0;
        auto const speak = [&] {
            bytes const flight = machine.output();
            written += boost::asio::write(socket, boost::asio::buffer(flight));
        };
        auto const heard = [&] { return liar.recorded(true).size() == written; };
        for (;;) {
            speak();
            if (machine.established()) break;
            std::size_t const n = socket.read_some(boost::asio::buffer(buffer));
            BOOST_REQUIRE(!machine.receive({buffer.data(), n}));
        }
        BOOST_REQUIRE(s.soon(heard));
        armed = true;
        for (auto const* request : {"first", "second"}) {
            BOOST_REQUIRE(!machine.send(as_bytes(request)));
            speak();
            BOOST_REQUIRE(s.soon(heard));
        }
    }
    BOOST_TEST((s.first_refusal() != errc::ok));
    BOOST_TEST(s.times_handled() == 0u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_truncated_request_is_not_handled, Over, both) {
    service<Over> s;
    std::atomic<bool> armed = false;
    stage::proxy liar(s.port, [&](bool to_server, bytes flight) -> std::optional<bytes> {
        if (to_server && armed) {
            if (flight.size() < 2) return std::nullopt;
            flight.pop_back();
        }
        return flight;
    });
    auto address = s.at(liar.port());
    address.answer = 1s;
    asio::channel_client<typename Over::channel> client(s.cast.client, address);
    BOOST_TEST(client.call(text("whole")).has_value());
    armed = true;
    BOOST_TEST((client.call(text("cut")).error() == errc::timed_out));
    BOOST_TEST(s.times_handled() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_recorded_connection_played_again_is_refused, Over, both) {
    service<Over> s;
    stage::proxy ear(s.port, {});
    {
        auto const client = s.client(ear.port());
        BOOST_TEST(client->call(text("record me")).has_value());
    }
    BOOST_TEST(s.times_handled() == 1u);
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    socket.connect({boost::asio::ip::address_v4::loopback(), s.port});
    boost::asio::write(socket, boost::asio::buffer(ear.recorded(true)));
    auto const why = s.first_refusal();
    if (std::is_same_v<Over, over_rsa>) BOOST_TEST((why == errc::replayed));
    else BOOST_TEST((why == errc::not_authenticated));
    BOOST_TEST(s.times_handled() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_cut_connection_is_made_anew_and_nothing_is_sent_twice, Over, both) {
    service<Over> s;
    std::atomic<bool> cut = false;
    stage::proxy wire(s.port, [&](bool to_server, bytes flight) -> std::optional<bytes> {
        if (!to_server && cut.exchange(false)) return std::nullopt;  // the answer is lost, after the request was handled
        return flight;
    });
    auto const client = s.client(wire.port());
    BOOST_TEST(client->call(text("one")).has_value());
    cut = true;
    BOOST_TEST((client->call(text("two")).error() == errc::disconnected));
    BOOST_TEST(s.times_handled() == 2u);
    BOOST_TEST(client->call(text("three")).has_value());
    BOOST_TEST(s.times_handled() == 3u);
    auto const direct = s.client();
    BOOST_TEST(direct->call(text("four")).has_value());
    s.server->drop(s.cast.client_id);  // cut while nobody looks
    BOOST_TEST(s.soon([&] { return s.server->connections() == 0; }));
    BOOST_TEST(direct->call(text("five")).has_value());
    BOOST_TEST(s.times_handled() == 5u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(who_connects_and_says_nothing_is_shown_out, Over, both) {
    service<Over> s({.handshake = 500ms, .idle = 500ms});
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket silent(context);
    silent.connect({boost::asio::ip::address_v4::loopback(), s.port});
    BOOST_TEST(s.soon([&] { return s.server->connections() == 1; }));
    BOOST_TEST(s.soon([&] { return s.server->connections() == 0; }));
    auto const client = s.client();
    BOOST_TEST(client->call(text("hello")).has_value());
    BOOST_TEST(s.server->connections() == 1u);
    BOOST_TEST(s.soon([&] { return s.server->connections() == 0; }));
    BOOST_TEST(client->call(text("hello again")).has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(connections_are_bounded, Over, both) {
    service<Over> s({.connections = 2});
    auto const one = s.client(), two = s.client(), three = s.client();
    BOOST_TEST(one->call(text("1")).has_value());
    BOOST_TEST(two->call(text("2")).has_value());
    BOOST_TEST(!three->call(text("3")).has_value());
    BOOST_TEST((s.first_refusal() == errc::busy));
    one->close();
    BOOST_TEST(s.soon([&] { return s.server->connections() == 1; }));
    BOOST_TEST(three->call(text("3")).has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_server_that_does_not_answer_times_out_and_a_dropped_request_hangs_up, Over, both) {
    service<Over>* self = nullptr;
    service<Over> s({}, [&](auto const&, bytes request, auto respond) {
        if (request == text("never")) {
            std::lock_guard const lock(self->mutex);
            self->kept.push_back(respond);
        } else if (request != text("dropped")) {
            respond(std::move(request));
        }
    });
    self = &s;
    auto address = s.at();
    address.answer = 1s;
    asio::channel_client<typename Over::channel> client(s.cast.client, address);
    BOOST_TEST((client.call(text("never")).error() == errc::timed_out));
    BOOST_TEST((client.call(text("dropped")).error() == errc::disconnected));
    BOOST_TEST(client.call(text("echo")).has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_handler_that_throws_costs_one_connection, Over, both) {
    service<Over> s({}, [](auto const&, bytes request, auto respond) {
        if (request == text("throw")) throw std::runtime_error("handler");
        respond(std::move(request));
    });
    auto const client = s.client();
    BOOST_TEST((client->call(text("throw")).error() == errc::disconnected));
    BOOST_TEST(client->call(text("echo")).has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_waiting_call_can_be_cancelled, Over, both) {
    service<Over>* self = nullptr;
    service<Over> s({}, [&](auto const&, bytes, auto respond) {
        std::lock_guard const lock(self->mutex);
        self->kept.push_back(respond);
    });
    self = &s;
    auto const client = s.client();
    auto waiting = std::async(std::launch::async, [&] { return client->call(text("never")).error(); });
    std::this_thread::sleep_for(100ms);
    client->cancel();
    BOOST_TEST((waiting.get() == errc::disconnected));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_port_in_use_and_a_peer_that_is_not_there_are_named, Over, both) {
    service<Over> s;
    boost::asio::io_context context;
    asio::channel_server<typename Over::channel> second(context, s.cast.server, [](auto const&, bytes, auto) {});
    BOOST_TEST((second.listen("127.0.0.1", s.port).error() == errc::port_in_use));
    BOOST_TEST(second.listen("127.0.0.1", 0).has_value());
    BOOST_TEST((s.client(1)->call(text("hello")).error() == errc::unreachable));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_false_length_is_refused_before_anything_is_held, Over, both) {
    service<Over> s;
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    socket.connect({boost::asio::ip::address_v4::loopback(), s.port});
    boost::asio::write(socket, boost::asio::buffer(bytes{0x7f, 0xff, 0xff, 0xff, 1, 2, 3}));
    auto const why = s.first_refusal();
    if (std::is_same_v<Over, over_rsa>) BOOST_TEST((why == errc::oversized));
    else BOOST_TEST((why == errc::not_authenticated));
}

BOOST_AUTO_TEST_SUITE_END()
