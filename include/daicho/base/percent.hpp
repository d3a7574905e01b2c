#pragma once

#include <daicho/base/hex.hpp>

#include <string>
#include <string_view>

/// Percent-encoding (RFC 3986 2.1): how any text stands in a query.
namespace daicho {

/// Everything but letters, digits and `-._~` (RFC 3986 2.3) becomes %XX.
inline std::string percent_encoded(std::string_view text) {
    std::string out;
    for (char const& c : text) {
        bool const plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::string_view("-._~").find(c) != std::string_view::npos;
        if (plain) out += c;
        else out += '%' + to_hex(as_bytes({&c, 1}));
    }
    return out;
}

/// Undone, once; `+` stays what it is. Errors: invalid_text (a % that no two hexadecimal digits follow).
inline result<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i != text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            byte decoded = 0;
            if (from_hex(text.substr(i + 1, 2), {&decoded, 1})) return fault{errc::invalid_text, "percent", i};
            c = char(decoded);
            i += 2;
        }
        out += c;
    }
    return out;
}

} // namespace daicho
