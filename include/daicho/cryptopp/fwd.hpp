#pragma once

/// Names of what Crypto++ supplies, for headers that only pass them on.
namespace daicho::cryptopp {

class sha256;
class sha512_256;
struct entropy;
struct ed25519;
class ed25519_signer;
class rsa_private_key;
struct ecdsa_p256;
class ecdsa_p256_signer;
struct rsa_pkcs1;
class rsa_pkcs1_signer;
struct rsa_pss;
class rsa_pss_signer;
struct rsa_oaep;
class rsa_oaep_key;
struct aes_256_gcm;

} // namespace daicho::cryptopp
