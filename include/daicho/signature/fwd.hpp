#pragma once

/// Names of what signature schemes are made of, for headers that only pass them on.
namespace daicho {

struct ed25519_types;
struct ed25519_secret;
struct rsa_pss_sha256_types;
template <class Library> struct strict_ed25519;
template <class Library> struct strict_rsa_pss;
template <class... Parts> struct joint;
template <class Threshold, class... Signers> class joint_signer;

} // namespace daicho
