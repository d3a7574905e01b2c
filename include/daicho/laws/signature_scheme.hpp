#pragma once

#include <daicho/concept/signature_scheme.hpp>
#include <daicho/laws/law.hpp>
#include <daicho/schema/codec.hpp>

namespace daicho::laws {

namespace detail {

/// Calls f with each value whose canonical bytes differ from v's in one bit. Large values are sampled: every bit of the first and
/// the last bytes, and one bit of each between.
template <class T, class F>
void for_each_altered(T const& v, F&& f) {
    bytes const encoded = schema::encode(v);
    for (std::size_t i = 0; i != encoded.size(); ++i) {
        bool const sampled = i >= 40 && i + 40 < encoded.size();
        for (unsigned bit = sampled ? unsigned(i % 8) : 0; bit != (sampled ? unsigned(i % 8) + 1 : 8); ++bit) {
            bytes altered = encoded;
            altered[i] = byte(altered[i] ^ 1u << bit);
            if (auto const decoded = schema::decode<T>(altered); decoded && !(*decoded == v)) f(*decoded);
        }
    }
}

} // namespace detail

/// The laws of docs/concepts/signature_scheme.md and signer.md, tried with two signers of different keys.
template <daicho::signature_scheme Scheme, class Signer>
    requires daicho::signer<Signer, Scheme>
void signature_scheme(verdict& v, Signer& one, Signer& other) {
    typename Scheme::public_key_type const key = one.public_key(), others_key = other.public_key();
    v.law("Two signers have two keys.", !(key == others_key));

    for (std::size_t n : {std::size_t(0), std::size_t(1), std::size_t(32), std::size_t(200), std::size_t(5000)}) {
        bytes message(n);
        for (std::size_t i = 0; i != n; ++i) message[i] = byte(i * 7 + n);
        auto const signature = one.sign(message);
        v.law("A signer signs every message.", signature.has_value());
        if (!signature) continue;

        bool const verifies = Scheme::verify(key, message, *signature);
        v.law("What was signed verifies.", verifies);
        v.law("Asked again, verify answers the same.", verifies == Scheme::verify(key, message, *signature));
        v.law("Under another key it does not verify.", !Scheme::verify(others_key, message, *signature));

        bytes longer = message;
        longer.push_back(0);
        v.law("Over another message it does not verify.", !Scheme::verify(key, longer, *signature));
        if (n != 0) {
            v.law("Over another message it does not verify.", !Scheme::verify(key, byte_view(message).first(n - 1), *signature));
            for (std::size_t i : {std::size_t(0), n / 2, n - 1}) {
                bytes altered = message;
                altered[i] ^= 0x10;
                v.law("Over another message it does not verify.", !Scheme::verify(key, altered, *signature));
            }
        }
    }

    bytes const message(40, 0x2a);
    auto const signature = one.sign(message);
    if (!signature) return;
    detail::for_each_altered(*signature, [&](auto const& altered) {
        v.law("A signature altered in any bit does not verify.", !Scheme::verify(key, message, altered));
    });
    detail::for_each_altered(key, [&](auto const& altered) {
        v.law("Under another key it does not verify.", !Scheme::verify(altered, message, *signature));
    });
    v.law("A key and a signature that nobody made do not verify.",
          !Scheme::verify(typename Scheme::public_key_type{}, message, *signature));
    v.law("A key and a signature that nobody made do not verify.", !Scheme::verify(key, message, typename Scheme::signature_type{}));
    v.law("A key and a signature that nobody made do not verify.",
          !Scheme::verify(typename Scheme::public_key_type{}, {}, typename Scheme::signature_type{}));
    v.law("A signer's key stays.", key == typename Scheme::public_key_type(one.public_key()));
}

} // namespace daicho::laws
