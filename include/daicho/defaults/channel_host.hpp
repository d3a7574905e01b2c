#pragma once

#include <daicho/asio/tls_channel.hpp>
#include <daicho/cryptopp/rsa_channel.hpp>
#include <daicho/openssl/certificate.hpp>
#include <daicho/trust/credential.hpp>

/// What an ordinary machine brings to the secure channel of a Protocol: a key in a file, other than the one that signs
/// transactions, and the admission of others by their credentials.
namespace daicho::defaults {

/// How the key of a channel model is made, kept and brought to a handshake.
///   type                          generate(), load(path), save(path)
///   public_part(key)              as it stands in an enrolment
///   identify(party, key, name)    what handshakes are given
template <class Channel>
struct software_channel;

template <class Suite>
struct software_channel<channel::rsa_channel<Suite>> {
    using identity = typename channel::rsa_channel<Suite>::identity;
    using type = typename Suite::oaep_key;

    static channel_key public_part(type const& key) { return channel_key(key.public_key()); }
    static result<std::shared_ptr<identity const>> identify(channel::party<typename Suite::scheme> self, type key, std::string_view) {
        auto made = std::make_shared<identity>();
        static_cast<channel::party<typename Suite::scheme>&>(*made) = std::move(self);
        made->key = std::make_shared<type const>(std::move(key));
        return std::shared_ptr<identity const>(std::move(made));
    }
};

template <class Scheme, class Hash>
struct software_channel<asio::tls_channel<Scheme, Hash>> {
    using identity = asio::tls_channel_identity<Scheme>;

    struct type : openssl::private_key {
        explicit type(openssl::private_key key) : openssl::private_key(std::move(key)) {}
        static result<type> generate() { return adopt(openssl::private_key::generate_ed25519()); }
        static result<type> load(std::filesystem::path const& path) { return adopt(openssl::private_key::load(path)); }

    private:
        static result<type> adopt(result<openssl::private_key> key) {
            if (!key) return key.error();
            return type(std::move(*key));
        }
    };

    static channel_key public_part(type const& key) { return channel_key(*key.public_key()); }
    static result<std::shared_ptr<identity const>> identify(channel::party<Scheme> self, type const& key, std::string_view name) {
        auto const certificate = openssl::certificate::self_signed(key.get(), name, 3650);
        if (!certificate) return certificate.error();
        return asio::tls_channel<Scheme, Hash>::identify(std::move(self), key, *certificate);
    }
};

/// A party that shows `credential()` and admits whoever's credential stands under `anchor()`; both are asked at each handshake, so
/// that either may change. `calls`: the only role that it accepts in a server.
template <class P, class Signer>
channel::party<scheme_of<P>> party_of(Signer& key, std::function<bytes()> credential, std::function<trust::anchor<P>()> anchor, member_role calls) {
    channel::party<scheme_of<P>> self;
    self.chain_id = anchor().chain_id;
    self.credential = std::move(credential);
    self.signing_key = key.public_key();
    self.sign = [&key](byte_view message) { return key.sign(message); };
    auto const admitted = [](trust::holder<P> const& h) { return channel::admitted<scheme_of<P>>{h.id, h.key, h.channel, h.enrolled}; };
    self.admit = [anchor, admitted](byte_view shown) -> result<channel::admitted<scheme_of<P>>> {
        auto const h = trust::read_credential<P>(anchor(), shown);
        if (!h) return h.error();
        return admitted(*h);
    };
    self.admit_server = [anchor, admitted, calls](byte_view shown) -> result<channel::admitted<scheme_of<P>>> {
        auto const h = trust::read_credential<P>(anchor(), shown);
        if (!h) return h.error();
        if (h->role != calls) return fault{errc::not_authenticated, "a server of another role"};
        return admitted(*h);
    };
    return self;
}

} // namespace daicho::defaults
