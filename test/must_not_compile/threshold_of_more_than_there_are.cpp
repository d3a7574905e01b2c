// expect: a threshold of none, or of more than there are, is no threshold
#include <daicho/signature/compose.hpp>

struct seal {
    using public_key_type = std::array<daicho::byte, 4>;
    using signature_type = std::array<daicho::byte, 4>;
    static constexpr std::string_view name = "seal";
    static constexpr std::uint16_t algorithm = 256;
    static bool verify(public_key_type const&, daicho::byte_view, signature_type const&) noexcept { return false; }
};

#ifdef DAICHO_CONTROL
using council = daicho::threshold<2, seal, seal>;
#else
using council = daicho::threshold<3, seal, seal>;
#endif

bool decide(council::public_key_type const& k, council::signature_type const& s) { return council::verify(k, {}, s); }
