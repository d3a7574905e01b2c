#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>
#include <daicho/schema/field.hpp>

#include <concepts>
#include <string_view>

namespace daicho {

/// Two types and a verify() (docs/concepts/signature_scheme.md).
/// verify is total and noexcept: whatever the bytes, it answers, and every model of one algorithm answers the same.
/// `algorithm` goes on the wire beside each key, so that a fleet can migrate.
template <class S>
concept signature_scheme =
    requires(typename S::public_key_type const& key, byte_view message, typename S::signature_type const& signature) {
        { S::name } -> std::convertible_to<std::string_view>;
        { S::algorithm } -> std::convertible_to<std::uint16_t>;
        { S::verify(key, message, signature) } noexcept -> std::same_as<bool>;
    } && schema::encodable<typename S::public_key_type> && schema::encodable<typename S::signature_type> &&
    std::regular<typename S::public_key_type> && std::regular<typename S::signature_type>;

/// Signs canonical bytes; the secret never leaves it (docs/concepts/signer.md).
template <class T, class S>
concept signer = signature_scheme<S> && requires(T& s, T const& c, byte_view message) {
    { c.public_key() } -> std::convertible_to<typename S::public_key_type>;
    { s.sign(message) } -> std::same_as<result<typename S::signature_type>>;
};

} // namespace daicho
