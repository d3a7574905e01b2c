#pragma once

#include <daicho/base/bytes.hpp>

#include <charconv>
#include <optional>
#include <string_view>

namespace daicho::role {

/// Which bytes of an artifact a Range header asks for.
struct byte_range {
    enum class kind : std::uint8_t { whole, part, unsatisfiable };
    kind what = kind::whole;
    std::uint64_t offset = 0, length = 0;
    friend bool operator==(byte_range const&, byte_range const&) = default;
};

/// RFC 9110 14.2: one range of bytes is understood; what is malformed, of another unit or several ranges is ignored, as the
/// RFC allows, and the whole is sent.
inline byte_range read_range(std::string_view header, std::uint64_t size) {
    using kind = byte_range::kind;
    byte_range const whole{kind::whole, 0, size}, none{kind::unsatisfiable, 0, 0};
    if (!header.starts_with("bytes=")) return whole;
    header.remove_prefix(6);
    auto const dash = header.find('-');
    if (dash == header.npos) return whole;
    auto const number = [](std::string_view text) -> std::optional<std::uint64_t> {
        std::uint64_t v = 0;
        auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), v);
        if (text.empty() || ec != std::errc{} || end != text.data() + text.size()) return {};
        return v;
    };
    auto const first_text = header.substr(0, dash), last_text = header.substr(dash + 1);
    auto const first = number(first_text), last = number(last_text);
    if (first_text.empty()) {  // the last n bytes
        if (!last) return whole;
        if (*last == 0 || size == 0) return none;
        auto const n = *last < size ? *last : size;
        return {kind::part, size - n, n};
    }
    if (!first || (!last && !last_text.empty()) || (last && *last < *first)) return whole;
    if (*first >= size) return none;
    auto const end = last && *last < size - 1 ? *last : size - 1;
    return {kind::part, *first, end - *first + 1};
}

} // namespace daicho::role
