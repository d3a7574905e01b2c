// expect: each signer of a joint_signer must sign with the scheme in its place: docs/concepts/signer.md
#include <daicho/signature/compose.hpp>

#include "../archetypes.hpp"

struct other_scheme : archetypes::signature_scheme {
    using signature_type = std::array<daicho::byte, 4>;
    static bool verify(public_key_type const&, daicho::byte_view, signature_type const&) noexcept { return false; }
};
struct one {
    archetypes::signature_scheme::public_key_type public_key() const { return {}; }
    daicho::result<archetypes::signature_scheme::signature_type> sign(daicho::byte_view) { return daicho::fault{}; }
};
struct other : one {
    daicho::result<other_scheme::signature_type> sign(daicho::byte_view) { return daicho::fault{}; }
};
using both = daicho::all_of<archetypes::signature_scheme, other_scheme>;

#ifdef DAICHO_CONTROL
using signer = daicho::joint_signer<both, one, other>;
#else
using signer = daicho::joint_signer<both, other, one>;
#endif

auto sign(signer& s) { return s.sign({}).has_value(); }
