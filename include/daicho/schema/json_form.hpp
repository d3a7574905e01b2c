#pragma once

#include <daicho/base/hex.hpp>
#include <daicho/schema/codec.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

/// How each kind of field looks in JSON (docs/concepts/record.md has the table).
namespace daicho::schema {

/// The way to the value that was refused: "transactions[3].body.time". Built from the inside out.
class json_path {
public:
    std::string const& text() const noexcept { return text_; }
    void within(std::string_view field) {
        std::string outer(field);
        if (!text_.empty() && text_.front() != '[') outer += '.';
        text_.insert(0, outer);
    }
    void within(std::size_t index) {
        std::string outer = '[' + std::to_string(index) + ']';
        if (!text_.empty() && text_.front() != '[') outer += '.';
        text_.insert(0, outer);
    }

private:
    std::string text_;
};

/// How a type looks in JSON: `values` and `depth` bound it, to() and from() convert. An encodable type that has no form of its own
/// shows its canonical bytes in hexadecimal; specialise this to do better.
template <class T>
struct json_form {
    static constexpr std::size_t values = 1, depth = 0;
    static boost::json::value to(T const& v) { return boost::json::value(to_hex(encode(v))); }
    static fault from(boost::json::value const& in, T& v, json_path&);
};

namespace detail {

/// Lower-case hexadecimal of at most `bound` bytes.
inline result<bytes> bytes_from_json(boost::json::value const& in, std::size_t bound) {
    auto const* text = in.if_string();
    if (text == nullptr) return errc::wrong_type;
    if (text->size() % 2 != 0) return errc::invalid_text;
    if (text->size() / 2 > bound) return errc::oversized;
    for (char c : *text)
        if (c >= 'A' && c <= 'F') return errc::non_canonical;
    auto b = bytes_from_hex({text->data(), text->size()});
    if (!b) return b.error().code;
    return b;
}

template <class T>
inline constexpr bool json_reads = true;
template <std::size_t N>
inline constexpr bool json_reads<borrowed_bytes<N>> = false;

} // namespace detail

template <class T>
fault json_form<T>::from(boost::json::value const& in, T& v, json_path&) {
    auto const b = detail::bytes_from_json(in, max_encoded<T>);
    if (!b) return b.error();
    auto f = decode_into(*b, v);
    if (f) f.at = 0;
    return f;
}

template <std::unsigned_integral T>
struct json_form<T> {
    static constexpr std::size_t values = 1, depth = 0;
    static boost::json::value to(T v) { return boost::json::value(std::uint64_t(v)); }
    static fault from(boost::json::value const& in, T& v, json_path&) {
        if (!in.is_int64() && !in.is_uint64()) return errc::wrong_type;  // 1.0 and 1e3 are no integers
        if (in.is_int64() && in.get_int64() < 0) return errc::out_of_range;
        std::uint64_t const n = in.is_int64() ? std::uint64_t(in.get_int64()) : in.get_uint64();
        if (n > std::numeric_limits<T>::max()) return errc::out_of_range;
        v = T(n);
        return {};
    }
};

template <>
struct json_form<bool> {
    static constexpr std::size_t values = 1, depth = 0;
    static boost::json::value to(bool v) { return boost::json::value(v); }
    static fault from(boost::json::value const& in, bool& v, json_path&) {
        if (!in.is_bool()) return errc::wrong_type;
        v = in.get_bool();
        return {};
    }
};

template <named_enum T>
struct json_form<T> {
    static constexpr std::size_t values = 1, depth = 0;
    static boost::json::value to(T v) { return boost::json::value(boost::json::string_view(name_of(v).data(), name_of(v).size())); }
    static fault from(boost::json::value const& in, T& v, json_path&) {
        auto const* text = in.if_string();
        if (text == nullptr) return errc::wrong_type;
        for (std::size_t i = 0; i != names_of<T>.size(); ++i)
            if (std::string_view(text->data(), text->size()) == names_of<T>[i]) {
                v = T(i);
                return {};
            }
        return errc::out_of_range;
    }
};

template <std::size_t N>
struct json_form<std::array<byte, N>> {
    static constexpr std::size_t values = 1, depth = 0;
    static boost::json::value to(std::array<byte, N> const& v) { return boost::json::value(to_hex(v)); }
    static fault from(boost::json::value const& in, std::array<byte, N>& v, json_path&) {
        auto const b = detail::bytes_from_json(in, N);
        if (!b) return b.error();
        if (b->size() != N) return errc::wrong_size;
        std::copy(b->begin(), b->end(), v.begin());
        return {};
    }
};

template <std::size_t N>
struct json_form<inline_bytes<N>> {
    static constexpr std::size_t values = 1, depth = 0;
    static boost::json::value to(inline_bytes<N> const& v) { return boost::json::value(to_hex(v.view())); }
    static fault from(boost::json::value const& in, inline_bytes<N>& v, json_path&) {
        auto const b = detail::bytes_from_json(in, N);
        if (!b) return b.error();
        v.assign(*b);
        return {};
    }
};

template <std::size_t N>
struct json_form<bounded_bytes<N>> {
    static constexpr std::size_t values = 1, depth = 0;
    static boost::json::value to(bounded_bytes<N> const& v) { return boost::json::value(to_hex(v)); }
    static fault from(boost::json::value const& in, bounded_bytes<N>& v, json_path&) {
        auto b = detail::bytes_from_json(in, N);
        if (!b) return b.error();
        v = *std::move(b);
        return {};
    }
};

template <std::size_t N>
struct json_form<borrowed_bytes<N>> {
    static constexpr std::size_t values = 1, depth = 0;
    static boost::json::value to(borrowed_bytes<N> const& v) { return boost::json::value(to_hex(v.bytes)); }
    template <class T>
    static fault from(boost::json::value const&, T&, json_path&) {
        static_assert(detail::json_reads<T>, "borrowed bytes cannot be read from JSON: there are no bytes to borrow (use bounded_bytes)");
        return {};
    }
};

template <std::size_t N>
struct json_form<inline_string<N>> {
    static constexpr std::size_t values = 1, depth = 0;
    static boost::json::value to(inline_string<N> const& v) { return boost::json::value(boost::json::string_view(v.view().data(), v.size())); }
    static fault from(boost::json::value const& in, inline_string<N>& v, json_path&) {
        auto const* text = in.if_string();
        if (text == nullptr) return errc::wrong_type;
        std::string_view const s(text->data(), text->size());
        if (s.size() > N) return errc::oversized;
        if (!cbor::printable_utf8(s)) return errc::invalid_text;
        v.assign(s);
        return {};
    }
};

template <bounded_sequence List>
struct json_form<List> {
    using element = typename List::value_type;
    static constexpr std::size_t values = 1 + List::bound * json_form<element>::values;
    static constexpr std::size_t depth = 1 + json_form<element>::depth;
    static boost::json::value to(List const& v) {
        boost::json::array out;
        out.reserve(v.size());
        for (auto const& x : v) out.push_back(json_form<element>::to(x));
        return out;
    }
    static fault from(boost::json::value const& in, List& v, json_path& path) {
        auto const* items = in.if_array();
        if (items == nullptr) return errc::wrong_type;
        if (items->size() > List::bound) return errc::oversized;
        v.clear();
        for (std::size_t i = 0; i != items->size(); ++i) {
            element x{};
            if (auto f = json_form<element>::from((*items)[i], x, path)) {
                path.within(i);
                return f;
            }
            v.push_back(std::move(x));
        }
        return {};
    }
};

template <class T>
struct json_form<std::optional<T>> {
    static constexpr std::size_t values = json_form<T>::values, depth = json_form<T>::depth;
    static boost::json::value to(std::optional<T> const& v) { return v ? json_form<T>::to(*v) : boost::json::value(nullptr); }
    static fault from(boost::json::value const& in, std::optional<T>& v, json_path& path) {
        if (in.is_null()) {
            v.reset();
            return {};
        }
        return json_form<T>::from(in, v.emplace(), path);
    }
};

} // namespace daicho::schema
