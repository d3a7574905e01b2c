/// The code that README.md shows, compiled and run. test/docs/pages.cpp holds the page to these regions.
#include <daicho/asio/node_runner.hpp>
#include <daicho/asio/service.hpp>
#include <daicho/asio/shared_store.hpp>
#include <daicho/defaults.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/file/block_store.hpp>
#include <daicho/file/line_log.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <thread>

namespace readme {

namespace assembled {

// [node]
struct protocol : daicho::defaults::hardened {};            // what all machines of a chain agree on
struct platform : daicho::defaults::host<protocol> {};      // what this machine brings: files, sockets, keys, a clock

daicho::fault keep_the_chain(daicho::genesis_of<protocol> genesis, platform::signer key, platform::block_store store, std::uint16_t port) {
    daicho::asio::service service;                          // until SIGINT or SIGTERM
    platform::entropy entropy;
    daicho::file::line_log log("node");
    daicho::role::ledger_node<protocol, platform> node({.genesis = genesis, .sealing = {.interval = 1}}, key, store, entropy);
    daicho::asio::node_runner runner(service.context(), node, store, platform::sealer::make(key), log, {.port = port});
    if (auto f = runner.start()) return f;
    service.run();
    return {};
}
// [/node]

} // namespace assembled

namespace other_composition {

// [swap]
struct protocol : daicho::defaults::paper {};
// [/swap]

static_assert(daicho::protocol<protocol>);

} // namespace other_composition

BOOST_AUTO_TEST_SUITE(readme_page)

BOOST_AUTO_TEST_CASE(the_node_of_ten_lines_serves_its_chain_and_ends_on_a_signal) {
    using namespace assembled;
    auto key = platform::signer::generate();
    BOOST_TEST_REQUIRE(bool(key));
    daicho::genesis_of<protocol> genesis{};
    genesis.time = daicho::file::clock().now();
    genesis.management = genesis.recovery = key->public_key();
    genesis.signers.push_back(key->public_key());
    genesis.slot_seconds = 1;

    auto const folder = std::filesystem::temp_directory_path() / ("daicho-readme-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    auto store = daicho::file::block_store::open(folder / "chain");
    BOOST_TEST_REQUIRE(bool(store));
    auto const port = std::uint16_t(20000 + ::getpid() % 10000);
    daicho::fault ended{daicho::errc::busy};
    std::atomic<bool> over = false;
    std::thread machine([&] {
        ended = keep_the_chain(genesis, std::move(*key), platform::block_store(std::move(*store)), port);
        over = true;
    });
    daicho::asio::http_client client;
    daicho::result<daicho::role::http_response> answer = daicho::fault{daicho::errc::unreachable};
    for (int i = 0; i != 2000 && !over && !answer; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(25));
        answer = client.send("http://127.0.0.1:" + std::to_string(port) + "/chain", {});
    }
    if (!over) std::raise(SIGTERM);
    machine.join();
    std::filesystem::remove_all(folder);
    BOOST_TEST(!ended, daicho::describe(ended));
    BOOST_TEST_REQUIRE(bool(answer));
    BOOST_TEST(answer->status == 200u);
    BOOST_TEST(std::string(daicho::as_text(answer->body)).starts_with("{\"chain\":[],\"length\":0"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace readme
