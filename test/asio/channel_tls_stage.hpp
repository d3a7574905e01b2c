#pragma once

#include "../channel/rsa_stage.hpp"

#include <daicho/asio/tls_channel.hpp>

namespace stage {

template <class Channel>
struct tls_model {
    using key = openssl::private_key;
    static key make_key() { return must(key::generate_ed25519()); }
    static channel::channel_key public_key(key const& k) { return must(k.public_key()); }
    using identity = typename Channel::identity;
    static std::shared_ptr<identity const> identify(channel::party<typename Channel::scheme> p, std::shared_ptr<key const> k) {
        auto const certificate = must(openssl::certificate::self_signed(k->get(), "test", 1));
        return must(Channel::identify(std::move(p), *k, certificate));
    }
};

using tls = asio::tls_channel<cryptopp::ed25519, sha256>;
using tls_company = company<tls, cryptopp::ed25519_signer, tls_model<tls>>;

inline tls_company& tls_members() {
    static tls_company made;
    return made;
}

} // namespace stage
