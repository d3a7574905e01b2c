#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <string>

namespace daicho {

/// Lower-case hexadecimal, two characters a byte.
inline std::string to_hex(byte_view b) {
    constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(b.size() * 2);
    for (byte x : b) {
        out.push_back(digits[x >> 4]);
        out.push_back(digits[x & 15]);
    }
    return out;
}

/// The first eight characters: enough to tell nodes apart in a log line.
inline std::string short_hex(byte_view b) { return to_hex(b.first(b.size() < 4 ? b.size() : 4)); }

constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Fills `out` exactly. Errors: wrong_size, invalid_text.
constexpr fault from_hex(std::string_view text, byte_span out) noexcept {
    if (text.size() != out.size() * 2) return {errc::wrong_size, "hex", text.size()};
    for (std::size_t i = 0; i != out.size(); ++i) {
        int const high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0) return {errc::invalid_text, "hex", 2 * i};
        out[i] = byte(high << 4 | low);
    }
    return {};
}

inline result<bytes> bytes_from_hex(std::string_view text) {
    bytes out(text.size() / 2);
    if (auto f = from_hex(text, out)) return f;
    return out;
}

inline result<digest> digest_from_hex(std::string_view text) {
    digest d;
    if (auto f = from_hex(text, d)) return f;
    return d;
}

} // namespace daicho
