#pragma once

#include <daicho/base/bytes.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace daicho::role {

/// A bounded HTTP request as a role sees it: plain data, no socket. Who reads it from a wire has checked its limits.
struct http_request {
    std::string method = "GET";
    std::string path = "/";             ///< percent-decoded, starts with '/', without the query
    std::string query;                  ///< as it came, after '?'
    std::string accept;
    std::string content_type;
    std::string authorization;
    std::string range;                  ///< the Range header, RFC 9110 14.2
    std::string if_none_match;
    std::string if_range;
    bytes body;
};

/// Part of a file in place of a body in memory: the server streams it (sendfile).
struct file_part {
    std::string path;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

struct http_response {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    bytes body;
    std::optional<file_part> file;
};

} // namespace daicho::role
