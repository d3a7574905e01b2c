#pragma once

#include <daicho/base/fault_text.hpp>
#include <daicho/schema/json_form.hpp>
#include <daicho/schema/json_text.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

/// The JSON view of a record, for people and their tools: to_json, from_json. Never hashed, never signed.
/// Every field is present, whatever its value; nothing unknown is.
namespace daicho::schema {

/// "transaction/1": how a tagged record names its kind and version where people read it.
template <tagged T>
std::string schema_text() {
    return std::string(T::schema.name) + '/' + std::to_string(unsigned(T::schema.version));
}

/// An object with a member for each field; in a tagged record, `schema` comes first.
template <reflected T>
struct json_form<T> {
    static constexpr std::size_t members = field_count<T> + (tagged<T> ? 1 : 0);
    static constexpr std::size_t values = member_types<T>([](auto... member) {
        return ((tagged<T> ? std::size_t(2) : std::size_t(1)) + ... + json_form<typename decltype(member)::type>::values);
    });
    static constexpr std::size_t depth = member_types<T>([](auto... member) { return 1 + std::max({std::size_t(0), json_form<typename decltype(member)::type>::depth...}); });

    static boost::json::value to(T const& v) {
        boost::json::object out;
        out.reserve(members);
        if constexpr (tagged<T>) out.emplace("schema", schema_text<T>());
        for_each_field(v, [&](char const* name, auto const& member) {
            out.emplace(name, json_form<std::remove_cvref_t<decltype(member)>>::to(member));
        });
        return out;
    }

    static fault from(boost::json::value const& in, T& v, json_path& path) {
        auto const* object = in.if_object();
        if (object == nullptr) return errc::wrong_type;
        if (auto f = open(*object, v, path)) return f;
        return first_fault<fault>(v, [&](char const* name, auto& member) {
            auto const* found = object->if_contains(name);
            fault f = found == nullptr ? fault{errc::missing_field, name}
                                       : json_form<std::remove_cvref_t<decltype(member)>>::from(*found, member, path);
            if (!f) return f;
            if (*f.where == '\0') f.where = name;
            path.within(name);
            return f;
        });
    }

private:
    static fault open(boost::json::object const& object, T& v, json_path& path) {
        if constexpr (tagged<T>) {
            auto const* named = object.if_contains("schema");
            if (named == nullptr) {
                path.within("schema");
                return {errc::missing_field, "schema"};
            }
            if (!named->is_string() || named->get_string() != boost::json::string_view(schema_text<T>())) {
                path.within("schema");
                return {errc::wrong_schema, "schema"};
            }
        }
        for (auto const& member : object) {
            bool known = tagged<T> && member.key() == "schema";
            for_each_field(v, [&](char const* name, auto const&) { known = known || member.key() == name; });
            if (known) continue;
            path.within(std::string_view(member.key().data(), member.key().size()));
            if constexpr (tagged<T>) return {errc::unknown_field, T::schema.name.data()};
            return errc::unknown_field;
        }
        return {};
    }
};

/// One of its alternatives, told by the `schema` member.
template <tagged... Ts>
struct json_form<std::variant<Ts...>> {
    static constexpr std::size_t values = std::max({json_form<Ts>::values...});
    static constexpr std::size_t depth = std::max({json_form<Ts>::depth...});
    static boost::json::value to(std::variant<Ts...> const& v) {
        return std::visit([](auto const& x) { return json_form<std::remove_cvref_t<decltype(x)>>::to(x); }, v);
    }
    static fault from(boost::json::value const& in, std::variant<Ts...>& v, json_path& path) {
        auto const* object = in.if_object();
        if (object == nullptr) return errc::wrong_type;
        auto const* named = object->if_contains("schema");
        if (named == nullptr) {
            path.within("schema");
            return {errc::missing_field, "schema"};
        }
        fault out{errc::wrong_schema, "schema"};
        bool const known = named->is_string() && ((named->get_string() == boost::json::string_view(schema_text<Ts>())
                                                       ? (out = json_form<Ts>::from(in, v.template emplace<Ts>(), path), true)
                                                       : false) || ...);
        if (!known) path.within("schema");
        return out;
    }
};

template <encodable T>
boost::json::value to_json_value(T const& v) {
    return json_form<T>::to(v);
}

/// One line.
template <encodable T>
std::string to_json(T const& v) {
    return boost::json::serialize(to_json_value(v));
}

/// Errors: every decode errc; `where` names the innermost known field.
/// `explanation`, when given, gets the whole sentence with the way to the value: "the field is not known (transactions[3].colour)".
template <encodable T>
result<T> from_json_value(boost::json::value const& in, std::string* explanation = nullptr) {
    T out{};
    json_path path;
    auto const f = json_form<T>::from(in, out, path);
    if (!f) return out;
    if (explanation != nullptr) *explanation = std::string(message(f.code)) + (path.text().empty() ? "" : " (" + path.text() + ")");
    return f;
}

/// Refuses text that is longer, deeper or fuller than a T can be while it is read.
template <encodable T>
result<T> from_json(std::string_view text, std::size_t most_bytes = limits::http_body, std::string* explanation = nullptr) {
    static_assert(json_form<T>::depth <= 16, "this record nests deeper than JSON is read");
    std::string key;
    constexpr std::size_t strays = 64;  // so that a small mistake is found by its name and not by its weight
    auto const value = parse_json(text, {.bytes = most_bytes, .values = json_form<T>::values + strays}, &key);
    if (value) return from_json_value<T>(*value, explanation);
    if (explanation != nullptr)
        *explanation = key.empty() ? describe(value.error()) : std::string(message(value.error().code)) + " (two members are named " + key + ")";
    return value.error();
}

} // namespace daicho::schema

namespace daicho {
using schema::from_json;
using schema::to_json;
} // namespace daicho
