#pragma once

#include <daicho/base/errc.hpp>
#include <daicho/record/release.hpp>

#include <string>

/// How a note speaks of things: one line for people.
namespace daicho::role {

/// Why something was refused: "the signature is not valid (release.signature)".
inline std::string reason_of(fault f) {
    std::string text(message(f.code));
    if (*f.where != '\0') text += " (" + std::string(f.where) + ")";
    return text;
}

/// An image by what people call it: "thermostat-2 v3".
inline std::string title_of(model_name const& model, std::uint64_t version) { return std::string(model) + " v" + std::to_string(version); }
inline std::string title_of(release const& r) { return title_of(r.model, r.version); }

} // namespace daicho::role
