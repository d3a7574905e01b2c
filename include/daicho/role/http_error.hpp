#pragma once

#include <daicho/base/errc.hpp>
#include <daicho/role/http.hpp>
#include <daicho/role/http_status.hpp>

namespace daicho::role {

/// A refusal in one line: `{"error":"the value is larger than its bound","where":"body"}`.
/// Both texts are ours, so nothing needs escaping.
inline http_response refusal(unsigned status, fault f) {
    std::string line = "{\"error\":\"";
    line += message(f.code);
    line += "\",\"where\":\"";
    line += f.where;
    line += "\"}\n";
    http_response r;
    r.status = status;
    r.body.assign(line.begin(), line.end());
    return r;
}
inline http_response refusal(fault f) { return refusal(status_of(f.code), f); }

} // namespace daicho::role
