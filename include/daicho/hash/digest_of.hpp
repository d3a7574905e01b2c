#pragma once

#include <daicho/concept/hash_function.hpp>
#include <daicho/schema/codec.hpp>

namespace daicho {

template <hash_function H>
digest hash_bytes(byte_view b) {
    H h;
    h.update(b);
    return h.finish();
}

/// The digest of a record's canonical bytes. The record's tag is part of them, so no two kinds share a digest.
template <hash_function H, schema::encodable T>
digest digest_of(T const& v) {
    if constexpr (schema::max_encoded<T> <= 2048) {
        schema::buffer_for<T> buffer;
        auto const used = schema::encode_into(buffer, v);
        return hash_bytes<H>(*used);
    } else {
        return hash_bytes<H>(schema::encode(v));
    }
}

} // namespace daicho
