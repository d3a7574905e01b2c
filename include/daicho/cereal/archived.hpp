#pragma once

#include <daicho/base/hex.hpp>
#include <daicho/cereal/fault.hpp>
#include <daicho/schema/codec.hpp>

#include <cereal/cereal.hpp>
#include <cereal/types/string.hpp>

/// How one field lies in an archive: numbers, truth and names here; bytes and text in archived_bytes.hpp.
namespace daicho::cereal {

template <class Archive>
inline constexpr bool is_text = ::cereal::traits::is_text_archive<Archive>::value;

[[noreturn]] inline void refuse(errc code) { throw refused(code); }

/// Says where in a record the refusal happened, once, at the innermost field.
template <class F>
void in_field(char const* name, F&& f) {
    try {
        f();
    } catch (refused& e) {
        if (*e.reason.where == '\0') e.reason.where = name;
        throw;
    }
}

/// How a type lies in an archive. A type of an integrator that has canonical bytes and nothing else is archived as those.
template <class T>
struct archived {
    template <class Archive, class Name>
    static void save(Archive& ar, Name name, T const& v) {
        bounded_bytes<schema::max_encoded<T>> const b(schema::encode(v));
        archived<bounded_bytes<schema::max_encoded<T>>>::save(ar, name, b);
    }
    template <class Archive, class Name>
    static void load(Archive& ar, Name name, T& v) {
        bounded_bytes<schema::max_encoded<T>> b;
        archived<bounded_bytes<schema::max_encoded<T>>>::load(ar, name, b);
        if (auto f = schema::decode_into(b, v)) throw refused(fault{f.code, f.where});
    }
};

/// The name of a list's element: none.
struct unnamed {};

template <class Archive, class T>
void put(Archive& ar, char const* name, T&& v) {
    ar(::cereal::make_nvp(name, v));
}
template <class Archive, class T>
void put(Archive& ar, unnamed, T&& v) {
    ar(v);
}

/// A value that opens a node of its own in a text archive.
template <class T>
struct node {
    T& value;
    template <class Archive>
    void save(Archive& ar) const { archived<std::remove_const_t<T>>::save_inside(ar, value); }
    template <class Archive>
    void load(Archive& ar) { archived<T>::load_inside(ar, value); }
};

/// For what is archived inside a node of its own.
template <class T>
struct archived_as_node {
    template <class Archive, class Name>
    static void save(Archive& ar, Name name, T const& v) {
        node<T const> const n{v};
        put(ar, name, n);
    }
    template <class Archive, class Name>
    static void load(Archive& ar, Name name, T& v) {
        node<T> n{v};
        put(ar, name, n);
    }
};

template <std::unsigned_integral T>
struct archived<T> {
    template <class Archive, class Name>
    static void save(Archive& ar, Name name, T v) {
        if constexpr (is_text<Archive>)
            put(ar, name, std::uint64_t(v));
        else
            put(ar, name, v);
    }
    template <class Archive, class Name>
    static void load(Archive& ar, Name name, T& v) {
        if constexpr (is_text<Archive>) {  // some text archives cut a number to its width instead of refusing it
            std::uint64_t n = 0;
            put(ar, name, n);
            if (n > std::numeric_limits<T>::max()) refuse(errc::out_of_range);
            v = T(n);
        } else {
            put(ar, name, v);
        }
    }
};

template <>
struct archived<bool> {
    template <class Archive, class Name>
    static void save(Archive& ar, Name name, bool v) {
        if constexpr (is_text<Archive>)
            put(ar, name, v);
        else
            put(ar, name, std::uint8_t(v));
    }
    template <class Archive, class Name>
    static void load(Archive& ar, Name name, bool& v) {
        if constexpr (is_text<Archive>) {
            put(ar, name, v);
        } else {
            std::uint8_t n = 0;
            put(ar, name, n);
            if (n > 1) refuse(errc::wrong_type);
            v = n == 1;
        }
    }
};

template <schema::named_enum T>
struct archived<T> {
    using number = std::make_unsigned_t<std::underlying_type_t<T>>;
    template <class Archive, class Name>
    static void save(Archive& ar, Name name, T v) {
        if constexpr (is_text<Archive>)
            put(ar, name, std::string(schema::name_of(v)));
        else
            put(ar, name, number(v));
    }
    template <class Archive, class Name>
    static void load(Archive& ar, Name name, T& v) {
        std::size_t n = 0;
        if constexpr (is_text<Archive>) {
            std::string text;
            put(ar, name, text);
            while (n != schema::names_of<T>.size() && schema::names_of<T>[n] != text) ++n;
        } else {
            number raw = 0;
            put(ar, name, raw);
            n = raw;
        }
        if (n >= schema::names_of<T>.size()) refuse(errc::out_of_range);
        v = T(n);
    }
};

} // namespace daicho::cereal
