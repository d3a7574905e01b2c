#pragma once

#include <daicho/schema/field.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The printed description of records, from their types: CDDL (RFC 8610), and tables for people. docs/wire.md is made of it.
namespace daicho::schema {

namespace detail {

/// "state" for daicho::state: the type's own name as the compiler spells it, without namespaces and template arguments.
template <class T>
constexpr std::string_view own_name() {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("T = ") + 4);
    text = text.substr(0, text.find_first_of(";]<"));
    auto const colons = text.rfind("::");
    return colons == text.npos ? text : text.substr(colons + 2);
}

template <class T>
inline constexpr char identity_of = 0;  // its address tells types apart without RTTI

constexpr bool bare_word(std::string_view s) noexcept {
    if (s.empty() || (s[0] >= '0' && s[0] <= '9')) return false;
    for (char c : s)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return false;
    return true;
}

} // namespace detail

class description;

/// How a type reads in CDDL. Specialise for a field type of your own; without that it is "any" within its size.
template <class T>
struct cddl {
    static std::string of(description&) { return "any"; }
};

/// Collects records and everything they reach, each once.
class description {
public:
    struct member {
        std::string name, type;
        std::size_t most;
    };
    struct rule {
        std::string name, body;
        std::string schema;             ///< "transaction/1"; empty for enums and untagged records
        std::uint16_t tag = 0;
        std::size_t most = 0;
        std::vector<member> members;
    };

    /// Adds T and returns how it is referred to.
    template <class T>
    std::string add() { return cddl<T>::of(*this); }

    std::vector<rule> const& rules() const noexcept { return rules_; }

    /// The whole as CDDL.
    std::string text() const {
        std::string out;
        for (auto const& r : rules_) out += r.name + " = " + r.body + "\n\n";
        if (!out.empty()) out.pop_back();
        return out;
    }

    /// Defines a rule for T once; `fill` writes its body. Rules stand in the order in which they were first reached.
    template <class T, class Fill>
    std::string define(std::string name, Fill&& fill) {
        for (auto const& [id, known] : names_)
            if (id == &detail::identity_of<T>) return known;
        std::string unique = name;
        for (int n = 2; taken(unique); ++n) unique = name + '_' + std::to_string(n);
        names_.emplace_back(&detail::identity_of<T>, unique);
        auto const at = rules_.size();
        rules_.push_back({.name = unique, .body = {}, .schema = {}, .members = {}});
        rule filled = rules_[at];
        fill(filled);
        rules_[at] = std::move(filled);
        return unique;
    }

private:
    /// By a rule of ours, or by CDDL's prelude (RFC 8610 appendix D), as far as its names could be ours.
    bool taken(std::string const& name) const {
        for (std::string_view known : {"any", "bool", "bytes", "false", "float", "int", "integer", "nil", "null", "number", "text",
                                       "time", "true", "uint", "undefined", "unsigned", "uri"})
            if (name == known) return true;
        for (auto const& r : rules_)
            if (r.name == name) return true;
        return false;
    }
    std::vector<rule> rules_;
    std::vector<std::pair<char const*, std::string>> names_;
};

template <std::unsigned_integral T>
struct cddl<T> {
    static std::string of(description&) { return "uint .size " + std::to_string(sizeof(T)); }
};
template <>
struct cddl<bool> {
    static std::string of(description&) { return "bool"; }
};
template <std::size_t N>
struct cddl<std::array<byte, N>> {
    static std::string of(description&) { return "bstr .size " + std::to_string(N); }
};

namespace detail {
inline std::string sized(char const* type, std::size_t most) { return std::string(type) + " .size (0.." + std::to_string(most) + ")"; }
} // namespace detail

template <std::size_t N>
struct cddl<inline_bytes<N>> {
    static std::string of(description&) { return detail::sized("bstr", N); }
};
template <std::size_t N>
struct cddl<bounded_bytes<N>> {
    static std::string of(description&) { return detail::sized("bstr", N); }
};
template <std::size_t N>
struct cddl<borrowed_bytes<N>> {
    static std::string of(description&) { return detail::sized("bstr", N); }
};
template <std::size_t N>
struct cddl<inline_string<N>> {
    static std::string of(description&) { return detail::sized("tstr", N); }
};

template <bounded_sequence List>
struct cddl<List> {
    static std::string of(description& d) {
        return "[0*" + std::to_string(List::bound) + " (" + d.add<typename List::value_type>() + ")]";
    }
};

template <class T>
struct cddl<std::optional<T>> {
    static std::string of(description& d) { return d.add<T>() + " / null"; }
};

template <class... Ts>
struct cddl<std::variant<Ts...>> {
    static std::string of(description& d) {
        std::string out;
        ((out += (out.empty() ? "" : " / ") + d.add<Ts>()), ...);
        return out;
    }
};

template <named_enum T>
struct cddl<T> {
    static std::string of(description& d) {
        return d.define<T>(std::string(detail::own_name<T>()), [](description::rule& r) {
            r.most = field<T>::max;
            r.body = "&(\n";
            for (std::size_t i = 0; i != names_of<T>.size(); ++i) {
                std::string const name(names_of<T>[i]);
                r.body += "  " + (detail::bare_word(name) ? name : '"' + name + '"') + ": " + std::to_string(i) + ",\n";
            }
            r.body += ")";
        });
    }
};

template <reflected T>
struct cddl<T> {
    static std::string of(description& d) {
        std::string name;
        if constexpr (tagged<T>)
            name = T::schema.name;
        else
            name = detail::own_name<T>();
        return d.define<T>(name, [&](description::rule& r) {
            r.most = field<T>::max;
            r.body = "[\n";
            if constexpr (tagged<T>) {
                r.schema = std::string(T::schema.name) + '/' + std::to_string(unsigned(T::schema.version));
                r.tag = T::schema.value();
                r.body += "  schema: " + std::to_string(r.tag) + ",  ; " + r.schema + "\n";
            }
            members_of<T>::apply([&](auto... accessor) { (add_member(d, r, accessor), ...); });
            r.body += "]";
        });
    }

private:
    template <class Accessor>
    static void add_member(description& d, description::rule& r, Accessor accessor) {
        using type = member_type<Accessor, T>;
        std::string const name = member_name(accessor);
        r.members.push_back({name, d.add<type>(), field<type>::max});
        r.body += "  " + name + ": " + r.members.back().type + ",\n";
    }
};

/// The CDDL of some records and all they reach.
template <class... Ts>
std::string describe() {
    description d;
    (d.add<Ts>(), ...);
    return d.text();
}

/// One section a tagged record: its tag, its size and a table of its fields, as Markdown.
inline std::string tables(description const& d) {
    auto const hex = [](std::uint16_t v) {
        constexpr char digits[] = "0123456789abcdef";
        std::string out = "0x";
        for (int shift = 12; shift >= 0; shift -= 4) out += digits[v >> shift & 15];
        return out;
    };
    std::string out;
    for (auto const& r : d.rules()) {
        if (r.schema.empty()) continue;
        out += "### " + r.schema + "\n\nTag " + hex(r.tag) + ", at most " + std::to_string(r.most) + " bytes.\n\n";
        out += "| field | type | at most |\n|---|---|---|\n";
        for (auto const& m : r.members) out += "| " + m.name + " | `" + m.type + "` | " + std::to_string(m.most) + " |\n";
        out += '\n';
    }
    return out;
}

} // namespace daicho::schema
