#pragma once

#include <boost/hana/accessors.hpp>
#include <boost/hana/concept/struct.hpp>
#include <boost/hana/core/to.hpp>
#include <boost/hana/define_struct.hpp>
#include <boost/hana/first.hpp>
#include <boost/hana/second.hpp>
#include <boost/hana/string.hpp>
#include <boost/hana/tuple.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

/// A record is a Boost.Hana struct. This header is the only one that speaks to Hana: everything else
/// (canonical bytes, JSON, archives, the printed description) walks records through it.
#define DAICHO_RECORD(...) BOOST_HANA_DEFINE_STRUCT(__VA_ARGS__)

namespace daicho::schema {

/// What a record is, on the wire: the first element of its array. Signed or hashed bytes therefore name their own
/// kind and version, and no record can be taken for another (domain separation).
struct tag {
    std::uint8_t kind = 0;
    std::uint8_t version = 1;
    std::string_view name = {};

    constexpr std::uint16_t value() const noexcept { return std::uint16_t(kind << 8 | version); }
};

template <class T>
concept reflected = boost::hana::Struct<T>::value;

template <class T>
concept tagged = reflected<T> && requires { { T::schema } -> std::convertible_to<tag>; };

/// The members of a record, looked up once: what Hana calls accessors, as a pack. Everything below expands the pack itself,
/// because a Hana algorithm for each walk costs each program that includes a record a tenth of its compilation.
template <class Accessors>
struct member_pack;

template <class... Accessors>
struct member_pack<boost::hana::tuple<Accessors...>> {
    static constexpr std::size_t size = sizeof...(Accessors);

    /// f(accessor...); member_name() and member_of() say what an accessor stands for.
    template <class F>
    static constexpr decltype(auto) apply(F&& f) {
        return f(Accessors{}...);
    }
};

template <class Record>
using members_of = member_pack<std::remove_cvref_t<decltype(boost::hana::accessors<std::remove_cv_t<Record>>())>>;

/// The name of a member, and the member itself.
template <class Accessor>
constexpr char const* member_name(Accessor accessor) {
    return boost::hana::to<char const*>(boost::hana::first(accessor));
}
template <class Accessor, class Record>
constexpr auto& member_of(Accessor accessor, Record& record) {
    return boost::hana::second(accessor)(record);
}
template <class Accessor, class Record>
using member_type = std::remove_cvref_t<decltype(member_of(Accessor{}, std::declval<Record&>()))>;

/// Calls f(name, member) for each member, in declaration order.
template <class Record, class F>
constexpr void for_each_field(Record& record, F&& f) {
    members_of<Record>::apply([&](auto... accessor) { (f(member_name(accessor), member_of(accessor, record)), ...); });
}

/// Hands a value on: f(value, member) makes the next one of it, for each member; the last one is returned. It never has an
/// address, so bytes that f writes cannot be taken for it and it stays in a register.
template <class Record, class Value, class F>
constexpr Value fold_fields(Record& record, Value start, F&& f) {
    return members_of<Record>::apply([&record, &f, start](auto... accessor) {
        Value at = start;
        ((at = f(at, member_of(accessor, record))), ...);
        return at;
    });
}

/// Calls f(name, member) until one call returns something true (a fault), and returns that.
template <class Fault, class Record, class F>
constexpr Fault first_fault(Record& record, F&& f) {
    Fault found{};
    members_of<Record>::apply([&](auto... accessor) {
        auto const stops = [&](auto a) {
            Fault one = f(member_name(a), member_of(a, record));
            if (!one) [[likely]]
                return false;
            found = one;  // copied only here: this runs for every field of every record
            return true;
        };
        (void)(stops(accessor) || ...);
    });
    return found;
}

/// Calls f(member) until one call returns false; whether none did.
template <class Record, class F>
constexpr bool all_fields(Record& record, F&& f) {
    return members_of<Record>::apply([&](auto... accessor) { return (f(member_of(accessor, record)) && ...); });
}

/// Calls f(std::type_identity<Member>...) with the types of all members.
template <class Record, class F>
constexpr auto member_types(F&& f) {
    return members_of<Record>::apply([&](auto... accessor) { return f(std::type_identity<member_type<decltype(accessor), Record>>{}...); });
}

template <class Record>
inline constexpr std::size_t field_count = members_of<Record>::size;

/// Names of an enum's values, from zero. Specialise as
/// `template <> inline constexpr auto daicho::schema::names_of<colour> = std::to_array<std::string_view>({"red", "green"});`
/// The list is also the bound: a value beyond it is refused.
template <class Enum>
inline constexpr std::nullptr_t names_of = nullptr;

template <class Enum>
concept named_enum = std::is_enum_v<Enum> && !std::is_same_v<decltype(names_of<Enum>), std::nullptr_t const>;

template <named_enum Enum>
constexpr std::string_view name_of(Enum e) noexcept {
    auto const i = std::size_t(e);
    return i < names_of<Enum>.size() ? names_of<Enum>[i] : std::string_view("?");
}

} // namespace daicho::schema
