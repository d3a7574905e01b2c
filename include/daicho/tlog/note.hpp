#pragma once

#include <daicho/base/base64.hpp>
#include <daicho/base/bounded.hpp>
#include <daicho/schema/cbor.hpp>

#include <optional>

/// Text that several parties sign, as transparency logs and their tools exchange it (C2SP signed-note).
namespace daicho::tlog {

inline constexpr std::size_t note_bound = 64 * 1024;    ///< bytes of a whole note
inline constexpr std::size_t signatures_bound = 64;     ///< signature lines of a note (the specification asks for 16 at least)
inline constexpr std::size_t key_name_bound = 255;      ///< bytes

inline constexpr std::string_view signature_dash = "\xe2\x80\x94 ";  // U+2014, then a space

/// Non-empty, without spaces, plus signs and anything that would disturb its line.
constexpr bool key_name(std::string_view name) noexcept {
    // What Unicode calls a space beyond ASCII: U+00A0, U+1680, U+2000 to U+200A, U+202F, U+205F, U+3000.
    for (std::string_view space : {" ", "+", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"})
        if (name.find(space) != name.npos) return false;
    for (std::size_t at = name.find("\xe2\x80"); at != name.npos; at = name.find("\xe2\x80", at + 1))
        if (at + 2 < name.size() && byte(name[at + 2]) <= 0x8a) return false;
    return !name.empty() && name.size() <= key_name_bound && schema::cbor::printable_utf8(name);
}

/// A signature as a note carries it. Whose it is, is told by the name and the ID together; unknown ones are passed over.
struct note_signature {
    std::string_view key_name;
    std::uint32_t key_id = 0;
    std::string_view encoded;  ///< base64 of key ID and signature
    std::size_t size = 0;      ///< bytes of the signature alone

    /// Fills `out` exactly. Errors: wrong_size.
    constexpr fault read(byte_span out) const noexcept {
        if (out.size() != size) return {errc::wrong_size, "note.signature", size};
        // Groups of three bytes: the four of the key ID and the first two of the signature share two of them.
        std::array<byte, 3> group{};
        for (std::size_t i = 0; i < encoded.size(); i += 4) {
            auto const digits = encoded.substr(i, 4);
            auto const n = base64_decoded_size(digits);
            if (auto f = from_base64(digits, byte_span(group).first(n))) return f;
            for (std::size_t k = 0; k != n; ++k) {
                std::size_t const at = i / 4 * 3 + k;
                if (at >= 4) out[at - 4] = group[k];
            }
        }
        return {};
    }
};

/// A note that nobody has vouched for yet: views into its bytes. Never allocates, never throws.
class note {
public:
    /// Errors: oversized, truncated (no final newline), missing_field (no blank line, or no signature), invalid_text (control
    /// characters, a carriage return among them, or no UTF-8), non_canonical (a signature line of another form),
    /// duplicate (two signatures of one key).
    static constexpr result<note> parse(std::string_view whole) noexcept {
        if (whole.size() > note_bound) return fault{errc::oversized, "note", whole.size()};
        if (whole.empty() || whole.back() != '\n') return fault{errc::truncated, "note", whole.size()};
        std::size_t const blank = whole.rfind("\n\n");
        if (blank == whole.npos || blank == 0) return fault{errc::missing_field, "note.text"};
        note n;
        n.text_ = whole.substr(0, blank + 1);
        n.lines_ = whole.substr(blank + 2);
        if (n.lines_.empty()) return fault{errc::missing_field, "note.signatures"};
        for (std::size_t at = 0; at < n.text_.size();) {
            std::size_t const end = n.text_.find('\n', at);
            if (!schema::cbor::printable_utf8(n.text_.substr(at, end - at))) return fault{errc::invalid_text, "note.text", at};
            at = end + 1;
        }
        std::size_t count = 0;
        for (std::string_view rest = n.lines_; !rest.empty();) {
            if (++count > signatures_bound) return fault{errc::oversized, "note.signatures", count};
            auto const line = next_line(rest);
            auto const s = signature_of(line, std::size_t(line.data() - whole.data()));
            if (!s) return s.error();
            std::string_view before = n.lines_;
            while (before.data() != line.data()) {
                auto const other = signature_of(next_line(before), 0);
                if (other->key_id == s->key_id && other->key_name == s->key_name)
                    return fault{errc::duplicate, "note.signature", std::size_t(line.data() - whole.data())};
            }
        }
        return n;
    }

    /// What is signed: ends with a newline.
    constexpr std::string_view text() const noexcept { return text_; }
    /// Every signature line, each with its newline.
    constexpr std::string_view signatures() const noexcept { return lines_; }

    constexpr std::optional<note_signature> find(std::string_view name, std::uint32_t id) const noexcept {
        for (std::string_view rest = lines_; !rest.empty();)
            if (auto const s = signature_of(next_line(rest), 0); s->key_id == id && s->key_name == name) return *s;
        return std::nullopt;
    }

private:
    /// Takes the first line off `rest`, without its newline.
    static constexpr std::string_view next_line(std::string_view& rest) noexcept {
        std::size_t const end = rest.find('\n');
        auto const line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        return line;
    }

    static constexpr result<note_signature> signature_of(std::string_view line, std::size_t at) noexcept {
        fault const malformed{errc::non_canonical, "note.signature", at};
        if (!line.starts_with(signature_dash)) return malformed;
        line.remove_prefix(signature_dash.size());
        std::size_t const space = line.find(' ');
        if (space == line.npos) return malformed;
        note_signature s{.key_name = line.substr(0, space), .encoded = line.substr(space + 1)};
        if (!tlog::key_name(s.key_name)) return malformed;
        std::size_t const size = base64_decoded_size(s.encoded);
        if (size < 5 || s.encoded.size() % 4 != 0) return malformed;
        s.size = size - 4;
        std::array<byte, 3> group{};
        for (std::size_t i = 0; i < s.encoded.size(); i += 4) {
            auto const digits = s.encoded.substr(i, 4);
            std::size_t const n = i + 4 == s.encoded.size() ? base64_decoded_size(digits) : 3;
            if (from_base64(digits, byte_span(group).first(n))) return malformed;
            for (std::size_t k = 0; k != n && i / 4 * 3 + k < 4; ++k) s.key_id = s.key_id << 8 | group[k];
        }
        return s;
    }

    std::string_view text_, lines_;
};

} // namespace daicho::tlog
