// expect: this key does not sign with the Protocol's signature scheme: docs/concepts/signer.md
#include <daicho/protocol.hpp>
#include <daicho/record/release.hpp>

#include "../archetypes.hpp"

struct other : archetypes::signer {
#ifndef DAICHO_CONTROL
    daicho::result<std::array<daicho::byte, 64>> sign(daicho::byte_view);
#endif
};

auto seal(other& key, daicho::release const& r) { return daicho::sign<archetypes::protocol>(key, r).has_value(); }
