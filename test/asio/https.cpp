#include <daicho/asio/https.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/openssl/private_key.hpp>

#include "serving.hpp"

using namespace daicho;
using namespace std::chrono_literals;
using asio::responder;

namespace {

struct machine {
    openssl::private_key key;
    openssl::certificate certificate;
    bytes public_key;

    explicit machine(bool rsa = false)
        : key(rsa ? *openssl::private_key::generate_rsa() : *openssl::private_key::generate_ed25519()),
          certificate(*openssl::certificate::self_signed(key.get(), "test", 30)) {
        auto const raw = *key.public_key();
        public_key.assign(raw.begin(), raw.end());
    }
    asio::tls_identity identity() const { return {certificate.get(), key.get()}; }
};

asio::peer_check only(machine const& m) {
    return [key = m.public_key](byte_view k) { return equal(k, key); };
}

void hello(role::http_request r, responder answer) {
    role::http_response out;
    out.body = std::move(r.body);
    answer(std::move(out));
}

asio::http_server_options behind(asio::tls_context context) {
    asio::http_server_options o;
    o.door = asio::https_door(std::move(context));
    return o;
}
asio::http_client client_with(asio::tls_context context) {
    return asio::http_client({.secure = asio::https_dial(std::move(context)), .connect_timeout = 2s, .pace = {2s}});
}

} // namespace

BOOST_AUTO_TEST_SUITE(https)

BOOST_AUTO_TEST_CASE(a_client_talks_to_the_server_whose_key_it_knows_and_to_no_other) {
    for (bool rsa : {false, true}) {
        machine const server(rsa), other(rsa);
        serving s(hello, behind(*asio::tls_server(server.identity())), "https");
        auto client = client_with(*asio::tls_client(only(server)));
        role::http_request r;
        r.method = "POST";
        r.body = pattern(300'000);
        for (int i = 0; i != 2; ++i) {
            auto const reply = client.send(s.base + "/", r);
            BOOST_REQUIRE(reply.has_value());
            BOOST_TEST((reply->body == r.body));
        }
        auto stranger = client_with(*asio::tls_client(only(other)));
        BOOST_TEST((stranger.send(s.base + "/", r).error() == errc::not_authenticated));
        auto trusting_nobody = client_with(*asio::tls_client({}));
        BOOST_TEST((trusting_nobody.send(s.base + "/", r).error() == errc::not_authenticated));
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_asks_for_a_key_hears_only_those_who_show_it) {
    machine const server, member, stranger;
    serving s(hello, behind(*asio::tls_server(server.identity(), only(member))), "https");
    BOOST_TEST(client_with(*asio::tls_client(only(server), member.identity())).send(s.base + "/", {}).has_value());
    BOOST_TEST(!client_with(*asio::tls_client(only(server), stranger.identity())).send(s.base + "/", {}).has_value());
    BOOST_TEST(!client_with(*asio::tls_client(only(server))).send(s.base + "/", {}).has_value());
}

BOOST_AUTO_TEST_CASE(a_certificate_without_its_key_does_not_pass) {
    machine const server, thief;
    BOOST_TEST((asio::tls_server({server.certificate.get(), thief.key.get()}).error() == errc::bad_key));
    BOOST_TEST(asio::tls_server(server.identity()).has_value());
}

BOOST_AUTO_TEST_CASE(older_versions_of_tls_are_refused) {
    machine const server;
    serving s(hello, behind(*asio::tls_server(server.identity())), "https");
    auto const spoken = [&](int version) {
        auto context = *asio::tls_client(only(server));
        SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
        SSL_CTX_set_max_proto_version(context->native_handle(), version);
        return client_with(context).send(s.base + "/", {}).error();
    };
    BOOST_TEST((spoken(TLS1_3_VERSION) == errc::ok));
    BOOST_TEST((spoken(TLS1_2_VERSION) == errc::not_authenticated));
}

BOOST_AUTO_TEST_CASE(the_key_that_the_peer_proved_can_be_asked_for) {
    machine const server, member;
    serving s(hello, behind(*asio::tls_server(server.identity(), only(member))), "https");
    boost::asio::io_context io;
    auto context = *asio::tls_client(only(server), member.identity());
    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream(io, *context);
    BOOST_TEST((asio::peer_key(stream.native_handle()).error() == errc::not_authenticated));
    stream.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), s.server->port()});
    stream.handshake(boost::asio::ssl::stream_base::client);
    BOOST_TEST((asio::peer_key(stream.native_handle()).value() == server.public_key));
}

BOOST_AUTO_TEST_CASE(a_part_of_a_file_is_streamed_through_tls) {
    temporary_folder folder;
    auto const content = pattern(1'000'000);
    auto const path = folder.file("image", content);
    machine const server;
    serving s([&](role::http_request, responder answer) {
        role::http_response out;
        out.file = role::file_part{path, 7, content.size() - 7};
        answer(std::move(out));
    }, behind(*asio::tls_server(server.identity())), "https");
    auto const reply = client_with(*asio::tls_client(only(server))).send(s.base + "/", {});
    BOOST_REQUIRE(reply.has_value());
    BOOST_TEST(equal(reply->body, byte_view(content).subspan(7)));
}

BOOST_AUTO_TEST_CASE(a_refused_body_has_its_answer_heard_through_tls) {
    machine const server;
    auto options = behind(*asio::tls_server(server.identity()));
    options.body_limit = [](std::string_view, std::string_view) { return 10u; };
    serving s(hello, options, "https");
    auto client = client_with(*asio::tls_client(only(server)));
    role::http_request r;
    r.method = "PUT";
    r.body = pattern(500'000);
    auto const reply = client.send(s.base + "/", r);
    BOOST_REQUIRE(reply.has_value());
    BOOST_TEST(reply->status == 413u);
}

BOOST_AUTO_TEST_CASE(a_plain_client_and_a_silent_one_do_not_disturb_a_tls_server) {
    machine const server;
    auto options = behind(*asio::tls_server(server.identity()));
    options.header_timeout = 200ms;
    serving s(hello, options, "https");
    BOOST_TEST(!by_hand(s.server->port(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP"));
    BOOST_TEST(by_hand(s.server->port(), "") == "");
    BOOST_TEST(client_with(*asio::tls_client(only(server))).send(s.base + "/", {}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
