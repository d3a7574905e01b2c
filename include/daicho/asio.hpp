#pragma once

/// Sockets, threads and timers for roles that have none: HTTP both ways, with TLS where OpenSSL is.
#include <daicho/asio/caller.hpp>
#include <daicho/asio/http_client.hpp>
#include <daicho/asio/http_server.hpp>
#include <daicho/asio/http_source.hpp>
#include <daicho/asio/service.hpp>

#ifdef DAICHO_HAS_OPENSSL
#include <daicho/asio/https.hpp>
#endif
