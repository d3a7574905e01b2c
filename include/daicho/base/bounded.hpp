#pragma once

#include <daicho/base/bytes.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <type_traits>
#include <vector>

namespace daicho {

/// A list whose bound is part of its type and whose elements live inside it: no heap, so a device can hold one.
template <class T, std::size_t N>
class inline_list {
public:
    using value_type = T;
    static constexpr std::size_t bound = N;

    constexpr inline_list() = default;
    constexpr inline_list(std::initializer_list<T> items) {
        assert(items.size() <= N);
        for (auto& x : items) push_back(x);
    }

    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr T* data() noexcept { return items_.data(); }
    constexpr T const* data() const noexcept { return items_.data(); }
    constexpr T* begin() noexcept { return data(); }
    constexpr T* end() noexcept { return data() + size_; }
    constexpr T const* begin() const noexcept { return data(); }
    constexpr T const* end() const noexcept { return data() + size_; }
    constexpr T& operator[](std::size_t i) noexcept { assert(i < size_); return items_[i]; }
    constexpr T const& operator[](std::size_t i) const noexcept { assert(i < size_); return items_[i]; }
    constexpr T& back() noexcept { return (*this)[size_ - 1u]; }

    constexpr void clear() noexcept { size_ = 0; }
    /// False, and unchanged, when full.
    constexpr bool push_back(T const& item) {
        if (size_ == N) return false;
        items_[size_++] = item;
        return true;
    }
    constexpr bool resize(std::size_t n) {
        if (n > N) return false;
        for (std::size_t i = size_; i < n; ++i) items_[i] = T{};
        size_ = size_type(n);
        return true;
    }

    friend constexpr bool operator==(inline_list const& a, inline_list const& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

private:
    using size_type = std::conditional_t<N <= 255, std::uint8_t, std::conditional_t<N <= 65535, std::uint16_t, std::uint32_t>>;
    std::array<T, N> items_{};
    size_type size_ = 0;
};

/// At most N bytes, held in place.
template <std::size_t N>
class inline_bytes : public inline_list<byte, N> {
public:
    constexpr inline_bytes() = default;
    /// For bytes that are known to fit; others go through assign().
    constexpr explicit inline_bytes(byte_view b) {
        [[maybe_unused]] bool const fits = assign(b);
        assert(fits);
    }
    /// False, and unchanged, when too long.
    constexpr bool assign(byte_view b) {
        if (!this->resize(b.size())) return false;
        std::copy(b.begin(), b.end(), this->begin());
        return true;
    }
    /// Also an implicit byte_view, as every contiguous range of bytes is.
    constexpr byte_view view() const noexcept { return {this->data(), this->size()}; }
    friend constexpr bool operator==(inline_bytes const&, inline_bytes const&) = default;
};

/// At most N bytes of UTF-8 text, held in place.
template <std::size_t N>
class inline_string {
public:
    static constexpr std::size_t bound = N;

    constexpr inline_string() = default;
    /// For literals: a text that does not fit does not compile.
    template <std::size_t M>
        requires(M <= N + 1)
    constexpr inline_string(char const (&literal)[M]) { assign(std::string_view(literal, M - 1)); }

    /// False, and unchanged, when too long.
    constexpr bool assign(std::string_view text) {
        if (text.size() > N) return false;
        for (std::size_t i = 0; i != text.size(); ++i) text_[i] = text[i];
        return end_at(text.size());
    }
    constexpr bool assign(byte_view text) {
        if (text.size() > N) return false;
        if (std::is_constant_evaluated())
            for (std::size_t i = 0; i != text.size(); ++i) text_[i] = char(text[i]);
        else if (!text.empty())
            std::memcpy(text_.data(), text.data(), text.size());
        return end_at(text.size());
    }
    /// The text cut at the bound, never inside a UTF-8 sequence.
    static constexpr inline_string cut(std::string_view text) {
        std::size_t n = std::min(text.size(), N);
        while (n != 0 && n < text.size() && (byte(text[n]) & 0xc0) == 0x80) --n;
        inline_string s;
        s.assign(text.substr(0, n));
        return s;
    }

    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr std::string_view view() const noexcept { return {text_.data(), size_}; }
    constexpr operator std::string_view() const noexcept { return view(); }

    friend constexpr bool operator==(inline_string const& a, inline_string const& b) noexcept { return a.view() == b.view(); }
    template <class Text>
        requires(std::is_convertible_v<Text const&, std::string_view> && !requires { Text::bound; })
    friend constexpr bool operator==(inline_string const& a, Text const& b) noexcept { return a.view() == std::string_view(b); }
    friend constexpr auto operator<=>(inline_string const& a, inline_string const& b) noexcept { return a.view() <=> b.view(); }

private:
    static_assert(N <= std::numeric_limits<std::uint16_t>::max());
    constexpr bool end_at(std::size_t n) {
        for (std::size_t i = n; i < size_; ++i) text_[i] = '\0';
        size_ = std::uint16_t(n);
        return true;
    }
    std::array<char, N> text_{};
    std::uint16_t size_ = 0;
};

/// A list whose bound is part of its type and whose elements live on the heap: for hosts.
template <class T, std::size_t N>
class bounded_list : public std::vector<T> {
public:
    static constexpr std::size_t bound = N;
    using std::vector<T>::vector;
    bounded_list() = default;
    bounded_list(std::vector<T> items) : std::vector<T>(std::move(items)) {}
};

/// At most N bytes on the heap: for hosts.
template <std::size_t N>
class bounded_bytes : public std::vector<byte> {
public:
    static constexpr std::size_t bound = N;
    using std::vector<byte>::vector;
    bounded_bytes() = default;
    bounded_bytes(std::vector<byte> b) : std::vector<byte>(std::move(b)) {}
};

/// At most N bytes that stay where they are: decoding such a field copies nothing.
/// Valid as long as the input it was decoded from.
template <std::size_t N>
struct borrowed_bytes {
    static constexpr std::size_t bound = N;
    byte_view bytes;
    constexpr operator byte_view() const noexcept { return bytes; }
    constexpr std::size_t size() const noexcept { return bytes.size(); }
    friend constexpr bool operator==(borrowed_bytes a, borrowed_bytes b) noexcept { return equal(a.bytes, b.bytes); }
};

} // namespace daicho
