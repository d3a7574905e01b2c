#pragma once

#include <daicho/schema/field.hpp>

namespace daicho::schema {

/// Whether others could decode what encode() would write of a value that this program made: lists within their bounds,
/// text printable, enums named. A decoded record always passes; call it before signing what came from elsewhere in memory.
/// Errors: oversized, invalid_text, out_of_range, with the field's name.
template <encodable T>
constexpr fault check_bounds(T const& v);

namespace detail {

template <class T>
struct bounds {
    static constexpr fault check(T const&) noexcept { return {}; }
};

template <named_enum T>
struct bounds<T> {
    static constexpr fault check(T v) noexcept {
        if (std::size_t(v) >= names_of<T>.size()) return errc::out_of_range;
        return {};
    }
};

template <std::size_t N>
struct bounds<inline_string<N>> {
    static constexpr fault check(inline_string<N> const& v) noexcept {
        if (!cbor::printable_utf8(v.view())) return errc::invalid_text;
        return {};
    }
};

template <class T>
    requires requires { typename T::value_type; { T::bound } -> std::convertible_to<std::size_t>; }
struct bounds<T> {
    static constexpr fault check(T const& v) {
        if (v.size() > T::bound) return {errc::oversized, "", v.size()};
        if constexpr (!std::same_as<typename T::value_type, byte>)
            for (auto& x : v)
                if (auto f = check_bounds(x)) return f;
        return {};
    }
};

template <std::size_t N>
struct bounds<borrowed_bytes<N>> {
    static constexpr fault check(borrowed_bytes<N> const& v) noexcept {
        if (v.size() > N) return {errc::oversized, "", v.size()};
        return {};
    }
};

template <class T>
struct bounds<std::optional<T>> {
    static constexpr fault check(std::optional<T> const& v) { return v ? check_bounds(*v) : fault{}; }
};

template <class... Ts>
struct bounds<std::variant<Ts...>> {
    static constexpr fault check(std::variant<Ts...> const& v) {
        return std::visit([](auto const& x) { return check_bounds(x); }, v);
    }
};

template <reflected T>
struct bounds<T> {
    static constexpr fault check(T const& v) {
        return first_fault<fault>(v, [](char const* name, auto const& member) {
            fault f = check_bounds(member);
            if (f && *f.where == '\0') f.where = name;
            return f;
        });
    }
};

} // namespace detail

template <encodable T>
constexpr fault check_bounds(T const& v) {
    return detail::bounds<T>::check(v);
}

} // namespace daicho::schema
