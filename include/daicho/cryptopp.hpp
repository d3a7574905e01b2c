#pragma once

/// Everything that Crypto++ supplies.
#include <daicho/cryptopp/aes_gcm.hpp>
#include <daicho/cryptopp/ecdsa_p256.hpp>
#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/cryptopp/entropy.hpp>
#include <daicho/cryptopp/hash.hpp>
#include <daicho/cryptopp/rsa_oaep.hpp>
#include <daicho/cryptopp/rsa_pkcs1.hpp>
#include <daicho/cryptopp/rsa_pss.hpp>
