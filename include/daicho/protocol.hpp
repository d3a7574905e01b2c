#pragma once

#include <daicho/concept/hash_function.hpp>
#include <daicho/concept/signature_scheme.hpp>
#include <daicho/hash/digest_of.hpp>
#include <daicho/record.hpp>

namespace daicho {

/// What all machines of a chain agree on at compile time: `hash`, `signature`, `consensus`, `rules`, `limits`.
/// Everything derived is computed from the final struct, here and nowhere else.
template <class P>
concept protocol = requires {
    typename P::hash;
    typename P::signature;
    typename P::consensus;
    typename P::limits;
} && hash_function<typename P::hash> && signature_scheme<typename P::signature>;

namespace detail {
template <class P>
struct checked_protocol {
    static_assert(requires { typename P::hash; typename P::signature; typename P::consensus; typename P::limits; },
                  "a Protocol names hash, signature, consensus and limits: docs/architecture.md");
    static_assert(hash_function<typename P::hash>, "Protocol::hash must be a hash_function: docs/concepts/hash_function.md");
    static_assert(signature_scheme<typename P::signature>, "Protocol::signature must be a signature_scheme: docs/concepts/signature_scheme.md");
    static constexpr bool value = true;
};
} // namespace detail

/// True, or a sentence that says what is amiss: a role opens with static_assert(checked_protocol<P>).
template <class P> constexpr bool checked_protocol = detail::checked_protocol<P>::value;

template <class P> using hash_of = typename P::hash;
template <class P> using scheme_of = typename P::signature;
template <class P> using public_key_of = typename scheme_of<P>::public_key_type;
template <class P> using signature_of = typename scheme_of<P>::signature_type;
template <class P> using consensus_of = typename P::consensus;
template <class P> using proof_of = typename consensus_of<P>::template proof<P>;
template <class P> using limits_of = typename P::limits;
/// Of a Protocol whose machines also speak on a secure channel: defaults/ have one.
template <class P> using channel_of = typename P::template channel<P>;

template <class P> using genesis_of = genesis<scheme_of<P>>;
template <class P> using enrolment_of = enrolment<scheme_of<P>>;
template <class P> using transaction_of = transaction<scheme_of<P>>;
template <class P> using shown_credential_of = shown_credential<scheme_of<P>>;
template <class P> using signed_release_of = signed_release<scheme_of<P>>;
template <class P> using sealed_header_of = sealed_header<proof_of<P>>;
template <class P> using block_of = block<scheme_of<P>, proof_of<P>>;
template <class P> using command_of = command<scheme_of<P>>;
template <class P> using request_of = request<scheme_of<P>>;
template <class P> using response_of = response<scheme_of<P>>;

/// Bounds that a Protocol may tighten.
struct default_limits {
    static constexpr std::size_t pool = 4096;                 ///< transactions waiting in one node
    static constexpr std::size_t per_sender = 64;             ///< of one sender, waiting or in one block; management is exempt
    static constexpr std::size_t block_transactions = 1024;   ///< in one block
    static constexpr std::uint64_t ahead = 120;               ///< seconds that a time may lie in the future
};

/// How a key is named: the digest of 0x02, its algorithm (two bytes) and its canonical bytes.
template <class P>
node_id id_of(public_key_of<P> const& key) {
    using scheme = scheme_of<P>;
    hash_of<P> h;
    byte const prefix[] = {0x02, byte(scheme::algorithm >> 8), byte(scheme::algorithm & 0xff)};
    h.update(prefix);
    schema::buffer_for<public_key_of<P>> buffer;
    h.update(*schema::encode_into(buffer, key));
    return h.finish();
}

/// Verifies a signature over a record's canonical bytes.
template <class P, record Body>
bool verify(public_key_of<P> const& key, Body const& body, signature_of<P> const& signature) {
    schema::buffer_for<Body> buffer;
    return scheme_of<P>::verify(key, *schema::encode_into(buffer, body), signature);
}

/// Signs a record's canonical bytes.
template <class P, record Body, class Signer>
result<signature_of<P>> sign(Signer& signer, Body const& body) {
    static_assert(daicho::signer<Signer, scheme_of<P>>,
                  "this key does not sign with the Protocol's signature scheme: docs/concepts/signer.md");
    schema::buffer_for<Body> buffer;
    return signer.sign(*schema::encode_into(buffer, body));
}

} // namespace daicho
