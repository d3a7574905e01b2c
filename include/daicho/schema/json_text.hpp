#pragma once

#include <daicho/base/limits.hpp>
#include <daicho/base/result.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>

#include <string>
#include <string_view>
#include <vector>

/// JSON text that nobody has vouched for becomes a boost::json::value, or one fault. Bounded while it is read: bytes, values,
/// depth and members of an object; and stricter than JSON itself: a key may stand only once in its object.
/// Link Boost.JSON (Boost::json), or include <boost/json/src.hpp> in one unit.
namespace daicho::schema {

struct json_bounds {
    std::size_t bytes = limits::http_body;
    std::size_t values = 65536;
    std::size_t depth = 16;
    std::size_t members = 64;  ///< of one object
};

namespace detail {

/// Receives what Boost.JSON's parser finds and builds the value.
class json_builder {
public:
    static constexpr std::size_t max_object_size = 65536, max_array_size = std::size_t(1) << 24;
    static constexpr std::size_t max_key_size = 256, max_string_size = std::size_t(1) << 26;
    using error = boost::json::error_code;
    using text = boost::json::string_view;

    explicit json_builder(json_bounds const& b) : bounds_(b) { stack_.reset(); }

    fault refused() const noexcept { return refused_; }
    std::string const& key() const noexcept { return key_; }
    boost::json::value release() { return stack_.release(); }

    bool on_document_begin(error&) { return true; }
    bool on_document_end(error&) { return true; }
    bool on_object_begin(error&) {
        opened_.push_back(keys_.size());
        return true;
    }
    bool on_object_end(std::size_t n, error& ec) {
        keys_.resize(opened_.back());
        opened_.pop_back();
        stack_.push_object(n);
        return count(ec);
    }
    bool on_array_begin(error&) { return true; }
    bool on_array_end(std::size_t n, error& ec) {
        stack_.push_array(n);
        return count(ec);
    }
    bool on_key_part(text s, std::size_t, error&) {
        key_.append(s.data(), s.size());
        stack_.push_chars(s);
        return true;
    }
    bool on_key(text s, std::size_t, error& ec) {
        key_.append(s.data(), s.size());
        if (keys_.size() - opened_.back() == bounds_.members) return refuse(errc::oversized, ec);
        for (std::size_t i = opened_.back(); i != keys_.size(); ++i)
            if (keys_[i] == key_) return refuse(errc::non_canonical, ec);
        keys_.push_back(key_);
        key_.clear();
        stack_.push_key(s);
        return true;
    }
    bool on_string_part(text s, std::size_t, error&) {
        stack_.push_chars(s);
        return true;
    }
    bool on_string(text s, std::size_t, error& ec) {
        stack_.push_string(s);
        return count(ec);
    }
    bool on_number_part(text, error&) { return true; }
    bool on_int64(std::int64_t i, text, error& ec) {
        stack_.push_int64(i);
        return count(ec);
    }
    bool on_uint64(std::uint64_t u, text, error& ec) {
        stack_.push_uint64(u);
        return count(ec);
    }
    bool on_double(double d, text, error& ec) {
        stack_.push_double(d);
        return count(ec);
    }
    bool on_bool(bool b, error& ec) {
        stack_.push_bool(b);
        return count(ec);
    }
    bool on_null(error& ec) {
        stack_.push_null();
        return count(ec);
    }
    bool on_comment_part(text, error&) { return true; }
    bool on_comment(text, error&) { return true; }

private:
    bool count(error& ec) { return ++values_ <= bounds_.values || refuse(errc::oversized, ec); }
    bool refuse(errc code, error& ec) {
        refused_ = {code, "json"};
        ec = boost::json::make_error_code(boost::json::error::syntax);
        return false;
    }

    json_bounds bounds_;
    boost::json::value_stack stack_;
    std::vector<std::string> keys_;      // of all open objects
    std::vector<std::size_t> opened_;    // where each of them starts in keys_
    std::string key_;                    // being read, or the one that was refused
    std::size_t values_ = 0;
    fault refused_;
};

inline fault json_fault(boost::json::error_code ec, std::size_t at) {
    using boost::json::error;
    if (ec == error::incomplete) return {errc::truncated, "json", at};
    if (ec == error::extra_data) return {errc::trailing_bytes, "json", at};
    if (ec == error::too_deep || ec == error::key_too_large || ec == error::string_too_large || ec == error::object_too_large ||
        ec == error::array_too_large)
        return {errc::oversized, "json", at};
    return {errc::invalid_text, "json", at};
}

} // namespace detail

/// Errors: oversized, truncated, trailing_bytes, invalid_text (no JSON), non_canonical (a key stands twice: `refused_key`), with the byte offset.
inline result<boost::json::value> parse_json(std::string_view text, json_bounds const& bounds = {}, std::string* refused_key = nullptr) {
    if (text.size() > bounds.bytes) return fault{errc::oversized, "json", text.size()};
    boost::json::parse_options options;
    options.max_depth = bounds.depth;
    boost::json::basic_parser<detail::json_builder> parser(options, bounds);
    boost::json::error_code ec;
    auto n = parser.write_some(false, text.data(), text.size(), ec);
    if (!ec && n < text.size()) ec = boost::json::error::extra_data;
    if (!ec) return parser.handler().release();
    auto f = parser.handler().refused();
    if (!f) return detail::json_fault(ec, n);
    if (refused_key != nullptr && f == errc::non_canonical) *refused_key = parser.handler().key();
    f.at = n;
    return f;
}

} // namespace daicho::schema
