// expect: this Channel is not a secure_channel: docs/concepts/secure_channel.md
#include <daicho/asio/channel_client.hpp>
#include <daicho/asio/tls_channel.hpp>
#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/hash/sha256.hpp>

using tls = daicho::asio::tls_channel<daicho::cryptopp::ed25519, daicho::sha256>;

struct one_way : tls {
#ifndef DAICHO_CONTROL
    static connection server() = delete;  // nobody can answer
#endif
};

template class daicho::asio::channel_client<one_way>;
