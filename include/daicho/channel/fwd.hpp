#pragma once

#include <daicho/concept/hash_function.hpp>
#include <daicho/concept/signature_scheme.hpp>

/// Names of the secure channel, for headers that only pass them on.
namespace daicho::channel {

enum class side : std::uint8_t;
class frame_reader;
template <signature_scheme Scheme> struct admitted;
template <signature_scheme Scheme> struct party;
template <class Gcm> class session;
template <class Suite> struct rsa_identity;
template <class Suite> class rsa_client;
template <class Suite> class rsa_server;
template <class Suite> class rsa_connection;
template <class Suite> struct rsa_channel;

} // namespace daicho::channel
