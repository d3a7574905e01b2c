// expect: each scheme of a threshold must be a signature_scheme: docs/concepts/signature_scheme.md
#include <daicho/signature/compose.hpp>

#include "../archetypes.hpp"

struct a_signer : archetypes::signature_scheme {
#ifndef DAICHO_CONTROL
    static bool verify() = delete;
#endif
};

constexpr auto name = daicho::threshold<1, archetypes::signature_scheme, a_signer>::least;
