#pragma once

#include <daicho/base/errc.hpp>

#include <string>

namespace daicho {

/// One line for people: "the value is larger than its bound (field 'model', byte 37)". For hosts.
/// What a decoder found names a field and a byte; any other fault names its place and, where there is one, its number.
inline std::string describe(fault f) {
    std::string text(message(f.code));
    bool const decoding = f.code >= errc::truncated && f.code <= errc::unknown_field;
    std::string place;
    if (*f.where != '\0') place = decoding ? "field '" + std::string(f.where) + "'" : std::string(f.where);
    if (f.at != 0) {
        if (!place.empty()) place += ", ";
        place += (decoding ? "byte " : "at ") + std::to_string(f.at);
    }
    if (!place.empty()) text += " (" + place + ")";
    return text;
}

} // namespace daicho
