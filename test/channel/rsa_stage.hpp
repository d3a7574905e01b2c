#pragma once

#include "stage.hpp"

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/cryptopp/rsa_channel.hpp>

namespace stage {

template <class Channel>
struct rsa_model {
    using key = cryptopp::rsa_oaep_key;
    static key make_key() { return must(key::generate()); }
    static channel::channel_key public_key(key const& k) { return k.public_key(); }
    using identity = typename Channel::identity;
    static std::shared_ptr<identity const> identify(channel::party<typename Channel::scheme> p, std::shared_ptr<key const> k) {
        auto made = std::make_shared<identity>();
        static_cast<channel::party<typename Channel::scheme>&>(*made) = std::move(p);
        made->key = std::move(k);
        return made;
    }
};

using rsa = cryptopp::rsa_channel<cryptopp::ed25519, sha256>;
using rsa_company = company<rsa, cryptopp::ed25519_signer, rsa_model<rsa>>;

/// RSA keys take their time: all tests of a binary share one company.
inline rsa_company& rsa_members() {
    static rsa_company made;
    return made;
}

} // namespace stage
