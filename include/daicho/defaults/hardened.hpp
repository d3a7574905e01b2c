#pragma once

#include <daicho/consensus/authority.hpp>
#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/defaults/sha256.hpp>
#include <daicho/protocol.hpp>

namespace daicho::asio {
template <signature_scheme Scheme, hash_function Hash>
struct tls_channel;
}

/// What daicho would choose today (docs/defaults.md): short signatures, known signers, forward secrecy.
///     struct protocol : daicho::defaults::hardened {};        // and redefine in it only what differs
namespace daicho::defaults {

struct hardened {
    using hash = fastest_sha256;
    using signature = cryptopp::ed25519;
    using consensus = authority;
    using limits = default_limits;

    /// The secure channel of a final Protocol P. Whoever opens one includes daicho/asio/tls_channel.hpp.
    template <class P>
    using channel = asio::tls_channel<scheme_of<P>, hash_of<P>>;
};

} // namespace daicho::defaults
