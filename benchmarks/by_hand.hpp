#pragma once

#include <daicho/record/transaction.hpp>

#include <cstring>

/// A device's report (a transaction without release and enrolment) written and read by code that knows this one record and nothing
/// else, as somebody writes it who has an afternoon and a profiler: what generated code is to be measured against. Same bytes, and
/// as strict: shortest heads only, every bound, printable text, nothing left over.
namespace daicho::benchmarks::by_hand {

inline byte* put(byte* to, byte const* from, std::size_t n) noexcept {
    std::memcpy(to, from, n);
    return to + n;
}

inline byte* put_digest(byte* to, digest const& d) noexcept {
    to[0] = 0x58, to[1] = 32;
    return put(to + 2, d.data(), 32);
}

inline byte* put_number(byte* to, std::uint64_t v) noexcept {
    if (v < 24) {
        *to = byte(v);
        return to + 1;
    }
    if (v <= 0xff) {
        to[0] = 24, to[1] = byte(v);
        return to + 2;
    }
    if (v <= 0xffff) {
        to[0] = 25;
        std::uint16_t const big = __builtin_bswap16(std::uint16_t(v));
        return put(to + 1, reinterpret_cast<byte const*>(&big), 2);
    }
    if (v <= 0xffffffff) {
        to[0] = 26;
        std::uint32_t const big = __builtin_bswap32(std::uint32_t(v));
        return put(to + 1, reinterpret_cast<byte const*>(&big), 4);
    }
    to[0] = 27;
    std::uint64_t const big = __builtin_bswap64(v);
    return put(to + 1, reinterpret_cast<byte const*>(&big), 8);
}

/// `to` has room for 300 bytes. Null when the transaction is no report.
template <class Transaction>
byte* encode(byte* to, Transaction const& t) noexcept {
    auto const& b = t.body;
    if (b.release || b.enrolment) return nullptr;
    to = put(to, reinterpret_cast<byte const*>("\x83\x19\x21\x01\x8c\x19\x20\x01"), 8);
    to = put_digest(to, b.chain_id);
    *to++ = byte(b.state);
    to = put_digest(to, b.recipient);
    to = put_digest(to, b.sender);
    std::size_t const n = b.model.size();
    if (n < 24) *to++ = byte(0x60 + n);
    else to[0] = 0x78, to[1] = byte(n), to += 2;
    to = put(to, reinterpret_cast<byte const*>(b.model.view().data()), n);
    to = put_number(to, b.ver);
    to = put_digest(to, b.verifier);
    to = put_number(to, b.sequence);
    to = put_number(to, b.time);
    to[0] = to[1] = 0xf6;
    to[2] = 0x58, to[3] = 64;
    return put(to + 4, t.signature.data(), 64);
}

/// Null when it is not a number in its shortest form. Up to nine bytes are there.
inline byte const* get_number(byte const* p, std::uint64_t& v) noexcept {
    byte const head = *p++;
    if (head < 24) {
        v = head;
        return p;
    }
    switch (head) {
    case 24: v = *p; return v < 24 ? nullptr : p + 1;
    case 25: {
        std::uint16_t big;
        std::memcpy(&big, p, 2);
        v = __builtin_bswap16(big);
        return v <= 0xff ? nullptr : p + 2;
    }
    case 26: {
        std::uint32_t big;
        std::memcpy(&big, p, 4);
        v = __builtin_bswap32(big);
        return v <= 0xffff ? nullptr : p + 4;
    }
    case 27:
        std::memcpy(&v, p, 8);
        v = __builtin_bswap64(v);
        return v <= 0xffffffff ? nullptr : p + 8;
    }
    return nullptr;
}

inline byte const* get_digest(byte const* p, digest& d) noexcept {
    if (p[0] != 0x58 || p[1] != 32) return nullptr;
    std::memcpy(d.data(), p + 2, 32);
    return p + 34;
}

/// Whether it was exactly a report; it is then in t.
template <class Transaction>
bool decode(byte_view in, Transaction& t) noexcept {
    auto& b = t.body;
    byte const* p = in.data();
    byte const* const end = p + in.size();
    if (in.size() < 8 + 34 + 1 + 34 + 34 + 1 + 1 + 34 + 1 + 1 + 2 + 66) return false;  // empty text, three small numbers
    if (std::memcmp(p, "\x83\x19\x21\x01\x8c\x19\x20\x01", 8) != 0) return false;
    if (!(p = get_digest(p + 8, b.chain_id))) return false;
    if (*p >= 10) return false;
    b.state = daicho::state(*p++);
    if (!(p = get_digest(p, b.recipient)) || !(p = get_digest(p, b.sender))) return false;
    std::size_t n = *p++;
    if (n >= 0x60 && n < 0x78) n -= 0x60;
    else if (n != 0x78 || (n = *p++) < 24 || n > 32) return false;
    if (std::size_t(end - p) < n + 1 + 34 + 1 + 1 + 2 + 66) return false;
    for (std::size_t i = 0; i != n; ++i)
        if (p[i] < 0x20 || p[i] >= 0x7f) return false;  // models are ASCII here
    b.model.assign(byte_view(p, n));
    if (!(p = get_number(p + n, b.ver))) return false;
    if (std::size_t(end - p) < 34 + 1 + 1 + 2 + 66) return false;
    if (!(p = get_digest(p, b.verifier))) return false;
    if (!(p = get_number(p, b.sequence)) || !(p = get_number(p, b.time))) return false;
    if (std::size_t(end - p) != 2 + 66) return false;
    if (p[0] != 0xf6 || p[1] != 0xf6 || p[2] != 0x58 || p[3] != 64) return false;
    b.release.reset();
    b.enrolment.reset();
    std::memcpy(t.signature.data(), p + 4, 64);
    return true;
}

} // namespace daicho::benchmarks::by_hand
