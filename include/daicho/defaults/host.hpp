#pragma once

#include <daicho/asio/shared_store.hpp>
#include <daicho/cryptopp/ecdsa_p256.hpp>
#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/cryptopp/entropy.hpp>
#include <daicho/cryptopp/rsa_pkcs1.hpp>
#include <daicho/cryptopp/rsa_pss.hpp>
#include <daicho/consensus/authority.hpp>
#include <daicho/consensus/work.hpp>
#include <daicho/curve25519/verifier.hpp>
#include <daicho/defaults/search.hpp>
#include <daicho/file/block_store.hpp>
#include <daicho/file/clock.hpp>
#include <daicho/file/image_store.hpp>
#include <daicho/file/state_store.hpp>
#include <daicho/threads/mining_sealer.hpp>

/// Named only: whoever chooses one of these includes its header.
namespace daicho::openssl {
struct ed25519;
class ed25519_signer;
struct rsa_pss;
class rsa_pss_signer;
struct ecdsa_p256;
class ecdsa_p256_signer;
struct rsa_pkcs1;
class rsa_pkcs1_signer;
} // namespace daicho::openssl

/// What an ordinary machine brings to a Protocol: keys in files, folders as slots, the system's clock. A leaf of the
/// Protocol decides which key fits; a Platform of yours derives from host<protocol> and shows only what differs.
namespace daicho::defaults {

/// The key, held in memory and kept in a PKCS#8 file, that signs with a scheme.
template <class Scheme>
struct software_signer;
template <>
struct software_signer<cryptopp::ed25519> {
    using type = cryptopp::ed25519_signer;
};
template <>
struct software_signer<cryptopp::rsa_pss> {
    using type = cryptopp::rsa_pss_signer;
};
template <>
struct software_signer<cryptopp::ecdsa_p256> {
    using type = cryptopp::ecdsa_p256_signer;
};
template <>
struct software_signer<cryptopp::rsa_pkcs1> {
    using type = cryptopp::rsa_pkcs1_signer;
};
template <>
struct software_signer<openssl::ed25519> {
    using type = openssl::ed25519_signer;
};
template <>
struct software_signer<openssl::rsa_pss> {
    using type = openssl::rsa_pss_signer;
};
template <>
struct software_signer<openssl::ecdsa_p256> {
    using type = openssl::ecdsa_p256_signer;
};
template <>
struct software_signer<openssl::rsa_pkcs1> {
    using type = openssl::rsa_pkcs1_signer;
};

/// What seals for a consensus, given the node's key.
template <class P, class Consensus, class Signer>
struct software_sealer;
template <class P, class Signer>
struct software_sealer<P, authority, Signer> {
    using type = authority_sealer<P, Signer>;
    static type make(Signer const& key) { return type(key); }
};
template <class P, class Target, class Digest, class Retarget, class Signer>
struct software_sealer<P, proof_of_work<Target, Digest, Retarget>, Signer> {
    using type = threads::mining_sealer<P, fastest_search>;  // whatever does it fastest here, on every processor
    static type make(Signer const&) { return type(); }         // type(options, observer) says how many, and tells how it goes
};

/// What verifies many signatures of a scheme together: Ed25519's in lanes and with tables of the keys, others one by one.
template <class Scheme>
struct software_verifier {
    using type = one_by_one<Scheme>;
};
template <std::derived_from<ed25519_types> Scheme>
struct software_verifier<Scheme> {
    using type = curve25519::verifier<Scheme>;
};

template <class P>
struct host {
    using signer = typename software_signer<scheme_of<P>>::type;
    using verifier = typename software_verifier<scheme_of<P>>::type;
    using sealer = software_sealer<P, consensus_of<P>, signer>;
    using entropy = cryptopp::entropy;
    using clock = file::clock;
    using block_store = asio::shared_store<file::block_store>;  // measured beside LMDB and RocksDB: docs/performance.md
    using image_store = file::image_store;
    using state_store = file::state_store;
    static constexpr std::size_t chunk = 16 * 1024;  ///< bytes of an image a device asks for at once
};

} // namespace daicho::defaults
