#pragma once

#include <daicho/schema/field.hpp>

namespace daicho {

/// Up to five parts that belong together, one for each scheme of a threshold: its keys, or its signatures. A record like any other.
template <class... Parts>
struct joint;

template <class A>
struct joint<A> {
    DAICHO_RECORD(joint, (A, first));
    friend bool operator==(joint const&, joint const&) = default;
};
template <class A, class B>
struct joint<A, B> {
    DAICHO_RECORD(joint, (A, first), (B, second));
    friend bool operator==(joint const&, joint const&) = default;
};
template <class A, class B, class C>
struct joint<A, B, C> {
    DAICHO_RECORD(joint, (A, first), (B, second), (C, third));
    friend bool operator==(joint const&, joint const&) = default;
};
template <class A, class B, class C, class D>
struct joint<A, B, C, D> {
    DAICHO_RECORD(joint, (A, first), (B, second), (C, third), (D, fourth));
    friend bool operator==(joint const&, joint const&) = default;
};
template <class A, class B, class C, class D, class E>
struct joint<A, B, C, D, E> {
    DAICHO_RECORD(joint, (A, first), (B, second), (C, third), (D, fourth), (E, fifth));
    friend bool operator==(joint const&, joint const&) = default;
};

/// The part of one position, from zero.
template <std::size_t I, class Joint>
constexpr auto& part(Joint& j) noexcept {
    if constexpr (I == 0) return j.first;
    else if constexpr (I == 1) return j.second;
    else if constexpr (I == 2) return j.third;
    else if constexpr (I == 3) return j.fourth;
    else return j.fifth;
}

} // namespace daicho
