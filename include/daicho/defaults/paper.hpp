#pragma once

#include <daicho/consensus/work.hpp>
#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/cryptopp/rsa_channel.hpp>
#include <daicho/cryptopp/rsa_pss.hpp>
#include <daicho/defaults/sha256.hpp>
#include <daicho/protocol.hpp>

/// The paper's choices, made sound (docs/defaults.md): proof of work and the heaviest chain (3.2), RSA signatures, and
/// messages under RSA with a random number against replay (3.3).
///     struct protocol : daicho::defaults::paper {};           // and redefine in it only what differs
namespace daicho::defaults {

struct paper {
    using hash = fastest_sha256;
    using signature = cryptopp::rsa_pss;
    using note_scheme = cryptopp::ed25519;  // notes are signed so whatever else is (docs/tlog.md)
    using consensus = proof_of_work<>;
    using limits = default_limits;

    /// The secure channel of a final Protocol P.
    template <class P>
    using channel = cryptopp::rsa_channel<scheme_of<P>, hash_of<P>>;
};

} // namespace daicho::defaults
