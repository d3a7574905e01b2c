#pragma once

#include <daicho/base/bounded.hpp>
#include <daicho/base/result.hpp>
#include <daicho/schema/cbor.hpp>
#include <daicho/schema/reflect.hpp>

#include <algorithm>
#include <concepts>
#include <limits>
#include <type_traits>

/// How one field becomes canonical bytes and back. `field<T>` says four things of a type:
///   max          the most bytes it can take (a constant: buffers are sized at compile time)
///   size(v)      the bytes that v takes
///   put(to, v)   writes them and returns the position after them
///   get(r, v)    reads only what put writes, bounded, and says where it stopped; nothing stays of what v was
/// and, so that records of it are written and read without looking twice, it may say three more:
///   min          the fewest bytes it can take; otherwise 1
///   reach        the most bytes put can write of any value in memory, of one that nobody would decode too; otherwise unknown
///   glance(r, v) get without a word about what is wrong: false then
namespace daicho::schema {

template <class T>
struct field;  // a type without a specialisation cannot be part of a record

template <class T>
concept encodable = requires(T const& v, T& out, byte* to, cbor::reader& r) {
    { field<T>::max } -> std::convertible_to<std::size_t>;
    { field<T>::size(v) } -> std::same_as<std::size_t>;
    { field<T>::put(to, v) } -> std::same_as<byte*>;
    { field<T>::get(r, out) } -> std::same_as<fault>;
};

/// A type that is read at a glance first. Not where size counts: it is every record's decoder once more.
#ifdef __OPTIMIZE_SIZE__
template <class T>
concept glanced = false;
#else
template <class T>
concept glanced = requires(cbor::glance& r, T& out) { { field<T>::glance(r, out) } -> std::same_as<bool>; };
#endif

namespace detail {

template <class T>
inline constexpr std::size_t min_of = [] {
    if constexpr (requires { field<T>::min; }) return std::size_t(field<T>::min);
    else return std::size_t(1);
}();

/// 0 where it is unknown.
template <class T>
inline constexpr std::size_t reach_of = [] {
    if constexpr (requires { field<T>::reach; }) return std::size_t(field<T>::reach);
    else return std::size_t(0);
}();

template <class Octets>
DAICHO_EVERY_FIELD constexpr byte* put_bytes(byte* to, cbor::major m, Octets const& b) noexcept {
    to = cbor::put_head(to, m, b.size());
    cbor::copy_octets(to, b.data(), b.size());
    return to + b.size();
}

/// A string of at most `bound` bytes, as a view into the input.
constexpr fault get_string(cbor::reader& r, cbor::major m, std::size_t bound, byte_view& out) noexcept {
    std::uint64_t n = 0;
    auto const start = r;
    if (auto f = r.head(m, n)) return f;
    if (n > bound) return start.refuse(errc::oversized);
    return r.take(n, out);
}

} // namespace detail

/// Unsigned numbers. Signed ones and floating point have no place in a record; neither have characters, whose sign differs
/// between machines.
template <std::unsigned_integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
             !std::same_as<T, char16_t> && !std::same_as<T, char32_t>)
struct field<T> {
    static constexpr std::size_t max = 1 + sizeof(T), reach = max, min = 1;
    static constexpr std::size_t size(T v) noexcept { return cbor::head_size(v); }
    DAICHO_EVERY_FIELD static constexpr byte* put(byte* to, T v) noexcept { return cbor::put_head(to, cbor::major::unsigned_integer, v); }
    DAICHO_EVERY_FIELD static constexpr bool glance(cbor::glance& r, T& v) noexcept {
        std::uint64_t n = 0;
        if (!r.head(cbor::major::unsigned_integer, n) || n > std::numeric_limits<T>::max()) return false;
        v = T(n);
        return true;
    }
    DAICHO_EVERY_FIELD static constexpr fault get(cbor::reader& r, T& v) noexcept {
        std::uint64_t n = 0;
        auto const start = r;
        if (auto f = r.head(cbor::major::unsigned_integer, n)) return f;
        if (n > std::numeric_limits<T>::max()) return start.refuse(errc::out_of_range);
        v = T(n);
        return {};
    }
};

template <>
struct field<bool> {
    static constexpr std::size_t max = 1, reach = 1, min = 1;
    static constexpr std::size_t size(bool) noexcept { return 1; }
    static constexpr bool glance(cbor::glance& r, bool& v) noexcept {
        byte const b = r.next();
        r.skip_one();
        v = b == cbor::true_byte;
        return v || b == cbor::false_byte;
    }
    static constexpr byte* put(byte* to, bool v) noexcept {
        *to = v ? cbor::true_byte : cbor::false_byte;
        return to + 1;
    }
    static constexpr fault get(cbor::reader& r, bool& v) noexcept {
        byte b = 0;
        if (auto f = r.peek(b)) return f;
        if (b != cbor::false_byte && b != cbor::true_byte) return r.refuse(errc::wrong_type);
        v = b == cbor::true_byte;
        r.skip_one();
        return {};
    }
};

template <named_enum T>
struct field<T> {
    using number = std::make_unsigned_t<std::underlying_type_t<T>>;
    static constexpr std::size_t max = cbor::head_size(names_of<T>.size() - 1), reach = 1 + sizeof(T), min = 1;
    static constexpr std::size_t size(T v) noexcept { return cbor::head_size(number(v)); }
    DAICHO_EVERY_FIELD static constexpr byte* put(byte* to, T v) noexcept {
        return cbor::put_head(to, cbor::major::unsigned_integer, number(v));
    }
    DAICHO_EVERY_FIELD static constexpr bool glance(cbor::glance& r, T& v) noexcept {
        std::uint64_t n = 0;
        if (!r.head(cbor::major::unsigned_integer, n) || n >= names_of<T>.size()) return false;
        v = T(n);
        return true;
    }
    DAICHO_EVERY_FIELD static constexpr fault get(cbor::reader& r, T& v) noexcept {
        std::uint64_t n = 0;
        auto const start = r;
        if (auto f = r.head(cbor::major::unsigned_integer, n)) return f;
        if (n >= names_of<T>.size()) return start.refuse(errc::out_of_range);
        v = T(n);
        return {};
    }
};

/// Exactly N bytes: digests, nonces, fixed-size keys and signatures.
template <std::size_t N>
struct field<std::array<byte, N>> {
    static constexpr std::size_t max = cbor::head_size(N) + N, reach = max, min = max;
    static constexpr std::size_t size(std::array<byte, N> const&) noexcept { return max; }
    DAICHO_EVERY_FIELD static constexpr byte* put(byte* to, std::array<byte, N> const& v) noexcept {
        cbor::copy_octets(to, cbor::fixed_head<N>.data(), max - N);
        cbor::copy_octets(to + (max - N), v.data(), N);
        return to + max;
    }
    DAICHO_EVERY_FIELD static constexpr bool glance(cbor::glance& r, std::array<byte, N>& v) noexcept { return r.fixed(v); }
    DAICHO_EVERY_FIELD static constexpr fault get(cbor::reader& r, std::array<byte, N>& v) noexcept {
        if (r.fixed(v)) return {};
        return otherwise(r, v);
    }

private:
    static constexpr fault otherwise(cbor::reader& r, std::array<byte, N>& v) noexcept {
        byte_view b;
        auto const start = r;
        if (auto f = detail::get_string(r, cbor::major::byte_string, N, b)) return f;
        if (b.size() != N) return start.refuse(errc::wrong_size);
        std::copy(b.begin(), b.end(), v.begin());
        return {};
    }
};

template <std::size_t N>
struct field<inline_bytes<N>> {
    static constexpr std::size_t max = cbor::head_size(N) + N, reach = max, min = 1;
    static constexpr bool glance(cbor::glance& r, inline_bytes<N>& v) noexcept {
        byte_view b;
        return r.string(cbor::major::byte_string, N, b) && v.assign(b);
    }
    static constexpr std::size_t size(inline_bytes<N> const& v) noexcept { return cbor::head_size(v.size()) + v.size(); }
    static constexpr byte* put(byte* to, inline_bytes<N> const& v) noexcept { return detail::put_bytes(to, cbor::major::byte_string, v); }
    static constexpr fault get(cbor::reader& r, inline_bytes<N>& v) noexcept {
        byte_view b;
        if (auto f = detail::get_string(r, cbor::major::byte_string, N, b)) return f;
        v.assign(b);
        return {};
    }
};

template <std::size_t N>
struct field<bounded_bytes<N>> {
    static constexpr std::size_t max = cbor::head_size(N) + N;
    static constexpr std::size_t size(bounded_bytes<N> const& v) noexcept { return cbor::head_size(v.size()) + v.size(); }
    static constexpr byte* put(byte* to, bounded_bytes<N> const& v) noexcept { return detail::put_bytes(to, cbor::major::byte_string, v); }
    static constexpr fault get(cbor::reader& r, bounded_bytes<N>& v) {
        byte_view b;
        if (auto f = detail::get_string(r, cbor::major::byte_string, N, b)) return f;
        v.assign(b.begin(), b.end());
        return {};
    }
};

template <std::size_t N>
struct field<borrowed_bytes<N>> {
    static constexpr std::size_t max = cbor::head_size(N) + N, min = 1;
    static constexpr bool glance(cbor::glance& r, borrowed_bytes<N>& v) noexcept { return r.string(cbor::major::byte_string, N, v.bytes); }
    static constexpr std::size_t size(borrowed_bytes<N> const& v) noexcept { return cbor::head_size(v.size()) + v.size(); }
    static constexpr byte* put(byte* to, borrowed_bytes<N> const& v) noexcept { return detail::put_bytes(to, cbor::major::byte_string, v.bytes); }
    static constexpr fault get(cbor::reader& r, borrowed_bytes<N>& v) noexcept {
        return detail::get_string(r, cbor::major::byte_string, N, v.bytes);
    }
};

template <std::size_t N>
struct field<inline_string<N>> {
    static constexpr std::size_t max = cbor::head_size(N) + N, reach = max, min = 1;
    static constexpr bool glance(cbor::glance& r, inline_string<N>& v) noexcept {
        byte_view b;
        return r.string(cbor::major::text_string, N, b) && cbor::printable_utf8(b) && v.assign(b);
    }
    static constexpr std::size_t size(inline_string<N> const& v) noexcept { return cbor::head_size(v.size()) + v.size(); }
    static constexpr byte* put(byte* to, inline_string<N> const& v) noexcept {
        return detail::put_bytes(to, cbor::major::text_string, v.view());
    }
    static constexpr fault get(cbor::reader& r, inline_string<N>& v) noexcept {
        byte_view b;
        auto const start = r;
        if (auto f = detail::get_string(r, cbor::major::text_string, N, b)) return f;
        if (!cbor::printable_utf8(b)) return start.refuse(errc::invalid_text);
        v.assign(b);
        return {};
    }
};

} // namespace daicho::schema
