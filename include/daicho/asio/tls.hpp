#pragma once

#include <daicho/openssl/certificate.hpp>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/verify_context.hpp>

#include <functional>
#include <memory>

/// TLS 1.3 between machines that know each other's public keys: certificates are self-signed carriers of a key, there is no
/// certificate authority, names and dates in them mean nothing. A handshake stands when the peer proved possession of a key
/// that `peer_check` recognises, and in no other case.
namespace daicho::asio {

/// May a peer with this key talk to us? Called during the handshake with the bytes that members are enrolled under
/// (openssl::public_key_of: raw Ed25519, or an RSA modulus).
using peer_check = std::function<bool(byte_view public_key)>;

/// Borrowed; the context takes its own reference on both.
struct tls_identity {
    X509* certificate = nullptr;
    EVP_PKEY* key = nullptr;
};

using tls_context = std::shared_ptr<::boost::asio::ssl::context>;

/// The key the peer proved in a finished handshake. Errors: not_authenticated when it showed none.
inline result<bytes> peer_key(SSL* session) {
    X509 const* const certificate = SSL_get0_peer_certificate(session);
    if (certificate == nullptr) return fault{errc::not_authenticated, "certificate"};
    auto const key = openssl::public_key_of(certificate);
    if (!key) return key.error();
    return bytes(key->begin(), key->end());
}

namespace detail {

/// OpenSSL asks once for each thing it dislikes about a certificate and once more at the end. Self-signed and out of date do not
/// matter; a chain does (depth is 0 for a self-signed certificate), and the key always does.
inline bool recognised(bool preverified, ::boost::asio::ssl::verify_context& context, peer_check const& check) {
    auto* const store = context.native_handle();
    if (X509_STORE_CTX_get_error_depth(store) != 0) return false;
    switch (X509_STORE_CTX_get_error(store)) {
    case X509_V_OK:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED: break;
    default:
        if (!preverified) return false;
    }
    auto const key = openssl::public_key_of(X509_STORE_CTX_get_current_cert(store));
    return key && check && check(*key);
}

inline result<tls_context> tls_base(::boost::asio::ssl::context::method method, tls_identity own) {
    namespace ssl = ::boost::asio::ssl;
    try {
        auto context = std::make_shared<ssl::context>(method);
        SSL_CTX* const raw = context->native_handle();
        if (SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION) != 1 || SSL_CTX_set_max_proto_version(raw, TLS1_3_VERSION) != 1)
            return fault{errc::io_failed, "tls version"};
        // A resumed session would skip the certificate, and with it the check.
        SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_num_tickets(raw, 0);
        SSL_CTX_set_options(raw, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
        SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
        if (own.certificate != nullptr && (SSL_CTX_use_certificate(raw, own.certificate) != 1 ||
                                           SSL_CTX_use_PrivateKey(raw, own.key) != 1 || SSL_CTX_check_private_key(raw) != 1))
            return fault{errc::bad_key, "tls certificate"};
        return context;
    } catch (std::exception const&) {
        return fault{errc::io_failed, "tls context"};
    }
}

} // namespace detail

/// A server's context. Without a `check` any client is welcome (HTTPS, where records carry their own signatures);
/// with one, a client must show a certificate whose key it recognises.
inline result<tls_context> tls_server(tls_identity own, peer_check check = {}) {
    namespace ssl = ::boost::asio::ssl;
    if (own.certificate == nullptr || own.key == nullptr) return fault{errc::bad_key, "tls certificate"};
    auto context = detail::tls_base(ssl::context::tls_server, own);
    if (!context || !check) return context;
    (*context)->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    (*context)->set_verify_callback([check = std::move(check)](bool preverified, ssl::verify_context& asked) {
        return detail::recognised(preverified, asked, check);
    });
    return context;
}

/// A client's context: talks only to a server whose key `check` recognises, and shows its own certificate when it has one.
inline result<tls_context> tls_client(peer_check check, tls_identity own = {}) {
    namespace ssl = ::boost::asio::ssl;
    auto context = detail::tls_base(ssl::context::tls_client, own);
    if (!context) return context;
    (*context)->set_verify_mode(ssl::verify_peer);
    (*context)->set_verify_callback([check = std::move(check)](bool preverified, ssl::verify_context& asked) {
        return detail::recognised(preverified, asked, check);
    });
    return context;
}

} // namespace daicho::asio
