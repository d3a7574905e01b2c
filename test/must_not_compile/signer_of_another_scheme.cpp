// expect: Platform::signer must sign with Protocol::signature: docs/concepts/signer.md
#include <daicho/role/device.hpp>

#include "../archetypes.hpp"

struct other : archetypes::signer {
#ifndef DAICHO_CONTROL
    daicho::result<std::array<daicho::byte, 64>> sign(daicho::byte_view);
#endif
};
struct board : archetypes::platform {
    using signer = other;
};

constexpr std::size_t bytes_of_a_device = sizeof(daicho::device<archetypes::protocol, board>);
