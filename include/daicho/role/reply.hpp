#pragma once

#include <daicho/record/message.hpp>
#include <daicho/schema/codec.hpp>

/// What comes back on the secure channel. Never allocates by itself, never throws.
namespace daicho {

/// What came in the place of a record that was asked for: a refusal, whose fault then says `who`, or else `otherwise`.
inline fault refused_or(fault otherwise, byte_view reply, char const* who) {
    refusal no{};
    if (otherwise == errc::wrong_schema && !schema::decode_into(reply, no)) return {no.code == errc::ok ? errc::not_permitted : no.code, who};
    return otherwise;
}

/// The record that was asked for. `who`: "the gateway refused". Errors: what it refuses with; those of decoding.
template <record T>
result<T> expect(byte_view reply, char const* who) {
    T wanted{};
    if (auto f = schema::decode_into(reply, wanted)) return refused_or(f, reply, who);
    return wanted;
}

} // namespace daicho
