#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <algorithm>
#include <string>

namespace daicho {

/// RFC 4648, section 4: 64 digits, padded with '='. One text stands for given bytes and no other does.
inline constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

namespace detail {

/// Of each character, or 64 where it is no digit.
inline constexpr std::array<byte, 256> base64_values = [] {
    std::array<byte, 256> values{};
    values.fill(64);
    for (std::size_t i = 0; i != base64_digits.size(); ++i) values[byte(base64_digits[i])] = byte(i);
    return values;
}();

} // namespace detail

/// How many bytes a text of this length and padding stands for; wrong when it is not base64.
constexpr std::size_t base64_decoded_size(std::string_view text) noexcept {
    if (text.size() < 4) return 0;
    std::size_t const padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    return text.size() / 4 * 3 - padding;
}

/// Fills `out` exactly; never allocates. Errors: wrong_size (`at` is the size that it has), invalid_text (a character that is no
/// digit), non_canonical (padding is missing or too much, or bits after the last byte are set).
constexpr fault from_base64(std::string_view text, byte_span out) noexcept {
    if (text.size() % 4 != 0) return {errc::non_canonical, "base64", text.size()};
    if (base64_decoded_size(text) != out.size()) return {errc::wrong_size, "base64", base64_decoded_size(text)};
    std::size_t const digits = (out.size() * 8 + 5) / 6;
    for (std::size_t i = 0, written = 0; i < text.size(); i += 4) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k != 4; ++k) {
            byte const value = i + k < digits ? detail::base64_values[byte(text[i + k])] : byte(0);
            if (value == 64) return {errc::invalid_text, "base64", i + k};
            group = group << 6 | value;
        }
        std::size_t const n = std::min<std::size_t>(3, out.size() - written);
        if (group & ((1u << (24 - 8 * n)) - 1)) return {errc::non_canonical, "base64", i};
        for (std::size_t k = 0; k != n; ++k) out[written++] = byte(group >> (16 - 8 * k));
    }
    return {};
}

inline result<bytes> bytes_from_base64(std::string_view text) {
    bytes out(base64_decoded_size(text));
    if (auto f = from_base64(text, out)) return f;
    return out;
}

/// Appends to a container of characters or of bytes, so that a secret stays in memory that is wiped.
template <class Out>
void append_base64(Out& out, byte_view b) {
    for (std::size_t i = 0; i < b.size(); i += 3) {
        std::size_t const n = std::min<std::size_t>(3, b.size() - i);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k != 3; ++k) group = group << 8 | (k < n ? b[i + k] : 0u);
        for (std::size_t k = 0; k != 4; ++k) out.push_back(typename Out::value_type(k <= n ? base64_digits[group >> (18 - 6 * k) & 63] : '='));
    }
}

inline std::string to_base64(byte_view b) {
    std::string out;
    out.reserve((b.size() + 2) / 3 * 4);
    append_base64(out, b);
    return out;
}

} // namespace daicho
