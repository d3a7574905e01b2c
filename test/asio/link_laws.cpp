#include <daicho/laws/link.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/asio/channel_client.hpp>
#include <daicho/asio/channel_server.hpp>
#include <daicho/asio/tls_channel.hpp>

#include "channel_tls_stage.hpp"

#include <thread>

using namespace daicho;

namespace {

/// A channel_client to a server that answers as the laws want it, and hangs up where they want no answer.
template <class Channel, class Company>
std::vector<std::string> broken_by(Company const& members) {
    auto const cast = members.cast();
    laws::link_peer peer;
    boost::asio::io_context io;
    asio::channel_server<Channel> server(
        io, cast.server,
        [&](auto const&, bytes request, asio::channel_responder respond) {
            if (auto reply = peer.answer(request)) respond(std::move(*reply));
        },
        {}, [](std::string_view, fault) {});
    auto const port = stage::must(server.listen("127.0.0.1", 0));
    std::thread thread([&] { io.run(); });
    laws::verdict v;
    {
        asio::channel_client<Channel> client(cast.client, {.port = port, .expected = cast.server_id});
        laws::link(v, client, peer);
    }
    server.close();
    thread.join();
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}
using laws_broken = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(link_laws)

BOOST_AUTO_TEST_CASE(a_client_of_the_rsa_channel_keeps_them) {
    BOOST_TEST(broken_by<stage::rsa>(stage::rsa_members()) == laws_broken{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_client_of_the_tls_channel_keeps_them) {
    BOOST_TEST(broken_by<stage::tls>(stage::tls_members()) == laws_broken{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
