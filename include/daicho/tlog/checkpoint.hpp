#pragma once

#include <daicho/tlog/note.hpp>

namespace daicho::tlog {

/// A tree head in three lines (C2SP tlog-checkpoint): the text of a note that a log signs and witnesses cosign.
struct checkpoint {
    static constexpr std::size_t text_bound = 1024;  ///< bytes of its text, extension lines and all

    std::string_view origin;       ///< which log
    std::uint64_t size = 0;        ///< leaves
    digest root{};                 ///< RFC 9162 2.1.1, by SHA-256
    std::string_view extensions;   ///< further lines, each with its newline: opaque, seldom there

    /// Errors: oversized, missing_field, non_canonical (a size with leading zeros or that is no number), out_of_range (a size beyond
    /// 64 bits), invalid_text, and what base64 is refused for.
    static constexpr result<checkpoint> parse(std::string_view text) noexcept {
        if (text.size() > text_bound) return fault{errc::oversized, "checkpoint", text.size()};
        if (text.empty() || text.back() != '\n') return fault{errc::truncated, "checkpoint"};
        std::array<std::string_view, 3> lines;
        std::string_view rest = text;
        for (auto& line : lines) {
            std::size_t const end = rest.find('\n');
            if (end == rest.npos || end == 0) return fault{errc::missing_field, "checkpoint"};
            line = rest.substr(0, end);
            rest.remove_prefix(end + 1);
        }
        checkpoint c{.origin = lines[0], .extensions = rest};
        if (!schema::cbor::printable_utf8(c.origin)) return fault{errc::invalid_text, "checkpoint.origin"};
        auto const size = decimal(lines[1]);
        if (!size) return fault{size.error().code, "checkpoint.size"};
        c.size = *size;
        if (auto f = from_base64(lines[2], c.root)) return fault{f.code, "checkpoint.root"};
        for (auto line = rest; !line.empty();) {
            std::size_t const end = line.find('\n');
            if (end == 0) return fault{errc::missing_field, "checkpoint.extensions"};
            if (!schema::cbor::printable_utf8(line.substr(0, end))) return fault{errc::invalid_text, "checkpoint.extensions"};
            line.remove_prefix(end + 1);
        }
        return c;
    }

    /// The text to sign.
    std::string text() const {
        return std::string(origin) + '\n' + std::to_string(size) + '\n' + to_base64(root) + '\n' + std::string(extensions);
    }

    /// A number as C2SP's texts write it: no sign, no leading zero. Errors: non_canonical, out_of_range.
    static constexpr result<std::uint64_t> decimal(std::string_view digits) noexcept {
        if (digits.empty() || (digits.size() > 1 && digits[0] == '0')) return fault{errc::non_canonical, "number"};
        std::uint64_t v = 0;
        for (char c : digits) {
            if (c < '0' || c > '9') return fault{errc::non_canonical, "number"};
            std::uint64_t const digit = std::uint64_t(c - '0');
            if (v > (~std::uint64_t(0) - digit) / 10) return fault{errc::out_of_range, "number"};
            v = v * 10 + digit;
        }
        return v;
    }
};

} // namespace daicho::tlog
