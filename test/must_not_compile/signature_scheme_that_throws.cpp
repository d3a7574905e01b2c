// expect: Protocol::signature must be a signature_scheme: docs/concepts/signature_scheme.md
#include <daicho/role/device.hpp>

#include "../archetypes.hpp"

struct throws : archetypes::signature_scheme {
#ifndef DAICHO_CONTROL
    static bool verify(public_key_type const&, daicho::byte_view, signature_type const&);  // not noexcept
#endif
};
struct agreed : archetypes::protocol {
    using signature = throws;
};

constexpr std::size_t bytes_of_a_device = sizeof(daicho::device<agreed, archetypes::platform>);
