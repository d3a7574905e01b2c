// What most tests of this room begin with.
#include <boost/test/unit_test.hpp>

#include <daicho/asio/channel_client.hpp>
#include <daicho/asio/channel_server.hpp>
#include <daicho/asio/http_client.hpp>
#include <daicho/asio/http_server.hpp>
#include <daicho/asio/node_runner.hpp>
#include <daicho/asio/shared_store.hpp>
#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/memory/block_store.hpp>
