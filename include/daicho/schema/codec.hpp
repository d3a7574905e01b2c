#pragma once

#include <daicho/schema/field.hpp>

#include <array>

/// Canonical bytes of a record and back: the one encoding that is hashed, signed, stored and sent (docs/wire.md).
namespace daicho::schema {

/// The most bytes a T can take.
template <encodable T>
inline constexpr std::size_t max_encoded = field<T>::max;

template <encodable T>
constexpr std::size_t encoded_size(T const& v) noexcept {
    return field<T>::size(v);
}

template <encodable T>
bytes encode(T const& v) {
    bytes out(encoded_size(v));
    field<T>::put(out.data(), v);
    return out;
}

/// Encodes into a caller's buffer and returns the part used; for machines without a heap. Errors: oversized.
template <encodable T>
constexpr result<byte_view> encode_into(byte_span buffer, T const& v) noexcept {
    constexpr std::size_t reach = detail::reach_of<T>;
    if (reach == 0 || buffer.size() < reach)  // otherwise whatever v holds fits
        if (std::size_t const n = encoded_size(v); n > buffer.size()) return fault{errc::oversized, "buffer", n};
    return byte_view(buffer.data(), field<T>::put(buffer.data(), v));
}

/// Reads a whole record into `out`. Accepts exactly what encode() writes. On a fault `out` is unspecified.
/// Errors: every decode errc, with the field's name and the byte offset.
template <encodable T>
constexpr fault decode_into(byte_view input, T& out) {
    cbor::reader r(input);
    if (auto f = field<T>::get(r, out)) return f;
    if (!r.at_end()) return r.refuse(errc::trailing_bytes);
    return {};
}

template <encodable T>
constexpr result<T> decode(byte_view input) {
    result<T> out(std::in_place);  // every member is written, or none is seen
    if (auto f = decode_into(input, *out)) out = f;
    return out;
}

/// A buffer that always fits one T.
template <encodable T>
using buffer_for = std::array<byte, std::max(max_encoded<T>, detail::reach_of<T>)>;

} // namespace daicho::schema

namespace daicho {
using schema::decode;
using schema::encode;
} // namespace daicho
