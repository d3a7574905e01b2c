#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/errc.hpp>

#include <bit>
#include <cstdint>
#include <cstring>

/// The part of CBOR (RFC 8949) that daicho speaks, in its deterministic form (section 4.2.1) only.
namespace daicho::schema::cbor {

enum class major : std::uint8_t { unsigned_integer, negative_integer, byte_string, text_string, array, map, tag, simple };

inline constexpr byte false_byte = 0xf4;
inline constexpr byte true_byte = 0xf5;
inline constexpr byte null_byte = 0xf6;

/// Bytes that a head with this argument takes: 1, 2, 3, 5 or 9.
constexpr std::size_t head_size(std::uint64_t argument) noexcept {
    return argument < 24 ? 1 : argument <= 0xff ? 2 : argument <= 0xffff ? 3 : argument <= 0xffffffff ? 5 : 9;
}

/// Writes the shortest head and returns the position after it. RFC 8949 4.2.1: "as short as possible".
constexpr byte* put_head(byte* to, major m, std::uint64_t argument) noexcept {
    byte const type = byte(unsigned(m) << 5);
    if (argument < 24) {
        *to++ = byte(type | argument);
        return to;
    }
    unsigned const log2_width = argument <= 0xff ? 0u : argument <= 0xffff ? 1u : argument <= 0xffffffff ? 2u : 3u;
    *to++ = byte(type | (24 + log2_width));
    for (int shift = (8 << log2_width) - 8; shift >= 0; shift -= 8) *to++ = byte(argument >> shift);
    return to;
}

/// Well-formed, shortest-form UTF-8 without surrogates (RFC 3629) and without what would let a name disturb the line it is
/// printed on: C0 and C1 controls, line and paragraph separators, and the marks that reorder the text after them.
template <class Octets>
constexpr bool printable_utf8(Octets const& s) noexcept {
    for (std::size_t i = 0; i < s.size();) {
        byte const lead = byte(s[i]);
        if (lead < 0x80) {
            if (lead < 0x20 || lead == 0x7f) return false;
            ++i;
            continue;
        }
        std::size_t const n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (lead < 0xc2 || lead > 0xf4 || s.size() - i < n) return false;
        std::uint32_t code = lead & (0xffu >> (n + 1));
        for (std::size_t k = 1; k != n; ++k) {
            if ((byte(s[i + k]) & 0xc0) != 0x80) return false;
            code = code << 6 | (byte(s[i + k]) & 0x3f);
        }
        constexpr std::uint32_t least[] = {0x80, 0x800, 0x10000};
        if (code < least[n - 2] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
        bool const disturbs = code < 0xa0 || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
        if (disturbs) return false;
        i += n;
    }
    return true;
}

/// Reads bytes that nobody has vouched for. Never allocates, never throws; stops at the first fault.
class reader {
public:
    constexpr explicit reader(byte_view input) noexcept : begin_(input.data()), at_(input.data()), end_(input.data() + input.size()) {}

    constexpr std::size_t offset() const noexcept { return std::size_t(at_ - begin_); }
    constexpr std::size_t remaining() const noexcept { return std::size_t(end_ - at_); }
    constexpr bool at_end() const noexcept { return at_ == end_; }

    constexpr fault refuse(errc code) const noexcept { return {code, "", offset()}; }

    /// Reads a head of the wanted type into `argument`. Errors: truncated, wrong_type, non_canonical.
    constexpr fault head(major wanted, std::uint64_t& argument) noexcept {
        if (at_ == end_) return refuse(errc::truncated);
        byte const first = *at_;
        if (first >> 5 != unsigned(wanted)) return refuse(errc::wrong_type);
        unsigned const info = first & 31;
        if (info < 24) {
            argument = info;
            ++at_;
            return {};
        }
        if (info > 27) return refuse(errc::non_canonical);  // indefinite lengths and reserved forms
        std::size_t const width = std::size_t(1) << (info - 24);
        if (remaining() < 1 + width) return refuse(errc::truncated);
        std::uint64_t v = 0;
        for (std::size_t i = 1; i <= width; ++i) v = v << 8 | at_[i];
        if (head_size(v) != 1 + width) return refuse(errc::non_canonical);
        argument = v;
        at_ += 1 + width;
        return {};
    }

    /// A view of the next `n` bytes. Errors: truncated.
    constexpr fault take(std::uint64_t n, byte_view& out) noexcept {
        if (remaining() < n) return refuse(errc::truncated);
        out = {at_, std::size_t(n)};
        at_ += n;
        return {};
    }

    /// The next byte, unread. Errors: truncated.
    constexpr fault peek(byte& out) const noexcept {
        if (at_ == end_) return refuse(errc::truncated);
        out = *at_;
        return {};
    }
    constexpr void skip_one() noexcept { ++at_; }

private:
    byte const* begin_;
    byte const* at_;
    byte const* end_;
};

} // namespace daicho::schema::cbor
