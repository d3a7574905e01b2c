#pragma once

#include <daicho/base/result.hpp>
#include <daicho/role/http.hpp>
#include <daicho/schema/codec.hpp>

namespace daicho::role {

/// The record in a successful answer. Errors: the caller's, not_found with the status of another answer, those of decoding.
template <schema::encodable T>
result<T> opened(result<http_response> const& answer) {
    if (!answer) return answer.error();
    if (answer->status != 200) return fault{errc::not_found, "status", answer->status};
    return decode<T>(answer->body);
}

} // namespace daicho::role
