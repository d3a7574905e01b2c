#pragma once

#include <daicho/base/result.hpp>

#include <cereal/details/helpers.hpp>

#include <exception>
#include <new>
#include <string_view>

namespace daicho::cereal {

/// Inside an archive, a fault can only travel as cereal's own kind of exception. The doors (door.hpp) translate it back.
struct refused : ::cereal::Exception {
    fault reason;
    explicit refused(fault f) : ::cereal::Exception(message(f.code).data()), reason(f) {}
};

/// The fault of the exception that is being handled; to be called in a catch block only.
inline fault fault_of_current_exception() noexcept {
    try {
        throw;
    } catch (refused const& e) {
        return e.reason;
    } catch (::cereal::Exception const& e) {
        std::string_view const text = e.what();
        if (text.find("provided NVP") != text.npos) return {errc::missing_field, "archive"};
        if (text.starts_with("Failed to read")) return {errc::truncated, "archive"};
        if (text.starts_with("Failed to write")) return {errc::io_failed, "archive"};
        return {errc::wrong_type, "archive"};
    } catch (std::bad_alloc const&) {
        return {errc::oversized, "archive"};
    } catch (std::exception const&) {
        return {errc::wrong_type, "archive"};  // the text archives' parsers and number readers
    }
}

} // namespace daicho::cereal
