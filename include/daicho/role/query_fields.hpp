#pragma once

#include <daicho/base/percent.hpp>

#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace daicho::role {

/// A query that nobody has vouched for, as fields that are known, each said once (WHATWG URL 5.1, without '+' for a space).
/// A field is known by its place in faults, "query.device" for `device`.
class query_fields {
public:
    static constexpr std::size_t bound = 16;

    /// Errors: unknown_field, non_canonical (said twice), invalid_text (no value, or what is no percent-encoding).
    static result<query_fields> of(std::string_view query, std::span<char const* const> known) {
        query_fields out(known);
        for (std::size_t at = 0; at < query.size();) {
            auto const part = query.substr(at, query.find('&', at) - at);
            auto const name = part.substr(0, part.find('='));
            std::size_t i = 0;
            while (i != known.size() && std::string_view(known[i]).substr(prefix) != name) ++i;
            if (i == known.size()) return fault{errc::unknown_field, "query", at};
            if (out.values_[i]) return fault{errc::non_canonical, known[i], at};
            if (name.size() + 1 >= part.size()) return fault{errc::invalid_text, known[i], at};
            auto value = percent_decoded(part.substr(name.size() + 1));
            if (!value) return fault{errc::invalid_text, known[i], at};
            out.values_[i] = std::move(*value);
            at += part.size() + 1;
        }
        return out;
    }

    bool has(char const* where) const { return bool(values_[place(where)]); }
    /// Empty when it is absent.
    std::string_view text(char const* where) const {
        auto const& v = values_[place(where)];
        return v ? std::string_view(*v) : std::string_view();
    }
    /// Errors: invalid_text (no number), out_of_range (below `least`, above `most`).
    result<std::uint64_t> number(char const* where, std::uint64_t otherwise, std::uint64_t least = 0, std::uint64_t most = ~std::uint64_t(0)) const {
        if (!has(where)) return otherwise;
        auto const digits = text(where);
        std::uint64_t v = 0;
        auto const [at, error] = std::from_chars(digits.data(), digits.data() + digits.size(), v);
        if (error == std::errc::result_out_of_range) return fault{errc::out_of_range, where};
        if (error != std::errc{} || at != digits.data() + digits.size()) return fault{errc::invalid_text, where};
        if (v < least || v > most) return fault{errc::out_of_range, where, v};
        return v;
    }

private:
    static constexpr std::size_t prefix = std::string_view("query.").size();

    explicit query_fields(std::span<char const* const> known) : known_(known) {}

    std::size_t place(std::string_view where) const {
        std::size_t i = 0;
        while (known_[i] != where) ++i;
        return i;
    }

    std::span<char const* const> known_;
    std::array<std::optional<std::string>, bound> values_{};
};

} // namespace daicho::role
