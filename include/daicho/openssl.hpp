#pragma once

/// Everything that OpenSSL supplies, but for TLS, which asio/ has.
#include <daicho/openssl/aes_gcm.hpp>
#include <daicho/openssl/certificate.hpp>
#include <daicho/openssl/ecdsa_p256.hpp>
#include <daicho/openssl/ed25519.hpp>
#include <daicho/openssl/entropy.hpp>
#include <daicho/openssl/hash.hpp>
#include <daicho/openssl/private_key.hpp>
#include <daicho/openssl/rsa_oaep.hpp>
#include <daicho/openssl/rsa_pkcs1.hpp>
#include <daicho/openssl/rsa_pss.hpp>
