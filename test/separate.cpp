/// Boost.Asio and Boost.Beast, compiled once for all of daicho's own binaries.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>

#ifdef DAICHO_HAS_OPENSSL
#include <boost/asio/ssl/impl/src.hpp>
#endif
