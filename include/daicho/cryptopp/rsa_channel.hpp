#pragma once

#include <daicho/channel/rsa_channel.hpp>
#include <daicho/cryptopp/aes_gcm.hpp>
#include <daicho/cryptopp/rsa_oaep.hpp>

/// The RSA channel of paper 3.3 made of Crypto++'s parts. The scheme and the hash are the Protocol's.
namespace daicho::cryptopp {

template <signature_scheme Scheme, hash_function Hash>
using rsa_channel = channel::rsa_channel<channel::rsa_suite<Scheme, rsa_oaep, rsa_oaep_key, aes_256_gcm, Hash, entropy>>;

} // namespace daicho::cryptopp
