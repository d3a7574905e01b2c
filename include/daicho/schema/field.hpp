#pragma once

#include <daicho/schema/plain_field.hpp>

#include <algorithm>
#include <concepts>
#include <optional>
#include <type_traits>
#include <variant>

/// The fields that are made of fields: lists, what may be absent, records, one of several records.
namespace daicho::schema {

namespace detail {

/// What `Whole` is made of; a member that cannot be encoded is named here, before anything deeper complains.
template <class Whole, class Member>
struct part {
    static_assert(!std::is_enum_v<Member> || named_enum<Member>,
                  "an enum in a record needs names for its values: specialise daicho::schema::names_of (docs/concepts/record.md)");
    static_assert(std::is_enum_v<Member> || encodable<Member>,
                  "a member of this record has no canonical bytes: specialise daicho::schema::field (docs/concepts/record.md)");
    static constexpr std::size_t max = field<Member>::max;
};

template <class T>
inline constexpr bool is_inline_list = false;
template <class T, std::size_t N>
inline constexpr bool is_inline_list<inline_list<T, N>> = true;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class... Ts>
inline constexpr bool tags_differ = [] {
    std::uint32_t const values[] = {Ts::schema.value()...};
    for (std::size_t i = 0; i != sizeof...(Ts); ++i)
        for (std::size_t k = 0; k != i; ++k)
            if (values[i] == values[k]) return false;
    return true;
}();

} // namespace detail

/// An inline_list or a bounded_list.
template <class List>
concept bounded_sequence = requires { typename List::value_type; { List::bound } -> std::convertible_to<std::size_t>; } &&
                           (detail::is_inline_list<List> || (std::derived_from<List, std::vector<typename List::value_type>> &&
                                                             !std::same_as<typename List::value_type, byte>));

/// A bounded list, in place or on the heap. A forged count is refused before anything is allocated:
/// it must be within the bound, and each element takes at least one byte of what is really there. On the heap there is room at
/// once for as many elements as the bytes that are there could hold: an honest list is not moved as it grows.
template <bounded_sequence List>
struct field<List> {
    using element = typename List::value_type;
    static constexpr std::size_t max = cbor::head_size(List::bound) + List::bound * detail::part<List, element>::max;
    static constexpr std::size_t reach =
        detail::is_inline_list<List> && detail::reach_of<element> != 0 ? cbor::head_size(List::bound) + List::bound * detail::reach_of<element> : 0;
    static constexpr bool glance(cbor::glance& r, List& v)
        requires detail::is_inline_list<List> && glanced<element>
    {
        std::uint64_t n = 0;
        if (!r.head(cbor::major::array, n) || n > List::bound || !r.spend(std::size_t(n) * detail::min_of<element>)) return false;
        v.resize(std::size_t(n));
        for (auto& x : v)
            if (!field<element>::glance(r, x)) return false;
        return true;
    }
    static constexpr std::size_t size(List const& v) noexcept {
        std::size_t n = cbor::head_size(v.size());
        for (auto& x : v) n += field<element>::size(x);
        return n;
    }
    static constexpr byte* put(byte* to, List const& v) noexcept {
        to = cbor::put_head(to, cbor::major::array, v.size());
        for (auto& x : v) to = field<element>::put(to, x);
        return to;
    }
    static constexpr fault get(cbor::reader& r, List& v) {
        std::uint64_t n = 0;
        auto const start = r;
        if (auto f = r.head(cbor::major::array, n)) return f;
        if (n > List::bound) return start.refuse(errc::oversized);
        if (n > r.remaining()) return r.refuse(errc::truncated);
        if constexpr (requires { v.emplace_back(); v.reserve(1); }) {
            if (v.size() > n) v.resize(std::size_t(n));  // those that are there are read into: nothing of them stays
            for (auto& x : v)
                if (auto f = field<element>::get(r, x)) return f;
            v.reserve(v.size() + std::size_t(std::min<std::uint64_t>(n - v.size(), r.remaining() / detail::min_of<element>)));
            while (v.size() != n)
                if (auto f = field<element>::get(r, v.emplace_back())) return f;
        } else {
            v.clear();
            for (std::uint64_t i = 0; i != n; ++i) {
                element x{};
                if (auto f = field<element>::get(r, x)) return f;
                v.push_back(std::move(x));
            }
        }
        return {};
    }
};

/// Absent is null. The value itself must not be able to encode as null.
template <class T>
struct field<std::optional<T>> {
    static_assert(!detail::is_optional<T>, "an optional of an optional has two ways to be null");
    static constexpr std::size_t max = detail::part<std::optional<T>, T>::max, min = 1;
    static constexpr std::size_t reach = detail::reach_of<T>;
    static constexpr bool glance(cbor::glance& r, std::optional<T>& v)
        requires glanced<T>
    {
        if (r.next() != cbor::null_byte) return r.spend(detail::min_of<T> - 1) && field<T>::glance(r, v.emplace());
        r.skip_one();
        v.reset();
        return true;
    }
    static constexpr std::size_t size(std::optional<T> const& v) noexcept { return v ? field<T>::size(*v) : 1; }
    static constexpr byte* put(byte* to, std::optional<T> const& v) noexcept {
        if (v) return field<T>::put(to, *v);
        *to = cbor::null_byte;
        return to + 1;
    }
    static constexpr fault get(cbor::reader& r, std::optional<T>& v) {
        byte b = 0;
        if (auto f = r.peek(b)) return f;
        if (b == cbor::null_byte) {
            v.reset();
            r.skip_one();
            return {};
        }
        return field<T>::get(r, v.emplace());
    }
};

/// A record: an array of its tag (when it has one) and its members, in declaration order.
template <reflected T>
struct field<T> {
    static constexpr std::size_t length = field_count<T> + (tagged<T> ? 1 : 0);

    static constexpr std::size_t max = member_types<T>([](auto... m) {
        return ((cbor::head_size(length) + (tagged<T> ? 3 : 0)) + ... + detail::part<T, typename decltype(m)::type>::max);
    });

    /// The heads of its array and its tag.
    static constexpr auto opening = [] {
        if constexpr (tagged<T>) {
            std::array<byte, cbor::head_size(length) + cbor::head_size(T::schema.value())> heads{};
            cbor::put_head(cbor::put_head(heads.data(), cbor::major::array, length), cbor::major::unsigned_integer, T::schema.value());
            return heads;
        } else {
            std::array<byte, cbor::head_size(length)> heads{};
            cbor::put_head(heads.data(), cbor::major::array, length);
            return heads;
        }
    }();

    static constexpr std::size_t min = member_types<T>([](auto... m) { return (opening.size() + ... + detail::min_of<typename decltype(m)::type>); });
    static constexpr std::size_t reach = member_types<T>([](auto... m) {
        bool const known = (... && (detail::reach_of<typename decltype(m)::type> != 0));
        return known ? (opening.size() + ... + detail::reach_of<typename decltype(m)::type>) : 0;
    });

    static constexpr std::size_t size(T const& v) noexcept {
        static_assert(max != 0);  // looks at every member's type before any of its bytes
        return fold_fields(v, opening.size(), [](std::size_t n, auto const& member) {
            return n + field<std::remove_cvref_t<decltype(member)>>::size(member);
        });
    }
    static constexpr byte* put(byte* to, T const& v) noexcept {
        cbor::copy_octets(to, opening.data(), opening.size());
        return fold_fields(v, to + opening.size(), [](byte* at, auto const& member) DAICHO_EVERY_FIELD_LAMBDA {
            return field<std::remove_cvref_t<decltype(member)>>::put(at, member);
        });
    }
    static constexpr bool glance(cbor::glance& r, T& v)
        requires(member_types<T>([](auto... m) { return (... && glanced<typename decltype(m)::type>); }))
    {
        return r.expect(opening) && all_fields(v, [&](auto& member) { return field<std::remove_cvref_t<decltype(member)>>::glance(r, member); });
    }
    static constexpr fault get(cbor::reader& r, T& v) {
        if constexpr (glanced<T>)
            if (r.try_at_a_glance(min, [&](cbor::glance& ahead) { return glance(ahead, v); })) [[likely]]
                return {};
        return find_fault(r, v);
    }

private:
    static constexpr fault find_fault(cbor::reader& r, T& v) {
        if (auto f = open(r)) return f;
        return first_fault<fault>(v, [&](char const* name, auto& member) {
            fault f = field<std::remove_cvref_t<decltype(member)>>::get(r, member);
            if (f && *f.where == '\0') f.where = name;  // the innermost name is the most telling
            return f;
        });
    }

    static constexpr fault open(cbor::reader& r) noexcept {
        std::uint64_t n = 0;
        auto const start = r;
        if (auto f = r.head(cbor::major::array, n)) return f;
        if constexpr (tagged<T>) {
            std::uint64_t value = 0;
            auto const before_tag = r;
            if (auto f = r.head(cbor::major::unsigned_integer, value)) return f;
            if (value != T::schema.value()) return before_tag.refuse(errc::wrong_schema);
        }
        if (n != length) return start.refuse(errc::wrong_size);
        return {};
    }
};

/// One of several tagged records, told apart by their tags.
template <tagged... Ts>
struct field<std::variant<Ts...>> {
    static_assert(detail::tags_differ<Ts...>, "two alternatives of a variant carry the same schema tag");
    using variant = std::variant<Ts...>;
    static constexpr std::size_t max = std::max({field<Ts>::max...}), min = std::min({field<Ts>::min...});
    static_assert((... && (field<Ts>::opening.size() <= min)));  // so that each may be looked for
    static constexpr std::size_t reach = (... && (field<Ts>::reach != 0)) ? std::max({field<Ts>::reach...}) : 0;
    static constexpr bool glance(cbor::glance& r, variant& v)
        requires(... && glanced<Ts>)
    {
        auto const is = [&](auto const& opening) { return cbor::glance(r).expect(opening); };
        bool read = false;  // once one is told by its opening, no other is tried
        (void)((is(field<Ts>::opening) && (read = r.spend(field<Ts>::min - min) && field<Ts>::glance(r, v.template emplace<Ts>()), true)) || ...);
        return read;
    }
    static constexpr std::size_t size(variant const& v) noexcept {
        return std::visit([](auto const& x) { return field<std::remove_cvref_t<decltype(x)>>::size(x); }, v);
    }
    static constexpr byte* put(byte* to, variant const& v) noexcept {
        return std::visit([&](auto const& x) { return field<std::remove_cvref_t<decltype(x)>>::put(to, x); }, v);
    }
    static constexpr fault get(cbor::reader& r, variant& v) {
        auto ahead = r;
        std::uint64_t length = 0, value = 0;
        if (auto f = ahead.head(cbor::major::array, length)) return f;
        auto const before_tag = ahead;
        if (auto f = ahead.head(cbor::major::unsigned_integer, value)) return f;
        fault out = before_tag.refuse(errc::wrong_schema);
        (void)((Ts::schema.value() == value ? (out = field<Ts>::get(r, v.template emplace<Ts>()), true) : false) || ...);
        return out;
    }
};

} // namespace daicho::schema
