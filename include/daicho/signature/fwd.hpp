#pragma once

/// Names of what signature schemes are made of, for headers that only pass them on.
namespace daicho {

struct ed25519_types;
struct ed25519_secret;
struct ecdsa_p256_types;
struct ecdsa_p256_secret;
struct rsa_pss_sha256_types;
struct rsa_pkcs1_sha256_types;
template <class Library> struct strict_ed25519;
template <class Library> struct strict_ecdsa_p256;
template <class Library> struct strict_rsa_pss;
template <class Library> struct strict_rsa_pkcs1;
template <class... Parts> struct joint;
template <class Threshold, class... Signers> class joint_signer;

} // namespace daicho
