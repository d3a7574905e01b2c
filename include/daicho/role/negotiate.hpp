#pragma once

#include <daicho/base/hex.hpp>
#include <daicho/role/http_error.hpp>
#include <daicho/schema/codec.hpp>
#include <daicho/schema/json.hpp>
#include <daicho/schema/record.hpp>

#include <algorithm>
#include <charconv>
#include <string>

/// Canonical CBOR for machines, JSON for people and tools: the same records in HTTP bodies (RFC 9110 section 12).
namespace daicho::role {

inline constexpr std::string_view cbor_type = "application/cbor";
inline constexpr std::string_view json_type = "application/json";

inline bool says(std::string_view header, std::string_view type) { return header.find(type) != std::string_view::npos; }

/// The record in a request's or response's body. JSON is decoded into the record, so what is checked and signed are the
/// canonical bytes either way.
template <record T>
result<T> body_of(std::string_view content_type, byte_view body) {
    if (says(content_type, cbor_type)) return decode<T>(body);
    if (says(content_type, json_type)) return schema::from_json<T>(as_text(body));
    return fault{errc::wrong_type, "Content-Type"};
}

inline http_response json_text(unsigned status, std::string text) {
    text.push_back('\n');
    http_response r{.status = status, .content_type = std::string(json_type)};
    r.body.assign(text.begin(), text.end());
    return r;
}

template <record T>
http_response show(http_request const& asked, unsigned status, T const& record) {
    if (!says(asked.accept, cbor_type)) return json_text(status, schema::to_json(record));
    return {.status = status, .content_type = std::string(cbor_type), .body = encode(record)};
}

/// A text in a query, empty when it is absent.
inline std::string_view text_in(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        auto const part = query.substr(0, query.find('&'));
        if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=') return part.substr(name.size() + 1);
        query.remove_prefix(std::min(query.size(), part.size() + 1));
    }
    return {};
}

/// A number in a query, `otherwise` when it is absent. Errors: out_of_range.
inline result<std::uint64_t> number_in(std::string_view query, std::string_view name, std::uint64_t otherwise) {
    auto const digits = text_in(query, name);
    if (digits.empty()) return otherwise;
    std::uint64_t v = 0;
    auto const [at, error] = std::from_chars(digits.data(), digits.data() + digits.size(), v);
    if (error != std::errc{} || at != digits.data() + digits.size()) return fault{errc::out_of_range, "query"};
    return v;
}

} // namespace daicho::role
