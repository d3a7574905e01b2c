#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/errc.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>

/// For the few steps that every field takes. Where size counts (-Os), the compiler decides.
#ifdef __OPTIMIZE_SIZE__
#define DAICHO_EVERY_FIELD
#define DAICHO_EVERY_FIELD_LAMBDA
#else
#define DAICHO_EVERY_FIELD [[gnu::always_inline]]
#define DAICHO_EVERY_FIELD_LAMBDA __attribute__((always_inline))
#endif

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
DAICHO_EVERY_FIELD constexpr byte* put_head(byte* to, major m, std::uint64_t argument) noexcept {
    byte const type = byte(unsigned(m) << 5);
    if (argument < 24) {
        *to = byte(type | argument);
        return to + 1;
    }
    if (argument <= 0xff) {
        to[0] = byte(type | 24);
        to[1] = byte(argument);
        return to + 2;
    }
    if (argument <= 0xffff) {
        *to = byte(type | 25);
        store_be16(to + 1, std::uint16_t(argument));
        return to + 3;
    }
    if (argument <= 0xffffffff) {
        *to = byte(type | 26);
        store_be32(to + 1, std::uint32_t(argument));
        return to + 5;
    }
    *to = byte(type | 27);
    store_be64(to + 1, argument);
    return to + 9;
}

/// The head of a byte string of N bytes.
template <std::size_t N>
inline constexpr auto fixed_head = [] {
    std::array<byte, head_size(N)> head{};
    put_head(head.data(), major::byte_string, N);
    return head;
}();

/// Whether these bytes, known at compile time, come next.
template <std::size_t N>
DAICHO_EVERY_FIELD constexpr bool starts_with(byte const* at, std::array<byte, N> const& expected) noexcept {
    if (!std::is_constant_evaluated()) return std::memcmp(at, expected.data(), N) == 0;
    for (std::size_t i = 0; i != N; ++i)
        if (at[i] != expected[i]) return false;
    return true;
}

/// Copies octets of either kind; at run time in one go.
template <class To, class From>
constexpr void copy_octets(To* to, From const* from, std::size_t n) noexcept {
    static_assert(sizeof(To) == 1 && sizeof(From) == 1);
    if (std::is_constant_evaluated()) {
        for (std::size_t i = 0; i != n; ++i) to[i] = To(from[i]);
    } else if (n != 0) {
        std::memcpy(to, from, n);
    }
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

/// Reads bytes that are as they should be; at the first that are not it says no, and a reader then finds out what is wrong and
/// where. Whoever makes one has seen that the fewest bytes its fields can take are there: only those beyond, the spare ones, are
/// still counted, and a field of one size needs no check at all.
class glance {
public:
    constexpr glance(byte const* at, std::size_t spare) noexcept : at_(at), spare_(spare) {}

    constexpr byte const* at() const noexcept { return at_; }

    /// Takes so many bytes beyond the fewest, if they are there.
    DAICHO_EVERY_FIELD constexpr bool spend(std::size_t n) noexcept {
        if (n > spare_) return false;
        spare_ -= n;
        return true;
    }

    DAICHO_EVERY_FIELD constexpr bool head(major wanted, std::uint64_t& argument) noexcept {
        unsigned const info = *at_ ^ unsigned(wanted) << 5;
        ++at_;
        argument = info;
        return info < 24 || long_head(info, argument);
    }

    template <std::size_t N>
    DAICHO_EVERY_FIELD constexpr bool expect(std::array<byte, N> const& known) noexcept {
        if (!starts_with(at_, known)) return false;
        at_ += N;
        return true;
    }

    template <std::size_t N>
    DAICHO_EVERY_FIELD constexpr bool fixed(std::array<byte, N>& out) noexcept {
        if (!expect(fixed_head<N>)) return false;
        copy_octets(out.data(), at_, N);
        at_ += N;
        return true;
    }

    /// A string of at most `bound` bytes, as a view into the input.
    DAICHO_EVERY_FIELD constexpr bool string(major m, std::size_t bound, byte_view& out) noexcept {
        std::uint64_t n = 0;
        if (!head(m, n) || n > bound || !spend(std::size_t(n))) return false;
        out = {at_, std::size_t(n)};
        at_ += n;
        return true;
    }

    constexpr byte next() const noexcept { return *at_; }
    constexpr void skip_one() noexcept { ++at_; }

private:
    DAICHO_EVERY_FIELD constexpr bool long_head(unsigned info, std::uint64_t& argument) noexcept {
        if (info > 27) return false;  // another type leaves a high bit set
        std::size_t const width = std::size_t(1) << (info - 24);
        if (!spend(width)) return false;
        argument = width == 1 ? *at_ : width == 2 ? load_be16(at_) : width == 4 ? load_be32(at_) : load_be64(at_);
        at_ += width;
        return head_size(argument) == 1 + width;
    }

    byte const* at_;
    std::size_t spare_;
};

/// Reads bytes that nobody has vouched for. Never allocates, never throws; stops at the first fault.
class reader {
public:
    constexpr explicit reader(byte_view input) noexcept : begin_(input.data()), at_(input.data()), end_(input.data() + input.size()) {}

    constexpr std::size_t offset() const noexcept { return std::size_t(at_ - begin_); }
    constexpr std::size_t remaining() const noexcept { return std::size_t(end_ - at_); }
    constexpr bool at_end() const noexcept { return at_ == end_; }

    constexpr fault refuse(errc code) const noexcept { return {code, "", offset()}; }

    /// Reads a head of the wanted type into `argument`. Errors: truncated, wrong_type, non_canonical.
    DAICHO_EVERY_FIELD constexpr fault head(major wanted, std::uint64_t& argument) noexcept {
        if (at_ != end_) {
            unsigned const info = *at_ ^ unsigned(wanted) << 5;
            if (info < 24) {  // another type leaves a high bit set
                argument = info;
                ++at_;
                return {};
            }
        }
        return long_head(wanted, argument);
    }

    /// Reads a byte string of exactly N bytes when it is there in its one form. False, and unmoved, otherwise: head() knows why.
    template <std::size_t N>
    DAICHO_EVERY_FIELD constexpr bool fixed(std::array<byte, N>& out) noexcept {
        constexpr std::size_t h = fixed_head<N>.size();
        if (remaining() < h + N || !starts_with(at_, fixed_head<N>)) return false;
        copy_octets(out.data(), at_ + h, N);
        at_ += h + N;
        return true;
    }

    /// Lets `read(glance&)` try what takes `fewest` bytes or more. False, and unmoved, unless all was as it should be.
    template <class Read>
    constexpr bool try_at_a_glance(std::size_t fewest, Read&& read) {
        if (remaining() < fewest) return false;
        glance ahead(at_, remaining() - fewest);
        if (!read(ahead)) return false;
        at_ = ahead.at();
        return true;
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
    constexpr fault long_head(major wanted, std::uint64_t& argument) noexcept {
        if (at_ == end_) return refuse(errc::truncated);
        if (*at_ >> 5 != unsigned(wanted)) return refuse(errc::wrong_type);
        unsigned const info = *at_ & 31;
        if (info > 27) return refuse(errc::non_canonical);  // indefinite lengths and reserved forms
        std::size_t const width = std::size_t(1) << (info - 24);
        if (remaining() < 1 + width) return refuse(errc::truncated);
        byte const* const p = at_ + 1;
        std::uint64_t const v = width == 1 ? p[0] : width == 2 ? std::uint64_t(p[0] << 8 | p[1]) : width == 4 ? load_be32(p) : load_be64(p);
        if (head_size(v) != 1 + width) return refuse(errc::non_canonical);
        argument = v;
        at_ += 1 + width;
        return {};
    }

    byte const* begin_;
    byte const* at_;
    byte const* end_;
};

} // namespace daicho::schema::cbor
