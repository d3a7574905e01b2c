#pragma once

#include <daicho/concept/batch_verifier.hpp>
#include <daicho/protocol.hpp>

namespace daicho::role {

namespace detail {
template <class P, class Platform>
struct verifier_choice {
    using type = one_by_one<scheme_of<P>>;
};
template <class P, class Platform>
    requires requires { typename Platform::verifier; }
struct verifier_choice<P, Platform> {
    using type = typename Platform::verifier;
};
} // namespace detail

/// What a machine verifies many signatures with: Platform's `verifier`, or without one, its scheme one by one.
template <class P, class Platform>
using verifier_of = typename detail::verifier_choice<P, Platform>::type;

} // namespace daicho::role
