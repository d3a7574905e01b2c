#pragma once

#include <cstddef>
#include <string_view>

/// How deep a text goes, found without recursion: cereal's parsers of JSON and XML recurse as deep as their input tells them to.
namespace daicho::cereal {

inline constexpr std::size_t most_nesting = 64;

namespace detail {

/// The position after a quoted text that starts at `at`.
inline std::size_t after_quoted(std::string_view text, std::size_t at, bool escapes) noexcept {
    char const quote = text[at++];
    while (at < text.size() && text[at] != quote) at += escapes && text[at] == '\\' ? 2 : 1;
    return at + 1;
}

inline bool shallow_json(std::string_view text) noexcept {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size();) {
        char const c = text[i];
        if (c == '"') {
            i = after_quoted(text, i, true);
            continue;
        }
        if ((c == '[' || c == '{') && ++depth > most_nesting) return false;
        if ((c == ']' || c == '}') && depth != 0) --depth;
        ++i;
    }
    return true;
}

/// Elements and attributes are all that cereal writes; comments, sections, stray quotes and the like could hide what they hold.
inline bool shallow_xml(std::string_view text) noexcept {
    std::size_t depth = 0;
    for (std::size_t i = text.find('<'); i < text.size(); i = text.find('<', i)) {
        char const next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (next == '!') return false;
        if (next == '?') {
            i = text.find("?>", i);
            continue;
        }
        char before = '<';  // the last character that is no space
        for (++i; i < text.size() && text[i] != '>';) {
            char const c = text[i];
            bool const quote = c == '"' || c == '\'';
            if (c == '<' || (quote && before != '=')) return false;
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n') before = c;
            i = quote ? after_quoted(text, i, false) : i + 1;
        }
        bool const closes = next == '/', empty = i < text.size() && text[i - 1] == '/';
        if (closes && depth != 0) --depth;
        if (!closes && !empty && ++depth > most_nesting) return false;
    }
    return true;
}

} // namespace detail

/// Whether JSON or XML nests no deeper than any record does.
inline bool shallow(std::string_view text) noexcept {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    auto const first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) return true;
    return text[first] == '<' ? detail::shallow_xml(text) : detail::shallow_json(text);
}

} // namespace daicho::cereal
