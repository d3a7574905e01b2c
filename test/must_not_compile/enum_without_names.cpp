// expect: an enum in a record needs names for its values: specialise daicho::schema::names_of
#include <daicho/schema/codec.hpp>

enum class colour : std::uint8_t { red, green };

#ifdef DAICHO_CONTROL
template <>
inline constexpr auto daicho::schema::names_of<colour> = std::to_array<std::string_view>({"red", "green"});
#endif

struct lamp {
    DAICHO_RECORD(lamp, (colour, shade));
};

daicho::bytes shine(lamp const& l) { return daicho::encode(l); }
