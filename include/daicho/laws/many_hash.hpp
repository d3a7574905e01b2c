#pragma once

#include <daicho/concept/many_hash.hpp>
#include <daicho/laws/law.hpp>

#include <algorithm>

namespace daicho::laws {

/// The laws of docs/concepts/many_hash.md, tried on every number of messages up to 40, around every bound of a block.
template <daicho::hash_function H, class M>
    requires daicho::many_hash<M, H>
void many_hash(verdict& v, M const& many = {}) {
    auto const expected = [](byte_view prefix, byte_view message) {
        H h;
        h.update(prefix);
        h.update(message);
        return h.finish();
    };
    for (std::size_t prefix_length : {std::size_t(0), std::size_t(1), std::size_t(5)}) {
        bytes const prefix(prefix_length, 0x01);
        for (unsigned const bytes_each : {0u, 1u, 31u, 32u, 33u, 50u, 54u, 55u, 56u, 62u, 63u, 64u, 65u, 118u, 119u, 120u, 127u, 128u, 240u, 300u}) {
            std::size_t const length = bytes_each;
            for (std::size_t n = 0; n <= 40; n = n < 20 ? n + 1 : n + 7) {
                bytes messages(n * length);
                for (std::size_t i = 0; i != messages.size(); ++i) messages[i] = byte(i * 151 + i / 251 + n);
                std::vector<digest> out(n + 16), wanted(n);  // room for who fills lanes
                for (std::size_t i = 0; i != n; ++i) wanted[i] = expected(prefix, byte_view(messages).subspan(i * length, length));

                many.hash(prefix, messages, length, std::span(out).first(n));
                v.law("Each message gets the digest that the hash function gives it.", std::equal(wanted.begin(), wanted.end(), out.begin()));
                v.law("Nothing is written beyond the digests.", std::all_of(out.begin() + std::ptrdiff_t(n), out.end(), [](digest const& d) { return d == digest{}; }));

                if (length < sizeof(digest)) continue;
                std::vector<digest> level((messages.size() + sizeof(digest) - 1) / sizeof(digest) + 16);
                byte* const memory = reinterpret_cast<byte*>(level.data());
                std::copy(messages.begin(), messages.end(), memory);
                many.hash(prefix, {memory, messages.size()}, length, std::span(level).first(n));
                v.law("Digests may take the place of the messages.", std::equal(wanted.begin(), wanted.end(), level.begin()));
            }
        }
    }
    v.law("A kernel has a name.", !std::string_view(many.kernel()).empty());
}

} // namespace daicho::laws
