// expect: two alternatives of a variant carry the same schema tag
#include <daicho/schema/codec.hpp>

struct reading {
    static constexpr daicho::schema::tag schema{0x90, 1, "reading"};
    DAICHO_RECORD(reading, (std::uint32_t, kelvin));
};
struct newer_reading {
#ifdef DAICHO_CONTROL
    static constexpr daicho::schema::tag schema{0x90, 2, "reading"};
#else
    static constexpr daicho::schema::tag schema{0x90, 1, "reading"};
#endif
    DAICHO_RECORD(newer_reading, (std::uint64_t, kelvin));
};

constexpr std::size_t most = daicho::schema::max_encoded<std::variant<reading, newer_reading>>;
static_assert(most != 0);
