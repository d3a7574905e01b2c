#pragma once

#include <daicho/base/errc.hpp>

#include <cassert>
#include <optional>
#include <type_traits>
#include <utility>

namespace daicho {

/// A value, or the fault that prevented it: std::expected<T, fault>, spelt for C++20.
/// `if (!r) return r.error();` keeps the unhappy path one column. A step without a value returns a plain fault.
template <class T>
class [[nodiscard]] result {
    static_assert(!std::is_same_v<T, errc> && !std::is_same_v<T, fault>,
                  "a fault is not a value: return it as it is");

public:
    using value_type = T;
    using error_type = fault;

    constexpr result(T value) : value_(place(std::move(value))) {}
    constexpr result(fault f) : fault_(f) { assert(f); }
    constexpr result(errc code) : result(fault{code}) {}

    /// A value made where it lies, to be written next: what T's own constructors do not set is not set.
    constexpr explicit result(std::in_place_t) : value_(std::in_place) {}

    constexpr bool has_value() const noexcept { return value_.has_value(); }
    constexpr explicit operator bool() const noexcept { return has_value(); }

    constexpr T& operator*() & { assert(value_); return value_->value; }
    constexpr T const& operator*() const& { assert(value_); return value_->value; }
    constexpr T&& operator*() && { assert(value_); return std::move(value_->value); }
    constexpr T* operator->() { assert(value_); return &value_->value; }
    constexpr T const* operator->() const { assert(value_); return &value_->value; }
    constexpr T& value() & { return **this; }
    constexpr T const& value() const& { return **this; }
    constexpr T&& value() && { return std::move(**this); }

    /// The fault; code ok when there is a value.
    constexpr fault error() const noexcept { return fault_; }

    template <class U>
    constexpr T value_or(U&& other) const& { return value_ ? value_->value : T(std::forward<U>(other)); }

    template <class F>
    constexpr auto and_then(F&& f) && -> std::invoke_result_t<F, T&&> {
        if (!value_) return fault_;
        return std::forward<F>(f)(std::move(value_->value));
    }
    template <class F>
    constexpr auto transform(F&& f) && -> result<std::remove_cvref_t<std::invoke_result_t<F, T&&>>> {
        if (!value_) return fault_;
        return std::forward<F>(f)(std::move(value_->value));
    }

private:
    struct place {
        T value;
        constexpr place() {}  // sets nothing: std::optional would fill all of T with zeros first
        constexpr place(T v) : value(std::move(v)) {}
    };
    std::optional<place> value_;
    fault fault_;
};

} // namespace daicho
