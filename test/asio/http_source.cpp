#include <daicho/asio/http_source.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/file/artifact_folder.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/laws/artifact_source.hpp>
#include <daicho/memory/artifact_store.hpp>
#include <daicho/role/repository.hpp>

#include "serving.hpp"

#include <atomic>
#include <mutex>

using namespace daicho;
using namespace std::chrono_literals;
using asio::responder;

namespace {

asio::http_source_options const quick{.client = {.connect_timeout = 2s, .pace = {500ms}}, .attempts = 3, .pause = 5ms};

template <class Store>
struct shop {
    explicit shop(Store& s) : repository(s, {}, [](node_id const&) { return std::nullopt; }) {}
    role::repository<cryptopp::ed25519, sha256, Store> repository;
    asio::http_handler handler() {
        return [this](role::http_request r, responder answer) { answer(repository.handle(r, 0)); };
    }
};

void sources_laws(asio::http_handler handler, digest const& known, byte_view content) {
    serving s(std::move(handler));
    asio::http_source source(quick);
    laws::verdict v;
    laws::artifact_source(v, source, s.base + "/artifacts", known, content, digest{{0xff}});
    BOOST_TEST(v.broken == std::vector<std::string>{}, boost::test_tools::per_element());
    BOOST_TEST(v.holds());
}

/// Hands out `content` with a fault of its own.
struct odd_server {
    bytes content = pattern(300'000);
    bool ranges = true, own_tag = false;
    std::atomic<int> requests{0}, ranged{0};

    void operator()(role::http_request const& r, responder& answer) {
        ++requests;
        role::http_response out;
        out.content_type = "application/octet-stream";
        auto const range = role::read_range(r.range, content.size());
        bool const part = ranges && range.what == role::byte_range::kind::part && (r.if_range.empty() || !own_tag);
        auto const from = part ? range.offset : 0;
        if (part) {
            ++ranged;
            out.status = 206;
            out.headers = {{"Content-Range", "bytes " + std::to_string(from) + "-" + std::to_string(content.size() - 1) + "/" + std::to_string(content.size())}};
        }
        out.body.assign(content.begin() + std::ptrdiff_t(from), content.end());
        answer(std::move(out));
    }
};

/// Lets `n` bytes of each connection through, then cuts it.
struct cutting_proxy {
    cutting_proxy(std::uint16_t to, std::size_t n) : acceptor(io, {boost::asio::ip::make_address("127.0.0.1"), 0}) {
        base = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
        thread = std::thread([this, to, n] {
            boost::system::error_code ec;
            for (;;) {
                auto client = acceptor.accept(ec);
                if (ec || over) return;
                ++connections;
                boost::asio::ip::tcp::socket server(io);
                server.connect({boost::asio::ip::make_address("127.0.0.1"), to}, ec);
                boost::asio::streambuf request;
                boost::asio::read_until(client, request, "\r\n\r\n", ec);
                boost::asio::write(server, request.data(), ec);
                bytes b(n);
                for (std::size_t passed = 0; !ec && passed != n;) {
                    auto const got = server.read_some(boost::asio::buffer(b.data(), n - passed), ec);
                    passed += got;
                    boost::system::error_code gone;
                    boost::asio::write(client, boost::asio::buffer(b.data(), got), gone);
                }
            }
        });
    }
    ~cutting_proxy() {
        over = true;
        boost::system::error_code ec;
        boost::asio::io_context other;
        boost::asio::ip::tcp::socket(other).connect(acceptor.local_endpoint(), ec);
        thread.join();
    }
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor acceptor;
    std::atomic<bool> over{false};
    std::atomic<int> connections{0};
    std::string base;
    std::thread thread;
};

fault collect(asio::http_source& source, std::string const& base, bytes& got, std::uint64_t size) {
    return source.fetch(base, digest{}, got.size(), size, [&](byte_view b) {
        got.insert(got.end(), b.begin(), b.end());
        return fault{};
    });
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_source)

BOOST_AUTO_TEST_CASE(over_a_repository_it_keeps_the_laws_of_an_artifact_source) {
    auto const content = pattern(200'000);
    digest const known{{1}};
    {
        memory::artifact_store store;
        BOOST_REQUIRE(!store.put(known, content));
        shop repository(store);
        sources_laws(repository.handler(), known, content);
    }
    temporary_folder folder;
    auto store = file::artifact_folder::open(folder.path);
    BOOST_REQUIRE(!store->put(known, content));
    shop repository(*store);
    sources_laws(repository.handler(), known, content);
}

BOOST_AUTO_TEST_CASE(an_address_may_name_the_folder_or_the_artifact) {
    digest const d{{1}};
    auto const name = to_hex(d);
    BOOST_TEST(asio::artifact_address("http://h/artifacts", d) == "http://h/artifacts/" + name);
    BOOST_TEST(asio::artifact_address("http://h/artifacts/", d) == "http://h/artifacts/" + name);
    BOOST_TEST(asio::artifact_address("http://h/artifacts/" + name, d) == "http://h/artifacts/" + name);
}

BOOST_AUTO_TEST_CASE(a_transfer_that_is_cut_goes_on_where_it_stopped) {
    odd_server odd;
    asio::http_server_options options;
    options.idle_timeout = 100ms;
    serving s([&](role::http_request r, responder answer) { odd(r, answer); }, options);
    cutting_proxy proxy(s.server->port(), 50'000);
    asio::http_source source(quick);
    bytes got;
    auto const f = collect(source, proxy.base, got, odd.content.size());
    BOOST_TEST(message(f.code) == message(errc::ok));
    BOOST_TEST(got.size() == odd.content.size());
    BOOST_TEST((got == odd.content));
    BOOST_TEST(proxy.connections >= 6);
    BOOST_TEST(odd.ranged == proxy.connections - 1);  // every attempt but the first asked for the rest only
}

BOOST_AUTO_TEST_CASE(a_server_with_tags_of_its_own_still_gives_ranges) {
    odd_server odd;
    odd.own_tag = true;
    serving s([&](role::http_request r, responder answer) { odd(r, answer); });
    asio::http_source source(quick);
    bytes got(odd.content.begin(), odd.content.begin() + 100'000);
    BOOST_TEST((collect(source, s.base, got, odd.content.size()) == errc::ok));
    BOOST_TEST((got == odd.content));
    BOOST_TEST(odd.ranged == 1);
}

BOOST_AUTO_TEST_CASE(a_server_without_ranges_is_read_past_what_is_there) {
    odd_server odd;
    odd.ranges = false;
    serving s([&](role::http_request r, responder answer) { odd(r, answer); });
    asio::http_source source(quick);
    bytes got(odd.content.begin(), odd.content.begin() + 100'000);
    BOOST_TEST((collect(source, s.base, got, odd.content.size()) == errc::ok));
    BOOST_TEST((got == odd.content));
}

BOOST_AUTO_TEST_CASE(a_server_that_answers_with_another_range_is_refused) {
    auto const content = pattern(1000);
    std::string range = "bytes 500-999/1000";
    std::mutex guard;
    serving s([&](role::http_request, responder answer) {
        role::http_response out;
        out.status = 206;
        std::lock_guard const held(guard);
        out.headers = {{"Content-Range", range}};
        out.body.assign(content.begin() + 500, content.end());
        answer(std::move(out));
    });
    asio::http_source source(quick);
    auto const with = [&](std::string r) {
        {
            std::lock_guard const held(guard);
            range = std::move(r);
        }
        bytes got(content.begin(), content.begin() + 500);
        auto const f = collect(source, s.base, got, 1000);
        return std::pair(f, got.size());
    };
    BOOST_TEST((with("bytes 500-999/1000") == std::pair(fault{}, std::size_t(1000))));
    BOOST_TEST((with("bytes 400-999/1000") == std::pair(fault{errc::out_of_range}, std::size_t(500))));
    BOOST_TEST((with("bytes 500-999/2000") == std::pair(fault{errc::wrong_size}, std::size_t(500))));
    BOOST_TEST((with("") == std::pair(fault{errc::out_of_range}, std::size_t(500))));
}

BOOST_AUTO_TEST_CASE(a_server_that_never_progresses_is_given_up) {
    std::atomic<int> asked{0};
    serving s([&](role::http_request, responder answer) {
        ++asked;
        role::http_response out;
        out.status = 503;
        answer(std::move(out));
    });
    asio::http_source source(quick);
    bytes got;
    BOOST_TEST((collect(source, s.base, got, 1000) == errc::busy));
    BOOST_TEST(asked == 3);
    BOOST_TEST((collect(source, "http://127.0.0.1:1", got, 1000) == errc::unreachable));
}

BOOST_AUTO_TEST_CASE(a_publisher_uploads_and_a_gateway_fetches) {
    temporary_folder folder;
    auto store = file::artifact_folder::open(folder.path);
    auto publisher = *cryptopp::ed25519_signer::generate();
    auto const content = pattern(3'000'000);
    digest const chain{{9}}, d = hash_bytes<sha256>(content);
    node_id const id{{1}};
    role::repository<cryptopp::ed25519, sha256, file::artifact_folder> repository(
        *store, {.chain_id = chain}, [&](node_id const& who) { return who == id ? std::optional(publisher.public_key()) : std::nullopt; });
    asio::http_server_options options;
    options.body_limit = [&](std::string_view m, std::string_view p) { return repository.body_limit(m, p); };
    options.admit = [&](role::http_request const& head, std::uint64_t size) { return repository.admit(head, size, 1000); };
    serving s([&](role::http_request r, responder answer) { answer(repository.handle(r, 1000)); }, options);

    role::http_request put;
    put.method = "PUT";
    put.body = content;
    auto const where = s.base + "/artifacts/" + to_hex(d);
    asio::http_client client;
    BOOST_TEST(client.send(where, put)->status == 401u);
    put.authorization = *role::authorize<cryptopp::ed25519>(publisher, upload{chain, id, d, content.size(), 1000});
    BOOST_TEST(client.send(where, put)->status == 201u);
    BOOST_TEST(client.send(where, put)->status == 200u);

    asio::http_source source(quick);
    bytes got;
    auto const f = source.fetch(s.base + "/artifacts", d, 0, content.size(), [&](byte_view b) {
        got.insert(got.end(), b.begin(), b.end());
        return fault{};
    });
    BOOST_TEST((f == errc::ok));
    BOOST_TEST((hash_bytes<sha256>(got) == d));
}

BOOST_AUTO_TEST_SUITE_END()
