#pragma once

#include <daicho/cereal/archived.hpp>
#include <daicho/cereal/archived_bytes.hpp>

/// Any record goes into any cereal archive and comes back: `archive(record)`, as with every type that cereal knows.
/// Text archives (JSON, XML) show names of enums and hexadecimal; binary archives get numbers and raw bytes.
/// A tagged record carries its schema ("transaction/1"; as a number in binary archives), so a version is never guessed.
/// Whatever is loaded has been checked against the bounds of its type, and a forged length allocates nothing.
/// Inside an archive a refusal is an exception (fault.hpp); door.hpp has the calls that return faults.
namespace daicho::cereal {

template <schema::bounded_sequence List>
struct archived<List> : archived_as_node<List> {
    using element = typename List::value_type;
    template <class Archive>
    static void save_inside(Archive& ar, List const& v) {
        ar(::cereal::make_size_tag(static_cast<::cereal::size_type>(v.size())));
        for (auto const& x : v) archived<element>::save(ar, unnamed{}, x);
    }
    template <class Archive>
    static void load_inside(Archive& ar, List& v) {
        ::cereal::size_type n = 0;
        ar(::cereal::make_size_tag(n));
        if (n > List::bound) refuse(errc::oversized);
        v.clear();
        for (::cereal::size_type i = 0; i != n; ++i) {
            element x{};
            archived<element>::load(ar, unnamed{}, x);
            v.push_back(std::move(x));
        }
    }
};

/// As a list of none or one.
template <class T>
struct archived<std::optional<T>> : archived_as_node<std::optional<T>> {
    template <class Archive>
    static void save_inside(Archive& ar, std::optional<T> const& v) {
        ar(::cereal::make_size_tag(static_cast<::cereal::size_type>(v ? 1 : 0)));
        if (v) archived<T>::save(ar, unnamed{}, *v);
    }
    template <class Archive>
    static void load_inside(Archive& ar, std::optional<T>& v) {
        ::cereal::size_type n = 0;
        ar(::cereal::make_size_tag(n));
        if (n > 1) refuse(errc::oversized);
        v.reset();
        if (n == 1) archived<T>::load(ar, unnamed{}, v.emplace());
    }
};

template <schema::tagged T, class Archive>
void save_schema(Archive& ar) {
    if constexpr (is_text<Archive>)
        put(ar, "schema", std::string(T::schema.name) + '/' + std::to_string(unsigned(T::schema.version)));
    else
        put(ar, "schema", T::schema.value());
}

/// What the archive says comes next, to be asked is<T>().
template <class Archive>
struct loaded_schema {
    std::string text;
    std::uint16_t value = 0;
    explicit loaded_schema(Archive& ar) {
        if constexpr (is_text<Archive>)
            put(ar, "schema", text);
        else
            put(ar, "schema", value);
    }
    template <schema::tagged T>
    bool is() const {
        if constexpr (is_text<Archive>) return text == std::string(T::schema.name) + '/' + std::to_string(unsigned(T::schema.version));
        else return value == T::schema.value();
    }
};

template <schema::reflected T>
struct archived<T> {
    template <class Archive, class Name>
    static void save(Archive& ar, Name name, T const& v) { put(ar, name, v); }
    template <class Archive, class Name>
    static void load(Archive& ar, Name name, T& v) { put(ar, name, v); }

    template <class Archive>
    static void save_inside(Archive& ar, T const& v) {
        if constexpr (schema::tagged<T>) save_schema<T>(ar);
        schema::for_each_field(v, [&](char const* name, auto const& member) {
            archived<std::remove_cvref_t<decltype(member)>>::save(ar, name, member);
        });
    }
    template <class Archive>
    static void load_inside(Archive& ar, T& v) {
        if constexpr (schema::tagged<T>)
            in_field("schema", [&] {
                if (!loaded_schema<Archive>(ar).template is<T>()) refuse(errc::wrong_schema);
            });
        load_members(ar, v);
    }
    template <class Archive>
    static void load_members(Archive& ar, T& v) {
        schema::for_each_field(v, [&](char const* name, auto& member) {
            in_field(name, [&] { archived<std::remove_cvref_t<decltype(member)>>::load(ar, name, member); });
        });
    }
};

template <schema::tagged... Ts>
struct archived<std::variant<Ts...>> : archived_as_node<std::variant<Ts...>> {
    template <class Archive>
    static void save_inside(Archive& ar, std::variant<Ts...> const& v) {
        std::visit([&](auto const& x) { archived<std::remove_cvref_t<decltype(x)>>::save_inside(ar, x); }, v);
    }
    template <class Archive>
    static void load_inside(Archive& ar, std::variant<Ts...>& v) {
        loaded_schema<Archive> const next(ar);
        bool const known =
            ((next.template is<Ts>() ? (archived<Ts>::load_members(ar, v.template emplace<Ts>()), true) : false) || ...);
        if (!known) throw refused({errc::wrong_schema, "schema"});
    }
};

} // namespace daicho::cereal

namespace cereal {

/// cereal finds these for every record, in whatever namespace it is declared.
template <class Archive, daicho::schema::reflected T>
void CEREAL_SAVE_FUNCTION_NAME(Archive& ar, T const& v) {
    daicho::cereal::archived<T>::save_inside(ar, v);
}
template <class Archive, daicho::schema::reflected T>
void CEREAL_LOAD_FUNCTION_NAME(Archive& ar, T& v) {
    daicho::cereal::archived<T>::load_inside(ar, v);
}

} // namespace cereal
